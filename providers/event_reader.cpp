#include "providers/event.hpp"

namespace llmr::providers {
namespace {

/// For dialects whose chunks and answers are read alike and stand for themselves.
template <bool (*Read)(simdjson::dom::element, EventBatch&)>
class StatelessReader final : public EventReader {
public:
    bool read_chunk(simdjson::dom::element root, EventBatch& batch) override {
        return Read(root, batch);
    }
    bool read_answer(simdjson::dom::element root, EventBatch& batch) override {
        return Read(root, batch);
    }
};

}  // namespace

std::unique_ptr<EventReader> make_event_reader(Dialect upstream) {
    switch (upstream) {
        case Dialect::openai_chat:
            return std::make_unique<StatelessReader<read_openai_events>>();
        case Dialect::openai_responses:
            return make_responses_reader();
        case Dialect::ollama:
            return std::make_unique<StatelessReader<read_ollama_events>>();
        case Dialect::anthropic:
            return make_anthropic_reader();
        case Dialect::gemini:
            return make_gemini_reader();
    }
    return nullptr;
}

}  // namespace llmr::providers
