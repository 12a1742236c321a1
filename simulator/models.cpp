#include "simulator/models.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/text.hpp"
#include "simulator/hash.hpp"

namespace llmr::simulator {

std::vector<SimulatedModel> seed_models() {
    return {
        {"mistral:7b", "llama", "7.2B", 4'372'824'384, 32'768, {"completion", "tools"}, 4096},
        {"deepseek-coder:6.7b", "llama", "7B", 3'827'834'503, 16'384, {"completion"}, 4096},
        {"codellama:13b", "llama", "13B", 7'365'960'935, 16'384, {"completion"}, 5120},
        {"llama3.1:8b", "llama", "8.0B", 4'920'753'328, 131'072, {"completion", "tools"}, 4096},
        {"codellama:python", "llama", "7B", 3'825'910'662, 16'384, {"completion"}, 4096},
        {"codellama:7b", "llama", "7B", 3'825'910'662, 16'384, {"completion"}, 4096},
        {"yi-coder:9b", "llama", "8.8B", 5'036'312'234, 131'072, {"completion"}, 4096},
        {"starcoder2:7b",
         "starcoder2",
         "7B",
         4'039'133'951,
         16'384,
         {"completion", "insert"},
         4608},
        {"stable-code:3b", "stablelm", "3B", 1'608'571'136, 16'384, {"completion", "insert"}, 2560},
        {"tinyllama:1.1b", "llama", "1B", 637'700'138, 2'048, {"completion"}, 2048},
        {"phi:2.7b", "phi2", "3B", 1'602'463'378, 2'048, {"completion"}, 2560},
        {"qwen2.5-coder:1.5b",
         "qwen2",
         "1.5B",
         986'062'089,
         32'768,
         {"completion", "tools", "insert"},
         1536},
        {"codegemma:2b", "gemma", "3B", 1'551'001'337, 8'192, {"completion", "insert"}, 2048},
        {"deepseek-coder:1.3b", "llama", "1B", 776'080'839, 16'384, {"completion"}, 2048},
        {"nomic-embed-text:latest", "nomic-bert", "137M", 274'302'450, 2'048, {"embedding"}, 768},
    };
}

Result<SimulatedModel> parse_model(std::string_view text) {
    const auto equals = text.find('=');
    SimulatedModel model{
        std::string(trim(text.substr(0, equals))), "llama", "7B", 4'109'865'159, 32'768, {}, 4096};
    if (equals != std::string_view::npos) {
        for (const auto& capability : split_list(text.substr(equals + 1))) {
            model.capabilities.emplace_back(capability);
        }
    }
    if (model.name.empty() || model.capabilities.empty()) {
        return Error(Errc::invalid_parameter, fmt::format("'{}' is not NAME=CAPABILITY,...", text),
                     "model");
    }
    return model;
}

std::string canonical_model_name(std::string_view name) {
    std::string canonical = to_lower(name);
    const auto slash = canonical.rfind('/');
    const auto base = slash == std::string::npos ? 0 : slash + 1;
    if (canonical.find(':', base) == std::string::npos) {
        canonical += ":latest";
    }
    return canonical;
}

bool StoredModel::can(std::string_view capability) const {
    return std::find(model.capabilities.begin(), model.capabilities.end(), capability) !=
           model.capabilities.end();
}

void keep_loaded(StoredModel& model, std::int64_t keep_ms, std::int64_t num_ctx) {
    std::int64_t until = 0;
    if (keep_ms != 0) {
        const auto now = utc_ms();
        until = keep_ms > INT64_MAX - now ? INT64_MAX : now + keep_ms;
    }
    model.num_ctx.store(num_ctx, std::memory_order_relaxed);
    model.loaded_until_ms.store(until, std::memory_order_relaxed);
}

ModelStore::ModelStore(std::vector<SimulatedModel> models) {
    for (std::size_t i = 0; i < models.size(); ++i) {
        auto stored = std::make_unique<StoredModel>();
        stored->model = std::move(models[i]);
        stored->model.name = canonical_model_name(stored->model.name);
        Random random(hash_text(stored->model.name));
        for (int word = 0; word < 4; ++word) {
            stored->digest += fmt::format("{:016x}", random.next());
        }
        // One day apart, so that "newest first" has one answer.
        stored->modified_at =
            iso8601(1'760'572'800'000 - static_cast<std::int64_t>(i) * 86'400'000);
        models_.push_back(std::move(stored));
    }
}

StoredModel* ModelStore::find(std::string_view name) const {
    for (const auto& stored : models_) {
        if (stored->model.name == name) {
            return stored.get();
        }
    }
    const std::string canonical = canonical_model_name(name);
    for (const auto& stored : models_) {
        if (stored->model.name == canonical) {
            return stored.get();
        }
    }
    return nullptr;
}

}  // namespace llmr::simulator
