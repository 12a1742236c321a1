#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/types.hpp"

namespace llmr::routing {

/// A model that an Ollama server has, as /api/tags, /api/show and /api/ps describe it.
struct LocalModel {
    std::string name;  ///< with tag
    std::size_t upstream_index = 0;
    double parameters_b = 0;  ///< billions; 0 if unknown
    std::int64_t size_bytes = 0;
    std::int64_t context_length = 0;  ///< trained maximum; 0 if unknown
    std::int64_t num_ctx = 0;         ///< what its Modelfile has Ollama load it with; 0: not stated
    std::int64_t modified_ms = 0;
    std::string digest;
    std::string family;
    bool completion = true;
    bool embedding = false;
    bool tools = false;
    bool vision = false;
    bool thinking = false;
    bool resident = false;
    Locality locality = Locality::local;  ///< external for cloud models (":cloud", remote_host)
    std::string tags_json;                ///< the server's own /api/tags object
};

/// Reads one /api/tags entry (JSON object text), and, if not empty, the model's /api/show answer.
/// What neither says is inferred from the name and family (an embedding model's name holds "embed"
/// or its family is bert-like; cloud by ":cloud", "-cloud" or remote_host; tools also from the
/// template). `resident` is for the caller to set, from /api/ps.
/// Errors: invalid_json; upstream_bad_response if the entry is no object or has no name.
Result<LocalModel> parse_local_model(std::string_view tags_entry_json, std::string_view show_json,
                                     std::size_t upstream_index);

/// Made for programming, by its name or family.
bool is_coder(const LocalModel& model);

}  // namespace llmr::routing
