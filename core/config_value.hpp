#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/system/result.hpp>

#include "core/config.hpp"

/// From the text of a variable to a typed value. Pure functions; the caller has trimmed the text
/// and dealt with empty values.
namespace llmr::config {

/// Why a value is refused. Finished by the caller with the variable's name and type.
struct Fault {
    std::string wrong;    ///< what is the matter: "is above 256"
    std::string nearest;  ///< the nearest valid value; empty where there is none to name

    // No aggregate: C++20 would make it constructible from a lone string, and Parsed<std::string>
    // ambiguous.
    Fault() = default;
    Fault(std::string what, std::string nearest_valid)
        : wrong(std::move(what)), nearest(std::move(nearest_valid)) {}
};

template <class T>
using Parsed = boost::system::result<T, Fault>;

Parsed<std::int64_t> parse_integer(std::string_view text, std::int64_t low, std::int64_t high);
/// A decimal from 0 to 100, with or without a percent sign.
Parsed<double> parse_percent(std::string_view text);
/// A decimal number as JSON writes it.
Parsed<std::string> parse_decimal(std::string_view text, double low, double high);
/// An integer, optionally with KiB, MiB or GiB behind it (any case, a blank between is allowed).
Parsed<std::int64_t> parse_bytes(std::string_view text, std::int64_t low, std::int64_t high);
/// The inverse of parse_bytes: "64MiB".
std::string format_bytes(std::int64_t bytes);
/// true, false, 1, 0, on, off, yes, no; any case.
Parsed<bool> parse_on_off(std::string_view text);
/// The index of `text` in `names`, any case.
Parsed<std::size_t> parse_choice(std::string_view text, std::span<const std::string_view> names);
/// "a=b,c=d".
Parsed<std::map<std::string, std::string>> parse_map(std::string_view text);
/// A model name: printable, no blanks.
Parsed<std::string> parse_model(std::string_view text);
/// The path of a file: no trailing slash, no control characters, no "~" (nobody expands it here).
Parsed<std::string> parse_file_path(std::string_view text);
/// A credential that can travel in a header. The fault does not repeat it.
Parsed<Secret> parse_key(std::string_view text);
/// A key with or without a name of its own in front: "laptop=sk-...". Names are letters, digits,
/// '.',
/// '_' and '-', at most 32; a '=' that only pads the key at its end belongs to the key.
struct NamedKey {
    std::string_view name;  ///< empty: none
    std::string_view key;
};
NamedKey split_named_key(std::string_view text);
/// The values of examples and templates: "your-api-key", "sk-...", "changeme", "<key>".
bool is_placeholder(std::string_view text);

/// The name with the smallest edit distance, however far, with some favour to one that `wanted`
/// abbreviates; empty if there are no names.
std::string nearest_of(std::string_view wanted, std::span<const std::string_view> names);

}  // namespace llmr::config
