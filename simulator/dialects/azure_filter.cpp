#include "simulator/dialects/azure_filter.hpp"

#include <array>

namespace llmr::simulator {
namespace {

constexpr std::array<std::string_view, 4> kCategories{"hate", "self_harm", "sexual", "violence"};

}  // namespace

void write_filter_results(JsonWriter& writer, bool blocked) {
    writer.begin_object();
    for (const auto category : kCategories) {
        const bool filtered = blocked && category == "violence";
        writer.key(category).begin_object().field("filtered", filtered);
        writer.field("severity", filtered ? "medium" : "safe").end_object();
    }
    writer.end_object();
}

void write_prompt_filter_results(JsonWriter& writer) {
    writer.key("prompt_filter_results").begin_array().begin_object().field("prompt_index", 0);
    writer.key("content_filter_results");
    write_filter_results(writer, /*blocked=*/false);
    writer.end_object().end_array();
}

std::string filter_frame(int choices) {
    std::string event = "data: ";
    JsonWriter writer(event);
    writer.begin_object().field("id", "").field("object", "").field("created", 0);
    writer.field("model", "").key("choices").begin_array();
    for (int index = 0; index < choices; ++index) {
        writer.begin_object().field("index", index).key("finish_reason").null();
        writer.key("content_filter_results");
        write_filter_results(writer, /*blocked=*/false);
        writer.key("content_filter_offsets").begin_object().field("check_offset", 0);
        writer.field("start_offset", 0).field("end_offset", 0).end_object().end_object();
    }
    writer.end_array().end_object();
    return event + "\n\n";
}

Reply blocked_prompt(std::string_view message) {
    Reply reply;
    reply.status = 400;
    reply.content_type = "application/json";
    JsonWriter writer(reply.body);
    writer.begin_object().key("error").begin_object().field("message", message);
    writer.key("type").null().field("param", "prompt").field("code", "content_filter");
    writer.field("status", 400).key("innererror").begin_object();
    writer.field("code", "ResponsibleAIPolicyViolation").key("content_filter_result");
    write_filter_results(writer, /*blocked=*/true);
    writer.end_object().end_object().end_object();
    return reply;
}

}  // namespace llmr::simulator
