#include "simulator/behaviour_text.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"

namespace llmr::simulator {
namespace {

std::optional<double> to_number(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) {
        return std::nullopt;
    }
    return number;
}

/// One switch: how it is read (false: not a valid value) and written (empty: it is off).
struct Key {
    std::string_view name;
    std::string_view expects;
    std::function<bool(Behaviour&, std::string_view)> read;
    std::function<std::string(const Behaviour&)> write;
};

template <class Number>
Key number_key(std::string_view name, std::string_view expects, Number Behaviour::* member,
               double low, double high) {
    return {name, expects,
            [=](Behaviour& behaviour, std::string_view text) {
                const auto number = to_number(text);
                if (!number || *number < low || *number > high) {
                    return false;
                }
                behaviour.*member = static_cast<Number>(*number);
                return std::is_floating_point_v<Number> || std::floor(*number) == *number;
            },
            [=](const Behaviour& behaviour) {
                return behaviour.*member == Behaviour{}.*member
                           ? std::string()
                           : fmt::format("{}={}", name, behaviour.*member);
            }};
}

Key text_key(std::string_view name, std::string Behaviour::* member) {
    return {name, "a text without commas",
            [=](Behaviour& behaviour, std::string_view text) {
                behaviour.*member = text;
                return true;
            },
            [=](const Behaviour& behaviour) {
                return (behaviour.*member).empty() ? std::string()
                                                   : fmt::format("{}={}", name, behaviour.*member);
            }};
}

Key flag_key(std::string_view name, bool Behaviour::* member) {
    return {name, "true or false",
            [=](Behaviour& behaviour, std::string_view text) {
                behaviour.*member = text.empty() || text == "true" || text == "1";
                return behaviour.*member || text == "false" || text == "0";
            },
            [=](const Behaviour& behaviour) {
                return behaviour.*member ? fmt::format("{}=true", name) : std::string();
            }};
}

Key kind_key(std::string_view name, std::string Behaviour::* member) {
    auto key = text_key(name, member);
    key.expects = "quota, html, content_filter or budget";
    key.read = [=](Behaviour& behaviour, std::string_view text) {
        behaviour.*member = text;
        return text == "quota" || text == "html" || text == "content_filter" || text == "budget";
    };
    return key;
}

Key milliseconds_key(std::string_view name, std::chrono::microseconds Behaviour::* member) {
    return {name, "milliseconds from 0 to 3600000",
            [=](Behaviour& behaviour, std::string_view text) {
                const auto ms = to_number(text);
                if (!ms || *ms < 0 || *ms > 3'600'000) {
                    return false;
                }
                behaviour.*member = std::chrono::microseconds(std::llround(*ms * 1000));
                return true;
            },
            [=](const Behaviour& behaviour) {
                const auto us = (behaviour.*member).count();
                return us == 0 ? std::string()
                               : fmt::format("{}={}", name, static_cast<double>(us) / 1000);
            }};
}

const std::vector<Key>& keys() {
    constexpr double kMost = 1e15;  // exact in a double
    static const std::vector<Key> all{
        milliseconds_key("first_token_ms", &Behaviour::first_token_delay),
        number_key("tokens_per_second", "a number from 0", &Behaviour::tokens_per_second, 0, kMost),
        number_key("answer_tokens", "a whole number from 0 to 10000000", &Behaviour::answer_tokens,
                   0, 10'000'000),
        number_key("tool_calls", "a whole number from 1 to 16", &Behaviour::tool_calls, 1, 16),
        number_key("error_status", "an HTTP status from 400 to 599", &Behaviour::error_status, 400,
                   599),
        text_key("error_message", &Behaviour::error_message),
        number_key("error_rate", "a number from 0 to 1", &Behaviour::error_rate, 0, 1),
        number_key("cut_after_bytes", "a whole number from 0", &Behaviour::cut_after_bytes, 0,
                   kMost),
        number_key("stall_after_bytes", "a whole number from 0", &Behaviour::stall_after_bytes, 0,
                   kMost),
        number_key("stream_error_after", "a whole number from 0 to 1000000",
                   &Behaviour::stream_error_after, 0, 1'000'000),
        flag_key("omit_usage", &Behaviour::omit_usage),
        text_key("error_code", &Behaviour::error_code),
        number_key("retry_after_seconds", "a whole number from 0 to 86400",
                   &Behaviour::retry_after_seconds, 0, 86'400),
        flag_key("reset_before_head", &Behaviour::reset_before_head),
        flag_key("close_after_answer", &Behaviour::close_after_answer),
        milliseconds_key("load_ms", &Behaviour::load_time),
        kind_key("error_kind", &Behaviour::error_kind),
        flag_key("error_in_200", &Behaviour::error_in_200),
        text_key("finish_reason", &Behaviour::finish_reason),
        flag_key("filter_frames", &Behaviour::filter_frames),
        text_key("answer", &Behaviour::answer),  // the last: it may hold commas
    };
    return all;
}

Error unknown_key(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& key : keys()) {
        names.emplace_back(key.name);
    }
    const auto nearest = nearest_names(name, names, 1);
    auto message =
        nearest.empty()
            ? fmt::format("unknown switch '{}'; there are {}", name, fmt::join(names, ", "))
            : fmt::format("unknown switch '{}'; did you mean '{}'?", name, nearest[0]);
    return {Errc::invalid_parameter, std::move(message), std::string(name)};
}

std::optional<Error> apply_setting(Behaviour& behaviour, std::string_view setting) {
    const auto equals = setting.find('=');
    const auto name = trim(setting.substr(0, equals));
    const bool has_value = equals != std::string_view::npos;
    const auto value = has_value ? trim(setting.substr(equals + 1)) : std::string_view();
    for (const auto& key : keys()) {
        if (key.name == name) {
            if (key.read(behaviour, value)) {
                return std::nullopt;
            }
            return Error(Errc::invalid_parameter,
                         fmt::format("{}: '{}' is not {}", name, value, key.expects),
                         std::string(name));
        }
    }
    return unknown_key(name);
}

constexpr std::string_view kAnswer = "answer=";

/// Where the switch `answer` begins, which takes all the rest of the text.
std::optional<std::size_t> answer_start(std::string_view text) {
    std::size_t start = 0;
    while (start < text.size()) {
        const auto blanks = text.find_first_not_of(' ', start);
        if (blanks != std::string_view::npos && text.substr(blanks).starts_with(kAnswer)) {
            return blanks;
        }
        const auto comma = text.find(',', start);
        start = comma == std::string_view::npos ? text.size() : comma + 1;
    }
    return std::nullopt;
}

}  // namespace

Result<BehaviourText> parse_behaviour(std::string_view text) {
    BehaviourText out;
    // A model name may hold colons and never "=" or ",": the last colon before those ends it.
    const auto colon = text.substr(0, text.find_first_of("=,")).rfind(':');
    if (colon != std::string_view::npos) {
        out.model = trim(text.substr(0, colon));
        text.remove_prefix(colon + 1);
    }
    const auto answer = answer_start(text);
    out.behaviour.answer = answer ? text.substr(*answer + kAnswer.size()) : std::string_view();
    for (const auto& setting : split_list(text.substr(0, answer.value_or(text.size())))) {
        if (auto error = apply_setting(out.behaviour, setting)) {
            return *std::move(error);
        }
    }
    return out;
}

std::string describe(const Behaviour& behaviour) {
    std::string out;
    for (const auto& key : keys()) {
        const auto setting = key.write(behaviour);
        if (!setting.empty()) {
            out += (out.empty() ? "" : ",") + setting;
        }
    }
    return out.empty() ? "off" : out;
}

}  // namespace llmr::simulator
