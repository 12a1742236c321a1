#include "simulator/anthropic_api.hpp"

#include <algorithm>
#include <charconv>

#include "core/ids.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/anthropic_answer.hpp"
#include "simulator/stream_error.hpp"

namespace llmr::simulator {
namespace {

constexpr std::string_view kMessages = "/v1/messages";
constexpr std::string_view kCount = "/v1/messages/count_tokens";
constexpr std::string_view kModels = "/v1/models";
constexpr std::size_t kMostModels = 1000;

Reply json_reply(std::string body) {
    Reply reply;
    reply.content_type = "application/json";
    reply.body = std::move(body);
    return reply;
}

AnthropicError model_not_found(std::string_view model) {
    return {404, "model: " + std::string(model), {}};
}

AnthropicError bad_json() {
    return {400, "The request body is not valid JSON", {}};
}

std::optional<AnthropicError> check_size(const AnthropicModel& model, const Prompt& prompt) {
    if (prompt.prompt_tokens > model.context_length) {
        return AnthropicError{400,
                              "prompt is too long: " + std::to_string(prompt.prompt_tokens) +
                                  " tokens > " + std::to_string(model.context_length) + " maximum",
                              {}};
    }
    if (prompt.max_tokens.value_or(0) > model.max_output) {
        return AnthropicError{400,
                              "max_tokens: " + std::to_string(*prompt.max_tokens) + " > " +
                                  std::to_string(model.max_output) +
                                  ", which is the maximum allowed number of output tokens for " +
                                  model.name,
                              {}};
    }
    return std::nullopt;
}

/// A member of a query; the ids of models need no escapes.
std::string_view query_member(std::string_view query, std::string_view key) {
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
            return pair.substr(key.size() + 1);
        }
    }
    return {};
}

void write_model(JsonWriter& writer, const AnthropicModel& model) {
    writer.begin_object().field("type", "model").field("id", model.name);
    writer.field("display_name", model.display_name).field("created_at", model.created_at);
    writer.end_object();
}

void write_id(JsonWriter& writer, std::string_view key, std::string_view id) {
    writer.key(key);
    if (id.empty()) {
        writer.null();
    } else {
        writer.value(id);
    }
}

}  // namespace

AnthropicApi::AnthropicApi(const std::vector<std::string>& models, std::string api_key,
                           BehaviourTable& behaviours)
    : api_key_(std::move(api_key)), behaviours_(behaviours) {
    for (const auto& name : models) {
        models_.emplace_back(name);
    }
}

const AnthropicModel* AnthropicApi::find(std::string_view model) const {
    const auto found = std::find_if(models_.begin(), models_.end(),
                                    [model](const auto& known) { return known.is_called(model); });
    return found == models_.end() ? nullptr : &*found;
}

/// The key, as x-api-key or as a bearer, and the version of the API.
std::optional<AnthropicError> AnthropicApi::check_head(const HttpRequest& request) const {
    constexpr std::string_view kBearer = "bearer ";
    std::string_view key = request.api_key;
    if (key.empty() && iequals(request.authorization.substr(0, kBearer.size()), kBearer)) {
        key = trim(request.authorization.substr(kBearer.size()));
    }
    if (!api_key_.empty() && key != api_key_) {
        return AnthropicError{
            401, key.empty() ? "x-api-key header is required" : "invalid x-api-key", {}};
    }
    if (request.anthropic_version.empty()) {
        return AnthropicError{400, "anthropic-version: header is required", {}};
    }
    if (request.anthropic_version != "2023-06-01" && request.anthropic_version != "2023-01-01") {
        return AnthropicError{400,
                              "anthropic-version: \"" + std::string(request.anthropic_version) +
                                  "\" is not a valid version",
                              {}};
    }
    return std::nullopt;
}

Reply AnthropicApi::answer(const HttpRequest& request) {
    auto reply = route(request);
    if (reply.status < 400) {
        reply.extra_lines += "request-id: " + anthropic_request_id() +
                             "\r\nanthropic-organization-id: "
                             "00000000-0000-4000-8000-000000000000\r\n";
    }
    return reply;
}

Reply AnthropicApi::route(const HttpRequest& request) {
    const bool post = request.path == kMessages || request.path == kCount;
    const bool models = request.path == kModels;
    const bool model = request.path.starts_with(std::string(kModels) + "/");
    if (!post && !models && !model) {
        return anthropic_error({404, "Not found", {}});
    }
    if (request.method != (post ? "POST" : "GET")) {
        return anthropic_error({405, "Method Not Allowed", {}});
    }
    if (request.path == kMessages) {
        return infer(request);
    }
    if (const auto refusal = check_head(request)) {
        return anthropic_error(*refusal);
    }
    if (request.path == kCount) {
        return count_tokens(request);
    }
    return models ? list_models(request.query) : one_model(request.path.substr(kModels.size() + 1));
}

