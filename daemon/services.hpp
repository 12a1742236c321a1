#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "core/energy.hpp"
#include "daemon/credentials.hpp"
#include "daemon/live_events.hpp"
#include "daemon/response_store.hpp"
#include "daemon/tuning.hpp"
#include "metrics/metrics.hpp"
#include "net/guard.hpp"
#include "net/tls.hpp"
#include "routing/admission.hpp"
#include "routing/budget.hpp"
#include "routing/context_window.hpp"
#include "routing/conversations.hpp"
#include "routing/local_share.hpp"
#include "routing/model_catalog.hpp"
#include "routing/price_book.hpp"
#include "storage/ledger.hpp"

namespace llmr::daemon {

class Experience;
class StatsService;

/// What discovery last saw of one upstream.
struct UpstreamHealth {
    bool checked = false;
    bool up = false;
    bool barred = false;  ///< external, and LLM_PRIVACY=local-only: never asked anything
    std::string version;  ///< Ollama's
    std::string error;    ///< why it is down, without URL
    std::int64_t checked_ms = 0;
};

/// One immutable picture of the upstreams, published to every I/O thread by discovery.
struct Landscape {
    routing::ModelCatalog catalog;
    std::vector<UpstreamHealth> upstreams;  ///< by upstream index
};

/// What all I/O threads share: thread-safe services and constants. Owned by App, outlives the
/// workers.
struct Services {
    std::unique_ptr<storage::Ledger> ledger;
    std::unique_ptr<routing::LocalShare> share;
    std::unique_ptr<routing::Admission> admission;
    std::unique_ptr<routing::Budget> budget;
    std::unique_ptr<routing::ContextWindows> windows;
    std::unique_ptr<metrics::Metrics> metrics;
    std::unique_ptr<StatsService> stats;
    std::unique_ptr<Experience> experience;
    std::function<void()> look_again;  ///< discovery should look at the upstreams now
    struct TuningState {
        Tuning running;
        Tuning configured;
    };
    /// Changes the routing on every thread; a change of nothing reads how it stands.
    std::function<TuningState(const TuningChange&)> tune;
    std::unique_ptr<LiveEvents> live = std::make_unique<LiveEvents>();
    std::shared_ptr<boost::asio::ssl::context> tls;
    std::unique_ptr<ResponseStore> responses;
    std::vector<std::unique_ptr<Credentials>> credentials;  ///< by upstream index
    routing::Conversations conversations;
    EnergyShare energy;  ///< of the local models; its power is 0 where nobody states it
    const routing::PriceBook* prices = nullptr;
    std::string version;
    bool simulated = false;
    std::int64_t started_ms = 0;

    std::atomic<bool> ready{false};
    std::atomic<bool> draining{false};
    std::atomic<std::int64_t> open_connections{0};
    std::atomic<std::int64_t> in_flight{0};
};

}  // namespace llmr::daemon
