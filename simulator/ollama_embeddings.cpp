#include <algorithm>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "simulator/embeddings.hpp"
#include "simulator/json_view.hpp"
#include "simulator/ollama_api.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

/// The texts of `input`; nothing if it is neither a string nor an array of strings.
std::optional<std::vector<std::string_view>> read_inputs(element root) {
    std::vector<std::string_view> texts;
    const auto input = get_value(root, "input");
    if (!input) {
        return texts;
    }
    if (input->is_string()) {
        if (const auto text = string_of(*input); !text.empty()) {
            texts.push_back(text);
        }
        return texts;
    }
    if (!input->is_array()) {
        return std::nullopt;
    }
    for (const element text : array_of(*input)) {
        if (!text.is_string()) {
            return std::nullopt;
        }
        texts.push_back(string_of(text));
    }
    return texts;
}

void refuse(Reply& reply, int status, std::string_view text) {
    auto refusal = ollama_error(status, text);
    reply.status = refusal.status;
    reply.body = std::move(refusal.body);
}

void write_embeddings(Reply& reply, const std::string& vectors, std::int64_t tokens,
                      std::chrono::nanoseconds load) {
    const OllamaCounters counters(tokens, 0, reply.switches.get(), load);
    JsonWriter writer(reply.body);
    writer.begin_object()
        .field("model", reply.model)
        .raw_field("embeddings", vectors)
        .field("total_duration", counters.total())
        .field("load_duration", counters.load);
    if (!counters.omit_counts) {
        writer.field("prompt_eval_count", tokens);
    }
    writer.end_object();
}

std::string not_found(std::string_view model, Operation operation) {
    return operation == Operation::embed
               ? "model '" + std::string(model) + "' not found"
               : "model " + json_quote(model) + " not found, try pulling it first";
}

}  // namespace

StoredModel* OllamaApi::open_embedding(const HttpRequest& request, Operation operation,
                                       Reply& reply, element& root, std::int64_t& keep_ms) {
    reply.inference = true;
    if (request.body.empty()) {
        refuse(reply, 400, "missing request body");
        return nullptr;
    }
    const auto parsed = thread_json_parser().parse(request.body);
    if (!parsed) {
        refuse(reply, 400, decoder_error(request.body));
        return nullptr;
    }
    root = *parsed;
    const auto name = get_string(root, "model").value_or("");
    reply.model = name;
    if (name.empty()) {
        refuse(reply, 400, "model is required");
        return nullptr;
    }
    auto* model = models_.find(name);
    if (!model) {
        refuse(reply, 404, not_found(name, operation));
        return nullptr;
    }
    auto treatment = behaviours_.choose(name);
    reply.switches = std::move(treatment.switches);
    if (treatment.fail) {
        auto fault = ollama_fault(*reply.switches);
        reply.extra_lines = std::move(fault.extra_lines);
        reply.status = fault.status;
        reply.body = std::move(fault.body);
        return nullptr;
    }
    if (!model->can("embedding")) {
        refuse(reply, 400, "this model does not support embeddings");
        return nullptr;
    }
    if (const auto refusal = read_keep_alive(root, keep_ms)) {
        refuse(reply, refusal->status, refusal->text);
        return nullptr;
    }
    return model;
}

Reply OllamaApi::embed(const HttpRequest& request) {
    Reply reply;
    element root;
    std::int64_t keep_ms = 0;
    auto* model = open_embedding(request, Operation::embed, reply, root, keep_ms);
    if (!model) {
        return reply;
    }
    const auto inputs = read_inputs(root);
    if (!inputs) {
        refuse(reply, 400, "invalid input type");
        return reply;
    }
    const bool truncate = get_bool(root, "truncate").value_or(true);
    const auto length = model->model.embedding_length;
    const auto wanted = get_int(root, "dimensions").value_or(0);
    const auto kept =
        wanted > 0 ? static_cast<int>(std::min<std::int64_t>(wanted, length)) : length;
    std::int64_t tokens = 0;
    std::string vectors;
    JsonWriter writer(vectors);
    writer.begin_array();
    for (const auto text : *inputs) {
        const auto count = count_tokens(text);
        if (count > model->model.context_length && !truncate) {
            refuse(reply, 400, "the input length exceeds the context length");
            return reply;
        }
        tokens += std::min(count, model->model.context_length);
        write_floats(writer, embedding(model->model.name, text, length, kept));
    }
    writer.end_array();
    fill_when_loaded(
        reply, *model, keep_ms, model->model.context_length,
        [vectors = std::move(vectors), tokens](Reply& out, std::chrono::nanoseconds load) {
            write_embeddings(out, vectors, tokens, load);
        });
    return reply;
}

Reply OllamaApi::legacy_embed(const HttpRequest& request) {
    Reply reply;
    element root;
    std::int64_t keep_ms = 0;
    auto* model = open_embedding(request, Operation::legacy_embed, reply, root, keep_ms);
    if (!model) {
        return reply;
    }
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().key("embedding").begin_array();
    if (const auto prompt = get_string(root, "prompt").value_or(""); !prompt.empty()) {
        for (const double number :
             raw_embedding(model->model.name, prompt, model->model.embedding_length)) {
            writer.value(number);
        }
    }
    writer.end_array().end_object();
    fill_when_loaded(
        reply, *model, keep_ms, model->model.context_length,
        [body = std::move(body)](Reply& out, std::chrono::nanoseconds) { out.body = body; });
    return reply;
}

}  // namespace llmr::simulator
