#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "core/json.hpp"
#include "simulator/answers.hpp"
#include "simulator/api.hpp"
#include "simulator/key_ring.hpp"
#include "simulator/openai_answer.hpp"
#include "simulator/openai_error.hpp"
#include "simulator/openai_models.hpp"
#include "simulator/openai_request.hpp"

namespace llmr::simulator {

enum class Endpoint { chat, completions, embeddings, models, one_model };

/// Where a request goes.
struct Call {
    Endpoint endpoint = Endpoint::chat;
    std::string model;  ///< if the path names it
};

/// How a provider differs from OpenAI where a word or a yes says it.
struct DialectTraits {
    std::string_view name = "openai";
    std::vector<std::string_view> bases{"/v1"};     ///< what may stand before "/chat/completions"
    std::string_view client_base = "/v1";           ///< path of the URL that clients are given
    std::vector<std::string> models;                ///< where the options name none
    std::int64_t context_length = 0;                ///< 0: as the model's name says
    std::vector<std::string_view> reasoning_names;  ///< parts of names of models that reason
    std::string_view reasoning_key;                 ///< of messages and deltas; empty: it is hidden
    bool embeddings = true;
    bool base64_embeddings = true;  ///< false: the client's wish is ignored
    bool chosen_dimensions = true;  ///< false: asking for them is an error
    bool open_models = false;       ///< the models may be listed without a key
    bool json_word = true;          ///< json_object demands the word in a message
    bool usage_always = false;      ///< streams tell it whether asked or not
    bool usage_null = true;         ///< chunks before it have it as null
    bool done_after_error = false;  ///< a stream that failed ends with [DONE] all the same
    bool html_gateway = true;       ///< 502 and 504 come from a proxy in front, as a page
    int retry_after_seconds = 0;    ///< where no switch says so; 0: not told but for key limits
    bool retry_after_ms = false;    ///< told in milliseconds too
};

/// What the headers of an answer may tell.
struct Served {
    std::optional<Allowance> allowance;  ///< nothing: it was not counted
    const OpenAiModel* model = nullptr;  ///< null: none was found
    std::int64_t prompt_tokens = 0;
    std::int64_t output_tokens = 0;
    bool stream = false;
    int status = 200;
};

/// What a choice is about to say.
enum class ChoicePart { whole, delta, finish };

/// One provider's way of speaking OpenAI's dialect; the defaults are OpenAI's own. Without state:
/// any thread may use it. Sources: each provider's API reference.
class Dialect {
public:
    explicit Dialect(DialectTraits traits) : traits_(std::move(traits)) {}
    virtual ~Dialect() = default;
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;
    const DialectTraits& traits() const { return traits_; }

    // Who asks, and for what.
    virtual std::optional<Call> find_call(std::string_view path) const;
    /// The key or token of a request, empty if there is none.
    virtual std::string_view credential(const HttpRequest& request) const;
    virtual std::optional<OpenAiError> authorize(const HttpRequest& request,
                                                 const KeyRing& keys) const;
    /// Pages beside OpenAI's, which need no key.
    virtual std::optional<Reply> page(const HttpRequest& request,
                                      const std::vector<OpenAiModel>& models) const;
    /// Refuses a call that was found and is allowed.
    virtual std::optional<OpenAiError> refuse(const HttpRequest& request, const Call& call) const;
    /// Refuses a body for what OpenAI would take.
    virtual std::optional<OpenAiError> refuse_body(const HttpRequest& request,
                                                   simdjson::dom::element root) const;

    // Models.
    /// A model from the text of an option.
    virtual OpenAiModel model(std::string_view text) const;
    virtual const OpenAiModel* resolve(const std::vector<OpenAiModel>& models,
                                       std::string_view name) const;
    /// The models to try in this order.
    virtual std::vector<std::string_view> candidates(simdjson::dom::element root,
                                                     const Call& call) const;
    /// Reads what OpenAI does not know; may refuse what this model does not do.
    virtual std::optional<OpenAiError> adapt(simdjson::dom::element root, const OpenAiModel& model,
                                             OpenAiRequest& asked) const;
    virtual std::optional<OpenAiError> too_long(const OpenAiModel& model,
                                                const Prompt& prompt) const;
    virtual Reply list_models(const std::vector<OpenAiModel>& models) const;
    virtual void write_model(JsonWriter& writer, const OpenAiModel& model) const;

    // Errors.
    virtual Reply error(const OpenAiError& error) const;
    /// What an HTTP status, or a kind of error (Behaviour::error_kind), usually says.
    virtual OpenAiError usual_error(int status, std::string_view kind) const;
    virtual OpenAiError unknown_model(std::string_view name) const;
    /// The event by which a stream fails.
    virtual std::string error_event(const OpenAiError& error) const;

    // Answers.
    virtual void write_usage(JsonWriter& writer, const Answer& answer,
                             const CompletionFrame& frame) const;
    virtual void write_embedding_usage(JsonWriter& writer, const OpenAiModel& model,
                                       std::int64_t tokens) const;
    /// Members of a message or delta that tell `text` of the reasoning.
    virtual void write_reasoning(JsonWriter& writer, std::string_view text) const;
    /// More members of a whole message.
    virtual void write_message_extras(JsonWriter& writer, const Answer& answer) const;
    /// More members of a choice.
    virtual void write_choice_extras(JsonWriter& writer, const CompletionFrame& frame,
                                     std::string_view finish_reason, ChoicePart part) const;
    /// More members of the answer (`whole`) or of a chunk.
    virtual void write_extras(JsonWriter& writer, const CompletionFrame& frame, bool whole) const;
    /// Bytes of a stream that come ahead of its first token, at once.
    virtual std::string before_stream() const { return {}; }
    /// Bytes between a choice's finish and the usage.
    virtual std::string after_finish(const CompletionFrame&) const { return {}; }
    /// Signs of life before a body that is no stream; empty: none.
    virtual std::string before_body() const { return {}; }
    /// Header lines of any answer.
    virtual std::string lines(const Served& served) const;

    /// The error that a switch asks for, and the reply with it (or a page instead).
    OpenAiError fault_error(const Behaviour& behaviour) const;
    Reply fault(const Behaviour& behaviour) const;
    /// 429, and when to come back.
    Reply over_limit() const;

private:
    void tell_retry(Reply& reply, int seconds) const;

    const DialectTraits traits_;
};

/// The key in "Authorization: Bearer KEY"; empty if there is none.
std::string_view bearer_of(std::string_view authorization);
/// 200 with JSON.
Reply json_reply(std::string body);
/// A proxy's page for a status, as HTML.
Reply html_page(int status);
/// One line of a head.
std::string header_line(std::string_view name, std::string_view value);
std::string header_line(std::string_view name, std::int64_t value);

}  // namespace llmr::simulator
