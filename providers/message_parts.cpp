#include "providers/message_parts.hpp"

#include <algorithm>

#include "core/json.hpp"
#include "core/text.hpp"
#include "providers/fields.hpp"
#include "providers/tool_arguments.hpp"

namespace llmr::providers {
namespace {

bool is_refusal(const ContentPart& part) {
    return part.kind == ContentPart::Kind::other && get_string(part.raw, "refusal").has_value();
}

}  // namespace

std::string joined_text(const Message& message) {
    std::string text;
    bool first = true;
    for (const ContentPart& part : message.parts) {
        const bool refusal = is_refusal(part);
        if (part.kind != ContentPart::Kind::text && !refusal) continue;
        if (!first) text.push_back('\n');
        text.append(refusal ? get_string(part.raw, "refusal").value_or("") : part.text);
        first = false;
    }
    return text;
}

std::string result_text(const Message& message) {
    constexpr std::string_view kError = "Error: ";
    std::string text = joined_text(message);
    const bool says_so = iequals(text.substr(0, 5), kError.substr(0, 5));
    return message.tool_failed && !says_so ? std::string(kError).append(text) : text;
}

std::string place_of(const ChatRequest& request, const Message& message) {
    if (request.operation == Operation::complete) return "prompt";
    const bool items = request.dialect == Dialect::openai_responses;
    return indexed(items ? "input" : "messages", message.source);
}

std::optional<Error> refuse_other_parts(const ChatRequest& request, const Message& message) {
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const ContentPart& part = message.parts[i];
        if (part.kind != ContentPart::Kind::other || is_refusal(part)) continue;
        const std::string place = place_of(request, message);
        if (request.operation == Operation::complete)
            return unsupported(place, "one prompt per request, as text");
        const auto type = get_string(part.raw, "type").value_or("unknown");
        const bool item = request.dialect == Dialect::openai_responses && message.parts.size() == 1;
        return unsupported(
            item ? place : indexed(place + ".content", i),
            "the model that answers cannot read a part of type " + std::string(type));
    }
    return std::nullopt;
}

Result<std::string> answered_call(const ChatRequest& request, const Message& result,
                                  OpenCalls& calls) {
    auto id = calls.answer(result);
    if (id) return std::move(*id);
    const std::string place = place_of(request, result);
    return Error(Errc::invalid_parameter,
                 "'" + place + "' is a tool result without an open tool call", place);
}

Result<std::string> call_arguments(const ChatRequest& request, const Message& message,
                                   std::size_t index) {
    auto arguments = arguments_object(message.tool_calls[index].arguments);
    if (arguments) return std::move(*arguments);
    const std::string place =
        request.dialect == Dialect::openai_responses
            ? place_of(request, message) + ".arguments"
            : indexed(place_of(request, message) + ".tool_calls", index) + ".function.arguments";
    return Error(Errc::invalid_parameter, "'" + place + "' must hold a JSON object", place);
}

std::size_t leading_system_messages(const ChatRequest& request) {
    std::size_t count = 0;
    while (count < request.messages.size() && request.messages[count].role == Role::system)
        ++count;
    return count;
}

std::string leading_system_text(const ChatRequest& request) {
    std::string text;
    for (std::size_t i = 0; i < leading_system_messages(request); ++i) {
        if (i > 0) text.append("\n\n");
        text.append(joined_text(request.messages[i]));
    }
    return text;
}

bool has_images(const Message& message) {
    return std::any_of(message.parts.begin(), message.parts.end(), [](const ContentPart& part) {
        return part.kind == ContentPart::Kind::image;
    });
}

}  // namespace llmr::providers
