#pragma once

#include <string>
#include <vector>

#include <simdjson.h>

#include "simulator/api.hpp"
#include "simulator/behaviour_table.hpp"
#include "simulator/openai_models.hpp"
#include "simulator/openai_request.hpp"

namespace llmr::simulator {

/// OpenAI's chat completions, completions, embeddings and models. Thread-safe.
class OpenAiApi : public Api {
public:
    /// With a key, other keys (or none) get 401.
    OpenAiApi(const std::vector<std::string>& models, std::string api_key,
              BehaviourTable& behaviours);
    Reply answer(const HttpRequest& request) override;

private:
    /// Answers a parsed body; fills the reply's model and stream.
    using Handler = Reply (OpenAiApi::*)(simdjson::dom::element root);

    Reply route(const HttpRequest& request);
    Reply infer(const HttpRequest& request, Handler handler);
    Reply chat(simdjson::dom::element root);
    Reply completions(simdjson::dom::element root);
    Reply embeddings(simdjson::dom::element root);
    static Handler handler_of(std::string_view path);
    Reply list_models() const;
    Reply one_model(std::string_view id) const;
    std::optional<OpenAiError> check_key(std::string_view authorization) const;
    /// Applies the switches: true if the reply is made.
    bool suffers(std::string_view model, Reply& reply);
    const OpenAiModel* find(std::string_view model) const;

    std::vector<OpenAiModel> models_;
    std::string api_key_;
    BehaviourTable& behaviours_;
};

}  // namespace llmr::simulator
