#pragma once

#include <chrono>
#include <map>
#include <string>

#include "core/config_kinds.hpp"
#include "core/text.hpp"

/// The kinds of values that describe providers and their models.
namespace llmr::config {

/// A name of the catalogue, kept as the row's own name.
Kind provider_name(std::string Draft::* member);
/// The base URL of a provider; "" is LLM_BASE_URL.
Kind provider_url(std::string provider);
/// Keys of a provider, one or several with commas between. A placeholder counts as none, with a
/// warning.
Kind provider_keys(std::string provider);
/// Models as provider/model, best first.
Kind model_list(std::vector<std::string> Draft::* member);
/// One model, whatever its form.
Kind model_name(std::string Draft::* member);
/// Text that is kept as it is.
template <class Part>
Kind text_of(std::string type, Part Draft::* part, std::string Part::* member) {
    return {std::move(type),
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                draft.*part.*member = std::string(input.text);
                return std::nullopt;
            },
            {}};
}
/// The same without control characters: it becomes a header.
Kind draft_text(std::string type, std::string Draft::* member);
/// A secret of an identity, of which there is one.
Kind entra_secret(Secret EntraDraft::* member);
Kind azure_endpoint(AzureDraft Draft::* part);
Kind azure_keys(AzureDraft Draft::* part);
/// yyyy-mm-dd, with or without -preview, or v1.
Kind azure_version(AzureDraft Draft::* part);
Kind azure_auth();
/// An http(s) URL of an identity service.
Kind identity_url(std::string EntraDraft::* member);
Kind vertex_project();
Kind vertex_location();
Kind vertex_url();
Kind header_list();
/// A decimal between low and high, kept as text.
Kind decimal(std::string GenerationDefaults::* member, double low, double high);
Kind count(std::int64_t GenerationDefaults::* member, std::int64_t high);
Kind store_flag();
Kind plain_text(std::string type, std::string Config::* member);

/// "120" or "120,azure=1800": a time for all and those of single upstreams.
template <class Duration>
Kind timeout(Duration Config::* all, std::map<std::string, Duration> Config::* by_upstream,
             std::int64_t low, std::int64_t high) {
    constexpr bool kMillis = Duration::period::den == 1000;
    return {fmt::format("{} {}..{}, name=value", kMillis ? "milliseconds" : "seconds", low, high),
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                draft.config.*by_upstream = {};
                for (const std::string& item : split_list(input.text)) {
                    const std::size_t equals = item.find('=');
                    const bool named = equals != std::string::npos;
                    const std::string_view number =
                        named ? std::string_view(item).substr(equals + 1) : item;
                    const Parsed<std::int64_t> value = parse_integer(trim(number), low, high);
                    if (!value) return value.error();
                    const Duration time(*value);
                    if (!named)
                        draft.config.*all = time;
                    else
                        (draft.config.*by_upstream)[to_lower(trim(item.substr(0, equals)))] = time;
                }
                return std::nullopt;
            },
            [=](const Config& config) {
                std::string text = fmt::format("{}", (config.*all).count());
                for (const auto& [name, time] : config.*by_upstream)
                    text += fmt::format(",{}={}", name, time.count());
                return text;
            }};
}

}  // namespace llmr::config
