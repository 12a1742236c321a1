#include "simulator/answers.hpp"

#include <algorithm>
#include <array>

#include "core/json.hpp"
#include "simulator/hash.hpp"
#include "simulator/schema_value.hpp"
#include "simulator/tokens.hpp"

namespace llmr::simulator {
namespace {

/// A blank and a word: one token each.
constexpr std::array<std::string_view, 16> kFiller{
    " and",   " so",   " the",  " answer", " goes", " on",    " with",  " plain",
    " words", " that", " only", " fill",   " the",  " space", " asked", " for"};

/// The first words of a text on one line, about 80 bytes of it.
std::string snippet(std::string_view text) {
    constexpr std::size_t kLongest = 80;
    std::string out;
    bool blank = false;
    std::size_t i = 0;
    for (; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (out.size() >= kLongest && (c & 0xC0) != 0x80) {
            break;
        }
        if (c <= ' ') {
            blank = !out.empty();
            continue;
        }
        if (blank) {
            out += ' ';
            blank = false;
        }
        out += text[i];
    }
    if (i < text.size()) {
        out += "...";
    }
    return out;
}

std::string sentence(const Prompt& prompt) {
    std::string out = "Simulated answer of ";
    out += prompt.model;
    if (prompt.last_is_tool) {
        out += prompt.tool_name.empty() ? ": the tool" : ": the tool ";
        out += prompt.tool_name;
        out += " says \"" + snippet(prompt.tool_result) + "\".";
    } else if (prompt.question.empty()) {
        out += ": nothing was asked.";
    } else {
        out += ": you asked \"" + snippet(prompt.question) + "\".";
    }
    if (prompt.image_count > 0) {
        out += prompt.image_count == 1
                   ? " I see 1 image."
                   : " I see " + std::to_string(prompt.image_count) + " images.";
    }
    return out;
}

/// Cuts or fills `text` to exactly `wanted` tokens.
void fit_to_tokens(std::string& text, std::int64_t wanted, std::string_view question) {
    const auto natural = count_tokens(text);
    if (natural > wanted) {
        text.resize(first_tokens(text, wanted).size());
        return;
    }
    const auto start = static_cast<std::size_t>(hash_text(question) % kFiller.size());
    for (std::int64_t i = natural; i < wanted; ++i) {
        text += kFiller[(start + static_cast<std::size_t>(i)) % kFiller.size()];
    }
}

std::string json_answer(const Prompt& prompt) {
    if (prompt.json_schema) {
        return schema_value(*prompt.json_schema);
    }
    std::string out;
    JsonWriter(out)
        .begin_object()
        .field("model", prompt.model)
        .field("answer", sentence(prompt))
        .end_object();
    return out;
}

void stop_at(Answer& answer, const std::vector<std::string_view>& stops) {
    std::size_t end = answer.text.size();
    for (const auto stop : stops) {
        const auto found = stop.empty() ? std::string::npos : answer.text.find(stop);
        if (found < end) {
            end = found;
            answer.stopped_by = stop;
        }
    }
    answer.text.resize(end);
}

/// Thinking comes first, so the limit takes the text first.
void limit_tokens(Answer& answer, std::int64_t limit) {
    answer.thinking_tokens = count_tokens(answer.thinking);
    const auto text_tokens = count_tokens(answer.text);
    answer.output_tokens = answer.thinking_tokens + text_tokens;
    if (limit >= answer.output_tokens) {
        return;
    }
    answer.cut_by_limit = true;
    answer.stopped_by.clear();
    answer.output_tokens = limit;
    if (limit < answer.thinking_tokens) {
        answer.thinking.resize(first_tokens(answer.thinking, limit).size());
        answer.thinking_tokens = limit;
    }
    const auto rest = limit - answer.thinking_tokens;
    answer.text.resize(first_tokens(answer.text, rest).size());
}

CalledTool call_of(const OfferedTool& tool) {
    CalledTool call;
    call.name = tool.name;
    call.arguments = tool.parameters ? schema_value(*tool.parameters) : std::string("{}");
    if (call.arguments.empty() || call.arguments.front() != '{') {
        call.arguments = "{}";  // arguments are an object whatever the schema says
    }
    return call;
}

void call_tools(Answer& answer, const Prompt& prompt, const Behaviour* behaviour) {
    const auto wanted = behaviour && prompt.parallel_calls ? behaviour->tool_calls : 1;
    const auto count = std::min(prompt.offered.size(), static_cast<std::size_t>(wanted));
    answer.thinking_tokens = count_tokens(answer.thinking);
    answer.output_tokens = answer.thinking_tokens;
    for (std::size_t i = 0; i < count; ++i) {
        answer.tools.push_back(call_of(prompt.offered[i]));
        const auto& call = answer.tools.back();
        answer.output_tokens += count_tokens(call.name) + count_tokens(call.arguments);
    }
}

}  // namespace

Answer make_answer(const Prompt& prompt, const Behaviour* behaviour) {
    Answer answer;
    answer.model = prompt.model;
    answer.prompt_tokens = prompt.prompt_tokens;
    if (prompt.think) {
        answer.thinking = "The user wants to know about \"" + snippet(prompt.question) +
                          "\". A simulated answer will do.";
    }
    if (!prompt.offered.empty() && !prompt.last_is_tool) {
        call_tools(answer, prompt, behaviour);
        return answer;
    }
    if (behaviour && !behaviour->answer.empty()) {
        answer.text = behaviour->answer;
    } else if (prompt.json) {
        answer.text = json_answer(prompt);
    } else {
        answer.text = sentence(prompt);
        if (behaviour && behaviour->answer_tokens > 0) {
            fit_to_tokens(answer.text, behaviour->answer_tokens, prompt.question);
        }
    }
    stop_at(answer, prompt.stops);
    limit_tokens(answer, prompt.max_tokens.value_or(INT64_MAX));
    return answer;
}

}  // namespace llmr::simulator
