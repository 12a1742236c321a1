#pragma once

#include <string>
#include <string_view>

#include <boost/beast/http/verb.hpp>

#include "core/types.hpp"
#include "daemon/request_context.hpp"
#include "net/executor.hpp"

namespace llmr::daemon {

using Handler = net::Task<void> (*)(RequestContext&);

enum class Access : std::uint8_t {
    open,  ///< anybody; the handler says less without a key
    keyed  ///< a key, where keys are configured
};

/// One row of the HTTP surface.
struct Endpoint {
    std::string_view path;
    boost::beast::http::verb verb;
    Access access;
    Dialect dialect;  ///< of errors
    Handler handler;
};

struct EndpointMatch {
    const Endpoint* endpoint = nullptr;
    std::string allow;  ///< "GET, HEAD" when the path exists and the method does not fit
    Dialect dialect = Dialect::openai_chat;  ///< for the 404 and 405
};

/// Exact match on the normalised path; HEAD is served by GET's row.
EndpointMatch find_endpoint(std::string_view path, boost::beast::http::verb verb);

/// Without query, doubled slashes and trailing slash; `/v1/api/...` is `/api/...`, and OpenAI's
/// paths are also known without `/v1` (mem0 and others join base URLs that way).
std::string normalise_path(std::string_view target);

}  // namespace llmr::daemon
