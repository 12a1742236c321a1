#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "simulator/answers.hpp"
#include "simulator/anthropic_cache.hpp"
#include "simulator/anthropic_error.hpp"
#include "simulator/hash.hpp"

namespace llmr::simulator {

/// Counts a prompt in the order in which it is cached: tools, system, messages.
class PromptTally {
public:
    void add(std::string_view text);
    void add_image();
    /// Ends a block: notes its cache_control, if it has one. Refuses what is none.
    std::optional<AnthropicError> end_block(simdjson::dom::element block, const std::string& where);

    std::int64_t tokens() const { return tokens_; }
    const std::vector<CacheBreak>& breaks() const { return breaks_; }

private:
    std::int64_t tokens_ = 0;
    std::uint64_t hash_ = hash_text("");
    std::vector<CacheBreak> breaks_;
};

/// What /v1/messages asks for. A view into the parsed body.
struct AnthropicRequest {
    Prompt prompt;
    PromptTally tally;
    bool stream = false;
    bool has_calls = false;  ///< the history holds calls of tools
};

/// Reads a body, and refuses what the real API refuses, members it does not know among it. Nothing
/// if all is well. `counting`: for count_tokens, which wants no max_tokens.
std::optional<AnthropicError> read_anthropic(simdjson::dom::element root, bool counting,
                                             AnthropicRequest& out);

/// The messages part of it: needs to know whether thinking is on.
std::optional<AnthropicError> read_anthropic_messages(simdjson::dom::element messages,
                                                      AnthropicRequest& out);

}  // namespace llmr::simulator
