#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/thread_pool.hpp>

#include "classifier/online_calibration.hpp"
#include "daemon/worker.hpp"
#include "net/executor.hpp"
#include "routing/repeat_detector.hpp"
#include "storage/attempt_row.hpp"
#include "storage/experience_store.hpp"

namespace llmr::daemon {

/// What the router learns while it runs: feedback and outcomes move the complexity of each type
/// (classifier/online_calibration.hpp). The shifts are stored with every feedback, some seconds
/// after other changes, and at the end. A database that cannot be written costs the memory of it,
/// not the service. Thread-safe; reads and writes SQLite on a thread of its own.
class Experience {
public:
    /// Takes up what an earlier run had learned.
    explicit Experience(std::string db_path);
    ~Experience();

    classifier::Shifts shifts() const { return calibration_.shifts(); }
    /// Learns from how a query ended; cheap.
    void note(const storage::AttemptRow& row, bool repeated, bool output_limited);
    bool is_repeated(std::uint64_t user, std::uint64_t turn, SteadyTime now) {
        return repeats_.is_repeated(user, turn, now);
    }
    struct Judged {
        QueryType type = QueryType::simple;
        double shift = 0;  ///< of that type, afterwards
    };
    /// Records what somebody says of an answer, and learns from it if `learn` says so. Nothing if
    /// the ledger has no such query. Errors: ledger_unavailable.
    net::Task<Result<std::optional<Judged>>> judge(Worker& worker, std::string request_id,
                                                   bool good, bool learn);
    /// Stores what was learned and ends the thread.
    void stop();

private:
    Result<std::optional<Judged>> judge_now(const std::string& request_id, bool good, bool learn);
    void save_soon();
    void save();

    std::string db_path_;
    classifier::OnlineCalibration calibration_;
    routing::RepeatDetector repeats_;
    std::atomic<std::int64_t> saved_ms_{0};
    std::atomic<bool> changed_{false};
    net::asio::thread_pool pool_{1};
};

}  // namespace llmr::daemon
