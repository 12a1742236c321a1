#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/services.hpp"
#include "daemon/worker.hpp"
#include "net/executor.hpp"
#include "routing/model_catalog.hpp"

namespace llmr::daemon {

/// Keeps the picture of the Ollama upstreams fresh: /api/version, /api/tags, /api/ps, and /api/show
/// once per model version. Never runs inference and never wakes a model. On one worker's thread.
class Discovery {
public:
    /// `publish` gets every new picture, on the worker's thread.
    Discovery(Worker& worker, std::function<void(std::shared_ptr<const Landscape>)> publish);

    /// Looks at every upstream once and publishes.
    net::Task<void> refresh();
    /// Refreshes for ever: every 30 s, every second while something is down.
    net::Task<void> run();
    /// Makes `run` look without waiting further.
    void refresh_soon();
    void stop();

private:
    net::Task<UpstreamHealth> look_at(std::size_t upstream_index,
                                      std::vector<routing::LocalModel>& models);
    void keep_known(std::size_t upstream_index, std::vector<routing::LocalModel>& models) const;
    net::Task<void> read_models(std::size_t upstream_index, std::string tags,
                                std::vector<routing::LocalModel>& models);
    net::Task<void> read_resident(std::size_t upstream_index, std::size_t first,
                                  std::vector<routing::LocalModel>& models);
    void log_changes(const Landscape& now);

    Worker& worker_;
    std::function<void(std::shared_ptr<const Landscape>)> publish_;
    net::Timer timer_;
    bool stopping_ = false;
    bool soon_ = false;
    /// By (upstream, name + digest): a model is asked for its details once.
    std::map<std::pair<std::size_t, std::string>, routing::LocalModel> known_;
    std::shared_ptr<const Landscape> last_;
};

}  // namespace llmr::daemon
