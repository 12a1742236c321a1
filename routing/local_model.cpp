#include "routing/local_model.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/json.hpp"
#include "core/text.hpp"
#include "routing/model_tag.hpp"
#include "routing/rfc3339.hpp"

namespace llmr::routing {
namespace {

using simdjson::dom::element;

constexpr std::array<std::string_view, 7> kEmbeddingNames{"embed", "minilm",     "bge-",     "e5-",
                                                          "gte-",  "paraphrase", "sentence-"};
constexpr std::array<std::string_view, 6> kVisionNames{"llava",     "vision", "moondream",
                                                       "minicpm-v", "-vl",    "2.5vl"};
/// Families whose Ollama packages come with a template for tools, for servers too old to say so.
constexpr std::array<std::string_view, 14> kToolNames{
    "llama3.1", "llama3.2",  "llama3.3", "llama4",   "mistral", "mixtral",      "qwen2",
    "qwen3",    "command-r", "hermes3",  "granite3", "gpt-oss", "firefunction", "devstral"};

template <std::size_t N>
bool contains_any(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::any_of(words.begin(), words.end(), [text](std::string_view word) {
        return text.find(word) != std::string_view::npos;
    });
}

template <std::size_t N>
bool starts_with_any(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::any_of(words.begin(), words.end(),
                       [text](std::string_view word) { return text.starts_with(word); });
}

/// True if the document states capabilities.
bool read_capabilities(element document, LocalModel& model) {
    const auto list = get_value(document, "capabilities");
    simdjson::dom::array names;
    if (!list || list->get(names) != simdjson::SUCCESS) return false;
    model.completion = false;
    model.embedding = model.tools = model.vision = model.thinking = false;
    for (const element item : names) {
        std::string_view name;
        if (item.get(name) != simdjson::SUCCESS) continue;
        if (name == "completion") model.completion = true;
        if (name == "embedding") model.embedding = true;
        if (name == "tools") model.tools = true;
        if (name == "vision") model.vision = true;
        if (name == "thinking") model.thinking = true;
    }
    return true;
}

/// What /api/tags entries and /api/show answers have in common.
void read_common(element document, LocalModel& model) {
    if (const auto remote = get_string(document, "remote_host"); remote && !remote->empty()) {
        model.locality = Locality::external;
    }
    const auto details = get_value(document, "details");
    if (!details) return;
    if (const auto family = get_string(*details, "family"); family && !family->empty()) {
        model.family = *family;
    }
    if (const auto size = get_string(*details, "parameter_size")) {
        if (const double billions = parse_parameter_size(*size); billions > 0) {
            model.parameters_b = billions;
        }
    }
    if (const auto length = get_int(*details, "context_length"); length && *length > 0) {
        model.context_length = *length;
    }
}

/// /api/show states the trained context under the architecture's own key.
void read_model_info(element show, LocalModel& model) {
    const auto info = get_value(show, "model_info");
    if (!info) return;
    if (const auto count = get_double(*info, "general.parameter_count"); count && *count > 0) {
        model.parameters_b = *count / 1e9;
    }
    if (const auto architecture = get_string(*info, "general.architecture")) {
        const std::string key = std::string(*architecture) + ".context_length";
        if (const auto length = get_int(*info, key); length && *length > 0) {
            model.context_length = *length;
        }
    }
}

/// The Modelfile's parameters, a line each: "num_ctx                        16384".
void read_parameters(element show, LocalModel& model) {
    constexpr std::string_view kName = "num_ctx";
    const std::string_view text = get_string(show, "parameters").value_or("");
    for (const std::string& line : split_list(text, '\n')) {
        if (!line.starts_with(kName)) continue;
        const std::string_view value = trim(std::string_view(line).substr(kName.size()));
        std::int64_t number = 0;
        const auto [end, fault] =
            std::from_chars(value.data(), value.data() + value.size(), number);
        if (fault == std::errc() && end == value.data() + value.size() && number > 0)
            model.num_ctx = number;
    }
}

void infer_capabilities(LocalModel& model) {
    const std::string name = canonical_name(model.name);
    const std::string family = to_lower(model.family);
    model.embedding =
        contains_any(name, kEmbeddingNames) || family.find("bert") != std::string::npos;
    model.completion = !model.embedding;
    if (model.embedding) return;
    model.vision = contains_any(name, kVisionNames) || family == "mllama" || family == "clip";
    model.tools = starts_with_any(name, kToolNames);
}

void infer_from_show(element show, LocalModel& model) {
    const auto text = get_string(show, "template");
    if (text && model.completion) model.tools = text->find(".Tools") != std::string_view::npos;
    if (get_value(show, "projector_info")) model.vision = true;
}

}  // namespace

Result<LocalModel> parse_local_model(std::string_view tags_entry_json, std::string_view show_json,
                                     std::size_t upstream_index) {
    const Result<element> entry = thread_json_parser().parse(tags_entry_json);
    if (!entry) return entry.error();
    auto name = get_string(*entry, "name");
    if (!name || name->empty()) name = get_string(*entry, "model");
    if (!name || name->empty()) {
        return Error(Errc::upstream_bad_response, "a model in the list has no name");
    }
    LocalModel model;
    model.name = with_tag(*name);
    model.upstream_index = upstream_index;
    model.tags_json = tags_entry_json;
    model.size_bytes = get_int(*entry, "size").value_or(0);
    model.digest = get_string(*entry, "digest").value_or("");
    if (const auto modified = get_string(*entry, "modified_at")) {
        model.modified_ms = parse_rfc3339(*modified).value_or(0);
    }
    if (is_cloud_name(model.name)) model.locality = Locality::external;
    read_common(*entry, model);
    infer_capabilities(model);
    const bool tags_say = read_capabilities(*entry, model);

    if (!show_json.empty()) {
        const Result<element> show = thread_json_parser().parse(show_json);
        if (!show) return show.error();
        read_common(*show, model);
        read_model_info(*show, model);
        read_parameters(*show, model);
        if (!tags_say) infer_capabilities(model);  // the family may be known only now
        if (!read_capabilities(*show, model) && !tags_say) infer_from_show(*show, model);
    }
    if (model.parameters_b <= 0) model.parameters_b = parameter_size_in_name(model.name);
    return model;
}

bool is_coder(const LocalModel& model) {
    const auto says_code = [](std::string_view text) {
        return to_lower(text).find("code") != std::string::npos;
    };
    return says_code(model.name) || says_code(model.family);
}

}  // namespace llmr::routing
