#include "simulator/ollama_api.hpp"

#include <algorithm>
#include <array>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "simulator/http_head.hpp"
#include "simulator/stream_error.hpp"

namespace llmr::simulator {
namespace {

/// Ollama's own default window on a machine with little video memory.
constexpr std::int64_t kDefaultContext = 4096;
constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
constexpr std::string_view kVersion = R"({"version":"0.33.0"})";

Reply text_reply(int status, std::string_view text) {
    Reply reply;
    reply.status = status;
    reply.content_type = kPlainText;
    reply.body = text;
    return reply;
}

Reply json_reply(std::string body) {
    Reply reply;
    reply.body = std::move(body);
    return reply;
}

std::int64_t window(const OllamaRequest& asked, const StoredModel& model) {
    return std::clamp<std::int64_t>(asked.num_ctx.value_or(kDefaultContext), 4,
                                    std::max<std::int64_t>(model.model.context_length, 4));
}

std::optional<OllamaRefusal> fit_context(OllamaRequest& asked, std::int64_t num_ctx) {
    if (asked.prompt.prompt_tokens > num_ctx && !asked.truncate) {
        return OllamaRefusal{400,
                             "the prompt is longer than the context length currently available to "
                             "the model; shorten it or raise num_ctx"};
    }
    // Ollama drops what does not fit and says so nowhere but here.
    asked.prompt.prompt_tokens = std::min(asked.prompt.prompt_tokens, num_ctx);
    return std::nullopt;
}

/// Lines that end with an error line if a switch says so.
std::unique_ptr<EventSource> failing_lines(std::unique_ptr<EventSource> lines,
                                           const Behaviour* behaviour) {
    std::string error;
    JsonWriter(error).begin_object().field("error", stream_error_message(behaviour)).end_object();
    return with_stream_error(std::move(lines), behaviour, error + "\n");
}

}  // namespace

OllamaApi::OllamaApi(std::vector<SimulatedModel> models, BehaviourTable& behaviours, int max_loaded)
    : models_(std::move(models)),
      behaviours_(behaviours),
      limited_(max_loaded > 0),
      memory_(max_loaded) {}

Reply OllamaApi::answer(const HttpRequest& request) {
    struct Route {
        std::string_view path;
        std::string_view method;
        bool head_too;
        Reply (OllamaApi::*handler)(const HttpRequest&);
    };
    static constexpr std::array kRoutes{
        Route{"/api/chat", "POST", false, &OllamaApi::chat},
        Route{"/api/generate", "POST", false, &OllamaApi::generate},
        Route{"/api/embed", "POST", false, &OllamaApi::embed},
        Route{"/api/embeddings", "POST", false, &OllamaApi::legacy_embed},
        Route{"/api/tags", "GET", true, &OllamaApi::tags},
        Route{"/api/ps", "GET", false, &OllamaApi::loaded},
        Route{"/api/show", "POST", false, &OllamaApi::show},
        Route{"/api/version", "GET", true, &OllamaApi::version},
        Route{"/api/pull", "POST", false, &OllamaApi::pull},
        Route{"/", "GET", true, &OllamaApi::root},
    };
    for (const auto& route : kRoutes) {
        if (route.path == request.path) {
            if (route.method == request.method || (route.head_too && request.method == "HEAD")) {
                return (this->*route.handler)(request);
            }
            auto reply = text_reply(405, "405 method not allowed");
            reply.extra_lines = "Allow: ";
            reply.extra_lines += route.method;
            reply.extra_lines += "\r\n";
            return reply;
        }
    }
    return text_reply(404, "404 page not found");
}

Reply OllamaApi::root(const HttpRequest&) {
    return text_reply(200, "Ollama is running");
}

Reply OllamaApi::version(const HttpRequest&) {
    return json_reply(std::string(kVersion));
}

Reply OllamaApi::tags(const HttpRequest&) {
    return json_reply(ollama_tags_body(models_));
}

Reply OllamaApi::loaded(const HttpRequest&) {
    return json_reply(ollama_loaded_body(models_, utc_ms()));
}

Reply OllamaApi::show(const HttpRequest& request) {
    if (request.body.empty()) {
        return ollama_error(400, "missing request body");
    }
    const auto root = thread_json_parser().parse(request.body);
    if (!root) {
        return ollama_error(400, decoder_error(request.body));
    }
    const auto name = get_string(*root, "model").value_or(get_string(*root, "name").value_or(""));
    if (name.empty()) {
        return ollama_error(400, "model is required");
    }
    const auto* model = models_.find(name);
    if (!model) {
        return ollama_error(404, "model '" + std::string(name) + "' not found");
    }
    return json_reply(ollama_show_body(*model));
}

Reply OllamaApi::pull(const HttpRequest& request) {
    if (request.body.empty()) {
        return ollama_error(400, "missing request body");
    }
    const auto root = thread_json_parser().parse(request.body);
    if (!root) {
        return ollama_error(400, decoder_error(request.body));
    }
    const auto name = get_string(*root, "model").value_or(get_string(*root, "name").value_or(""));
    if (name.empty()) {
        return ollama_error(400, "invalid model name");
    }
    const bool known = models_.find(name) != nullptr;
    if (get_bool(*root, "stream").value_or(true)) {
        Reply reply;
        reply.content_type = "application/x-ndjson";
        reply.events = ollama_pull_lines(known);
        return reply;
    }
    return known ? json_reply(R"({"status":"success"})")
                 : ollama_error(500, "pull model manifest: file does not exist");
}

Reply OllamaApi::chat(const HttpRequest& request) {
    return complete(request, &read_chat, OllamaShape::chat);
}

Reply OllamaApi::generate(const HttpRequest& request) {
    return complete(request, &read_generate, OllamaShape::generate);
}

Reply OllamaApi::complete(const HttpRequest& request, Reader read, OllamaShape shape) {
    Reply reply;
    OllamaRequest asked;
    if (request.body.empty()) {
        reply = ollama_error(400, "missing request body");
    } else if (const auto root = thread_json_parser().parse(request.body); !root) {
        reply = ollama_error(400, decoder_error(request.body));
    } else if (const auto refusal = read(*root, asked)) {
        reply = ollama_error(refusal->status, refusal->text);
    } else {
        reply = complete(*root, asked, shape);
    }
    reply.inference = true;
    reply.model = asked.prompt.model;
    reply.stream = asked.stream;
    return reply;
}

Reply OllamaApi::complete(simdjson::dom::element root, OllamaRequest& asked, OllamaShape shape) {
    auto& prompt = asked.prompt;
    if (prompt.model.empty()) {
        return ollama_error(400, "model is required");
    }
    auto* model = models_.find(prompt.model);
    if (!model) {
        return ollama_error(404, "model '" + std::string(prompt.model) + "' not found");
    }
    auto treatment = behaviours_.choose(prompt.model);
    if (treatment.fail) {
        auto reply = ollama_fault(*treatment.switches);
        reply.switches = std::move(treatment.switches);
        return reply;
    }
    const auto num_ctx = window(asked, *model);
    std::int64_t keep_ms = 0;
    auto refusal = read_keep_alive(root, keep_ms);
    if (!refusal) {
        refusal =
            check_capabilities(asked, *model, shape == OllamaShape::chat ? "chat" : "generate");
    }
    if (!refusal) {
        refusal = fit_context(asked, num_ctx);
    }
    if (refusal) {
        return ollama_error(refusal->status, refusal->text);
    }
    Reply reply;
    reply.switches = std::move(treatment.switches);
    if (asked.load_only) {
        reply.switches.reset();
        fill_when_loaded(reply, *model, keep_ms, num_ctx,
                         [name = std::string(prompt.model), shape, keep_ms](Reply& out, auto) {
                             out.body = ollama_load_object(name, shape, keep_ms == 0);
                         });
        return reply;
    }
    prompt.think = asked.think.value_or(true) && model->can("thinking");
    if (asked.raw) {
        shape = OllamaShape::raw_generate;
    }
    if (asked.stream) {
        reply.content_type = "application/x-ndjson";
    }
    fill_when_loaded(reply, *model, keep_ms, num_ctx,
                     [answer = make_answer(prompt, reply.switches.get()), shape,
                      stream = asked.stream, logprobs = asked.logprobs,
                      top = asked.top_logprobs](Reply& out, std::chrono::nanoseconds load) mutable {
                         OllamaCounters counters(answer.prompt_tokens, answer.output_tokens,
                                                 out.switches.get(), load);
                         counters.logprobs = logprobs;
                         counters.top_logprobs = top;
                         if (stream) {
                             out.events =
                                 failing_lines(ollama_lines(std::move(answer), shape, counters),
                                               out.switches.get());
                         } else {
                             out.body_tokens = answer.output_tokens;
                             out.body = ollama_object(answer, shape, counters);
                         }
                     });
    return reply;
}

}  // namespace llmr::simulator
