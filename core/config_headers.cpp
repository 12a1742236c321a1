#include "core/config_headers.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"

namespace llmr::config {
namespace {

/// The router's own business: a second one would let requests be smuggled or answers misread.
constexpr std::array<std::string_view, 11> kFraming{"host",
                                                    "content-length",
                                                    "transfer-encoding",
                                                    "connection",
                                                    "upgrade",
                                                    "te",
                                                    "trailer",
                                                    "expect",
                                                    "accept-encoding",
                                                    "content-type",
                                                    "proxy-authorization"};

bool is_token(std::string_view name) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

bool is_value(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return c == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

Parsed<DraftHeader> make_header(std::string_view name, std::string_view value) {
    DraftHeader result;
    if (const std::size_t slash = name.find('/'); slash != std::string_view::npos) {
        result.upstream = to_lower(trim(name.substr(0, slash)));
        name = trim(name.substr(slash + 1));
    }
    if (!is_token(name)) return Fault{"has a name that is no header's", "X-Team: search"};
    if (std::find(kFraming.begin(), kFraming.end(), to_lower(name)) != kFraming.end())
        return Fault{fmt::format("holds {}, which the router writes itself", name),
                     "X-Team: search"};
    if (!is_value(value)) return Fault{fmt::format("holds {} with a control character", name), ""};
    result.header = {std::string(name), Secret(std::string(value))};
    return result;
}

Parsed<std::vector<DraftHeader>> from_json(std::string_view text) {
    JsonParser parser;
    const auto root = parser.parse(text);
    simdjson::dom::object members;
    if (!root || root->get(members) != simdjson::SUCCESS)
        return Fault{"is no JSON object", R"({"X-Team":"search"})"};
    std::vector<DraftHeader> headers;
    for (const auto member : members) {
        std::string_view value;
        if (member.value.get(value) != simdjson::SUCCESS)
            return Fault{fmt::format("gives {} no text", member.key), R"({"X-Team":"search"})"};
        Parsed<DraftHeader> header = make_header(trim(member.key), trim(value));
        if (!header) return header.error();
        headers.push_back(std::move(*header));
    }
    return headers;
}

}  // namespace

Parsed<std::vector<DraftHeader>> parse_headers(std::string_view text) {
    text = trim(text);
    if (text.starts_with('{')) return from_json(text);
    std::string list(text);
    std::replace(list.begin(), list.end(), '\n', ';');
    std::vector<DraftHeader> headers;
    std::string_view rest = list;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        const std::string_view item = trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (item.empty()) continue;
        const std::size_t colon = item.find(':');
        if (colon == std::string_view::npos)
            return Fault{"has an entry without a colon", "X-Team: search"};
        Parsed<DraftHeader> header =
            make_header(trim(item.substr(0, colon)), trim(item.substr(colon + 1)));
        if (!header) return header.error();
        headers.push_back(std::move(*header));
    }
    if (headers.empty()) return Fault{"names no header", "X-Team: search"};
    return headers;
}

}  // namespace llmr::config
