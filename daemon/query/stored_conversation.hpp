#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/json.hpp"
#include "daemon/response_store.hpp"

/// What `previous_response_id` and `store` mean for the bytes of /v1/responses.
namespace llmr::daemon {

/// The items of an `input`, separated by commas; a string is one message of the user.
std::string input_items(simdjson::dom::element input);

/// The body of a request that goes on from a stored response: with the whole conversation as its
/// `input`. Nothing if it goes on from none. An error if that response is not known.
Result<std::optional<std::string>> with_previous_items(simdjson::dom::element root,
                                                       std::string_view body, ResponseStore& store,
                                                       std::string_view key_id);

/// The response object in the last bytes of an answer: the body, or the event that ends a stream.
std::optional<std::string> final_response(std::string_view tail, bool stream);

}  // namespace llmr::daemon
