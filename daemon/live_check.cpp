#include "daemon/live_check.hpp"

#include <fmt/format.h>

#include "core/clock.hpp"
#include "core/json.hpp"
#include "core/money.hpp"
#include "daemon/upstream_fetch.hpp"
#include "daemon/worker.hpp"
#include "providers/advice.hpp"
#include "providers/codec.hpp"
#include "providers/model_facts.hpp"
#include "providers/target.hpp"
#include "routing/price_seller.hpp"

namespace llmr::daemon {
namespace {

/// Models that reason spend some before they say anything, and refuse less.
constexpr std::int64_t kReasoningTokens = 16;

std::string client_body(const std::string& model, bool embeds) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().field("model", model);
    if (embeds) {
        json.field("input", "ok");
    } else {
        json.key("messages").begin_array().begin_object();
        json.field("role", "user").field("content", "Say ok.").end_object().end_array();
        json.field("max_tokens",
                   providers::model_facts(model).reasons ? kReasoningTokens : std::int64_t{1});
    }
    json.end_object();
    return body;
}

struct LiveRequest {
    providers::UpstreamRequest request;
    providers::ExchangeSpec spec;
};

Result<LiveRequest> make_request(const UpstreamConfig& upstream, const std::string& model,
                                 bool embeds) {
    const std::string body = client_body(model, embeds);
    const auto root = thread_json_parser().parse(body);
    if (!root) return root.error();
    const auto parsed = providers::parse_request(
        Dialect::openai_chat, embeds ? Operation::embed : Operation::chat, *root);
    if (!parsed) return parsed.error();
    providers::Target target = providers::target_at(upstream, model);
    target.routed = true;
    auto built = providers::build_request(*parsed, body, target);
    if (!built) return built.error();
    LiveRequest live{std::move(*built), providers::exchange_spec(*parsed)};
    live.spec.upstream = upstream.dialect;
    live.spec.model = model;
    live.request.path = providers::path_at(upstream, model, live.request.path);
    return live;
}

std::string in_words(const providers::AnswerSummary& answer, std::optional<PicoUsd> cost) {
    const std::string price = cost ? "$" + format_usd(*cost) : std::string("cost unknown");
    return fmt::format("{} tokens in, {} out, {}", answer.usage.input_total(),
                       answer.usage.output_total(), price);
}

}  // namespace

net::Task<Result<std::string>> ask_live(Worker& worker, std::size_t upstream_index,
                                        std::string model, bool embeds) {
    const std::shared_ptr<const Config> config = worker.config();
    const UpstreamConfig& upstream = config->upstreams[upstream_index];
    auto request = make_request(upstream, model, embeds);
    if (!request) co_return request.error();
    auto answer = co_await fetch_from(worker, upstream_index, request->request.path,
                                      request->request.body, LocalOnly::no);
    if (!answer) co_return providers::with_advice(answer.error(), upstream, model);
    const auto exchange = providers::make_exchange(request->spec);
    std::string ignored;
    exchange->feed(*answer, ignored);
    exchange->end(ignored);
    const providers::AnswerSummary& summary = exchange->summary();
    if (summary.error) co_return *summary.error;
    std::optional<PicoUsd> cost = summary.stated_cost;
    const auto* price = routing::find_price(*worker.services().prices, *config, upstream, model,
                                            summary.served_model, utc_ms());
    if (!cost && price) cost = routing::cost_of(summary.usage, *price);
    if (upstream.locality == Locality::local) cost = PicoUsd{0};
    co_return in_words(summary, cost);
}

}  // namespace llmr::daemon
