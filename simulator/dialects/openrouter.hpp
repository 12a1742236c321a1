#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/dialect.hpp"

namespace llmr::simulator {

/// OpenRouter: many providers behind one, and what each call cost.
class OpenRouter : public Dialect {
public:
    using Dialect::Dialect;

    std::optional<OpenAiError> authorize(const HttpRequest& request,
                                         const KeyRing& keys) const override;
    const OpenAiModel* resolve(const std::vector<OpenAiModel>& models,
                               std::string_view name) const override;
    std::vector<std::string_view> candidates(simdjson::dom::element root,
                                             const Call& call) const override;
    std::optional<OpenAiError> adapt(simdjson::dom::element root, const OpenAiModel& model,
                                     OpenAiRequest& asked) const override;
    Reply list_models(const std::vector<OpenAiModel>& models) const override;
    void write_model(JsonWriter& writer, const OpenAiModel& model) const override;
    Reply error(const OpenAiError& error) const override;
    OpenAiError usual_error(int status, std::string_view kind) const override;
    OpenAiError unknown_model(std::string_view name) const override;
    std::string error_event(const OpenAiError& error) const override;
    void write_usage(JsonWriter& writer, const Answer& answer,
                     const CompletionFrame& frame) const override;
    void write_embedding_usage(JsonWriter& writer, const OpenAiModel& model,
                               std::int64_t tokens) const override;
    void write_reasoning(JsonWriter& writer, std::string_view text) const override;
    void write_message_extras(JsonWriter& writer, const Answer& answer) const override;
    void write_choice_extras(JsonWriter& writer, const CompletionFrame& frame,
                             std::string_view finish_reason, ChoicePart part) const override;
    void write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const override;
    std::string before_stream() const override {
        return ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n";
    }
    std::string lines(const Served& served) const override;
};

}  // namespace llmr::simulator
