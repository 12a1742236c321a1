#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "net/http_client.hpp"
#include "net/resolver.hpp"

namespace llmr::test {

using namespace std::chrono_literals;

/// The outcome of a coroutine that has been started.
template <class T>
struct Pending {
    std::exception_ptr thrown;
    std::optional<T> value;
    bool done() const { return thrown || value; }
};

/// An event loop in the thread of the test, with a client on it.
class ClientFixture {
public:
    net::Cancellation cancellation;  ///< outlives coroutines that the loop destroys
    net::asio::io_context io{1};
    net::Resolver resolver{io.get_executor()};
    net::Timeouts timeouts{10s, 10s, 10s};

    net::HttpClient client(const std::string& base_url, net::HttpClient::Options options = {},
                           net::asio::ssl::context* tls = nullptr) {
        return net::HttpClient(io.get_executor(), net::parse_base_url(base_url).value(), resolver,
                               tls, options);
    }

    net::ClientRequest request(std::string_view body = "{}") const {
        net::ClientRequest made;
        made.path = "/api/chat";
        made.body = body;
        made.timeouts = timeouts;
        return made;
    }

    template <class T>
    std::shared_ptr<Pending<T>> start(net::Task<T> task) {
        auto pending = std::make_shared<Pending<T>>();
        net::asio::co_spawn(io, std::move(task), [pending](std::exception_ptr thrown, T value) {
            pending->thrown = thrown;
            if (!thrown) pending->value = std::move(value);
        });
        return pending;
    }

    /// Runs the loop until `done`; what hangs fails.
    template <class Condition>
    void run_until(Condition done) {
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (!done()) {
            if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("it hangs");
            io.restart();
            io.run_one_for(100ms);
        }
    }

    template <class T>
    T finish(Pending<T>& pending) {
        run_until([&] { return pending.done(); });
        if (pending.thrown) std::rethrow_exception(pending.thrown);
        return std::move(*pending.value);
    }

    template <class T>
    T run(net::Task<T> task) {
        const auto pending = start(std::move(task));
        return finish(*pending);
    }

    net::SendResult send(net::HttpClient& client) { return run(client.send(request(), nullptr)); }
    /// With `cancellation`.
    std::shared_ptr<Pending<net::SendResult>> start_send(net::HttpClient& client) {
        return start(client.send(request(), &cancellation));
    }
    Result<std::string> read_all(net::ClientExchange& exchange) {
        return run(exchange.read_all(1 << 20));
    }
    /// One whole request; "" and a failed check where it does not succeed.
    std::string fetch(net::HttpClient& client) {
        net::SendResult result = send(client);
        if (!result.exchange) throw std::runtime_error(result.failure->error.message);
        return read_all(*result.exchange).value();
    }
};

}  // namespace llmr::test
