#pragma once

#include <string>
#include <string_view>

namespace llmr::roff {

/// `text` as running text of a man page: what roff would take for a command is escaped.
std::string text(std::string_view text);
/// The same for what is typed: names of options and variables, values. Hyphens stay hyphens.
std::string literal(std::string_view text);

}  // namespace llmr::roff
