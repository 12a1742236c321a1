#include <optional>
#include <string>
#include <utility>

#include "classifier/classifier.hpp"
#include "core/json.hpp"
#include "daemon/handlers/handlers.hpp"
#include "providers/codec.hpp"

namespace llmr::daemon::handlers {
namespace {

/// What /v1/messages would need and this endpoint's clients leave out.
constexpr std::string_view kLimit = "max_tokens";

Result<std::int64_t> estimate(std::string_view body) {
    const auto complete = find_member(body, kLimit) ? std::optional(std::string(body))
                                                    : replace_member(body, kLimit, "1");
    if (!complete) return Error(Errc::bad_request, "the request body must be a JSON object");
    JsonParser& parser = thread_json_parser();
    const auto root = parser.parse(*complete);
    if (!root) return root.error();
    const auto request = providers::parse_request(Dialect::anthropic, Operation::chat, *root);
    if (!request) return request.error();
    return classifier::extract_features(*request).estimated_tokens;
}

}  // namespace

/// Nothing is sent anywhere: the number is the router's own estimate.
net::Task<void> count_tokens(RequestContext& context) {
    // replace_member needs a valid document.
    auto valid = thread_json_parser().parse(context.body());
    auto tokens = valid ? estimate(context.body()) : Result<std::int64_t>(valid.error());
    Reply reply;
    if (tokens) {
        std::string body;
        JsonWriter(body).begin_object().field("input_tokens", *tokens).end_object();
        reply = json_reply(std::move(body));
    } else {
        reply = error_reply(context.dialect, tokens.error());
    }
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
