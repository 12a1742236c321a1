#include "providers/billing.hpp"

#include "core/json.hpp"

namespace llmr::providers {
namespace {

/// The amount at `key`, from the text: a parsed number would be a double.
std::optional<PicoUsd> amount(std::string_view object, std::string_view key) {
    const auto text = find_member(object, key);
    if (!text) return std::nullopt;
    const Result<PicoUsd> usd = parse_usd(*text);
    if (!usd) return std::nullopt;
    return *usd;
}

std::optional<PicoUsd> stated_cost(simdjson::dom::element usage, std::string_view json) {
    const auto text = find_member(json, "usage");
    if (!text) return std::nullopt;
    auto cost = amount(*text, "cost");
    if (!cost || !get_bool(usage, "is_byok").value_or(false)) return cost;
    const auto details = find_member(*text, "cost_details");
    if (!details) return std::nullopt;
    const auto upstream = amount(*details, "upstream_inference_cost");
    if (!upstream) return std::nullopt;
    return *cost + *upstream;
}

}  // namespace

Billing read_billing(simdjson::dom::element root, std::string_view json) {
    Billing billing;
    auto tier = get_string(root, "service_tier");
    if (const auto usage = get_value(root, "usage")) {
        if (!tier) tier = get_string(*usage, "service_tier");
        if (get_value(*usage, "cost")) billing.stated_cost = stated_cost(*usage, json);
    }
    if (tier) billing.service = parse_service_tier(*tier);
    return billing;
}

}  // namespace llmr::providers