Reply AnthropicApi::infer(const HttpRequest& request) {
    Reply reply;
    if (const auto refusal = check_head(request)) {
        reply = anthropic_error(*refusal);
    } else if (const auto root = thread_json_parser().parse(request.body);
               !root || !root->is_object()) {
        reply = anthropic_error(bad_json());
    } else {
        reply = message(*root);
        reply.model = get_string(*root, "model").value_or("");
        reply.stream = get_bool(*root, "stream").value_or(false);
    }
    reply.inference = true;
    return reply;
}

Reply AnthropicApi::message(simdjson::dom::element root) {
    AnthropicRequest asked;
    if (const auto refusal = read_anthropic(root, false, asked)) {
        return anthropic_error(*refusal);
    }
    const auto& prompt = asked.prompt;
    const auto* model = find(prompt.model);
    if (!model) {
        return anthropic_error(model_not_found(prompt.model));
    }
    if (const auto refusal = check_size(*model, prompt)) {
        return anthropic_error(*refusal);
    }
    auto treatment = behaviours_.choose(prompt.model);
    if (treatment.fail) {
        auto reply = anthropic_fault(*treatment.switches);
        reply.switches = std::move(treatment.switches);
        return reply;
    }
    auto reply = json_reply({});
    reply.switches = std::move(treatment.switches);
    auto answer = make_answer(prompt, reply.switches.get());
    MessageFrame frame;
    frame.id = "msg_01" + random_alnum(22);
    frame.model = model->name;
    frame.cache = cache_.use(model->name, asked.tally.breaks());
    frame.omit_usage = reply.switches && reply.switches->omit_usage;
    if (asked.stream) {
        reply.content_type = "text/event-stream; charset=utf-8";
        reply.extra_lines = "Cache-Control: no-cache\r\n";
        reply.events =
            with_stream_error(message_events(std::move(answer), std::move(frame)),
                              reply.switches.get(), anthropic_error_event(reply.switches.get()));
    } else {
        reply.body_tokens = answer.output_tokens;
        reply.body = message_object(answer, frame);
    }
    return reply;
}

Reply AnthropicApi::count_tokens(const HttpRequest& request) const {
    const auto root = thread_json_parser().parse(request.body);
    if (!root || !root->is_object()) {
        return anthropic_error(bad_json());
    }
    AnthropicRequest asked;
    if (const auto refusal = read_anthropic(*root, true, asked)) {
        return anthropic_error(*refusal);
    }
    if (!find(asked.prompt.model)) {
        return anthropic_error(model_not_found(asked.prompt.model));
    }
    std::string body;
    JsonWriter(body).begin_object().field("input_tokens", asked.tally.tokens()).end_object();
    return json_reply(std::move(body));
}

Reply AnthropicApi::list_models(std::string_view query) const {
    std::size_t limit = 20;
    if (const auto text = query_member(query, "limit"); !text.empty()) {
        std::from_chars(text.data(), text.data() + text.size(), limit);
        if (limit < 1 || limit > kMostModels) {
            return anthropic_error({400, "limit: Input should be from 1 to 1000", {}});
        }
    }
    std::size_t begin = 0;
    if (const auto after = query_member(query, "after_id"); !after.empty()) {
        while (begin < models_.size() && models_[begin++].name != after) {
        }
    }
    const std::size_t end = std::min(models_.size(), begin + limit);
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().key("data").begin_array();
    for (std::size_t i = begin; i < end; ++i) {
        write_model(writer, models_[i]);
    }
    writer.end_array().field("has_more", end < models_.size());
    write_id(writer, "first_id", begin < end ? models_[begin].name : std::string_view());
    write_id(writer, "last_id", begin < end ? models_[end - 1].name : std::string_view());
    writer.end_object();
    return json_reply(std::move(body));
}

Reply AnthropicApi::one_model(std::string_view id) const {
    const auto* model = find(id);
    if (!model) {
        return anthropic_error(model_not_found(id));
    }
    std::string body;
    JsonWriter writer(body);
    write_model(writer, *model);
    return json_reply(std::move(body));
}

}  // namespace llmr::simulator
