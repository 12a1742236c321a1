#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/dialect.hpp"
#include "simulator/token_book.hpp"

namespace llmr::simulator {

/// Azure OpenAI: the classic surface with deployments in the path, and v1.
class Azure : public Dialect {
public:
    Azure(DialectTraits traits, const TokenBook* tokens)
        : Dialect(std::move(traits)), tokens_(tokens) {}

    std::optional<Call> find_call(std::string_view path) const override;
    std::string_view credential(const HttpRequest& request) const override;
    std::optional<OpenAiError> authorize(const HttpRequest& request,
                                         const KeyRing& keys) const override;
    std::optional<OpenAiError> refuse(const HttpRequest& request, const Call& call) const override;
    std::optional<OpenAiError> refuse_body(const HttpRequest& request,
                                           simdjson::dom::element root) const override;
    OpenAiModel model(std::string_view text) const override;
    const OpenAiModel* resolve(const std::vector<OpenAiModel>& models,
                               std::string_view name) const override;
    void write_model(JsonWriter& writer, const OpenAiModel& model) const override;
    Reply error(const OpenAiError& error) const override;
    OpenAiError usual_error(int status, std::string_view kind) const override;
    OpenAiError unknown_model(std::string_view name) const override;
    void write_choice_extras(JsonWriter& writer, const CompletionFrame& frame,
                             std::string_view finish_reason, ChoicePart part) const override;
    void write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const override;
    std::string before_stream() const override;
    std::string after_finish(const CompletionFrame& frame) const override;
    std::string lines(const Served& served) const override;

private:
    std::optional<OpenAiError> check_token(std::string_view token) const;

    const TokenBook* tokens_;
};

/// What stands in front of the models refuses in fewer words: code and message.
OpenAiError azure_gateway_error(int status, std::string code, std::string message);
/// 401 for a key that is wrong or missing.
OpenAiError azure_access_denied();

}  // namespace llmr::simulator
