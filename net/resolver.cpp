#include "net/resolver.hpp"

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/redirect_error.hpp>

#include "core/clock.hpp"
#include "net/transport_error.hpp"

namespace llmr::net {
namespace {

using tcp = asio::ip::tcp;
using TcpResolver = asio::ip::basic_resolver<tcp, Executor>;
using Answer = Result<Addresses>;

/// A coroutine that waits for an answer; the timer is what wakes it.
struct Waiter {
    Timer* timer = nullptr;
    std::optional<Answer> answer;
};

std::vector<tcp::endpoint> with_port(const Addresses& addresses, std::uint16_t port) {
    std::vector<tcp::endpoint> endpoints;
    for (const auto& address : addresses)
        endpoints.emplace_back(address, port);
    return endpoints;
}

}  // namespace

class Resolver::Impl : public std::enable_shared_from_this<Impl> {
public:
    explicit Impl(Executor e) : executor(e), resolver_(e) {}

    /// Answers at once, or queues the waiter behind the query for its name.
    void look_up(const std::string& host, const std::shared_ptr<Waiter>& waiter) {
        boost::system::error_code not_literal;
        const auto literal = asio::ip::make_address(host, not_literal);
        if (!not_literal) {
            waiter->answer = Addresses{literal};
        } else if (const Addresses* known = cache.find(host, steady_now())) {
            waiter->answer = *known;
        } else {
            auto& waiters = waiting_[host];
            waiters.push_back(waiter);
            if (waiters.size() == 1) query(host);
        }
    }

    void cancel() { resolver_.cancel(); }

    Executor executor;
    AddressCache cache;

private:
    void query(const std::string& host) {
        resolver_.async_resolve(host, "",
                                [self = shared_from_this(), host](boost::system::error_code ec,
                                                                  tcp::resolver::results_type all) {
                                    self->on_answer(host, ec, all);
                                });
    }

    void on_answer(const std::string& host, boost::system::error_code ec,
                   const tcp::resolver::results_type& all) {
        Addresses found;
        for (const auto& entry : all)
            found.push_back(entry.endpoint().address());
        if (!ec && found.empty()) ec = asio::error::host_not_found;
        if (!ec) {
            found = interleave(found);
            cache.store(host, found, steady_now());
        }
        const auto waiters = std::exchange(waiting_[host], {});
        waiting_.erase(host);
        for (const auto& waiter : waiters) {
            if (ec) {
                waiter->answer = unreachable(ec);
            } else {
                waiter->answer = found;
            }
            if (waiter->timer != nullptr) waiter->timer->cancel();
        }
    }

    TcpResolver resolver_;
    std::map<std::string, std::vector<std::shared_ptr<Waiter>>> waiting_;
};

Resolver::Resolver(Executor executor) : impl_(std::make_shared<Impl>(executor)) {}

Resolver::~Resolver() {
    impl_->cancel();
}

Task<Result<std::vector<tcp::endpoint>>> Resolver::resolve(std::string host, std::uint16_t port) {
    Timer no_limit(impl_->executor, SteadyTime::max());
    co_return co_await resolve(std::move(host), port, no_limit);
}

Task<Result<std::vector<tcp::endpoint>>> Resolver::resolve(std::string host, std::uint16_t port,
                                                           Timer& limit) {
    const auto impl = impl_;
    const auto waiter = std::make_shared<Waiter>();
    impl->look_up(host, waiter);
    if (!waiter->answer) {
        waiter->timer = &limit;
        boost::system::error_code ignored;
        co_await limit.async_wait(asio::redirect_error(use_task, ignored));
        waiter->timer = nullptr;
    }
    if (!waiter->answer) co_return unreachable("the name look-up timed out");
    if (!*waiter->answer) co_return waiter->answer->error();
    co_return with_port(**waiter->answer, port);
}

void Resolver::remember(const std::string& host, Addresses addresses) {
    impl_->cache.store(host, interleave(addresses), steady_now());
}

}  // namespace llmr::net
