#pragma once

#include <string_view>

/// What a client's headers say about the representation it wants. Pure functions.
namespace llmr::daemon {

/// `Accept` names text/html, and nothing else it names comes before it: a browser that goes to a
/// page. `*/*` alone, or no header, is a program.
bool prefers_html(std::string_view accept);

/// `Accept-Encoding` names gzip, or `*`, with a weight above 0.
bool accepts_gzip(std::string_view accept_encoding);

/// `If-None-Match` holds `etag` (with its quotes) or is `*`. Weak marks do not matter here.
bool etag_matches(std::string_view if_none_match, std::string_view etag);

}  // namespace llmr::daemon
