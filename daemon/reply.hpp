#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/types.hpp"

namespace llmr::daemon {

/// An answer to a client, before it is bytes. `head_text` is the only place that writes headers.
struct Reply {
    int status = 200;
    std::string_view content_type = "application/json";
    std::vector<std::pair<std::string_view, std::string>> headers;  ///< names are literals
    std::string body;

    void add(std::string_view name, std::string value) {
        headers.emplace_back(name, std::move(value));
    }
};

/// How the body is delimited on the wire.
enum class Framing : std::uint8_t { content_length, chunked, until_close };

/// The status line and all headers, with the blank line. Control characters in values become
/// spaces, so that no value can end its line. `more_lines` are header lines that are complete.
std::string head_text(const Reply& reply, Framing framing, bool keep_alive,
                      std::string_view more_lines = {});

/// `error` in `dialect`'s shape, with its status and Retry-After.
Reply error_reply(Dialect dialect, const Error& error);

Reply json_reply(std::string body, int status = 200);
Reply text_reply(std::string body, int status = 200);

}  // namespace llmr::daemon
