#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace llmr::simulator {

/// What one request to the simulator was, for tests: the simulator's own log is the truth about
/// what reached an upstream.
struct RequestLogEntry {
    std::string path;
    std::string query;  ///< without "?"
    std::string model;
    std::string body;
    std::string authorization;
    std::string api_key;  ///< x-api-key
    std::string anthropic_version;
    std::string anthropic_beta;
    std::string provider;  ///< which of SimulatorOptions::providers, "openai" or empty
    std::string key;       ///< the API key or token it came with
    /// Every header as it was sent, names in lower case; of equal names the first.
    std::map<std::string, std::string> headers;
    bool stream = false;
    bool completed = false;  ///< the whole answer was sent
    /// Steady microseconds (since start()) when the peer's close was noticed; 0: it was not closed
    /// early.
    std::int64_t closed_after_us = 0;
};

/// The inference requests in the order they arrived. An entry is there as soon as the request was
/// read, before anything is answered. Thread-safe.
class RequestLog {
public:
    /// Names an entry, also after the log was cleared (then it is of no effect). 0: not recorded.
    using Ticket = std::uint64_t;

    /// Switching on clears what was recorded before.
    void record(bool on);
    bool recording() const { return recording_.load(std::memory_order_acquire); }

    Ticket add(RequestLogEntry entry);
    void completed(Ticket ticket);
    void closed(Ticket ticket, std::int64_t after_us);

    std::vector<RequestLogEntry> entries() const;
    /// Blocks until the entries satisfy `predicate` or the timeout passes. The predicate runs under
    /// the log's lock: it must not call this object.
    bool wait_for(const std::function<bool(const std::vector<RequestLogEntry>&)>& predicate,
                  std::chrono::milliseconds timeout) const;

private:
    RequestLogEntry* find(Ticket ticket);

    std::atomic<bool> recording_{false};
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    Ticket first_ = 1;  ///< ticket of entries_[0]
    std::vector<RequestLogEntry> entries_;
};

}  // namespace llmr::simulator
