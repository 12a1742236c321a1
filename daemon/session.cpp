#include "daemon/session.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

#include "core/ids.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "daemon/cors.hpp"
#include "net/body_decoder.hpp"
#include "net/guard.hpp"

namespace llmr::daemon {
namespace http = boost::beast::http;
namespace {

/// A buffer that grew for a large body is not kept for an idle connection.
constexpr std::size_t kKeptBuffer = 16 * 1024;
/// Holds the head and body of a usual request, so that one read gets it all.
constexpr std::size_t kFirstRead = 8 * 1024;
constexpr std::size_t kLargestRead = 64 * 1024;
/// How long a connection without a request so far is waited for when the router stops.
constexpr std::chrono::milliseconds kFirstRequest{500};

Error head_error(const boost::system::error_code& ec) {
    if (ec == http::error::header_limit) {
        return Error(Errc::header_too_large, "the request head is too large");
    }
    if (ec == http::error::body_limit) {
        return Error(Errc::body_too_large, "the request body is larger than this server accepts");
    }
    return Error(Errc::bad_request, "malformed HTTP request");
}

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

bool has_field(const http::request_header<>& head, std::string_view name) {
    return head.find(boost::beast::string_view(name.data(), name.size())) != head.end();
}

/// For the paths that OpenAI's clients ask as well.
bool speaks_anthropic(const http::request_header<>& head) {
    return has_field(head, "anthropic-version") ||
           (has_field(head, "x-api-key") && !has_field(head, "authorization"));
}

Preflight preflight_of(const HttpRequest& message) {
    Preflight asked;
    asked.origin = view(message[http::field::origin]);
    asked.requested_headers = view(message[http::field::access_control_request_headers]);
    asked.private_network =
        iequals(view(message["access-control-request-private-network"]), "true");
    return asked;
}

bool is_protocol_error(const boost::system::error_code& ec) {
    return ec.category() == http::make_error_code(http::error::bad_method).category() &&
           ec != http::error::end_of_stream && ec != http::error::partial_message;
}

Error needs_admin(bool anybody_has_one) {
    return Error(Errc::forbidden_operation,
                 anybody_has_one
                     ? "this takes a key of LLM_ROUTER_ADMIN_KEYS"
                     : "nobody may change this while the router runs: LLM_ROUTER_ADMIN_KEYS is "
                       "not set");
}

}  // namespace

Session::Session(Worker& worker, net::Socket socket)
    : worker_(worker),
      socket_(std::move(socket)),
      deadline_(worker.executor(),
                [this] {
                    boost::system::error_code ignored;
                    socket_.close(ignored);
                }),
      client_(socket_, deadline_) {
    worker_.sessions().insert(this);
    worker_.services().open_connections.fetch_add(1, std::memory_order_relaxed);
}

Session::~Session() {
    worker_.sessions().erase(this);
    worker_.services().open_connections.fetch_sub(1, std::memory_order_relaxed);
}

void Session::drain() {
    draining_ = true;
    client_.forbid_keep_alive();
    if (!idle_) return;
    if (!served_) {
        // Its client has just connected: the first request may be on its way.
        deadline_.set(steady_now() + kFirstRequest);
        return;
    }
    boost::system::error_code ignored;
    socket_.shutdown(net::Socket::shutdown_receive, ignored);
}

void Session::cut() {
    draining_ = true;
    boost::system::error_code ignored;
    if (idle_) socket_.close(ignored);
    client_.stop(StopReason::shutting_down);
}

net::Task<void> Session::run() {
    boost::system::error_code ec;
    socket_.set_option(net::asio::ip::tcp::no_delay(true), ec);
    socket_.non_blocking(true, ec);
    bool again = !ec;
    while (again)
        again = co_await serve_one();
    socket_.shutdown(net::Socket::shutdown_send, ec);
}

// Not Beast's composed reads: they cost further trips through the event loop for each request.

/// Hands the buffer to the parser. False: it needs more bytes than are there.
bool Session::parse(Parser& parser, error_code& ec) {
    if (buffer_.size() == 0) return false;
    // The parser itself, not parser.get(): only so are its limits in force (Beast 1.81).
    const std::size_t taken = parser.put(buffer_.data(), ec);
    buffer_.consume(taken);
    if (ec == http::error::need_more) ec = {};
    if (ec || taken > 0) return true;
    // A head is bounded by the parser; this bounds the line that states a chunk's size.
    if (buffer_.size() >
        static_cast<std::size_t>(worker_.config()->max_header_bytes) + kLargestRead) {
        ec = http::error::header_limit;
    }
    return static_cast<bool>(ec);
}

net::Task<void> Session::fill(Parser& parser, error_code& ec) {
    const auto space = buffer_.prepare(std::clamp(buffer_.size(), kFirstRead, kLargestRead));
    const std::size_t got =
        co_await socket_.async_read_some(space, net::asio::redirect_error(net::use_task, ec));
    buffer_.commit(got);
    if (ec != net::asio::error::eof) co_return;
    // A peer that ends in the middle of a message: the parser says which fault that is.
    ec = {};
    parser.put_eof(ec);
    if (!ec) ec = http::error::end_of_stream;
}

net::Task<Session::ReadResult> Session::read_head(Parser& parser) {
    // Limits are set before a byte is read: nothing is allocated for what will be refused.
    const Config& config = *worker_.config();
    parser.header_limit(static_cast<std::uint32_t>(config.max_header_bytes));
    parser.body_limit(static_cast<std::uint64_t>(config.max_body_bytes));

    boost::system::error_code ec;
    auto token = net::asio::redirect_error(net::use_task, ec);
    idle_ = buffer_.size() == 0;
    if (idle_) {
        // The first bytes are awaited apart: a connection may be idle for long, a head may not.
        std::chrono::milliseconds patience = config.idle_timeout;
        if (!served_ && worker_.services().draining) patience = kFirstRequest;
        deadline_.set(steady_now() + patience);
        const auto space = buffer_.prepare(kFirstRead);
        const std::size_t got = co_await socket_.async_read_some(space, token);
        if (ec) co_return ReadResult::closed;
        buffer_.commit(got);
        idle_ = false;
        served_ = true;
    }
    deadline_.set(steady_now() + config.header_timeout);
    arrived_ = steady_now();
    parser.eager(false);
    while (!ec && !parser.is_header_done()) {
        if (!parse(parser, ec)) co_await fill(parser, ec);
    }
    if (!ec) co_return ReadResult::ready;
    if (!is_protocol_error(ec)) co_return ReadResult::closed;
    worker_.services().metrics->count_rejected_head(worker_.index());
    client_.begin_request(true, false, false);
    Error error = head_error(ec);
    co_await refuse(Dialect::openai_chat, std::move(error));
    co_return ReadResult::refused;
}

net::Task<Session::ReadResult> Session::read_body(Parser& parser) {
    if (parser.is_done()) co_return ReadResult::ready;
    if (iequals(parser.get()[http::field::expect], "100-continue")) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        boost::system::error_code ignored;
        socket_.write_some(net::asio::buffer(go_on.data(), go_on.size()), ignored);
    }
    const std::size_t fields =
        static_cast<std::size_t>(std::distance(parser.get().begin(), parser.get().end()));
    deadline_.set(steady_now() + worker_.config()->idle_timeout);
    boost::system::error_code ec;
    parser.eager(true);
    while (!ec && !parser.is_done()) {
        if (!parse(parser, ec)) co_await fill(parser, ec);
    }
    std::optional<Error> fault;
    if (!ec) {
        fault = net::check_no_trailers(fields, parser.get().base());
    } else if (is_protocol_error(ec)) {
        fault = head_error(ec);
    } else {
        co_return ReadResult::closed;
    }
    if (!fault) co_return ReadResult::ready;
    Error error = std::move(*fault);
    co_await refuse(Dialect::openai_chat, std::move(error));
    co_return ReadResult::refused;
}

