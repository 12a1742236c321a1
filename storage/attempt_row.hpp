#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/money.hpp"
#include "core/types.hpp"

namespace llmr::storage {

/// One attempt, as one row. The key is (request_id, attempt); writing it again replaces it.
struct AttemptRow {
    std::string request_id;
    int attempt = 1;                ///< from 1
    std::int64_t decision_seq = 0;  ///< order of routing decisions, the same for all its attempts
    std::int64_t started_ms = 0;    ///< UTC
    AttemptStatus status = AttemptStatus::open;
    bool final = false;       ///< the query's last attempt: what totals count
    bool query_local = true;  ///< no attempt of the query left the machine

    std::string upstream;
    std::string model;         ///< asked of the upstream
    std::string model_asked;   ///< by the client
    std::string model_served;  ///< as the upstream named it
    Locality locality = Locality::local;
    Dialect dialect = Dialect::openai_chat;
    Operation operation = Operation::chat;
    bool stream = false;
    QueryType type = QueryType::simple;
    int complexity = 1;
    double score = 0;
    std::string reason;     ///< of the route
    bool fallback = false;  ///< follows a failed attempt
    bool simulated = false;
    std::string key_id;   ///< of the client's API key, or empty
    std::string session;  ///< x-router-session, or empty

    Usage usage;
    std::optional<PicoUsd> cost;   ///< nothing: price unknown
    bool cost_worst_case = false;  ///< `cost` is the most it can have been: an external call whose
                                   ///< end is not known. Set on its open row, kept by recovery
    std::string service_tier;      ///< that was billed: "batch", "flex" or "priority"; empty: the
                                   ///< standard one
    std::string price_id;
    std::optional<PicoUsd> baseline;  ///< the same tokens at the price of the baseline model
    std::string baseline_id;
    std::optional<PicoUsd> energy;  ///< what the machine's power cost, an estimate

    std::int64_t queue_us = 0;   ///< waiting for admission
    std::int64_t load_us = 0;    ///< model load, as Ollama reports it
    std::int64_t num_ctx = 0;    ///< the context that Ollama was told to use; 0: none
    bool truncated = false;      ///< Ollama cut the prompt to it all the same
    std::int64_t ttft_us = 0;    ///< from the request's arrival to the first upstream content byte;
                                 ///< 0: none
    std::int64_t total_us = 0;   ///< from the request's arrival to the end of this attempt
    std::int64_t router_us = 0;  ///< our own share of it before the upstream was asked
    int http_upstream = 0;       ///< 0: no answer
    int http_client = 0;         ///< 0: nothing sent
    std::string finish_reason;
    std::string error_code;  ///< core code_string, empty if ok
};

}  // namespace llmr::storage
