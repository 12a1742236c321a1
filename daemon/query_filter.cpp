#include "daemon/query_filter.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "daemon/time_param.hpp"

namespace llmr::daemon {
namespace {

Result<void> read_type(std::string_view text, storage::QueryFilter& filter) {
    if (text.empty()) return {};
    filter.type = parse_query_type(text);
    if (filter.type) return {};
    return unknown_choice(
        "type", text,
        {"embedding", "code", "simple", "summarization", "extraction", "medium", "complex"});
}

Result<void> read_status(std::string_view text, storage::QueryFilter& filter) {
    if (text.empty()) return {};
    for (int i = 0; i <= static_cast<int>(AttemptStatus::refused); ++i) {
        const auto status = static_cast<AttemptStatus>(i);
        if (to_string(status) == text) filter.status = status;
    }
    if (filter.status) return {};
    return unknown_choice(
        "status", text,
        {"ok", "client_cancelled", "upstream_cut", "error", "interrupted", "refused", "open"});
}

/// `local=true|false` and the older `locality=local|external`.
Result<void> read_locality(const QueryParams& params, storage::QueryFilter& filter) {
    const std::string_view flag = param_at(params, "local");
    const std::string_view name = param_at(params, "locality");
    if (!flag.empty()) {
        if (flag == "true" || flag == "1") {
            filter.locality = Locality::local;
        } else if (flag == "false" || flag == "0") {
            filter.locality = Locality::external;
        } else {
            return unknown_choice("local", flag, {"true", "false"});
        }
    }
    if (!name.empty()) {
        if (name != "local" && name != "external")
            return unknown_choice("locality", name, {"local", "external"});
        filter.locality = name == "local" ? Locality::local : Locality::external;
    }
    return {};
}

/// The id of the key with that name; ids stand for themselves.
std::string key_id_of(std::string_view text, const KeyNames& names) {
    if (text == "none") return {};
    for (const auto& [id, name] : names)
        if (name == text) return id;
    return std::string(text);
}

Result<void> read_page(const QueryParams& params, storage::QueryFilter& filter) {
    if (const auto text = param_at(params, "limit"); !text.empty()) {
        auto limit = read_number(text, "limit", 1, 1000);
        if (!limit) return limit.error();
        filter.limit = static_cast<int>(*limit);
    }
    for (const std::string_view name : {"before", "cursor"}) {
        const auto text = param_at(params, name);
        if (text.empty()) continue;
        auto cursor = read_number(text, name, 1, std::numeric_limits<std::int64_t>::max());
        if (!cursor) return cursor.error();
        filter.before_rowid = *cursor;
    }
    return {};
}

}  // namespace

std::initializer_list<std::string_view> query_filter_params() {
    static const std::initializer_list<std::string_view> names{
        "since", "from",     "to",  "tz",         "type",   "locality", "local", "status",
        "model", "upstream", "key", "request_id", "cursor", "before",   "limit", "format"};
    return names;
}

Result<std::int64_t> read_number(std::string_view text, std::string_view name, std::int64_t least,
                                 std::int64_t most) {
    std::int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec == std::errc() && parsed.ptr == end && value >= least && value <= most)
        return value;
    const bool number = parsed.ptr == end;
    const bool too_large = parsed.ec == std::errc::result_out_of_range || value > most;
    return Error(Errc::invalid_parameter,
                 fmt::format("\"{}\" is not a whole number from {} to {}; nearest valid: {}",
                             text.substr(0, 40), least, most, number && too_large ? most : least),
                 std::string(name));
}

Result<storage::QueryFilter> read_filter(const QueryParams& params, const KeyNames& key_names,
                                         std::int64_t now_ms) {
    storage::QueryFilter filter;
    auto when = read_range(params, now_ms);
    if (!when) return when.error();
    filter.range = when->range;
    if (auto read = read_page(params, filter); !read) return read.error();
    if (auto read = read_type(param_at(params, "type"), filter); !read) return read.error();
    if (auto read = read_status(param_at(params, "status"), filter); !read) return read.error();
    if (auto read = read_locality(params, filter); !read) return read.error();
    filter.model = param_at(params, "model");
    filter.upstream = param_at(params, "upstream");
    filter.request_id = param_at(params, "request_id");
    if (const auto key = param_at(params, "key"); !key.empty())
        filter.key_id = key_id_of(key, key_names);
    return filter;
}

}  // namespace llmr::daemon
