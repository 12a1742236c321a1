#pragma once

#include <string_view>
#include <vector>

#include "core/config_option.hpp"

/// Headers in variables.
namespace llmr::config {

/// "Name: value", with semicolons or line ends between; "azure/Name: value" is for one upstream.
/// Or a JSON object of names and values. Headers that frame a request (Host, Content-Length,
/// Transfer-Encoding, Connection and the like) are refused. Faults never repeat a value.
Parsed<std::vector<DraftHeader>> parse_headers(std::string_view text);

}  // namespace llmr::config
