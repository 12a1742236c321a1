#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "simulator/api.hpp"
#include "simulator/behaviour_table.hpp"
#include "simulator/gemini_error.hpp"
#include "simulator/gemini_models.hpp"
#include "simulator/token_book.hpp"

namespace llmr::simulator {

/// The Gemini API (/v1beta/models...) and the same models on Vertex AI
/// (/v1/projects/P/locations/L/publishers/google/models...): generateContent,
/// streamGenerateContent, countTokens, models; embedContent and batchEmbedContents on the one,
/// predict on the other. Thread-safe.
class GeminiApi : public Api {
public:
    /// With a key, other keys (or none) are refused: x-goog-api-key or ?key= on the one, a bearer
    /// on the other. With `tokens`, Vertex AI takes those that are good instead.
    GeminiApi(const std::vector<std::string>& models, std::string api_key,
              BehaviourTable& behaviours, const TokenBook* tokens = nullptr);
    Reply answer(const HttpRequest& request) override;

private:
    /// A path taken apart.
    struct Call {
        bool vertex = false;
        std::string_view model;   ///< empty: the list of models
        std::string_view method;  ///< empty: the model itself
        bool sse = false;

        bool streams() const { return method == "streamGenerateContent"; }
    };
    using Handler = Reply (GeminiApi::*)(const Call& call, const GeminiModel& model,
                                         simdjson::dom::element root);

    static std::optional<Call> call_of(const HttpRequest& request);
    static Handler handler_of(const Call& call);
    std::optional<GeminiError> check_key(const Call& call, const HttpRequest& request) const;
    Reply infer(const Call& call, const HttpRequest& request, Handler handler);
    Reply generate(const Call& call, const GeminiModel& model, simdjson::dom::element root);
    Reply count(const Call& call, const GeminiModel& model, simdjson::dom::element root);
    Reply embed(const Call& call, const GeminiModel& model, simdjson::dom::element root);
    Reply embed_batch(const Call& call, const GeminiModel& model, simdjson::dom::element root);
    Reply predict(const Call& call, const GeminiModel& model, simdjson::dom::element root);
    Reply list_models(const Call& call) const;
    Reply one_model(const Call& call) const;
    /// Applies the switches: true if the reply is made.
    bool suffers(const Call& call, Reply& reply);
    const GeminiModel* find(std::string_view name) const;

    std::vector<GeminiModel> models_;
    std::string api_key_;
    const TokenBook* tokens_;
    BehaviourTable& behaviours_;
};

/// A reply with Google's content type.
Reply gemini_json(std::string body);
GeminiError gemini_unknown_model(std::string_view model, std::string_view method, bool vertex);

}  // namespace llmr::simulator
