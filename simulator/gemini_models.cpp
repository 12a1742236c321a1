#include "simulator/gemini_models.hpp"

namespace llmr::simulator {
namespace {

constexpr std::int64_t kEmbeddingContext = 2048;

void make_embedder(GeminiModel& model) {
    const bool large = model.name.starts_with("gemini-");
    model.embedding_length = large ? 3072 : 768;
    model.most_inputs = large ? 1 : 250;
    model.context_length = kEmbeddingContext;
    model.max_output = 1;
}

}  // namespace

GeminiModel::GeminiModel(std::string_view model_name) : name(model_name) {
    const bool embeds = name.find("embedding") != std::string::npos;
    const bool pro = name.find("-pro") != std::string::npos;
    if (embeds) {
        make_embedder(*this);
    } else if (name.starts_with("gemini-3")) {
        thinking = Thinking::level;
        third = thinks_unasked = must_think = true;
    } else if (name.starts_with("gemini-2.5")) {
        thinking = Thinking::budget;
        thinks_unasked = name.find("-lite") == std::string::npos;
        must_think = pro;
    } else {
        max_output = 8192;
    }
}

}  // namespace llmr::simulator
