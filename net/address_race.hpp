#pragma once

#include <memory>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "core/clock.hpp"
#include "net/connection.hpp"
#include "net/executor.hpp"

namespace llmr::net {

/// Connects to the first of several addresses that answers (RFC 8305, section 5): the next one is
/// begun when the one before has failed or stayed silent for 250 ms, without giving that one up.
/// Those that lose are closed. One thread; used once.
class AddressRace {
public:
    struct Outcome {
        std::unique_ptr<Connection> connection;  ///< null: none answered
        /// Then: the failure of the last one that failed; timed_out if none did in time.
        boost::system::error_code ec;
    };

    explicit AddressRace(Executor executor);
    ~AddressRace();
    AddressRace(const AddressRace&) = delete;
    AddressRace& operator=(const AddressRace&) = delete;

    /// The race must outlive the task. No addresses: host_not_found.
    Task<Outcome> run(std::vector<asio::ip::tcp::endpoint> addresses, SteadyTime deadline);
    /// `run` ends at once, with operation_aborted.
    void cancel();

private:
    struct State;
    std::shared_ptr<State> state_;  ///< kept by attempts that have yet to notice the end
};

}  // namespace llmr::net
