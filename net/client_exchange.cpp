#include "net/client_exchange.hpp"

#include <utility>

#include <boost/beast/http/error.hpp>

#include "core/text.hpp"
#include "net/transport_error.hpp"

namespace llmr::net {

namespace http = boost::beast::http;

namespace {

constexpr std::uint32_t kMaxHead = 64 * 1024;
/// The shortest rest of a chunked body in which the parser can find itself stalled: "0\r\n\r\n".
/// With less, Beast 1.81 asserts in parse_chunk_header.
constexpr std::size_t kShortestChunkEnd = 5;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

HttpExchange::HttpExchange(std::unique_ptr<Connection> connection,
                           std::weak_ptr<ConnectionPool> pool, Cancellation* cancellation,
                           Timeouts timeouts)
    : connection_(std::move(connection)),
      pool_(std::move(pool)),
      cancellation_(cancellation),
      timeouts_(timeouts) {
    if (cancellation_ != nullptr) cancellation_->arm([this] { connection_->close(); });
}

HttpExchange::~HttpExchange() {
    let_go();
}

Task<std::optional<ClientFailure>> HttpExchange::perform(std::string_view head,
                                                         std::string_view body, bool bodiless) {
    connection_->expire_after(timeouts_.first_byte);
    const error_code write_error = co_await send(head, body);
    std::optional<Error> failure;
    // A peer that stops reading may have answered first (413, 400): look before giving up.
    const bool readable = !write_error || (is_closed_by_peer(write_error) && !connection_->tls());
    if (readable) {
        failure = co_await read_head(bodiless);
    } else {
        failure = head_failure(write_error);
    }
    if (!failure) co_return std::nullopt;
    let_go();
    ClientFailure result;
    result.error = std::move(*failure);
    result.point = bytes_sent_ == 0 ? FailurePoint::before_send : FailurePoint::uncertain;
    co_return result;
}

Task<HttpExchange::error_code> HttpExchange::send(std::string_view head, std::string_view body) {
    const Connection::Gather buffers{asio::buffer(head.data(), head.size()),
                                     asio::buffer(body.data(), body.size())};
    const Connection::Written written = co_await connection_->write(buffers);
    bytes_sent_ = written.bytes;
    sent_whole_ = !written.ec;
    co_return written.ec;
}

Task<std::optional<Error>> HttpExchange::read_head(bool bodiless) {
    connection_->expire_after(timeouts_.first_byte);
    for (;;) {
        new_parser(bodiless);
        const error_code ec = co_await read_one_head();
        if (ec) co_return head_failure(ec);
        if (status() >= 200) break;
        if (status() == 101) {
            co_return Error(Errc::upstream_bad_response, "the upstream switched protocols");
        }
    }
    std::optional<Error> fault = check_framing();
    if (fault) co_return fault;
    connection_->expire_at(SteadyTime::max());
    parser_->eager(true);
    if (parser_->is_done()) finish();
    co_return std::nullopt;
}

Task<HttpExchange::error_code> HttpExchange::read_one_head() {
    while (!parser_->is_header_done()) {
        if (connection_->buffer().size() == 0 || stalled_) {
            const error_code ec = co_await connection_->fill();
            if (ec) co_return ec;
            answer_began_ = true;
        }
        const error_code ec = parse();
        if (ec) co_return ec;
    }
    stalled_ = false;
    co_return error_code();
}

void HttpExchange::new_parser(bool bodiless) {
    parser_.emplace();
    parser_->header_limit(kMaxHead);
    parser_->body_limit(boost::none);
    parser_->skip(bodiless);
}

/// Hands the buffer to the parser, once; "need more" is not an error.
HttpExchange::error_code HttpExchange::parse() {
    auto& buffer = connection_->buffer();
    error_code ec;
    const std::size_t taken = parser_->put(buffer.data(), ec);
    buffer.consume(taken);
    stalled_ = taken == 0;
    if (ec == http::error::need_more) ec.clear();
    return ec;
}

/// Beast takes any coding it does not know for "until the connection closes".
std::optional<Error> HttpExchange::check_framing() const {
    const auto& fields = parser_->get();
    const auto codings = fields.equal_range(http::field::transfer_encoding);
    if (codings.first == codings.second) return std::nullopt;
    const bool only_one = std::next(codings.first) == codings.second;
    if (only_one && iequals(view(codings.first->value()), "chunked") && fields.version() == 11) {
        return std::nullopt;
    }
    return Error(Errc::upstream_bad_response, "the upstream used an unknown transfer coding");
}

Error HttpExchange::head_failure(const error_code& ec) {
    if (cancelled()) return cancelled_by_client();
    if (connection_->timed_out()) return timed_out("sent no answer", timeouts_.first_byte);
    if (!is_closed_by_peer(ec)) {
        const std::string why = describe(ec);
        if (!answer_began_) return unreachable(why);
        return {Errc::upstream_bad_response, "the upstream sent no valid HTTP answer: " + why};
    }
    if (answer_began_) {
        return {Errc::upstream_bad_response,
                "the upstream closed the connection in the middle of the response head"};
    }
    died_unanswered_ = true;
    return {Errc::upstream_unreachable, "the upstream closed the connection without an answer"};
}

Error HttpExchange::body_failure(const error_code& ec) {
    if (cancelled()) return cancelled_by_client();
    if (connection_->timed_out()) return timed_out("sent nothing more", timeouts_.idle);
    if (ec == http::error::partial_message || is_closed_by_peer(ec)) {
        return {Errc::upstream_stream_cut, "the upstream closed the connection before the end"};
    }
    if (ec.category() == http::make_error_code(http::error::bad_chunk).category()) {
        return {Errc::upstream_bad_response, "the upstream's answer is malformed: " + describe(ec)};
    }
    return {Errc::upstream_stream_cut, "the upstream's answer was cut off: " + describe(ec)};
}

int HttpExchange::status() const {
    return static_cast<int>(parser_->get().result_int());
}

std::string_view HttpExchange::header(std::string_view name) const {
    return view(parser_->get()[boost::beast::string_view(name.data(), name.size())]);
}

Task<Result<bool>> HttpExchange::read_some(std::string& out) {
    if (failure_) co_return *failure_;
    if (!connection_) co_return false;
    if (cancelled()) co_return fail(cancelled_by_client());
    parser_->get().body().out = &out;
    const std::size_t before = out.size();
    auto& buffer = connection_->buffer();
    while (out.size() == before && !parser_->is_done()) {
        if (buffer.size() == 0 || stalled_) {
            connection_->expire_after(timeouts_.idle);
            error_code ec = co_await connection_->fill();
            if (ec == asio::error::eof) {
                parser_->put_eof(ec);
                if (!ec) break;
            }
            if (ec) co_return fail(body_failure(ec));
            if (stalled_ && buffer.size() < kShortestChunkEnd) continue;
        }
        const error_code ec = parse();
        if (ec) co_return fail(body_failure(ec));
    }
    connection_->expire_at(SteadyTime::max());
    if (parser_->is_done()) finish();
    co_return out.size() > before;
}

Task<Result<std::string>> HttpExchange::read_all(std::size_t limit) {
    std::string body;
    for (;;) {
        Result<bool> more = co_await read_some(body);
        if (!more) co_return more.error();
        if (body.size() > limit) {
            fail(Error(Errc::upstream_bad_response, "the upstream's answer is too large"));
            co_return *failure_;
        }
        if (!*more) co_return body;
    }
}

Result<bool> HttpExchange::fail(Error error) {
    failure_ = std::move(error);
    let_go();
    return *failure_;
}

/// The message is complete: the connection can serve another, or is of no more use.
void HttpExchange::finish() {
    const bool reusable =
        sent_whole_ && parser_->keep_alive() && connection_->buffer().size() == 0 && !cancelled();
    auto pool = pool_.lock();
    if (reusable && pool) {
        if (cancellation_ != nullptr) cancellation_->disarm();
        pool->release(std::move(connection_), steady_now());
    }
    let_go();
}

void HttpExchange::let_go() {
    if (!connection_) return;
    if (cancellation_ != nullptr) cancellation_->disarm();
    connection_.reset();
}

}  // namespace llmr::net
