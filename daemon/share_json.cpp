#include "daemon/share_json.hpp"

#include <cmath>
#include <string>

#include "core/money.hpp"
#include "daemon/query/share_weight.hpp"

namespace llmr::daemon {
namespace {

std::string in_unit(std::int64_t amount, ShareUnit unit) {
    return unit == ShareUnit::cost ? format_usd(amount) : std::to_string(amount);
}

}  // namespace

double local_percent(std::int64_t total, std::int64_t external) {
    if (total == 0) return 100.0;
    return std::round(10000.0 * double(total - external) / double(total)) / 100.0;
}

void write_share_state(JsonWriter& json, const routing::ShareSnapshot& share, ShareUnit unit) {
    json.field("total", share.total)
        .field("external", share.external)
        .field("local_percentage", local_percent(share.total, share.external))
        .field("window_total", share.window_total)
        .field("window_external", share.window_external)
        .field("unit", to_string(unit));
    if (share.weights)
        json.raw_field("unit_total", in_unit(share.weights->total, unit))
            .raw_field("unit_external", in_unit(share.weights->external, unit))
            .raw_field("unit_window_total", in_unit(share.window_weights.total, unit))
            .raw_field("unit_window_external", in_unit(share.window_weights.external, unit));
    json.raw_field("allowance_now", in_unit(share.allowance, unit))
        .field("allowance_refused", share.refused)
        .field("score_cut", share.cut)
        .field("below_cut", share.passed_over);
}

}  // namespace llmr::daemon
