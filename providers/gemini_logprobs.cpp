#include "providers/gemini_logprobs.hpp"

#include <vector>

#include "core/json.hpp"

namespace llmr::providers {
namespace {

using simdjson::dom::element;

std::vector<element> items_of(element object, std::string_view key) {
    const auto value = get_value(object, key);
    simdjson::dom::array items;
    if (!value || value->get(items) != simdjson::SUCCESS) return {};
    return {items.begin(), items.end()};
}

void write_token(JsonWriter& out, element candidate) {
    out.field("token", get_string(candidate, "token").value_or(""));
    out.field("logprob", get_double(candidate, "logProbability").value_or(0.0));
}

}  // namespace

std::string gemini_logprobs(element result) {
    const std::vector<element> tops = items_of(result, "topCandidates");
    std::string json;
    JsonWriter out(json);
    out.begin_array();
    std::size_t position = 0;
    for (const element chosen : items_of(result, "chosenCandidates")) {
        out.begin_object();
        write_token(out, chosen);
        out.key("top_logprobs").begin_array();
        if (position < tops.size()) {
            for (const element candidate : items_of(tops[position], "candidates")) {
                out.begin_object();
                write_token(out, candidate);
                out.end_object();
            }
        }
        out.end_array().end_object();
        ++position;
    }
    out.end_array();
    return json;
}

}  // namespace llmr::providers
