#include "simulator/dialects/dialects.hpp"

#include <array>

namespace llmr::simulator {
namespace {

struct Row {
    std::string_view name;
    std::unique_ptr<Dialect> (*make)(const DialectSettings&);
};
constexpr std::array kRows{
    Row{"azure", &make_azure},       Row{"openrouter", &make_openrouter},
    Row{"deepseek", &make_deepseek}, Row{"lm_studio", &make_lm_studio},
    Row{"vllm", &make_vllm},         Row{"litellm", &make_litellm},
};

}  // namespace

std::vector<std::string> dialect_names() {
    std::vector<std::string> names;
    for (const auto& row : kRows) {
        names.emplace_back(row.name);
    }
    return names;
}

std::unique_ptr<Dialect> make_dialect(std::string_view name, const DialectSettings& settings) {
    for (const auto& row : kRows) {
        if (row.name == name) {
            return row.make(settings);
        }
    }
    return nullptr;
}

}  // namespace llmr::simulator
