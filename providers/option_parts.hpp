#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "core/error.hpp"
#include "providers/fields.hpp"
#include "providers/request_options.hpp"

/// Pieces that the readers of several dialects' parameters share.
namespace llmr::providers {

/// A parameter that is refused where it has a value.
struct Refusal {
    std::string_view key;
    std::string_view why;
};

/// null, {}, [], "" and false.
bool says_nothing(simdjson::dom::element value);

/// The error of the first parameter of `refusals` that says something.
template <std::size_t N>
std::optional<Error> check_refused(const Fields& fields, const std::array<Refusal, N>& refusals) {
    for (const Refusal& refusal : refusals) {
        const auto value = fields.any(refusal.key);
        if (value && !says_nothing(*value))
            return unsupported(fields.path_of(refusal.key), refusal.why);
    }
    return std::nullopt;
}

/// Notes those of `keys` that say something.
template <std::size_t N>
void note_ignored(const Fields& fields, const std::array<std::string_view, N>& keys,
                  std::vector<std::string>& ignored) {
    for (const std::string_view key : keys) {
        const auto value = fields.any(key);
        if (value && !says_nothing(*value)) ignored.push_back(fields.path_of(key));
    }
}

/// `stop` as a string or an array of strings. Appends to `stop`.
void read_stop(simdjson::dom::element value, const std::string& path,
               std::vector<std::string_view>& stop, std::optional<Error>& error);

/// OpenAI's words for how much to think: none, minimal, low, medium, high, xhigh, max.
std::optional<Error> read_effort(std::string_view effort, const std::string& path,
                                 RequestOptions& options);

/// `name`, `description`, `strict` and the schema under `schema_key`. The error if it has no name.
std::optional<Error> read_function(simdjson::dom::element function, std::string_view schema_key,
                                   const std::string& place, RequestOptions& options);

/// `tools` whose members are functions themselves (Anthropic, Responses): of type `own_type`, which
/// `untyped` ones are, too. Refused are tools that only the client's own provider runs.
std::optional<Error> read_flat_tools(const Fields& fields, std::string_view own_type,
                                     std::string_view schema_key, bool untyped,
                                     RequestOptions& options);

/// A JSON schema that the answer must match: `schema`, `name` and `strict` of `holder`. `place` is
/// that of `schema`, for the error.
std::optional<Error> read_schema(std::optional<simdjson::dom::element> holder,
                                 const std::string& place, RequestOptions& options);

/// "none", "auto", "required"; unset for any other word.
ToolChoice tool_choice_of(std::string_view word);

/// An error if `tool_choice` names a function that is not among the tools.
std::optional<Error> check_chosen_tool(const RequestOptions& options);

}  // namespace llmr::providers
