#pragma once

#include <optional>
#include <string>

#include <simdjson.h>

namespace llmr::providers {

/// What stands in the `details` of an error of Google's (https://google.aip.dev/193).
struct GoogleDetails {
    std::string reasons;  ///< of ErrorInfo, each with a space behind it: "API_KEY_INVALID "
    std::optional<int> retry_after_seconds;  ///< RetryInfo.retryDelay, rounded up
};

/// `error` is the error object. Empty where it has no details of this kind.
GoogleDetails read_google_details(simdjson::dom::element error);

}  // namespace llmr::providers
