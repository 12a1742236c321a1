#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "simulator/behaviour.hpp"

namespace llmr::simulator {

/// What one request has to suffer. No `switches`: everything is off.
struct Treatment {
    std::shared_ptr<const Behaviour> switches;
    bool fail = false;  ///< answer with switches->error_status
};

/// The switches in force. Thread-safe; changes act on requests that begin afterwards.
class BehaviourTable {
public:
    BehaviourTable(const Behaviour& for_all, const std::map<std::string, Behaviour>& per_model);

    void set(const Behaviour& for_all);
    /// Model names are compared as Ollama does: without case, ":latest" being the same as no tag.
    void set(std::string_view model, const Behaviour& behaviour);

    /// Counts the request: with error_rate r, of any n requests in a row n*r (rounded) fail.
    /// What is set for "@PROVIDER" holds for all models of that provider, but those that have
    /// switches of their own.
    Treatment choose(std::string_view model, std::string_view provider = {});

private:
    struct Entry {
        std::shared_ptr<const Behaviour> switches;
        std::uint64_t requests = 0;  ///< since it was set, for the even spread of errors
    };
    static Entry make_entry(const Behaviour& behaviour);
    void refresh_idle();
    Entry& entry_of(std::string_view model, std::string_view provider);

    std::atomic<bool> idle_{true};  ///< no switch is on anywhere: choose() takes no lock
    std::mutex mutex_;
    Entry for_all_;
    std::map<std::string, Entry, std::less<>> per_model_;
};

}  // namespace llmr::simulator
