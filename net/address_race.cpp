#include "net/address_race.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>

namespace llmr::net {

using error_code = boost::system::error_code;

namespace {

/// RFC 8305's "Connection Attempt Delay".
constexpr std::chrono::milliseconds kHeadStart{250};

}  // namespace

struct AddressRace::State : std::enable_shared_from_this<AddressRace::State> {
    explicit State(Executor e) : executor(e), wake(e) {}

    void start(const asio::ip::tcp::endpoint& address) {
        const std::size_t index = attempts.size();
        attempts.push_back(std::make_unique<Connection>(executor));
        ++in_flight;
        next_start = steady_now() + kHeadStart;
        asio::co_spawn(
            executor, attempts.back()->connect(address),
            [self = shared_from_this(), index](const std::exception_ptr& thrown, error_code ec) {
                if (thrown) ec = asio::error::no_memory;
                self->on_end(index, ec);
            });
    }

    void on_end(std::size_t index, const error_code& ec) {
        --in_flight;
        if (over) return;
        if (!ec && !winner) winner = std::move(attempts[index]);
        if (ec) failure = ec;
        next_start = SteadyTime::min();
        wake.cancel();
    }

    /// Nothing that ends from now on counts.
    void finish() {
        over = true;
        for (const auto& attempt : attempts)
            if (attempt) attempt->close();
        wake.cancel();
    }

    Executor executor;
    Timer wake;
    std::vector<std::unique_ptr<Connection>> attempts;
    std::unique_ptr<Connection> winner;
    error_code failure;
    std::size_t in_flight = 0;
    SteadyTime next_start = SteadyTime::min();
    bool over = false;
};

AddressRace::AddressRace(Executor executor) : state_(std::make_shared<State>(executor)) {}

AddressRace::~AddressRace() {
    state_->finish();
}

Task<AddressRace::Outcome> AddressRace::run(std::vector<asio::ip::tcp::endpoint> addresses,
                                            SteadyTime deadline) {
    const auto state = state_;
    Outcome outcome;
    outcome.ec = asio::error::host_not_found;
    for (std::size_t next = 0;;) {
        const SteadyTime now = steady_now();
        const bool more = next < addresses.size();
        if (state->over || state->winner || (!more && state->in_flight == 0)) break;
        if (now >= deadline) {
            outcome.ec = asio::error::timed_out;
            break;
        }
        if (more && now >= state->next_start) {
            state->start(addresses[next++]);
            continue;
        }
        state->wake.expires_at(more ? std::min(state->next_start, deadline) : deadline);
        error_code ignored;
        co_await state->wake.async_wait(asio::redirect_error(use_task, ignored));
    }
    if (state->over) outcome.ec = asio::error::operation_aborted;
    if (state->failure && outcome.ec == asio::error::host_not_found) outcome.ec = state->failure;
    outcome.connection = std::move(state->winner);
    if (outcome.connection) outcome.ec.clear();
    state->finish();
    co_return outcome;
}

void AddressRace::cancel() {
    state_->finish();
}

}  // namespace llmr::net
