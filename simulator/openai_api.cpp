#include "simulator/openai_api.hpp"

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/openai_answer.hpp"
#include "simulator/stream_error.hpp"

namespace llmr::simulator {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kModels = "/v1/models";

Reply json_reply(std::string body) {
    Reply reply;
    reply.content_type = kJson;
    reply.body = std::move(body);
    return reply;
}

OpenAiError wrong_method(const HttpRequest& request) {
    return {405,
            "Not allowed to " + std::string(request.method) + " on " + std::string(request.path) +
                ". (HINT: Perhaps you meant to use a different HTTP method?)",
            "", "method_not_supported"};
}

OpenAiError unknown_path(const HttpRequest& request) {
    return {404,
            "Invalid URL (" + std::string(request.method) + " " + std::string(request.path) + ")",
            "", ""};
}

OpenAiError bad_json() {
    return {400,
            "We could not parse the JSON body of your request. (HINT: This likely means you "
            "aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but "
            "what was sent was not valid JSON.)",
            "", ""};
}

void write_model(JsonWriter& writer, const OpenAiModel& model) {
    writer.begin_object().field("id", model.name).field("object", "model");
    writer.field("created", model.created).field("owned_by", "system").end_object();
}

}  // namespace

OpenAiApi::OpenAiApi(const std::vector<std::string>& models, std::string api_key,
                     BehaviourTable& behaviours)
    : api_key_(std::move(api_key)), behaviours_(behaviours) {
    for (const auto& name : models) {
        models_.emplace_back(name);
    }
}

const OpenAiModel* OpenAiApi::find(std::string_view model) const {
    for (const auto& known : models_) {
        if (known.name == model || known.snapshot == model) {
            return &known;
        }
    }
    return nullptr;
}

std::optional<OpenAiError> OpenAiApi::check_key(std::string_view authorization) const {
    constexpr std::string_view kBearer = "bearer ";
    if (api_key_.empty()) {
        return std::nullopt;
    }
    if (!iequals(authorization.substr(0, kBearer.size()), kBearer)) {
        return OpenAiError{401,
                           "You didn't provide an API key. You need to provide your API key in an "
                           "Authorization header using Bearer auth (i.e. Authorization: Bearer "
                           "YOUR_KEY).",
                           "", ""};
    }
    if (trim(authorization.substr(kBearer.size())) == api_key_) {
        return std::nullopt;
    }
    return OpenAiError{401,
                       "Incorrect API key provided: ****. You can find your API key at "
                       "https://platform.openai.com/account/api-keys.",
                       "", "invalid_api_key"};
}

Reply OpenAiApi::answer(const HttpRequest& request) {
    auto reply = route(request);
    reply.extra_lines += "x-request-id: req_" + random_alnum(32) +
                         "\r\nopenai-version: 2020-10-01\r\nopenai-processing-ms: 1\r\n";
    return reply;
}

OpenAiApi::Handler OpenAiApi::handler_of(std::string_view path) {
    if (path == "/v1/chat/completions") return &OpenAiApi::chat;
    if (path == "/v1/completions") return &OpenAiApi::completions;
    return path == "/v1/embeddings" ? &OpenAiApi::embeddings : nullptr;
}

Reply OpenAiApi::route(const HttpRequest& request) {
    if (const auto handler = handler_of(request.path)) {
        if (request.method != "POST") {
            return openai_error(wrong_method(request));
        }
        return infer(request, handler);
    }
    if (request.path.substr(0, kModels.size()) != kModels) {
        return openai_error(unknown_path(request));
    }
    const auto rest = request.path.substr(kModels.size());
    if (!rest.empty() && rest[0] != '/') {
        return openai_error(unknown_path(request));
    }
    if (request.method != "GET") {
        return openai_error(wrong_method(request));
    }
    if (const auto refusal = check_key(request.authorization)) {
        return openai_error(*refusal);
    }
    return rest.size() < 2 ? list_models() : one_model(rest.substr(1));
}

Reply OpenAiApi::infer(const HttpRequest& request, Handler handler) {
    Reply reply;
    if (const auto refusal = check_key(request.authorization)) {
        reply = openai_error(*refusal);
    } else if (const auto root = thread_json_parser().parse(request.body);
               !root || !root->is_object()) {
        reply = openai_error(bad_json());
    } else {
        reply = (this->*handler)(*root);
        reply.model = get_string(*root, "model").value_or("");
        reply.stream = get_bool(*root, "stream").value_or(false);
    }
    reply.inference = true;
    return reply;
}

Reply OpenAiApi::list_models() const {
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().field("object", "list").key("data").begin_array();
    for (const auto& model : models_) {
        write_model(writer, model);
    }
    writer.end_array().end_object();
    return json_reply(std::move(body));
}

Reply OpenAiApi::one_model(std::string_view id) const {
    const auto* model = find(id);
    if (!model) {
        return openai_error(openai_model_not_found(id));
    }
    std::string body;
    JsonWriter writer(body);
    write_model(writer, *model);
    return json_reply(std::move(body));
}

bool OpenAiApi::suffers(std::string_view model, Reply& reply) {
    auto treatment = behaviours_.choose(model);
    if (treatment.fail) {
        reply = openai_fault(*treatment.switches);
    }
    reply.switches = std::move(treatment.switches);
    return treatment.fail;
}

Reply OpenAiApi::chat(simdjson::dom::element root) {
    OpenAiRequest asked;
    auto& prompt = asked.prompt;
    if (const auto refusal = read_openai_chat(root, asked)) {
        return openai_error(*refusal);
    }
    const auto* model = find(prompt.model);
    if (!model) {
        return openai_error(openai_model_not_found(prompt.model));
    }
    if (model->embedding_length > 0) {
        return openai_error({404,
                             "This is not a chat model and thus not supported in the "
                             "v1/chat/completions endpoint.",
                             "model", ""});
    }
    if (prompt.prompt_tokens > model->context_length) {
        return openai_error(openai_too_long(*model, prompt.prompt_tokens));
    }
    auto reply = json_reply({});
    if (suffers(prompt.model, reply)) {
        return reply;
    }
    prompt.think = prompt.think && model->reasons;
    auto answer = make_answer(prompt, reply.switches.get());
    CompletionFrame frame;
    frame.id = "chatcmpl-" + random_alnum(29);
    frame.model = model->snapshot;
    frame.created = utc_ms() / 1000;
    frame.choices = asked.choices;
    frame.include_usage = asked.include_usage;
    frame.omit_usage = reply.switches && reply.switches->omit_usage;
    frame.logprobs = asked.logprobs;
    frame.top_logprobs = asked.top_logprobs;
    if (asked.stream) {
        reply.content_type = "text/event-stream; charset=utf-8";
        reply.extra_lines = "Cache-Control: no-cache\r\n";
        reply.events =
            with_stream_error(completion_chunks(std::move(answer), std::move(frame)),
                              reply.switches.get(), openai_error_event(reply.switches.get()));
    } else {
        reply.body_tokens = answer.output_tokens;
        reply.body = completion_object(answer, frame);
    }
    return reply;
}

}  // namespace llmr::simulator
