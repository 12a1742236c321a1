#include <algorithm>
#include <utility>
#include <vector>

#include "providers/answer_body.hpp"
#include "providers/gemini_vectors.hpp"
#include "providers/upstream_error.hpp"
#include "providers/usage.hpp"
#include "providers/vectors.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

// The raw vectors of an answer in the order of the inputs.
using RawVectors = std::vector<element>;

std::optional<RawVectors> openai_vectors(element root) {
    const auto data = get_value(root, "data");
    simdjson::dom::array items;
    if (!data || data->get(items) != simdjson::SUCCESS) return std::nullopt;
    std::vector<std::pair<std::int64_t, element>> numbered;
    for (const element item : items) {
        const auto vector = get_value(item, "embedding");
        if (!vector) return std::nullopt;
        const auto position = static_cast<std::int64_t>(numbered.size());
        numbered.emplace_back(get_int(item, "index").value_or(position), *vector);
    }
    std::stable_sort(numbered.begin(), numbered.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    RawVectors vectors;
    for (const auto& [index, vector] : numbered)
        vectors.push_back(vector);
    return vectors;
}

std::optional<RawVectors> ollama_vectors(element root) {
    if (const auto single = get_value(root, "embedding")) {  // the legacy endpoint
        simdjson::dom::array numbers;
        if (single->get(numbers) != simdjson::SUCCESS) return std::nullopt;
        return numbers.size() == 0 ? RawVectors{} : RawVectors{*single};
    }
    const auto list = get_value(root, "embeddings");
    simdjson::dom::array items;
    if (!list || list->get(items) != simdjson::SUCCESS) return std::nullopt;
    return RawVectors(items.begin(), items.end());
}

std::optional<RawVectors> vectors_of(Dialect upstream, element root) {
    if (upstream == Dialect::ollama) return ollama_vectors(root);
    return upstream == Dialect::gemini ? gemini_vectors(root) : openai_vectors(root);
}

class Embeddings final : public BodyExchange {
public:
    explicit Embeddings(const ExchangeSpec& spec) : BodyExchange(spec.client), spec_(spec) {}

private:
    Result<std::string> read_body(element root) override {
        if (auto error = in_band_error(root)) return std::move(*error);
        const bool from_ollama = spec_.upstream == Dialect::ollama;
        const auto raw = vectors_of(spec_.upstream, root);
        if (!raw) return bad_answer("it holds no embeddings");
        if (raw->size() != spec_.input_count)
            return bad_answer("the number of vectors is not that of the inputs");
        note(root);
        if (spec_.client == Dialect::ollama && from_ollama) return std::move(body_);
        if (spec_.client == spec_.upstream && has_asked_encoding(*raw)) return std::move(body_);
        return convert(*raw);
    }

    void note(element root) {
        Event event;
        if (const auto model = get_string(root, "model")) {
            event.kind = Event::Kind::start;
            event.text = *model;
            tracker_.note(event);
        }
        event.kind = Event::Kind::usage;
        event.load_us = get_int(root, "load_duration").value_or(0) / 1000;
        if (spec_.upstream == Dialect::ollama)
            event.usage = read_ollama_usage(root);
        else if (spec_.upstream == Dialect::gemini)
            event.usage = gemini_embedding_usage(root);
        else if (const auto usage = get_value(root, "usage"))
            event.usage = read_openai_usage(*usage);
        tracker_.note(event);
        tracker_.note_billing(read_billing(root, body_));
    }

    bool has_asked_encoding(const RawVectors& raw) const {
        return std::all_of(raw.begin(), raw.end(), [&](element vector) {
            return vector.is_string() == spec_.base64_embeddings;
        });
    }

    Result<std::string> convert(const RawVectors& raw) {
        std::vector<Vector> vectors;
        vectors.reserve(raw.size());
        for (const element value : raw) {
            auto vector = read_vector(value);
            if (!vector) return bad_answer("an embedding is not a list of finite numbers");
            vectors.push_back(std::move(*vector));
        }
        if (spec_.client == Dialect::ollama) return ollama_body(vectors);
        if (spec_.upstream != Dialect::openai_chat) return openai_body(vectors);
        auto body = replace_member(body_, "data", openai_data(vectors));
        if (!body) return bad_answer("it is not a JSON object");
        return std::move(*body);
    }

    std::string openai_data(const std::vector<Vector>& vectors) const {
        std::string data;
        JsonWriter out(data);
        out.begin_array();
        std::int64_t index = 0;
        for (const Vector& vector : vectors) {
            out.begin_object().field("object", "embedding").field("index", index++);
            out.key("embedding");
            if (spec_.base64_embeddings)
                out.value(vector_base64(vector));
            else
                write_floats(out, vector);
            out.end_object();
        }
        out.end_array();
        return data;
    }

    std::string openai_body(const std::vector<Vector>& vectors) const {
        const std::int64_t tokens = summary().usage.input_total();
        std::string body;
        JsonWriter out(body);
        out.begin_object().field("object", "list").raw_field("data", openai_data(vectors));
        out.field("model", spec_.model).key("usage").begin_object();
        out.field("prompt_tokens", tokens).field("total_tokens", tokens).end_object().end_object();
        return body;
    }

    std::string ollama_body(const std::vector<Vector>& vectors) const {
        std::string body;
        JsonWriter out(body);
        out.begin_object();
        if (spec_.operation == Operation::legacy_embed) {
            out.key("embedding");
            write_floats(out, vectors.empty() ? Vector{} : vectors.front());
        } else {
            out.field("model", spec_.model).key("embeddings").begin_array();
            for (const Vector& vector : vectors)
                write_floats(out, vector);
            out.end_array().field("total_duration", 1).field("load_duration", 1);
            out.field("prompt_eval_count", summary().usage.input_total());
        }
        out.end_object();
        return body;
    }

    ExchangeSpec spec_;
};

}  // namespace

std::unique_ptr<Exchange> make_embeddings(const ExchangeSpec& spec) {
    return std::make_unique<Embeddings>(spec);
}

}  // namespace llmr::providers
