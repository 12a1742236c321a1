#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "core/error.hpp"
#include "daemon/query_string.hpp"
#include "daemon/stats_groups.hpp"
#include "storage/queries.hpp"

namespace llmr::daemon {

/// The parameters of GET /router/queries.
std::initializer_list<std::string_view> query_filter_params();

/// What they ask for. `key` is the name or the id of a key, or "none". Errors: invalid_parameter
/// with the nearest valid value.
Result<storage::QueryFilter> read_filter(const QueryParams& params, const KeyNames& key_names,
                                         std::int64_t now_ms);

/// A whole number within bounds. Errors: invalid_parameter with the nearest valid value.
Result<std::int64_t> read_number(std::string_view text, std::string_view name, std::int64_t least,
                                 std::int64_t most);

}  // namespace llmr::daemon