/// The guards, in the order in which they tell strangers least.
std::optional<Error> Session::guard(const Parser& parser, const EndpointMatch& match,
                                    Caller& caller) {
    const auto& head = parser.get().base();
    const Config& config = *worker_.config();
    if (auto fault = net::check_head(head)) {
        worker_.services().metrics->count_rejected_head(worker_.index());
        return fault;
    }
    if (auto fault =
            net::check_host_and_origin(head, config.allowed_hosts, config.allowed_origins)) {
        return fault;
    }
    // An allowed page may read whatever the answer is, a refusal too.
    client_.add_lines(cors_lines(view(head[http::field::origin])));
    auto key = worker_.api_keys().check(head);
    if (worker_.admin_keys().required()) {
        if (auto admin = worker_.admin_keys().check(head)) {
            key = std::move(admin);
            caller.admin = true;
        }
    }
    caller.authorised = key.has_value();
    const bool open = match.endpoint != nullptr && match.endpoint->access == Access::open;
    if (key) {
        caller.key_id = std::move(*key);
    } else if (!open && head.method() != http::verb::options) {  // browsers preflight without keys
        return key.error();
    }
    if (match.endpoint != nullptr && match.endpoint->access == Access::admin && !caller.admin)
        return needs_admin(worker_.admin_keys().required());
    const auto length = parser.content_length_remaining();
    if (length && *length > static_cast<std::uint64_t>(config.max_body_bytes))
        return head_error(http::make_error_code(http::error::body_limit));
    return std::nullopt;
}

