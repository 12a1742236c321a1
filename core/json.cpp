#include "core/json.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "core/json_fault.hpp"

namespace llmr {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// A thread keeps buffers of this size; what a larger document needed is given back.
constexpr std::size_t kKeptCapacity = std::size_t{1} << 20;
constexpr std::size_t kSmallestCapacity = 4096;

std::string explain(simdjson::error_code code) {
    switch (code) {
        case simdjson::DEPTH_ERROR:
            return fmt::format("JSON is nested deeper than {}", kMaxJsonDepth);
        case simdjson::EMPTY:
            return "JSON is empty";
        case simdjson::UNCLOSED_STRING:
            return "unclosed string in JSON";
        case simdjson::UNESCAPED_CHARS:
            return "control character in a JSON string that is not escaped";
        case simdjson::STRING_ERROR:
            return "bad escape sequence in a JSON string";
        case simdjson::UTF8_ERROR:
            return "JSON is not valid UTF-8";
        case simdjson::NUMBER_ERROR:
        case simdjson::NUMBER_OUT_OF_RANGE:
            return "JSON has a number that is malformed or out of range";
        case simdjson::T_ATOM_ERROR:
        case simdjson::F_ATOM_ERROR:
        case simdjson::N_ATOM_ERROR:
            return "JSON has a bare word that is not true, false or null";
        case simdjson::CAPACITY:
        case simdjson::MEMALLOC:
            return "JSON is too large for the memory there is";
        default:
            return "JSON has a missing or misplaced comma, colon, quote or bracket";
    }
}

Error invalid_json(simdjson::error_code code, std::string_view text) {
    std::string message = explain(code);
    // Very large texts are not worth a second walk, and nobody reads their line numbers.
    const auto fault = text.size() <= kKeptCapacity ? find_json_fault(text) : std::nullopt;
    if (fault && code != simdjson::EMPTY) {
        message += fmt::format(" (line {}, column {})", fault->line, fault->column);
    }
    return Error(Errc::invalid_json, std::move(message));
}

/// Sizes grow by doubling while they are small, so that a growing conversation does not reallocate
/// at every turn.
std::size_t capacity_for(std::size_t size) {
    if (size <= kSmallestCapacity) return kSmallestCapacity;
    return size <= kKeptCapacity ? std::bit_ceil(size) : size;
}

std::optional<std::int64_t> integral(double number) {
    constexpr double kTwoTo63 = 9223372036854775808.0;
    if (!(number >= -kTwoTo63 && number < kTwoTo63) || number != std::trunc(number)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
}

template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

std::optional<std::int64_t> integer_from(std::string_view text) {
    if (const auto number = whole_text_as<std::int64_t>(text)) return number;
    if (const auto number = whole_text_as<double>(text)) return integral(*number);
    return std::nullopt;
}

template <class T>
std::optional<T> as(dom::element element) {
    T typed{};
    if (element.get(typed) != simdjson::SUCCESS) return std::nullopt;
    return typed;
}

template <class T>
std::optional<T> get_as(dom::element object, std::string_view key) {
    const auto value = get_value(object, key);
    return value ? as<T>(*value) : std::nullopt;
}

}  // namespace

Result<dom::element> JsonParser::parse(std::string_view text) {
    ++generation_;
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (simdjson::error_code error = make_room(text.size()); error != simdjson::SUCCESS) {
        return invalid_json(error, text);
    }
    padded_.reserve(capacity_for(text.size()) + simdjson::SIMDJSON_PADDING);
    padded_.assign(text);
    dom::element root;
    const auto error =
        parser_.parse(padded_.data(), padded_.size(), /*realloc_if_needed=*/false).get(root);
    release_oversize();
    if (error != simdjson::SUCCESS) return invalid_json(error, text);
    return root;
}

simdjson::error_code JsonParser::make_room(std::size_t size) {
    const std::size_t capacity = capacity_for(size);
    if (parser_.doc.capacity() > kKeptCapacity && capacity <= kKeptCapacity) {
        parser_.doc = dom::document();
    }
    if (parser_.doc.capacity() < capacity) {
        if (const auto error = parser_.doc.allocate(capacity); error != simdjson::SUCCESS) {
            return error;
        }
    }
    if (parser_.capacity() >= capacity) return simdjson::SUCCESS;
    return parser_.allocate(capacity, kMaxJsonDepth);
}

void JsonParser::release_oversize() {
    // The document holds copies of all it needs; only it has to live until the next parse.
    if (padded_.capacity() <= kKeptCapacity + simdjson::SIMDJSON_PADDING) return;
    padded_ = std::string();
    // Should this fail, the parser is left without capacity and the next parse tries again.
    [[maybe_unused]] const auto error = parser_.allocate(kSmallestCapacity, kMaxJsonDepth);
}

JsonParser& thread_json_parser() {
    thread_local JsonParser parser;
    return parser;
}

std::optional<dom::element> get_value(dom::element object, std::string_view key) {
    dom::object members;
    if (object.get(members) != simdjson::SUCCESS) return std::nullopt;
    std::optional<dom::element> found;
    for (auto member = members.begin(); member != members.end(); ++member) {
        if (member.key_length() == key.size() &&
            std::memcmp(member.key_c_str(), key.data(), key.size()) == 0) {
            found = member.value();
        }
    }
    if (found && found->is_null()) return std::nullopt;
    return found;
}

std::optional<std::string_view> get_string(dom::element object, std::string_view key) {
    return get_as<std::string_view>(object, key);
}

std::optional<std::int64_t> get_int(dom::element object, std::string_view key) {
    const auto value = get_value(object, key);
    if (!value) return std::nullopt;
    if (const auto number = as<std::int64_t>(*value)) return number;
    if (const auto text = as<std::string_view>(*value)) return integer_from(*text);
    const auto number = as<double>(*value);
    return number ? integral(*number) : std::nullopt;
}

std::optional<double> get_double(dom::element object, std::string_view key) {
    return get_as<double>(object, key);
}

std::optional<bool> get_bool(dom::element object, std::string_view key) {
    return get_as<bool>(object, key);
}

}  // namespace llmr
