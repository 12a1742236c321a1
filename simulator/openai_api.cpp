#include "simulator/openai_api.hpp"

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "core/json.hpp"
#include "simulator/padded_body.hpp"
#include "simulator/stream_error.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

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

/// What is left of an answer that something ended early: half of its text.
void end_early(Answer& answer) {
    const auto tokens = count_tokens(answer.text);
    answer.tools.clear();
    answer.text.resize(first_tokens(answer.text, tokens / 2).size());
    answer.output_tokens = answer.thinking_tokens + tokens / 2;
}

bool lists_models(Endpoint endpoint) {
    return endpoint == Endpoint::models || endpoint == Endpoint::one_model;
}

}  // namespace

OpenAiApi::OpenAiApi(const Dialect& dialect, const std::vector<std::string>& models, KeyRing& keys,
                     BehaviourTable& behaviours)
    : dialect_(dialect), keys_(keys), behaviours_(behaviours) {
    for (const auto& name : models) {
        models_.push_back(dialect.model(name));
    }
}

Reply OpenAiApi::answer(const HttpRequest& request) {
    Served served;
    auto reply = route(request, served);
    served.stream = reply.stream;
    served.status = reply.status;
    reply.provider = dialect_.traits().name;
    reply.key = dialect_.credential(request);
    reply.extra_lines += dialect_.lines(served);
    return reply;
}

OpenAiApi::Handler OpenAiApi::handler_of(Endpoint endpoint) {
    if (endpoint == Endpoint::chat) return &OpenAiApi::chat;
    return endpoint == Endpoint::completions ? &OpenAiApi::complete : &OpenAiApi::embed;
}

Reply OpenAiApi::route(const HttpRequest& request, Served& served) {
    if (auto page = dialect_.page(request, models_)) {
        return *std::move(page);
    }
    const auto call = dialect_.find_call(request.path);
    if (!call || (call->endpoint == Endpoint::embeddings && !dialect_.traits().embeddings)) {
        return dialect_.error(unknown_path(request));
    }
    if (request.method != (lists_models(call->endpoint) ? "GET" : "POST")) {
        return dialect_.error(wrong_method(request));
    }
    if (!lists_models(call->endpoint)) {
        return infer(request, *call, served);
    }
    if (!dialect_.traits().open_models) {
        if (const auto refusal = dialect_.authorize(request, keys_)) {
            return dialect_.error(*refusal);
        }
    }
    if (const auto refusal = dialect_.refuse(request, *call)) {
        return dialect_.error(*refusal);
    }
    return call->endpoint == Endpoint::models ? dialect_.list_models(models_)
                                              : one_model(call->model);
}

Reply OpenAiApi::infer(const HttpRequest& request, const Call& call, Served& served) {
    Reply reply;
    const auto key = dialect_.credential(request);
    if (const auto refusal = dialect_.authorize(request, keys_)) {
        reply = dialect_.error(*refusal);
    } else if (served.allowance = keys_.take(key); !served.allowance->granted) {
        reply = dialect_.over_limit();
    } else if (const auto unfit = dialect_.refuse(request, call)) {
        reply = dialect_.error(*unfit);
    } else if (const auto root = thread_json_parser().parse(request.body);
               !root || !root->is_object()) {
        reply = dialect_.error(bad_json());
    } else {
        Exchange exchange{request, call, *root, served};
        reply = try_models(exchange);
        reply.model = dialect_.candidates(*root, call).front();
        reply.stream = get_bool(*root, "stream").value_or(false);
        served = exchange.served;
        keys_.spend(key, served.prompt_tokens + served.output_tokens);
    }
    reply.inference = true;
    return reply;
}

Reply OpenAiApi::try_models(Exchange& exchange) {
    if (const auto refusal = dialect_.refuse_body(exchange.request, exchange.root)) {
        return dialect_.error(*refusal);
    }
    const auto handler = handler_of(exchange.call.endpoint);
    Reply reply;
    for (const auto model : dialect_.candidates(exchange.root, exchange.call)) {
        reply = (this->*handler)(model, exchange);
        if (reply.status < 400) {
            break;
        }
    }
    return reply;
}

