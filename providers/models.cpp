#include "providers/models.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "core/secret.hpp"
#include "core/text.hpp"

namespace llmr::providers {
namespace {

/// Ollama's "for good".
constexpr std::string_view kNever = "2318-01-01T00:00:00Z";

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

void write_capabilities(JsonWriter& out, const ModelEntry& model) {
    out.key("capabilities").begin_array();
    for (const std::string_view capability : model.capabilities)
        out.value(capability);
    out.end_array();
}

void begin_entry(JsonWriter& out, const ModelEntry& model) {
    out.begin_object().field("name", model.name).field("model", model.name);
    out.field("size", 0).field("digest", digest_of(model.name));
    write_details(out);
}

void write_virtual_model(JsonWriter& out, const ModelEntry& model) {
    begin_entry(out, model);
    out.field("modified_at", iso8601(model.modified_ms));
    write_capabilities(out, model);
    out.end_object();
}

// "num_ctx                        8192": the key padded as `ollama show` does.
std::string parameter_line(std::string_view key, std::int64_t value) {
    constexpr std::size_t kValueColumn = 31;
    std::string line(key);
    line.resize(std::max(line.size() + 1, kValueColumn), ' ');
    return line + std::to_string(value);
}

bool can(const ModelEntry& model, std::string_view capability) {
    return std::find(model.capabilities.begin(), model.capabilities.end(), capability) !=
           model.capabilities.end();
}

void write_openai(JsonWriter& out, const ModelEntry& model) {
    out.begin_object().field("id", model.name).field("object", "model");
    out.field("created", model.modified_ms / 1000).field("owned_by", model.owned_by);
    out.end_object();
}

void write_anthropic(JsonWriter& out, const ModelEntry& model) {
    out.begin_object().field("type", "model").field("id", model.name);
    out.field("display_name", model.name).field("created_at", iso8601(model.modified_ms));
    out.end_object();
}

/// The index of `id`, or the end: it is not there.
std::size_t index_of(const std::vector<ModelEntry>& models, std::string_view id) {
    std::size_t at = 0;
    while (at < models.size() && models[at].name != id)
        ++at;
    return at;
}

struct Slice {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool has_more = false;  ///< in the direction of the page
};

Result<Slice> slice_of(const std::vector<ModelEntry>& models, const ModelPage& page) {
    const bool backwards = !page.before_id.empty();
    if (backwards && !page.after_id.empty()) {
        return Error(Errc::invalid_parameter, "before_id and after_id exclude each other",
                     "before_id");
    }
    const std::string& id = backwards ? page.before_id : page.after_id;
    const std::size_t at = index_of(models, id);
    if (!id.empty() && at == models.size()) {
        const char* param = backwards ? "before_id" : "after_id";
        return Error(Errc::invalid_parameter, std::string(param) + " is no model of this list",
                     param);
    }
    Slice slice;
    if (backwards) {
        slice.end = at;
        slice.begin = at - std::min(at, page.limit);
        slice.has_more = slice.begin > 0;
    } else {
        slice.begin = id.empty() ? 0 : at + 1;
        slice.end = std::min(models.size(), slice.begin + page.limit);
        slice.has_more = slice.end < models.size();
    }
    return slice;
}

void write_id(JsonWriter& out, std::string_view key, const ModelEntry* model) {
    out.key(key);
    if (model == nullptr) {
        out.null();
    } else {
        out.value(model->name);
    }
}

/// "2026-01-31T12:00:00.123456789+02:00" with six digits at most; other texts as they are.
std::string with_short_fraction(std::string_view time) {
    constexpr std::size_t kDigits = 6;
    const std::size_t point = time.find('.');
    if (point == time.npos) return std::string(time);
    const std::size_t end = std::min(time.find_first_not_of("0123456789", point + 1), time.size());
    if (end - point - 1 <= kDigits) return std::string(time);
    return std::string(time.substr(0, point + 1 + kDigits)).append(time.substr(end));
}

}  // namespace

std::string openai_model_list(const std::vector<ModelEntry>& models) {
    std::string list;
    JsonWriter out(list);
    out.begin_object().field("object", "list").key("data").begin_array();
    for (const ModelEntry& model : models)
        write_openai(out, model);
    out.end_array().end_object();
    return list;
}

std::string openai_model(const ModelEntry& model) {
    std::string body;
    JsonWriter out(body);
    write_openai(out, model);
    return body;
}

Result<std::string> anthropic_model_list(const std::vector<ModelEntry>& models,
                                         const ModelPage& page) {
    const auto slice = slice_of(models, page);
    if (!slice) return slice.error();
    std::string list;
    JsonWriter out(list);
    out.begin_object().key("data").begin_array();
    for (std::size_t i = slice->begin; i < slice->end; ++i)
        write_anthropic(out, models[i]);
    out.end_array().field("has_more", slice->has_more);
    const bool empty = slice->begin == slice->end;
    write_id(out, "first_id", empty ? nullptr : &models[slice->begin]);
    write_id(out, "last_id", empty ? nullptr : &models[slice->end - 1]);
    out.end_object();
    return list;
}

std::string anthropic_model(const ModelEntry& model) {
    std::string body;
    JsonWriter out(body);
    write_anthropic(out, model);
    return body;
}

std::string ollama_model_list(const std::vector<ModelEntry>& models) {
    std::string list;
    JsonWriter out(list);
    out.begin_object().key("models").begin_array();
    for (const ModelEntry& model : models) {
        if (model.tags_json.empty())
            write_virtual_model(out, model);
        else
            out.raw(with_short_times(model.tags_json));
    }
    out.end_array().end_object();
    return list;
}

std::string ollama_loaded_list(const std::vector<ModelEntry>& models,
                               const std::vector<std::string>& loaded) {
    std::string list;
    JsonWriter out(list);
    out.begin_object().key("models").begin_array();
    for (const ModelEntry& model : models) {
        if (!model.tags_json.empty()) continue;
        begin_entry(out, model);
        out.field("expires_at", kNever).field("size_vram", 0);
        out.field("context_length", model.context_length).end_object();
    }
    for (const std::string& entry : loaded)
        out.raw(with_short_times(entry));
    out.end_array().end_object();
    return list;
}

std::string ollama_show_virtual(const ModelEntry& model) {
    std::string body;
    JsonWriter out(body);
    out.begin_object().field("modelfile", "FROM " + model.name);
    out.field("parameters", parameter_line("num_ctx", model.context_length));
    // Clients look here for the word that tells tool support.
    out.field("template",
              can(model, "tools") ? "{{ .System }}{{ .Tools }}{{ .Prompt }}" : "{{ .Prompt }}");
    write_details(out);
    out.key("model_info").begin_object().field("general.architecture", "llama");
    out.field("general.basename", model.name);
    out.field("llama.context_length", model.context_length).end_object();
    write_capabilities(out, model);
    out.field("modified_at", iso8601(model.modified_ms)).end_object();
    return body;
}

std::string with_short_times(std::string object_json) {
    for (const std::string_view key : {"modified_at", "expires_at"}) {
        const auto value = find_member(object_json, key);
        if (!value) continue;
        const std::string time = with_short_fraction(*value);
        if (time == *value) continue;
        if (auto shorter = replace_member(object_json, key, time))
            object_json = std::move(*shorter);
    }
    return object_json;
}

}  // namespace llmr::providers
