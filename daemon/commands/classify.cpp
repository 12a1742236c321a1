#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "classifier/classifier.hpp"
#include "core/json.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/commands.hpp"

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

}  // namespace

int classify(const ClassifyOptions& options) {
    std::string text = options.text;
    if (text == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    }
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
