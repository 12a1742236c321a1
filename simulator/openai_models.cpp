#include "simulator/openai_models.hpp"

#include <array>

namespace llmr::simulator {
namespace {

struct Known {
    std::string_view name;
    std::string_view snapshot;
    std::int64_t created;
};
constexpr std::array kKnown{
    Known{"gpt-4o-mini", "gpt-4o-mini-2024-07-18", 1'721'172'741},
    Known{"gpt-4o", "gpt-4o-2024-08-06", 1'715'367'049},
    Known{"text-embedding-3-small", "text-embedding-3-small", 1'705'948'997},
    Known{"text-embedding-3-large", "text-embedding-3-large", 1'705'953'180},
};
constexpr std::int64_t kCreated = 1'700'000'000;

bool starts_with_any(std::string_view name, std::initializer_list<std::string_view> prefixes) {
    for (const auto prefix : prefixes) {
        if (name.substr(0, prefix.size()) == prefix) {
            return true;
        }
    }
    return false;
}

}  // namespace

OpenAiModel::OpenAiModel(std::string_view model_name)
    : name(model_name), snapshot(model_name), created(kCreated) {
    for (const auto& known : kKnown) {
        if (known.name == model_name) {
            snapshot = known.snapshot;
            created = known.created;
        }
    }
    if (model_name.find("embedding") != std::string_view::npos) {
        embedding_length = model_name.find("large") != std::string_view::npos ? 3072 : 1536;
        context_length = 8192;
    }
    reasons = starts_with_any(model_name, {"o1", "o3", "o4", "gpt-5"});
}

}  // namespace llmr::simulator
