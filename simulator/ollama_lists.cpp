#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/ollama_api.hpp"

namespace llmr::simulator {
namespace {

/// Ollama's "never", far in the future.
constexpr std::string_view kNever = "2318-01-01T00:00:00Z";

/// 7200000000 for "7.2B".
std::int64_t parameter_count(std::string_view size) {
    double number = 0;
    const auto* end = std::from_chars(size.data(), size.data() + size.size(), number).ptr;
    const char unit = end == size.data() + size.size() ? ' ' : *end;
    const double factor = unit == 'B' ? 1e9 : unit == 'M' ? 1e6 : unit == 'K' ? 1e3 : 1;
    return std::llround(number * factor);
}

std::string_view quantization(const StoredModel& stored) {
    return stored.can("embedding") ? "F16" : "Q4_0";
}

void write_details(JsonWriter& writer, const StoredModel& stored) {
    writer.key("details").begin_object();
    writer.field("parent_model", "").field("format", "gguf").field("family", stored.model.family);
    writer.key("families").begin_array().value(stored.model.family).end_array();
    writer.field("parameter_size", stored.model.parameter_size);
    writer.field("quantization_level", quantization(stored)).end_object();
}

void begin_model(JsonWriter& writer, const StoredModel& stored) {
    writer.begin_object();
    writer.field("name", stored.model.name).field("model", stored.model.name);
}

/// What the prompt template of such a model has in it: clients look for tools and suffix here.
std::string prompt_template(const StoredModel& stored) {
    std::string out;
    if (stored.can("tools")) {
        out += "{{- if .Tools }}[AVAILABLE_TOOLS] {{ .Tools }}[/AVAILABLE_TOOLS]{{ end }}";
    }
    if (stored.can("insert")) {
        out += "{{- if .Suffix }}<PRE> {{ .Prompt }} <SUF>{{ .Suffix }} <MID>{{ else }}";
    }
    out += stored.can("completion") ? "{{ .System }} {{ .Prompt }}" : "{{ .Prompt }}";
    if (stored.can("insert")) {
        out += "{{ end }}";
    }
    return out;
}

void write_model_info(JsonWriter& writer, const SimulatedModel& model) {
    const auto& arch = model.family;
    writer.key("model_info").begin_object();
    writer.field("general.architecture", arch);
    writer.field("general.basename", model.name.substr(0, model.name.find(':')));
    writer.field("general.file_type", 2);
    writer.field("general.parameter_count", parameter_count(model.parameter_size));
    writer.field(arch + ".context_length", model.context_length);
    writer.field(arch + ".embedding_length", model.embedding_length);
    writer.end_object();
}

class PullLines : public EventSource {
public:
    explicit PullLines(bool known) : known_(known) {}

    std::optional<int> next(std::string& out) override {
        static constexpr std::array kStates{"pulling manifest", "verifying sha256 digest",
                                            "writing manifest", "success"};
        if (sent_ == kStates.size() || (sent_ > 1 && !known_)) {
            return std::nullopt;
        }
        JsonWriter writer(out);
        if (sent_ == 1 && !known_) {
            writer.begin_object().field("error", "pull model manifest: file does not exist");
        } else {
            writer.begin_object().field("status", kStates[sent_]);
        }
        writer.end_object();
        out += '\n';
        ++sent_;
        return 0;
    }

private:
    bool known_;
    std::size_t sent_ = 0;
};

}  // namespace

std::string ollama_tags_body(const ModelStore& models) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().key("models").begin_array();
    for (const auto& stored : models.all()) {
        begin_model(writer, *stored);
        writer.field("modified_at", stored->modified_at).field("size", stored->model.size_bytes);
        writer.field("digest", stored->digest);
        write_details(writer, *stored);
        writer.end_object();
    }
    writer.end_array().end_object();
    return out;
}

std::string ollama_loaded_body(const ModelStore& models, std::int64_t now_ms) {
    struct Loaded {
        std::int64_t until;
        const StoredModel* stored;
    };
    std::vector<Loaded> loaded;
    for (const auto& stored : models.all()) {
        const auto until = stored->loaded_until_ms.load(std::memory_order_relaxed);
        if (until > now_ms) {
            loaded.push_back({until, stored.get()});
        }
    }
    std::stable_sort(loaded.begin(), loaded.end(),
                     [](const Loaded& a, const Loaded& b) { return a.until > b.until; });
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().key("models").begin_array();
    for (const auto& [until, stored] : loaded) {
        begin_model(writer, *stored);
        writer.field("size", stored->model.size_bytes).field("digest", stored->digest);
        write_details(writer, *stored);
        writer.field("expires_at", until == INT64_MAX ? std::string(kNever) : iso8601(until));
        writer.field("size_vram", stored->model.size_bytes);
        writer.field("context_length", stored->num_ctx.load(std::memory_order_relaxed));
        writer.end_object();
    }
    writer.end_array().end_object();
    return out;
}

std::string ollama_show_body(const StoredModel& stored) {
    const std::string text = prompt_template(stored);
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    writer.field("modelfile",
                 "FROM " + stored.model.name + "\nTEMPLATE \"\"\"" + text + "\"\"\"\n");
    writer.field("parameters", "stop                           \"<|end|>\"");
    writer.field("template", text);
    write_details(writer, stored);
    write_model_info(writer, stored.model);
    writer.key("capabilities").begin_array();
    for (const auto& capability : stored.model.capabilities) {
        writer.value(capability);
    }
    writer.end_array().field("modified_at", stored.modified_at).end_object();
    return out;
}

std::unique_ptr<EventSource> ollama_pull_lines(bool known) {
    return std::make_unique<PullLines>(known);
}

}  // namespace llmr::simulator
