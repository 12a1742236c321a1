#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace llmr::simulator {

/// What stands before a response's body.
struct ResponseHead {
    int status = 200;
    std::string_view content_type;
    std::string_view extra_lines;               ///< each with its CRLF
    std::optional<std::size_t> content_length;  ///< nothing: chunked, or until close
    bool chunked = false;
    bool keep_alive = true;
};

/// Appends status line and header fields, with the empty line.
void append_head(std::string& out, const ResponseHead& head);

/// Appends one chunk of the chunked coding. `bytes` must not be empty: that would end the body.
void append_chunk(std::string& out, std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string_view reason_phrase(int status);

}  // namespace llmr::simulator
