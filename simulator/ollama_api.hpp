#pragma once

#include <chrono>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "core/types.hpp"
#include "simulator/api.hpp"
#include "simulator/behaviour_table.hpp"
#include "simulator/models.hpp"
#include "simulator/ollama_answer.hpp"
#include "simulator/ollama_request.hpp"

namespace llmr::simulator {

/// Ollama's native API. Thread-safe.
class OllamaApi : public Api {
public:
    /// `max_loaded` models in memory at a time; 0: any number.
    OllamaApi(std::vector<SimulatedModel> models, BehaviourTable& behaviours, int max_loaded);
    Reply answer(const HttpRequest& request) override;
    /// Times any model was loaded; not counted where neither number nor load time are set.
    std::int64_t load_count() const { return memory_.load_count(); }

private:
    /// Reads /api/chat or /api/generate.
    using Reader = std::optional<OllamaRefusal> (*)(simdjson::dom::element, OllamaRequest&);

    Reply root(const HttpRequest& request);
    Reply version(const HttpRequest& request);
    Reply tags(const HttpRequest& request);
    Reply loaded(const HttpRequest& request);
    Reply show(const HttpRequest& request);
    Reply pull(const HttpRequest& request);
    Reply chat(const HttpRequest& request);
    Reply generate(const HttpRequest& request);
    Reply embed(const HttpRequest& request);
    Reply legacy_embed(const HttpRequest& request);

    Reply complete(const HttpRequest& request, Reader read, OllamaShape shape);
    Reply complete(simdjson::dom::element root, OllamaRequest& asked, OllamaShape shape);
    /// What both embedding paths check first. Null: `reply` holds the error.
    StoredModel* open_embedding(const HttpRequest& request, Operation operation, Reply& reply,
                                simdjson::dom::element& root, std::int64_t& keep_ms);
    /// Writes the reply with `fill`, at once or when the model is in memory. `reply.switches` are
    /// set by then.
    template <class Fill>
    void fill_when_loaded(Reply& reply, StoredModel& model, std::int64_t keep_ms,
                          std::int64_t num_ctx, Fill fill);

    ModelStore models_;
    BehaviourTable& behaviours_;
    bool limited_;
    ModelMemory memory_;
};

template <class Fill>
void OllamaApi::fill_when_loaded(Reply& reply, StoredModel& model, std::int64_t keep_ms,
                                 std::int64_t num_ctx, Fill fill) {
    const auto load_time =
        reply.switches ? reply.switches->load_time : std::chrono::microseconds(0);
    if (!limited_ && load_time.count() == 0) {
        keep_loaded(model, keep_ms, num_ctx);
        fill(reply, std::chrono::nanoseconds(0));
        return;
    }
    reply.fill = std::move(fill);
    reply.enter = [this, &model, load_time, keep_ms, num_ctx](ModelMemory::OnEntered on_entered) {
        return memory_.enter(model, load_time, keep_ms, num_ctx, std::move(on_entered));
    };
}

/// {"error": text}
Reply ollama_error(int status, std::string_view text);
/// Ollama's usual text for a status that a switch asks for.
std::string_view usual_ollama_error(int status);
/// Replies with what the switches want instead of an answer.
Reply ollama_fault(const Behaviour& behaviour);
/// Bodies of the lists and details; `now_ms` is UTC.
std::string ollama_tags_body(const ModelStore& models);
std::string ollama_loaded_body(const ModelStore& models, std::int64_t now_ms);
std::string ollama_show_body(const StoredModel& model);
/// Progress lines of a pull; an unknown model fails after the first.
std::unique_ptr<EventSource> ollama_pull_lines(bool known);

}  // namespace llmr::simulator
