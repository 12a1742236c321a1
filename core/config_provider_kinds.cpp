#include "core/config_provider_kinds.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "core/config_headers.hpp"

namespace llmr::config {
namespace {

constexpr std::array kAzureAuths{
    std::pair<std::string_view, AzureAuth>{"auto", AzureAuth::automatic},
    std::pair<std::string_view, AzureAuth>{"key", AzureAuth::key},
    std::pair<std::string_view, AzureAuth>{"token", AzureAuth::token},
    std::pair<std::string_view, AzureAuth>{"secret", AzureAuth::secret},
    std::pair<std::string_view, AzureAuth>{"workload", AzureAuth::workload},
    std::pair<std::string_view, AzureAuth>{"managed", AzureAuth::managed}};

std::optional<Fault> read_keys(const Input& input, Draft& draft, std::vector<Secret>& keys) {
    // A variable has commas; a file of keys may have lines.
    std::string list(input.text);
    std::replace(list.begin(), list.end(), '\n', ',');
    std::vector<Secret> read;
    for (const std::string& item : split_list(list)) {
        if (is_placeholder(item)) {
            draft.warnings.push_back(
                fmt::format("{} holds a placeholder and counts as not set", input.variable));
            continue;
        }
        Parsed<Secret> key = parse_key(item);
        if (!key) return key.error();
        read.push_back(std::move(*key));
    }
    keys = std::move(read);
    return std::nullopt;
}

std::optional<Fault> read_url(const Input& input, std::optional<GivenUrl>& target) {
    Parsed<BaseUrl> url = parse_external_url(input.text);
    if (!url) return url.error();
    target = GivenUrl{std::move(*url), std::string(input.variable)};
    return std::nullopt;
}

// Letters and digits, and these.
bool is_name(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(), [others](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               others.find(c) != std::string_view::npos;
    });
}

// Digits where `shape` has '0', itself elsewhere.
bool has_shape(std::string_view text, std::string_view shape) {
    return std::equal(text.begin(), text.end(), shape.begin(), shape.end(),
                      [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; });
}

std::string rendered(const std::vector<ExternalModel>& models) {
    std::vector<std::string> names;
    for (const ExternalModel& model : models) {
        const bool bare = model.upstream.empty() || model.upstream == "openai";
        names.push_back((bare ? "openai" : model.upstream) + "/" + model.model);
    }
    return fmt::format("{}", fmt::join(names, ","));
}

}  // namespace

Kind provider_name(std::string Draft::* member) {
    return {"provider name",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                const Provider* const provider = find_provider(input.text);
                if (provider) {
                    draft.*member = provider->name;
                    return std::nullopt;
                }
                std::vector<std::string_view> names{generic_provider().name};
                for (const Provider& row : provider_catalog())
                    names.push_back(row.name);
                return Fault{"is no provider that the router knows", nearest_of(input.text, names)};
            },
            {}};
}

Kind provider_url(std::string provider) {
    return {"URL",
            [provider](const Input& input, Draft& draft) -> std::optional<Fault> {
                std::optional<GivenUrl> url;
                if (auto fault = read_url(input, url)) return fault;
                draft.urls[provider] = std::move(*url);
                return std::nullopt;
            },
            {}};
}

Kind provider_keys(std::string provider) {
    return {"key, or list of keys",
            [provider](const Input& input, Draft& draft) {
                return read_keys(input, draft, draft.keys[provider]);
            },
            {},
            /*secret=*/true};
}

Kind model_list(std::vector<std::string> Draft::* member) {
    return {"list of provider/model",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                std::vector<std::string> names;
                for (const std::string& item : split_list(input.text)) {
                    Parsed<std::string> name = parse_model(item);
                    if (!name) return name.error();
                    if (name->ends_with('/')) return Fault{"names no model", *name + "gpt-4o-mini"};
                    names.push_back(std::move(*name));
                }
                if (names.empty()) return Fault{"names no model", "openai/gpt-4o-mini"};
                if (input.given) draft.*member = std::move(names);
                return std::nullopt;
            },
            [=](const Config& config) -> std::string {
                return member == &Draft::external_models ? rendered(config.external_models)
                                                         : std::string();
            }};
}

Kind model_name(std::string Draft::* member) {
    return {"model name",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                Parsed<std::string> model = parse_model(input.text);
                if (!model) return model.error();
                draft.*member = std::move(*model);
                return std::nullopt;
            },
            {}};
}

Kind draft_text(std::string type, std::string Draft::* member) {
    return {std::move(type),
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                const bool control = std::any_of(input.text.begin(), input.text.end(), [](char c) {
                    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                });
                if (control) return Fault{"holds a control character", ""};
                draft.*member = std::string(input.text);
                return std::nullopt;
            },
            {}};
}

Kind entra_secret(Secret EntraDraft::* member) {
    return {"secret",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                std::vector<Secret> keys;
                if (auto fault = read_keys(input, draft, keys)) return fault;
                // Not a list: a comma is part of it.
                if (!keys.empty()) draft.entra.*member = Secret(std::string(input.text));
                return std::nullopt;
            },
            {},
            /*secret=*/true};
}

