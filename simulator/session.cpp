#include "simulator/session.hpp"

#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/text.hpp"
#include "simulator/delivery.hpp"
#include "simulator/http_head.hpp"
#include "simulator/loading.hpp"

namespace llmr::simulator {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

class CountedConnection {
public:
    explicit CountedConnection(std::atomic<std::int64_t>& count) : count_(count) { ++count_; }
    ~CountedConnection() { --count_; }
    CountedConnection(const CountedConnection&) = delete;
    CountedConnection& operator=(const CountedConnection&) = delete;

private:
    std::atomic<std::int64_t>& count_;
};

RequestLog::Ticket record(const HttpRequest& request, const Reply& reply, SessionShared& shared) {
    if (!reply.inference) {
        return 0;
    }
    ++shared.requests;
    if (!shared.log.recording()) {
        return 0;
    }
    RequestLogEntry entry;
    entry.path = request.path;
    entry.query = request.query;
    entry.model = reply.model;
    entry.body = request.body;
    entry.authorization = request.authorization;
    entry.api_key = request.api_key;
    entry.anthropic_version = request.anthropic_version;
    entry.anthropic_beta = request.anthropic_beta;
    entry.provider = reply.provider;
    entry.key = reply.key;
    for (const auto& field : *request.fields) {
        entry.headers.emplace(to_lower({field.name_string().data(), field.name_string().size()}),
                              field.value());
    }
    entry.stream = reply.stream;
    return shared.log.add(std::move(entry));
}

void note_outcome(Outcome outcome, RequestLog::Ticket ticket, SessionShared& shared) {
    if (outcome == Outcome::completed) {
        shared.log.completed(ticket);
    } else if (outcome == Outcome::peer_closed) {
        shared.log.closed(ticket, micros_between(shared.started, steady_now()));
    }
}

ResponseHead head_of(const Reply& reply, const RequestReader& reader, bool keep_alive) {
    ResponseHead head;
    head.status = reply.status;
    head.content_type = reply.content_type;
    head.extra_lines = reply.extra_lines;
    head.keep_alive = keep_alive;
    if (reply.events) {
        head.chunked = reader.understands_chunks();
    } else {
        head.content_length = reply.body.size();
    }
    return head;
}

/// A reply that is one block of bytes and leaves at once.
bool is_plain(const Reply& reply) {
    return !reply.events && !reply.switches;
}

void close_socket(tcp::socket& socket, Outcome outcome) {
    boost::system::error_code ignored;
    if (outcome == Outcome::reset) {
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
    } else {
        socket.shutdown(tcp::socket::shutdown_both, ignored);
    }
    socket.close(ignored);
}

std::string refusal(int status) {
    std::string out;
    const auto text = reason_phrase(status);
    ResponseHead head;
    head.status = status;
    head.content_type = "text/plain; charset=utf-8";
    head.content_length = text.size();
    head.keep_alive = false;
    append_head(out, head);
    out += text;
    return out;
}

/// One connection: its socket, and the response under way.
class Session {
public:
    Session(tcp::socket socket, Api& api, SessionShared& shared);

    asio::awaitable<void> run();

private:
    void take_request();
    void write_head();
    void refuse();
    void send_at_once();
    asio::awaitable<void> send_rest();

    Connection connection_;
    Api& api_;
    SessionShared& shared_;
    CountedConnection counted_;
    std::string out_;          ///< what is being sent
    std::size_t written_ = 0;  ///< of it
    Reply reply_;
    RequestLog::Ticket ticket_ = 0;
    Outcome outcome_ = Outcome::completed;
    bool keep_alive_ = true;
    bool chunked_ = false;
    bool head_only_ = false;
};

Session::Session(tcp::socket socket, Api& api, SessionShared& shared)
    : connection_{std::move(socket), {}}, api_(api), shared_(shared), counted_(shared.connections) {
    boost::system::error_code ignored;
    connection_.socket.set_option(tcp::no_delay(true), ignored);
    connection_.socket.non_blocking(true, ignored);
}

void Session::refuse() {
    out_ = refusal(connection_.reader.refusal_status());
    written_ = 0;
    reply_ = Reply{};
    ticket_ = 0;
    keep_alive_ = false;
}

void Session::take_request() {
    const auto request = connection_.reader.request();
    head_only_ = request.method == "HEAD";
    reply_ = api_.answer(request);
    ticket_ = record(request, reply_, shared_);
}

void Session::write_head() {
    const auto& reader = connection_.reader;
    keep_alive_ = reader.keep_alive() && (!reply_.events || reader.understands_chunks());
    const auto head = head_of(reply_, reader, keep_alive_);
    chunked_ = head.chunked;
    out_.clear();
    written_ = 0;
    append_head(out_, head);
    if (head_only_) {
        reply_.body.clear();
        reply_.events.reset();
        chunked_ = false;
    }
}

/// The usual case: no switches, and the kernel takes everything without a detour over the loop.
void Session::send_at_once() {
    out_ += reply_.body;
    boost::system::error_code error;
    written_ = connection_.socket.write_some(asio::buffer(out_), error);
    if (error && error != asio::error::would_block) {
        outcome_ = Outcome::peer_closed;
    }
}

asio::awaitable<void> Session::send_rest() {
    if (!is_plain(reply_)) {
        outcome_ = co_await deliver(connection_, reply_, out_, chunked_);
        keep_alive_ = keep_alive_ && !(reply_.switches && reply_.switches->close_after_answer);
        co_return;
    }
    const auto rest = asio::buffer(out_) + written_;
    const auto [error, size] = co_await asio::async_write(connection_.socket, rest, kAwait);
    if (error) {
        outcome_ = Outcome::peer_closed;
    }
    written_ = out_.size();
}

asio::awaitable<void> Session::run() {
    auto& socket = connection_.socket;
    auto& reader = connection_.reader;
    std::shared_ptr<ModelMemory::Guest> guest;
    while (keep_alive_ && outcome_ == Outcome::completed) {
        reader.start();
        auto state = reader.advance();
        while (state == RequestReader::State::incomplete) {
            if (reader.must_continue()) {
                co_await asio::async_write(socket, asio::buffer(kContinue), kAwait);
            }
            const auto [error, size] = co_await socket.async_read_some(reader.space(), kAwait);
            if (error) {
                co_return;
            }
            reader.received(size);
            state = reader.advance();
        }
        if (state == RequestReader::State::refused) {
            refuse();
        } else {
            take_request();
            if (reply_.enter) {
                auto entered = co_await wait_for_memory(connection_, reply_);
                guest = std::move(entered);
            }
            if (reply_.enter && !guest) {
                outcome_ = Outcome::peer_closed;
                note_outcome(outcome_, ticket_, shared_);
                break;
            }
            write_head();
        }
        if (is_plain(reply_)) {
            send_at_once();
        }
        if (outcome_ == Outcome::completed && written_ < out_.size()) {
            co_await send_rest();
        }
        guest.reset();
        note_outcome(outcome_, ticket_, shared_);
    }
    close_socket(socket, outcome_);
}

}  // namespace

asio::awaitable<void> run_session(tcp::socket socket, Api& api, SessionShared& shared) {
    Session session(std::move(socket), api, shared);
    co_await session.run();
}

}  // namespace llmr::simulator
