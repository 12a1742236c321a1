#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace llmr::simulator {

/// Bytes of the first token of `text`, 0 only for an empty text. A token is a word with the blank
/// before it (long words are several tokens), or a run of one other character. The tokens of a text
/// joined give the text, and no token ends inside a UTF-8 sequence.
std::size_t token_length(std::string_view text);

std::int64_t count_tokens(std::string_view text);

/// The first `limit` tokens of `text`, which count_tokens counts as `limit` again.
std::string_view first_tokens(std::string_view text, std::int64_t limit);

}  // namespace llmr::simulator
