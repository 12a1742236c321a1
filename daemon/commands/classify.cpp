#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "classifier/classifier.hpp"
#include "core/json.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/explain.hpp"

namespace llmr::daemon::commands {
namespace {

std::string as_json(const Classification& result, std::int64_t tokens) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .field("type", to_string(result.type))
        .field("complexity", result.complexity)
        .field("score", result.score)
        .field("estimated_tokens", tokens)
        .key("reasons")
        .begin_array();
    for (const Reason& reason : result)
        json.value(render(reason));
    json.end_array().end_object();
    return out;
}

using simdjson::dom::element;

std::string text_at(element object, std::string_view key) {
    return std::string(get_string(object, key).value_or(""));
}

void print_head(element said) {
    fmt::print("type        {}\ncomplexity  {} of 10\nscore       {:.2f}\n", text_at(said, "type"),
               get_int(said, "complexity").value_or(0), get_double(said, "score").value_or(0));
    const char* title = "because";
    for (const element reason : said["reasons"].get_array()) {
        fmt::print("{:<12}{}\n", title, reason.get_c_str().value());
        title = "";
    }
}

void print_seen(element said) {
    const char* title = "seen";
    for (const auto& [name, value] : said["features"].get_object()) {
        const std::string text = to_json(value);
        if (text == "0" || text == "false") continue;
        fmt::print("{:<12}{}: {}\n", title, name, text);
        title = "";
    }
}

void print_allowance(element said) {
    const element share = said["allowance"];
    const std::string unit = text_at(share, "unit") == "cost" ? "USD" : text_at(share, "unit");
    fmt::print(
        "allowance   {}; {} {} could leave now, from score {:.2f} on; {} of {} queries have\n",
        text_at(share, "answer"), to_json(share["allowance_now"].value()), unit,
        get_double(share, "score_cut").value_or(0), get_int(share, "external").value_or(0),
        get_int(share, "total").value_or(0));
}

void print_plan(element said) {
    fmt::print("goes to     {}\n", text_at(said, "reason"));
    for (const element candidate : said["plan"].get_array()) {
        const auto attempt = get_int(candidate, "attempt");
        const std::string place = attempt ? fmt::format("attempt {}", *attempt) : "skipped";
        fmt::print("{:<12}{}/{}: {}\n", place, text_at(candidate, "upstream"),
                   text_at(candidate, "model"), text_at(candidate, "why"));
    }
}

int explain(const ClassifyOptions& options, const std::string& text) {
    const auto config = load_or_complain();
    if (!config) return kExitConfig;
    const auto explained = explain_query(*config, text, options.model);
    if (!explained) {
        fmt::print(stderr, "error: {}\n", explained.error().message);
        return kExitFailure;
    }
    if (options.json) {
        fmt::print("{}\n", explained->json);
        return kExitOk;
    }
    const auto root = thread_json_parser().parse(explained->json);
    if (!root) return kExitFailure;
    if (explained->of_new_router)
        fmt::print("No router is running: this is what a new one would do.\n");
    print_head(*root);
    print_seen(*root);
    print_allowance(*root);
    print_plan(*root);
    return kExitOk;
}

}  // namespace

int classify(const ClassifyOptions& options) {
    std::string text = options.text;
    if (text == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    }
    if (options.explain) return explain(options, text);
    const auto features = classifier::extract_features(std::string_view(text));
    const Classification result = classifier::classify(features);
    if (options.json) {
        fmt::print("{}\n", as_json(result, features.estimated_tokens));
        return kExitOk;
    }
    fmt::print("type        {}\ncomplexity  {} of 10\nscore       {:.2f}\n", to_string(result.type),
               result.complexity, result.score);
    bool first = true;
    for (const Reason& reason : result) {
        fmt::print("{}{}\n", first ? "because     " : "            ", render(reason));
        first = false;
    }
    return kExitOk;
}

}  // namespace llmr::daemon::commands
