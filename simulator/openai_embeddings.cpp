#include "core/json.hpp"
#include "core/text.hpp"
#include "simulator/embeddings.hpp"
#include "simulator/json_view.hpp"
#include "simulator/openai_api.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

using simdjson::dom::element;

constexpr std::size_t kMostInputs = 2048;

/// One input: a text, or the JSON of a list of token ids, which stands for itself.
struct Input {
    std::string text;
    std::int64_t tokens = 0;
};

std::optional<Input> read_text(element value) {
    if (!value.is_string() || string_of(value).empty()) {
        return std::nullopt;
    }
    Input input;
    input.text = string_of(value);
    input.tokens = count_tokens(input.text);
    return input;
}

std::optional<Input> read_token_ids(element value) {
    if (!value.is_array() || array_of(value).size() == 0) {
        return std::nullopt;
    }
    for (const element id : array_of(value)) {
        if (!id.is_int64() || id.get_int64().value_unsafe() < 0) {
            return std::nullopt;
        }
    }
    Input input;
    input.text = to_json(value);
    input.tokens = static_cast<std::int64_t>(array_of(value).size());
    return input;
}

/// string | [string] | [int] | [[int]], none of them empty.
std::optional<std::vector<Input>> read_inputs(element value) {
    std::vector<Input> inputs;
    auto single = read_text(value);
    if (!single) {
        single = read_token_ids(value);
    }
    if (single) {
        inputs.push_back(*std::move(single));
        return inputs;
    }
    if (!value.is_array() || array_of(value).size() == 0 || array_of(value).size() > kMostInputs) {
        return std::nullopt;
    }
    for (const element each : array_of(value)) {
        auto input = each.is_array() ? read_token_ids(each) : read_text(each);
        if (!input) {
            return std::nullopt;
        }
        inputs.push_back(*std::move(input));
    }
    return inputs;
}

struct Wanted {
    std::vector<Input> inputs;
    std::int64_t tokens = 0;
    int dimensions = 0;
    bool base64 = false;
};

std::optional<OpenAiError> read_wanted(element root, const OpenAiModel& model, Wanted& out) {
    const auto input = get_value(root, "input");
    if (!input) {
        return openai_missing("input");
    }
    auto inputs = read_inputs(*input);
    if (!inputs) {
        return OpenAiError{400,
                           "'$.input' is invalid. Please check the API reference: "
                           "https://platform.openai.com/docs/api-reference.",
                           "", ""};
    }
    out.inputs = *std::move(inputs);
    for (const auto& each : out.inputs) {
        if (each.tokens > model.context_length) {
            return OpenAiError{
                400,
                "This model's maximum context length is " + std::to_string(model.context_length) +
                    " tokens, however you requested " + std::to_string(each.tokens) + " tokens.",
                "", "context_length_exceeded"};
        }
        out.tokens += each.tokens;
    }
    const auto format = get_string(root, "encoding_format").value_or("float");
    if (format != "float" && format != "base64") {
        return OpenAiError{400, "Invalid value for 'encoding_format'.", "encoding_format",
                           "invalid_value"};
    }
    out.base64 = format == "base64";
    const auto dimensions = get_int(root, "dimensions").value_or(model.embedding_length);
    if (dimensions < 1 || dimensions > model.embedding_length) {
        return OpenAiError{400, "Invalid value for 'dimensions'.", "dimensions", "invalid_value"};
    }
    out.dimensions = static_cast<int>(dimensions);
    return std::nullopt;
}

void write_embedding(JsonWriter& writer, int index, const std::vector<float>& vector, bool base64) {
    writer.begin_object().field("object", "embedding").field("index", index).key("embedding");
    if (base64) {
        writer.value(base64_encode(float_bytes(vector)));
    } else {
        write_floats(writer, vector);
    }
    writer.end_object();
}

}  // namespace

Reply OpenAiApi::embed(std::string_view name, Exchange& exchange) {
    if (name.empty()) {
        return dialect_.error({400, "you must provide a model parameter", "", ""});
    }
    const auto* model = dialect_.resolve(models_, name);
    if (!model) {
        return dialect_.error(dialect_.unknown_model(name));
    }
    if (model->embedding_length == 0) {
        return dialect_.error(
            {403, "You are not allowed to generate embeddings from this model", "", ""});
    }
    const auto& traits = dialect_.traits();
    if (!traits.chosen_dimensions && get_value(exchange.root, "dimensions")) {
        return dialect_.error({400,
                               "Model \"" + model->name +
                                   "\" does not support matryoshka representation, changing "
                                   "output dimensions will lead to poor results.",
                               "dimensions", ""});
    }
    Wanted wanted;
    if (const auto refusal = read_wanted(exchange.root, *model, wanted)) {
        return dialect_.error(*refusal);
    }
    auto reply = json_reply({});
    if (suffers(name, /*stream=*/false, reply)) {
        return reply;
    }
    exchange.served.model = model;
    exchange.served.prompt_tokens = wanted.tokens;
    JsonWriter writer(reply.body);
    writer.begin_object().field("object", "list").key("data").begin_array();
    int index = 0;
    for (const auto& input : wanted.inputs) {
        const auto vector =
            embedding(model->name, input.text, model->embedding_length, wanted.dimensions);
        write_embedding(writer, index++, vector, wanted.base64 && traits.base64_embeddings);
    }
    writer.end_array().field("model", model->snapshot);
    if (!reply.switches || !reply.switches->omit_usage) {
        writer.key("usage");
        dialect_.write_embedding_usage(writer, *model, wanted.tokens);
    }
    writer.end_object();
    return reply;
}

}  // namespace llmr::simulator
