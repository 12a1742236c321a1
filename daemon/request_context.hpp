#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "core/clock.hpp"
#include "core/types.hpp"
#include "daemon/client_stream.hpp"
#include "daemon/worker.hpp"

namespace llmr::daemon {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;

/// One request on its way through a handler. Lives as long as the handler runs.
struct RequestContext {
    Worker& worker;
    const HttpRequest& message;
    ClientStream& client;
    std::string_view path;        ///< normalised, without query
    std::string_view query;       ///< after '?', not decoded
    std::string tail;             ///< what stood for the `*` of the endpoint's path, decoded
    std::string model_from_path;  ///< an Azure deployment: the model, whatever the body says
    std::string key_id;           ///< of the API key, or empty
    bool authorised = true;       ///< false only on open endpoints asked without a required key
    bool admin = false;           ///< asked with a key of LLM_ROUTER_ADMIN_KEYS
    Dialect dialect = Dialect::openai_chat;  ///< errors are written in it
    SteadyTime arrived;

    std::optional<std::string> rewritten_body{};  ///< what counts instead of the client's

    std::string_view body() const { return rewritten_body ? *rewritten_body : message.body(); }
    std::string_view header(std::string_view name) const {
        const auto value = message[boost::beast::string_view(name.data(), name.size())];
        return {value.data(), value.size()};
    }
};

}  // namespace llmr::daemon
