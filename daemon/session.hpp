#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "core/error.hpp"
#include "daemon/client_stream.hpp"
#include "daemon/endpoints.hpp"
#include "daemon/worker.hpp"
#include "net/deadline.hpp"
#include "net/executor.hpp"

namespace llmr::daemon {

/// One client connection: read a request, guard it, dispatch it, and again while the connection is
/// kept alive. Lives in its coroutine's frame; the worker knows it for draining.
class Session {
public:
    Session(Worker& worker, net::Socket socket);
    ~Session();

    net::Task<void> run();

    /// Stop after the current answer; at once when idle.
    void drain();
    /// Stop now: a query in flight ends with an in-band error.
    void cut();

private:
    using error_code = boost::system::error_code;
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    struct Caller {
        std::string key_id;
        bool authorised = true;  ///< false only where nobody need be
        bool admin = false;      ///< the key is one of LLM_ROUTER_ADMIN_KEYS
    };

    /// What came of waiting for a request.
    enum class ReadResult : std::uint8_t { ready, closed, refused };

    bool parse(Parser& parser, error_code& ec);
    net::Task<void> fill(Parser& parser, error_code& ec);
    net::Task<ReadResult> read_head(Parser& parser);
    net::Task<ReadResult> read_body(Parser& parser);
    std::optional<Error> guard(const Parser& parser, const EndpointMatch& match, Caller& caller);
    net::Task<bool> serve_one();
    net::Task<void> answer(HttpRequest& message, EndpointMatch& match, RequestPath& asked,
                           Caller& caller);
    std::optional<Error> decode(HttpRequest& message) const;
    net::Task<void> dispatch(const HttpRequest& message, EndpointMatch& match, RequestPath& asked,
                             Caller& caller);
    net::Task<void> refuse(Dialect dialect, Error error, std::string allow = {});

    Worker& worker_;
    net::Socket socket_;
    net::Deadline deadline_;
    ClientStream client_;
    boost::beast::flat_buffer buffer_;
    SteadyTime arrived_{};
    bool idle_ = true;
    bool served_ = false;  ///< a request has begun to come
    bool draining_ = false;
};

}  // namespace llmr::daemon
