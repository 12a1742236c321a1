#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <simdjson.h>

#include "simulator/api.hpp"
#include "simulator/behaviour_table.hpp"
#include "simulator/dialect.hpp"
#include "simulator/key_ring.hpp"

namespace llmr::simulator {

/// Chat completions, completions, embeddings and models, as OpenAI or another provider of its
/// dialect serves them. Thread-safe.
class OpenAiApi : public Api {
public:
    /// `models`: as the dialect reads them. `dialect`, `keys` and `behaviours` outlive the server.
    OpenAiApi(const Dialect& dialect, const std::vector<std::string>& models, KeyRing& keys,
              BehaviourTable& behaviours);
    Reply answer(const HttpRequest& request) override;

private:
    /// One inference request.
    struct Exchange {
        const HttpRequest& request;
        const Call& call;
        simdjson::dom::element root;
        Served served;
    };
    /// Answers by this model.
    using Handler = Reply (OpenAiApi::*)(std::string_view model, Exchange& exchange);

    Reply route(const HttpRequest& request, Served& served);
    Reply infer(const HttpRequest& request, const Call& call, Served& served);
    /// By the first of the candidates that can.
    Reply try_models(Exchange& exchange);
    Reply chat(std::string_view model, Exchange& exchange);
    Reply complete(std::string_view model, Exchange& exchange);
    Reply embed(std::string_view model, Exchange& exchange);
    static Handler handler_of(Endpoint endpoint);
    Reply one_model(std::string_view id) const;
    /// Applies the switches: true if the reply is made.
    bool suffers(std::string_view model, bool stream, Reply& reply);
    /// What all completions have in common.
    CompletionFrame frame_of(const Reply& reply, const OpenAiModel& model,
                             std::string_view id_prefix) const;
    void stream(Reply& reply, std::unique_ptr<EventSource> events) const;

    const Dialect& dialect_;
    KeyRing& keys_;
    BehaviourTable& behaviours_;
    std::vector<OpenAiModel> models_;
};

}  // namespace llmr::simulator