net::Task<bool> Session::serve_one() {
    Parser parser;
    client_.add_lines({});
    const ReadResult head_read = co_await read_head(parser);
    if (head_read != ReadResult::ready) co_return false;
    const auto& head = parser.get().base();
    const bool keep_alive = parser.keep_alive() && !draining_ && !worker_.services().draining;
    // Until the body is read the connection cannot be used again after a refusal.
    client_.begin_request(head.version() == 11, false, head.method() == http::verb::head);

    RequestPath asked = read_path(view(head.target()));
    EndpointMatch match = find_endpoint(asked.path, head.method());
    if (match.may_be_anthropic() && speaks_anthropic(head)) match.dialect = Dialect::anthropic;
    Caller caller;
    if (auto fault = guard(parser, match, caller)) {
        Error error = std::move(*fault);
        co_await refuse(match.dialect, std::move(error));
        co_return false;
    }
    const ReadResult body_read = co_await read_body(parser);
    if (body_read != ReadResult::ready) co_return false;
    deadline_.clear();
    if (keep_alive && !draining_) {
        client_.begin_request(head.version() == 11, true, head.method() == http::verb::head);
    }
    HttpRequest message = parser.release();
    co_await answer(message, match, asked, caller);
    if (buffer_.size() == 0 && buffer_.capacity() > kKeptBuffer) buffer_.shrink_to_fit();
    co_return client_.keep_alive() && !draining_;
}

/// What there is to say without a handler's help, or the handler.
net::Task<void> Session::answer(HttpRequest& message, EndpointMatch& match, RequestPath& asked,
                                Caller& caller) {
    std::optional<Error> fault;
    if (!match.path_known()) {
        fault = Error(Errc::not_found, "there is no such endpoint");
    } else if (message.method() == http::verb::options) {
        Reply reply = preflight_reply(preflight_of(message), match.allow);
        co_await client_.send(std::move(reply));
        worker_.services().metrics->count_http(worker_.index(), client_.status_sent());
        co_return;
    } else if (match.endpoint == nullptr) {
        fault = Error(Errc::method_not_allowed, "this endpoint takes " + match.allow);
    } else {
        fault = decode(message);
    }
    if (fault) {
        Error error = std::move(*fault);
        co_await refuse(match.dialect, std::move(error), match.allow);
        co_return;
    }
    co_await dispatch(message, match, asked, caller);
}

/// Leaves the message with its body as the client meant it.
std::optional<Error> Session::decode(HttpRequest& message) const {
    const std::string_view coding = view(message[http::field::content_encoding]);
    if (coding.empty() || message.body().empty()) return std::nullopt;
    const auto limit = static_cast<std::size_t>(worker_.config()->max_body_bytes);
    auto body = net::decode_body(coding, message.body(), limit);
    if (!body) return body.error();
    message.body() = std::move(*body);
    return std::nullopt;
}

net::Task<void> Session::dispatch(const HttpRequest& message, EndpointMatch& match,
                                  RequestPath& asked, Caller& caller) {
    const std::string_view target = view(message.target());
    const std::size_t mark = target.find('?');
    RequestContext context{.worker = worker_,
                           .message = message,
                           .client = client_,
                           .path = asked.path,
                           .query = mark == target.npos ? "" : target.substr(mark + 1),
                           .tail = std::move(match.tail),
                           .model_from_path = std::move(asked.model),
                           .key_id = std::move(caller.key_id),
                           .authorised = caller.authorised,
                           .admin = caller.admin,
                           .dialect = match.dialect,
                           .arrived = arrived_};
    std::optional<Error> failed;
    try {
        co_await match.endpoint->handler(context);
    } catch (const std::exception& e) {
        // The fault stays with this session; what() of our own code holds no prompt text.
        log::error("handler of {}: {}", match.endpoint->path, e.what());
        failed = Error(Errc::internal, "internal error");
    }
    client_.unwatch();
    if (failed && !client_.head_sent()) {
        client_.forbid_keep_alive();
        Error error = std::move(*failed);
        co_await refuse(match.dialect, std::move(error));
    } else if (failed) {
        client_.forbid_keep_alive();
    }
    worker_.services().metrics->count_http(worker_.index(), client_.status_sent());
}

net::Task<void> Session::refuse(Dialect dialect, Error error, std::string allow) {
    Reply reply = error_reply(dialect, error);
    if (!allow.empty()) reply.add("Allow", std::move(allow));
    co_await client_.send(std::move(reply));
    worker_.services().metrics->count_http(worker_.index(), client_.status_sent());
}

}  // namespace llmr::daemon
