#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/executor.hpp"

namespace llmr::daemon {

class Worker;

/// What became of one model that queries may be sent to.
struct ModelCheck {
    std::string name;
    std::optional<bool> listed;        ///< nothing: the server does not say
    std::vector<std::string> nearest;  ///< names it has instead
    std::string price;                 ///< in words; empty: it costs nothing
    bool price_missing = false;        ///< it costs something, and nobody knows what
    std::string live;                  ///< what a real answer came to; empty: not asked
    std::string live_error;
    std::string advice;  ///< what to change; empty: nothing
};

/// What became of one upstream.
struct UpstreamCheck {
    std::string name;
    std::string title;
    std::string locality;
    std::string url;      ///< of the request that lists its models
    std::string auth;     ///< header, and what stands in it, without the secret
    bool barred = false;  ///< LLM_PRIVACY=local-only: it was not asked
    bool works = false;
    std::size_t models_found = 0;
    std::string error;
    std::string advice;
    std::vector<ModelCheck> models;
};

/// Asks for the list of models, which costs nothing; `live`: also every configured model for one
/// token. Never throws for what the upstream does.
net::Task<UpstreamCheck> check_upstream(Worker& worker, std::size_t upstream_index, bool live);

}  // namespace llmr::daemon