Reply OpenAiApi::one_model(std::string_view id) const {
    const auto* model = dialect_.resolve(models_, id);
    if (!model) {
        return dialect_.error(dialect_.unknown_model(id));
    }
    std::string body;
    JsonWriter writer(body);
    dialect_.write_model(writer, *model);
    return json_reply(std::move(body));
}

bool OpenAiApi::suffers(std::string_view model, bool stream, Reply& reply) {
    auto treatment = behaviours_.choose(model, dialect_.traits().name);
    if (treatment.fail) {
        reply = dialect_.fault(*treatment.switches);
        if (treatment.switches->error_in_200) {
            reply.status = 200;
        }
        if (treatment.switches->error_in_200 && stream) {
            reply.body = dialect_.before_stream() +
                         dialect_.error_event(dialect_.fault_error(*treatment.switches));
            reply.content_type = "text/event-stream; charset=utf-8";
        }
    }
    reply.switches = std::move(treatment.switches);
    return treatment.fail;
}

CompletionFrame OpenAiApi::frame_of(const Reply& reply, const OpenAiModel& model,
                                    std::string_view id_prefix) const {
    CompletionFrame frame;
    frame.dialect = &dialect_;
    frame.id = std::string(id_prefix) + random_alnum(29);
    frame.model = model.snapshot;
    frame.created = utc_ms() / 1000;
    if (reply.switches) {
        frame.omit_usage = reply.switches->omit_usage;
        frame.finish_reason = reply.switches->finish_reason;
        frame.filter_frames = reply.switches->filter_frames;
    }
    return frame;
}

void OpenAiApi::stream(Reply& reply, std::unique_ptr<EventSource> events) const {
    reply.content_type = "text/event-stream; charset=utf-8";
    reply.extra_lines += "Cache-Control: no-cache\r\n";
    const auto* switches = reply.switches.get();
    const OpenAiError failed{500, stream_error_message(switches), "", "server_error",
                             "server_error"};
    reply.events = with_stream_error(std::move(events), switches, dialect_.error_event(failed));
}

Reply OpenAiApi::chat(std::string_view name, Exchange& exchange) {
    OpenAiRequest asked;
    auto& prompt = asked.prompt;
    prompt.model = name;
    asked.says_json = !dialect_.traits().json_word;
    if (const auto refusal = read_openai_chat(exchange.root, asked)) {
        return dialect_.error(*refusal);
    }
    const auto* model = dialect_.resolve(models_, prompt.model);
    if (!model) {
        return dialect_.error(dialect_.unknown_model(prompt.model));
    }
    if (model->embedding_length > 0) {
        return dialect_.error({404,
                               "This is not a chat model and thus not supported in the "
                               "v1/chat/completions endpoint.",
                               "model", ""});
    }
    prompt.think = prompt.think && model->reasons;
    if (const auto refusal = dialect_.adapt(exchange.root, *model, asked)) {
        return dialect_.error(*refusal);
    }
    if (const auto refusal = dialect_.too_long(*model, prompt)) {
        return dialect_.error(*refusal);
    }
    auto reply = json_reply({});
    if (suffers(prompt.model, asked.stream, reply)) {
        return reply;
    }
    auto answer = make_answer(prompt, reply.switches.get());
    auto frame = frame_of(reply, *model, "chatcmpl-");
    if (!frame.finish_reason.empty()) {
        end_early(answer);
    }
    frame.choices = asked.choices;
    frame.include_usage = asked.include_usage;
    frame.logprobs = asked.logprobs;
    frame.top_logprobs = asked.top_logprobs;
    exchange.served.model = model;
    exchange.served.prompt_tokens = answer.prompt_tokens;
    exchange.served.output_tokens = answer.output_tokens * asked.choices;
    if (asked.stream) {
        stream(reply, completion_chunks(std::move(answer), std::move(frame)));
        return reply;
    }
    reply.body_tokens = answer.output_tokens;
    reply.body = completion_object(answer, frame);
    if (auto padding = dialect_.before_body(); !padding.empty()) {
        pad_body(reply, std::move(padding));
    }
    return reply;
}

}  // namespace llmr::simulator
