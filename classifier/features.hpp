#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "classifier/ngrams.hpp"
#include "classifier/text_shape.hpp"
#include "classifier/turn.hpp"
#include "classifier/zone_sums.hpp"
#include "core/chat_request.hpp"
#include "core/types.hpp"

namespace llmr::classifier {

/// Cheap observations about a query, taken in one pass over the last user turn (head, tail and
/// samples when it is long; `sampled` says so) in the light of the conversation before it.
struct Features;

/// Linear in the text that is looked at, at most 64 KiB of it. `estimated_tokens` covers the whole
/// request. Keeps no view into the request. No allocation. Thread-safe.
Features extract_features(const ChatRequest& request);

/// The same for a bare text, of which no endpoint says whether it is to be embedded.
Features extract_features(std::string_view text);

/// Hands the n-grams to `sink` instead of looking up their weights.
Features extract_features(const ChatRequest& request, NgramSink& sink);

struct Features {
    Operation operation = Operation::chat;
    bool endpoint_known = true;         ///< false for a bare text: it may be one to embed
    std::int64_t estimated_tokens = 0;  ///< of the whole request, images at 768 each
    std::int64_t message_tokens = 0;    ///< the same without images and definitions of tools
    std::int64_t words = 0;             ///< of the last user turn
    int turns = 0;                      ///< user messages
    std::size_t image_count = 0;
    std::size_t tool_count = 0;
    bool wants_json = false;
    bool sampled = false;

    Turn last;     ///< the last user turn
    Turn earlier;  ///< the nearest user turn before it that stands on its own
    bool has_earlier = false;
    CueSet system = 0;  ///< cues of the system prompt's beginning and end
    TextShape shape;    ///< of the last user turn
    ZoneSums ngrams;    ///< what the words weigh
};

}  // namespace llmr::classifier
