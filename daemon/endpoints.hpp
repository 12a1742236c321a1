#pragma once

#include <span>
#include <string>
#include <string_view>

#include <boost/beast/http/verb.hpp>

#include "core/types.hpp"
#include "daemon/request_context.hpp"
#include "net/executor.hpp"

namespace llmr::daemon {

using Handler = net::Task<void> (*)(RequestContext&);

enum class Access : std::uint8_t {
    open,   ///< anybody; the handler says less without a key
    keyed,  ///< a key, where keys are configured
    admin   ///< a key of LLM_ROUTER_ADMIN_KEYS
};

/// One row of the HTTP surface.
struct Endpoint {
    std::string_view path;  ///< with a `*` at its end: whatever follows, at least one character
    boost::beast::http::verb verb;
    Access access;
    Dialect dialect;  ///< of errors
    Handler handler;
    bool anthropic_too = false;  ///< Anthropic's clients ask it as well, and read other shapes
};

struct EndpointMatch {
    const Endpoint* endpoint = nullptr;
    std::string allow;  ///< "GET, HEAD" when the path exists and the method does not fit
    Dialect dialect = Dialect::openai_chat;  ///< for the 404 and 405
    std::string tail;                        ///< decoded, what stood for the row's `*`

    /// Whether the client's headers decide the dialect.
    bool may_be_anthropic() const {
        return dialect == Dialect::openai_chat &&
               (!path_known() || (endpoint && endpoint->anthropic_too));
    }
    bool path_known() const { return endpoint != nullptr || !allow.empty(); }
};

/// The whole table.
std::span<const Endpoint> all_endpoints();

/// The row of a normalised path; HEAD is served by GET's row.
EndpointMatch find_endpoint(std::string_view path, boost::beast::http::verb verb);

/// What the target of a request stands for.
struct RequestPath {
    std::string path;   ///< as the endpoint table writes it; percent-escapes are left
    std::string model;  ///< decoded, the deployment of an Azure path
};

/// Without query, doubled slashes and trailing slash. `/v1/api/...` is `/api/...`, `/api/v1/...`
/// and
/// `/openai/v1/...` are `/v1/...`; OpenAI's paths are also known without `/v1` (mem0 and others
/// join base URLs that way), and as Azure has them: `/openai/deployments/{model}/chat/completions`.
RequestPath read_path(std::string_view target);
/// Its path alone.
std::string normalise_path(std::string_view target);

}  // namespace llmr::daemon
