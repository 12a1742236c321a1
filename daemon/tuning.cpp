#include "daemon/tuning.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/json.hpp"

namespace llmr::daemon {
namespace {

Error out_of_range(std::string_view name, std::string_view range) {
    return Error(Errc::invalid_parameter, fmt::format("{} must be {}", name, range),
                 std::string(name));
}

Result<void> read_member(std::string_view name, simdjson::dom::element value,
                         TuningChange& change) {
    if (name == "local_threshold") {
        double percent = 0;
        if (value.get(percent) != simdjson::SUCCESS || !(percent >= 0 && percent <= 100))
            return out_of_range(name, "a number from 0 to 100");
        change.local_threshold = percent;
    } else if (name == "complexity_threshold") {
        std::int64_t cut = 0;
        if (value.get(cut) != simdjson::SUCCESS || cut < 1 || cut > 10)
            return out_of_range(name, "a whole number from 1 to 10");
        change.complexity_threshold = static_cast<int>(cut);
    } else if (name == "reset") {
        if (value.get(change.reset) != simdjson::SUCCESS)
            return out_of_range(name, "true or false");
    } else {
        return Error(Errc::unsupported_parameter,
                     fmt::format("{} cannot be tuned; local_threshold, complexity_threshold and "
                                 "reset can",
                                 name),
                     std::string(name));
    }
    return {};
}

}  // namespace

Config tuned(Config config, const Tuning& tuning) {
    config.local_threshold = tuning.local_threshold;
    config.complexity_threshold = tuning.complexity_threshold;
    return config;
}

Tuning TuningChange::applied_to(const Tuning& running, const Tuning& configured) const {
    Tuning result = reset ? configured : running;
    result.local_threshold = local_threshold.value_or(result.local_threshold);
    result.complexity_threshold = complexity_threshold.value_or(result.complexity_threshold);
    return result;
}

Result<TuningChange> read_tuning_change(std::string_view body) {
    const auto root = thread_json_parser().parse(body);
    if (!root) return root.error();
    simdjson::dom::object members;
    if (root->get(members) != simdjson::SUCCESS)
        return Error(Errc::invalid_parameter, "the body must be an object");
    TuningChange change;
    for (const auto [name, value] : members) {
        if (auto read = read_member(name, value, change); !read) return read.error();
    }
    if (!change.reset && !change.local_threshold && !change.complexity_threshold)
        return Error(Errc::missing_parameter,
                     "nothing to change: local_threshold, complexity_threshold or reset");
    return change;
}

std::string tuning_json(const Tuning& running, const Tuning& configured, std::string_view why_not) {
    std::string body;
    JsonWriter json(body);
    const auto values = [&json](const Tuning& tuning) {
        json.field("local_threshold", tuning.local_threshold)
            .field("complexity_threshold", tuning.complexity_threshold);
    };
    json.begin_object();
    values(running);
    json.key("configured").begin_object();
    values(configured);
    json.end_object();
    json.field("changed", running != configured).field("writable", why_not.empty());
    json.key("why_not");
    why_not.empty() ? json.null() : json.value(why_not);
    json.end_object();
    return body;
}

}  // namespace llmr::daemon
