#pragma once

#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include <openssl/ssl.h>

/// TCP servers whose every byte a test chooses. Blocking system calls, no Asio: what is tested does
/// not test itself. Nothing waits longer than kPatience.
namespace llmr::test {

inline constexpr int kPatienceSeconds = 20;

inline void must(bool ok, const char* what) {
    if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

/// The server's end of one connection. Used by one thread; `shut_down` by any.
class RawConnection {
public:
    struct Request {
        std::string head;  ///< with the empty line
        std::string body;

        /// "" if absent; `name` as the client writes it.
        std::string header(const std::string& name) const {
            const std::size_t at = head.find("\r\n" + name + ": ");
            if (at == head.npos) return {};
            const std::size_t begin = at + name.size() + 4;
            return head.substr(begin, head.find("\r\n", begin) - begin);
        }
    };

    RawConnection(int fd, int index, SSL_CTX* tls) : fd_(fd), index_(index) {
        const timeval patience{kPatienceSeconds, 0};
        const int on = 1;
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (tls != nullptr) {
            ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
            ssl_.reset(SSL_new(tls));
            SSL_set_fd(ssl_.get(), fd_);
        }
    }
    ~RawConnection() { close(); }
    RawConnection(const RawConnection&) = delete;
    RawConnection& operator=(const RawConnection&) = delete;

    int descriptor() const { return fd_; }
    int index() const { return index_; }  ///< 0 for the first one accepted
    /// The server's side of the TLS handshake; false if the client gave up.
    bool accept_tls() { return SSL_accept(ssl_.get()) == 1; }
    bool tls_resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

    /// What the client named in its hello (SNI); "" if nothing.
    std::string server_name() const {
        const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
        return name == nullptr ? "" : name;
    }

    /// Some bytes; empty once the client has closed.
    std::string receive() {
        char bytes[16 * 1024];
        const ssize_t got =
            ssl_ ? SSL_read(ssl_.get(), bytes, sizeof bytes) : ::recv(fd_, bytes, sizeof bytes, 0);
        if (got < 0 && !ssl_ && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            throw std::runtime_error("the client sent nothing for too long");
        }
        return got <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(got));
    }

    /// One request with its Content-Length body. Throws if the client closes first.
    Request read_request() {
        Request request;
        std::size_t end = read_until_blank_line();
        request.head = input_.substr(0, end);
        input_.erase(0, end);
        const std::string length = request.header("Content-Length");
        const std::size_t size = length.empty() ? 0 : std::stoul(length);
        while (input_.size() < size)
            more();
        request.body = input_.substr(0, size);
        input_.erase(0, size);
        return request;
    }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), int(bytes.size()))
                                      : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the client closed while being sent to");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// One packet per byte.
    void send_bytewise(std::string_view bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i)
            send(bytes.substr(i, 1));
    }

    /// 200 with Content-Length.
    void answer(std::string_view body, std::string_view extra_fields = "") {
        std::string text = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size());
        text.append("\r\n").append(extra_fields).append("\r\n").append(body);
        send(text);
    }

    /// Waits for the client to close; throws if it sends anything more, or lives on too long.
    bool wait_closed() {
        const std::string rest = input_ + receive();
        if (!rest.empty()) throw std::runtime_error("the client went on instead of closing");
        return true;
    }

    void close() {
        const std::lock_guard lock(mutex_);
        if (fd_ < 0) return;
        if (ssl_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
        ::close(fd_);
        fd_ = -1;
    }
    /// Closes with RST.
    void reset() {
        const linger now{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        ssl_.reset();
        close();
    }
    /// Wakes the thread that uses the connection.
    void shut_down() {
        const std::lock_guard lock(mutex_);
        if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
    }

private:
    struct FreeSsl {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };

    void more() {
        const std::string bytes = receive();
        if (bytes.empty()) throw std::runtime_error("the client closed in the middle of a request");
        input_ += bytes;
    }

    std::size_t read_until_blank_line() {
        for (;;) {
            const std::size_t end = input_.find("\r\n\r\n");
            if (end != input_.npos) return end + 4;
            more();
        }
    }

    std::mutex mutex_;  ///< guards fd_ against shut_down
    int fd_;
    int index_;
    std::unique_ptr<SSL, FreeSsl> ssl_;
    std::string input_;
};

/// A listening socket on 127.0.0.1, port chosen by the kernel unless stated.
class RawListener {
public:
    explicit RawListener(int backlog = 64, in_addr_t host = INADDR_LOOPBACK, std::uint16_t port = 0)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        must(fd_ >= 0, "socket");
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(host);
        address.sin_port = htons(port);
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        socklen_t length = sizeof address;
        must(::bind(fd_, raw, length) == 0, "bind");
        must(::listen(fd_, backlog) == 0, "listen");
        must(::getsockname(fd_, raw, &length) == 0, "getsockname");
        port_ = ntohs(address.sin_port);
        must(::pipe2(stop_, O_CLOEXEC) == 0, "pipe2");
    }
    ~RawListener() {
        for (const int fd : {fd_, stop_[0], stop_[1]})
            ::close(fd);
    }
    RawListener(const RawListener&) = delete;
    RawListener& operator=(const RawListener&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// Blocks; -1 after `stop`, once everybody who had connected by then was taken.
    int accept() {
        pollfd watched[] = {{fd_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
        while (::poll(watched, 2, -1) < 0) {
        }
        if ((watched[0].revents & POLLIN) == 0) return -1;
        return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    }
    void stop() { must(::write(stop_[1], "", 1) == 1, "write"); }

private:
    int fd_;
    int stop_[2] = {-1, -1};
    std::uint16_t port_ = 0;
};

/// Runs a script for every connection, each in its own thread. What a script throws ends its
/// connection and is kept: `failure()`.
class RawServer {
public:
    using Script = std::function<void(RawConnection&)>;

    /// With `tls` (borrowed) the handshake is made before the script runs; if it fails the script
    /// does not run.
    explicit RawServer(Script script, SSL_CTX* tls = nullptr)
        : script_(std::move(script)), tls_(tls), acceptor_([this] { accept_all(); }) {}
    ~RawServer() { stop(); }

    std::uint16_t port() const { return listener_.port(); }
    std::string url() const {
        return (tls_ != nullptr ? "https://127.0.0.1:" : "http://127.0.0.1:") +
               std::to_string(port());
    }
    int connections() const { return accepted_; }
    /// Those that got as far as the script: with TLS, through the handshake.
    int scripts() const { return scripts_; }
    /// Ends all connections and waits for the scripts.
    void stop() {
        if (!acceptor_.joinable()) return;
        listener_.stop();
        acceptor_.join();
        for (auto& served : served_)
            served.connection->shut_down();
        for (auto& served : served_)
            served.thread.join();
        served_.clear();
    }
    /// Waits until all scripts have ended by themselves. No connection may be under way.
    void finish() {
        listener_.stop();
        if (acceptor_.joinable()) acceptor_.join();
        for (auto& served : served_)
            served.thread.join();
        served_.clear();
    }
    /// What the first failed script threw; "" if none did.
    std::string failure() const {
        const std::lock_guard lock(mutex_);
        return failure_;
    }

private:
    struct Served {
        std::unique_ptr<RawConnection> connection;
        std::thread thread;
    };

    void accept_all() {
        for (int fd = listener_.accept(); fd >= 0; fd = listener_.accept()) {
            auto& served = served_.emplace_back();
            served.connection = std::make_unique<RawConnection>(fd, accepted_++, tls_);
            served.thread =
                std::thread([this, &connection = *served.connection] { serve(connection); });
        }
    }

    void serve(RawConnection& connection) {
        try {
            if (tls_ == nullptr || connection.accept_tls()) {
                ++scripts_;
                script_(connection);
            }
        } catch (const std::exception& e) {
            const std::lock_guard lock(mutex_);
            if (failure_.empty()) failure_ = e.what();
        }
        connection.close();
    }

    Script script_;
    SSL_CTX* tls_;
    RawListener listener_;
    std::list<Served> served_;  ///< the acceptor's until it is joined
    std::atomic<int> accepted_{0};
    std::atomic<int> scripts_{0};
    mutable std::mutex mutex_;
    std::string failure_;
    std::thread acceptor_;  ///< last: it uses all of the above
};

}  // namespace llmr::test
