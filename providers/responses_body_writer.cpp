#include <utility>

#include "core/json.hpp"
#include "providers/answer_writer.hpp"
#include "providers/openai_shapes.hpp"
#include "providers/responses_shapes.hpp"

namespace llmr::providers {
namespace {

constexpr std::string_view kDone = "completed";

class ResponsesBodyWriter final : public AnswerWriter {
public:
    explicit ResponsesBodyWriter(const ExchangeSpec& spec)
        : AnswerWriter(Dialect::openai_responses), spec_(spec) {}

    std::optional<Error> write(const Event& event, std::string&) override {
        if (event.kind == Event::Kind::text) text_.append(event.text);
        if (event.kind == Event::Kind::reasoning) thinking_.append(event.text);
        if (event.kind == Event::Kind::tool_call) pending_.add(event.tool);
        if (event.kind == Event::Kind::logprobs) append_openai_logprobs(logprobs_, event.logprobs);
        return std::nullopt;
    }

    std::string tail(const AnswerSummary& summary, const AnswerTiming&) override {
        std::string items;
        JsonWriter list(items);
        list.begin_array();
        int index = 0;
        if (!thinking_.empty())
            write_reasoning_item(list, item_id(spec_, "rs", index++), &thinking_);
        if (!text_.empty())
            write_message_item(list, item_id(spec_, "msg", index++), kDone, &text_, logprobs_);
        int number = 0;
        for (const AssembledCall& call : pending_.take()) {
            write_call_item(list, item_id(spec_, "fc", index++), kDone,
                            responses_call_id(spec_, call.id, number++), call.name,
                            call.arguments.empty() ? "{}" : call.arguments);
        }
        list.end_array();
        std::string out;
        JsonWriter json(out);
        const auto inner = std::string_view(items).substr(1, items.size() - 2);
        write_response(json, spec_, response_status(summary), inner, &summary);
        return out;
    }

private:
    ExchangeSpec spec_;
    std::string text_;
    std::string thinking_;
    std::string logprobs_;
    ToolCallAssembler pending_;
};

}  // namespace

std::unique_ptr<AnswerWriter> make_responses_body_writer(const ExchangeSpec& spec) {
    return std::make_unique<ResponsesBodyWriter>(spec);
}

}  // namespace llmr::providers
