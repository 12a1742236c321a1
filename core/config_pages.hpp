#pragma once

#include <string>

namespace llmr {

/// llm-router.env(5), a man page of all variables. `version` and `date` stand in its margins.
std::string config_man_page(const std::string& version, const std::string& date);

/// A settings file with every variable, its default and what it means, all in comments.
std::string config_template();

}  // namespace llmr
