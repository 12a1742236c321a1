#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/anthropic_cache.hpp"
#include "simulator/anthropic_models.hpp"
#include "simulator/anthropic_request.hpp"
#include "simulator/api.hpp"
#include "simulator/behaviour_table.hpp"

namespace llmr::simulator {

/// Anthropic's messages, count_tokens and models. Thread-safe.
class AnthropicApi : public Api {
public:
    /// With a key, other keys (or none) get 401.
    AnthropicApi(const std::vector<std::string>& models, std::string api_key,
                 BehaviourTable& behaviours);
    Reply answer(const HttpRequest& request) override;

private:
    Reply route(const HttpRequest& request);
    std::optional<AnthropicError> check_head(const HttpRequest& request) const;
    Reply infer(const HttpRequest& request);
    Reply message(simdjson::dom::element root);
    Reply count_tokens(const HttpRequest& request) const;
    Reply list_models(std::string_view query) const;
    Reply one_model(std::string_view id) const;
    const AnthropicModel* find(std::string_view model) const;

    std::vector<AnthropicModel> models_;
    std::string api_key_;
    BehaviourTable& behaviours_;
    PromptCache cache_;
};

}  // namespace llmr::simulator
