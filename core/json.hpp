#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

#include "core/error.hpp"

namespace llmr {

/// Deepest nesting accepted anywhere (requests, upstream answers, price files).
inline constexpr std::size_t kMaxJsonDepth = 64;

/// A reusable DOM parser with its own padded copy of the text. The document and every string_view
/// taken from it live until the next `parse` on the same object or its destruction.
/// Not thread-safe: one per thread, or one per object that needs to keep a document.
class JsonParser {
public:
    /// Whole-document validation, unlike On-Demand (simdjson#1640). Leading white space is allowed.
    /// A byte order mark is skipped. Errors: invalid_json, with what and roughly where. Buffers
    /// beyond 1 MiB are given back, the document's own by the next smaller parse.
    Result<simdjson::dom::element> parse(std::string_view text);
    /// Grows with each parse: a document is valid as long as this has not changed.
    std::uint64_t generation() const { return generation_; }

private:
    simdjson::error_code make_room(std::size_t size);
    void release_oversize();

    simdjson::dom::parser parser_;
    std::string padded_;
    std::uint64_t generation_ = 0;
};

/// The parser of this thread, for documents that are used up before the next co_await.
JsonParser& thread_json_parser();

/// Look-ups that answer nothing for a missing key, null, or a wrong type. Of duplicate keys the
/// last one counts, as for the upstreams that get the same bytes.
std::optional<std::string_view> get_string(simdjson::dom::element object, std::string_view key);
/// Also floats with an integral value and numeric strings, as some providers write them.
std::optional<std::int64_t> get_int(simdjson::dom::element object, std::string_view key);
std::optional<double> get_double(simdjson::dom::element object, std::string_view key);
std::optional<bool> get_bool(simdjson::dom::element object, std::string_view key);
/// Any value that is there and not null.
std::optional<simdjson::dom::element> get_value(simdjson::dom::element object,
                                                std::string_view key);

/// Appends JSON text to a string. Strings are escaped, invalid UTF-8 is repaired, and U+0085,
/// U+2028, U+2029 are always written as \uXXXX (line splitters of several clients break at them).
/// Commas are placed by the writer; `value` after `key`, or inside an array.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
    JsonWriter& value(std::int64_t number);
    JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
    JsonWriter& value(std::uint64_t number);
    /// The shortest form that reads back the same; NaN and infinities become null.
    JsonWriter& value(double number);
    JsonWriter& value(bool flag);
    JsonWriter& null();
    /// Text that is JSON already (a number with exact digits, a slice of a validated document).
    JsonWriter& raw(std::string_view json);
    /// A DOM value, minified; separators escaped as above.
    JsonWriter& value(simdjson::dom::element element);

    /// key + value in one.
    template <class T>
    JsonWriter& field(std::string_view name, const T& v) {
        key(name);
        return value(v);
    }
    JsonWriter& raw_field(std::string_view name, std::string_view json) {
        key(name);
        return raw(json);
    }

private:
    void separate();
    JsonWriter& value_of(const simdjson::dom::array& items);
    JsonWriter& value_of(const simdjson::dom::object& members);

    std::string& out_;
    bool need_comma_ = false;
};

/// Appends JSON text as it is but for U+0085, U+2028 and U+2029, which are written as \uXXXX: they
/// can only stand inside strings, and line splitters of several clients break at them.
void append_safe_lines(std::string& out, std::string_view json);

/// `text` as a quoted JSON string.
std::string json_quote(std::string_view text);

/// The text of `element`, minified, as JsonWriter writes it.
std::string to_json(simdjson::dom::element element);

/// Calls `visit` with the key and the value's own text of each top-level member of a *valid* JSON
/// object, in order; for numbers that must not pass through a double. False if it is no object.
bool for_each_member(
    std::string_view object_json,
    const std::function<void(std::string_view key, std::string_view value)>& visit);
/// The text of one top-level member's value, the last of duplicates; nothing if it is not there.
std::optional<std::string_view> find_member(std::string_view object_json, std::string_view key);

/// Replaces the value of one top-level member in the bytes of a *valid* JSON object, leaving every
/// other byte as it was. `new_value_json` is JSON text. A member that is not there is inserted at
/// the front. The last of duplicate members is the one that counts, as in most parsers; all of them
/// are replaced. Nothing if `object_json` is not an object.
std::optional<std::string> replace_member(std::string_view object_json, std::string_view key,
                                          std::string_view new_value_json);

/// Removes a top-level member (with its comma). Bytes elsewhere stay. Nothing if not an object;
/// an unchanged copy if the member is not there.
std::optional<std::string> remove_member(std::string_view object_json, std::string_view key);

}  // namespace llmr
