#pragma once

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
    OllamaApi(std::vector<SimulatedModel> models, BehaviourTable& behaviours);
    Reply answer(const HttpRequest& request) override;

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
                                simdjson::dom::element& root);

    ModelStore models_;
    BehaviourTable& behaviours_;
};

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
