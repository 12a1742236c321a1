#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace llmr::daemon {

/// What is kept of an answer of /v1/responses.
struct StoredResponse {
    std::string id;
    std::string key_id;    ///< whose it is: nobody else finds it
    std::string response;  ///< the response object, JSON
    std::string items;     ///< the conversation up to and with it: items, separated by commas
};

/// Answers for `previous_response_id`, in memory alone: a restart forgets them, and nothing of them
/// reaches the ledger or a log. Bounded in number and bytes; those unused for longest leave first.
/// Thread-safe; a look-up copies.
class ResponseStore {
public:
    static constexpr std::size_t kMaxBytes = 256 << 20;

    explicit ResponseStore(std::size_t capacity, std::size_t max_bytes = kMaxBytes)
        : capacity_(capacity), max_bytes_(max_bytes) {}

    bool enabled() const { return capacity_ > 0; }
    /// False if it is too large to be kept at all.
    bool put(StoredResponse stored);
    std::optional<StoredResponse> find(std::string_view id, std::string_view key_id);
    /// False if there is none of that name.
    bool erase(std::string_view id, std::string_view key_id);

private:
    using Entries = std::list<StoredResponse>;

    static std::size_t bytes_of(const StoredResponse& stored);
    Entries::iterator look_up(std::string_view id, std::string_view key_id);
    void remove(Entries::iterator entry);

    const std::size_t capacity_;
    const std::size_t max_bytes_;
    std::mutex mutex_;
    Entries entries_;  ///< used last comes first
    std::unordered_map<std::string, Entries::iterator> by_id_;
    std::size_t bytes_ = 0;
};

}  // namespace llmr::daemon
