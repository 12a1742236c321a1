#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/local_only.hpp"
#include "core/types.hpp"

namespace llmr::daemon {

/// What a client says beside the body, in request headers.
struct RequestHints {
    std::optional<Locality> route;  ///< x-router-route: local | external
    /// by setting, by key or by x-router-privacy: local-only
    LocalOnly local_only = LocalOnly::no;
    std::optional<QueryType> type;  ///< x-router-type
    std::string session;            ///< x-router-session
    /// When the answer must have begun: x-router-deadline-ms after the request's arrival.
    std::optional<SteadyTime> answer_by;
    std::string_view body;    ///< bounds what an external call can cost
    std::string_view key_id;  ///< of the client, for its budget

    /// Error (invalid_parameter): a value that is none of the known ones, naming the header.
    static Result<RequestHints> read(const struct RequestContext& context);
};

}  // namespace llmr::daemon