Kind azure_endpoint(AzureDraft Draft::* part) {
    return {
        "URL",
        [=](const Input& input, Draft& draft) { return read_url(input, (draft.*part).endpoint); },
        {}};
}

Kind azure_keys(AzureDraft Draft::* part) {
    return {"key, or list of keys",
            [=](const Input& input, Draft& draft) {
                return read_keys(input, draft, (draft.*part).keys);
            },
            {},
            /*secret=*/true};
}

Kind azure_version(AzureDraft Draft::* part) {
    return {"yyyy-mm-dd[-preview]|v1",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                const std::string version = to_lower(input.text);
                const bool dated =
                    has_shape(version, "0000-00-00") || has_shape(version, "0000-00-00-preview");
                if (!dated && version != "v1")
                    return Fault{"is no version of Azure's API", "2024-10-21"};
                (draft.*part).api_version = version;
                return std::nullopt;
            },
            {}};
}

Kind azure_auth() {
    return {"auto|key|token|secret|workload|managed",
            [](const Input& input, Draft& draft) -> std::optional<Fault> {
                std::array<std::string_view, kAzureAuths.size()> names;
                std::transform(kAzureAuths.begin(), kAzureAuths.end(), names.begin(),
                               [](const auto& entry) { return entry.first; });
                const Parsed<std::size_t> index = parse_choice(input.text, names);
                if (!index) return index.error();
                draft.entra.auth = kAzureAuths[*index].second;
                return std::nullopt;
            },
            {}};
}

Kind identity_url(std::string EntraDraft::* member) {
    return {"URL",
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                const Parsed<BaseUrl> url = parse_external_url(input.text);
                if (!url) return url.error();
                draft.entra.*member = url->text();
                return std::nullopt;
            },
            {}};
}

Kind vertex_project() {
    return {"project id",
            [](const Input& input, Draft& draft) -> std::optional<Fault> {
                if (!is_name(input.text, ".:_-"))
                    return Fault{"is no name of a project", "my-project"};
                // Google's machines set it for everybody: alone it asks for nothing.
                const bool hint = input.variable == "GOOGLE_CLOUD_PROJECT";
                (hint ? draft.vertex.project_hint : draft.vertex.project) = std::string(input.text);
                return std::nullopt;
            },
            {}};
}

Kind vertex_location() {
    return {"location",
            [](const Input& input, Draft& draft) -> std::optional<Fault> {
                // It becomes a part of the host's name.
                if (!is_name(input.text, "-")) return Fault{"is no location", "us-central1"};
                draft.vertex.location = to_lower(input.text);
                return std::nullopt;
            },
            {}};
}

Kind vertex_url() {
    return {"URL",
            [](const Input& input, Draft& draft) { return read_url(input, draft.vertex.url); },
            {}};
}

Kind header_list() {
    return {"list of [upstream/]Name: value",
            [](const Input& input, Draft& draft) -> std::optional<Fault> {
                Parsed<std::vector<DraftHeader>> headers = parse_headers(input.text);
                if (!headers) return headers.error();
                draft.headers = std::move(*headers);
                return std::nullopt;
            },
            {},
            /*secret=*/true};
}

Kind decimal(std::string GenerationDefaults::* member, double low, double high) {
    return {fmt::format("decimal {}..{}", low, high),
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                const Parsed<std::string> text = parse_decimal(input.text, low, high);
                if (!text) return text.error();
                draft.config.defaults.*member = *text;
                return std::nullopt;
            },
            [=](const Config& config) { return config.defaults.*member; }};
}

Kind count(std::int64_t GenerationDefaults::* member, std::int64_t high) {
    return {fmt::format("integer 1..{}", high),
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                const Parsed<std::int64_t> value = parse_integer(input.text, 1, high);
                if (!value) return value.error();
                draft.config.defaults.*member = *value;
                return std::nullopt;
            },
            [=](const Config& config) -> std::string {
                const std::int64_t value = config.defaults.*member;
                return value == 0 ? std::string() : std::to_string(value);
            }};
}

Kind store_flag() {
    return {"true|false|1|0|on|off|yes|no",
            [](const Input& input, Draft& draft) -> std::optional<Fault> {
                const Parsed<bool> value = parse_on_off(input.text);
                if (!value) return value.error();
                draft.config.defaults.store = *value;
                return std::nullopt;
            },
            [](const Config& config) -> std::string {
                return config.defaults.store ? "true" : "false";
            }};
}

Kind plain_text(std::string type, std::string Config::* member) {
    return {std::move(type),
            [=](const Input& input, Draft& draft) -> std::optional<Fault> {
                draft.config.*member = std::string(input.text);
                return std::nullopt;
            },
            [=](const Config& config) { return config.*member; }};
}

}  // namespace llmr::config
