#include <algorithm>
#include <array>

#include "core/json.hpp"
#include "core/secret.hpp"
#include "core/text.hpp"
#include "providers/codec.hpp"

namespace llmr::providers {
namespace {

constexpr std::array<std::string_view, 2> kVirtualCapabilities{"completion", "tools"};

// Clients group list entries by digest, so every virtual model has its own.
std::string digest_of(std::string_view name) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string hex;
    for (const std::uint8_t byte : sha256(name)) {
        hex.push_back(kHex[byte >> 4]);
        hex.push_back(kHex[byte & 15]);
    }
    return hex;
}

void write_details(JsonWriter& out) {
    out.key("details").begin_object().field("parent_model", "").field("format", "gguf");
    out.field("family", "llama").key("families").begin_array().value("llama").end_array();
    out.field("parameter_size", "7B").field("quantization_level", "Q4_K_M").end_object();
}

void write_capabilities(JsonWriter& out) {
    out.key("capabilities").begin_array();
    for (const std::string_view capability : kVirtualCapabilities)
        out.value(capability);
    out.end_array();
}

void write_virtual_model(JsonWriter& out, const ModelEntry& model) {
    out.begin_object().field("name", model.name).field("model", model.name);
    out.field("modified_at", iso8601(model.modified_ms)).field("size", 0);
    out.field("digest", digest_of(model.name));
    write_details(out);
    write_capabilities(out);
    out.end_object();
}

// "num_ctx                        8192": the key padded as `ollama show` does.
std::string parameter_line(std::string_view key, std::int64_t value) {
    constexpr std::size_t kValueColumn = 31;
    std::string line(key);
    line.resize(std::max(line.size() + 1, kValueColumn), ' ');
    return line + std::to_string(value);
}

}  // namespace

std::string openai_model_list(const std::vector<ModelEntry>& models) {
    std::string list;
    JsonWriter out(list);
    out.begin_object().field("object", "list").key("data").begin_array();
    for (const ModelEntry& model : models) {
        out.begin_object().field("id", model.name).field("object", "model");
        out.field("created", model.modified_ms / 1000).field("owned_by", model.owned_by);
        out.end_object();
    }
    out.end_array().end_object();
    return list;
}

std::string ollama_model_list(const std::vector<ModelEntry>& models) {
    std::string list;
    JsonWriter out(list);
    out.begin_object().key("models").begin_array();
    for (const ModelEntry& model : models) {
        if (model.tags_json.empty())
            write_virtual_model(out, model);
        else
            out.raw(model.tags_json);
    }
    out.end_array().end_object();
    return list;
}

std::string ollama_show_virtual(std::string_view name, std::int64_t context_length) {
    std::string body;
    JsonWriter out(body);
    out.begin_object().field("modelfile", "FROM " + std::string(name));
    out.field("parameters", parameter_line("num_ctx", context_length));
    // Clients look here for the word that tells tool support.
    out.field("template", "{{ .System }}{{ .Tools }}{{ .Prompt }}");
    write_details(out);
    out.key("model_info").begin_object().field("general.architecture", "llama");
    out.field("general.basename", name).field("llama.context_length", context_length).end_object();
    write_capabilities(out);
    out.field("modified_at", iso8601(0)).end_object();
    return body;
}

}  // namespace llmr::providers
