#include <array>
#include <charconv>
#include <cmath>

#include "core/json.hpp"
#include "core/json_string.hpp"

namespace llmr {
namespace {

namespace dom = simdjson::dom;

// Longer than any number std::to_chars writes in its shortest form.
using NumberText = std::array<char, 40>;

template <class Number>
void append_number(std::string& out, Number number) {
    NumberText text;
    const auto result = std::to_chars(text.data(), text.data() + text.size(), number);
    out.append(text.data(), result.ptr);
}

void append_fraction(std::string& out, double number) {
    const std::size_t start = out.size();
    append_number(out, number);
    if (out.find_first_of(".e", start) == std::string::npos) out += ".0";
}

/// 1.0 is written as 1, which readers of integers accept too. Beyond 2^53 the digits alone would be
/// taken for an integer, and refused where it does not fit into 64 bits.
void append_double(std::string& out, double number) {
    constexpr double kIntegersAreExactBelow = 9007199254740992.0;
    if (std::abs(number) < kIntegersAreExactBelow) {
        append_number(out, number);
    } else {
        append_fraction(out, number);
    }
}

/// The element as T, which its type() has already said it is.
template <class T>
T as(dom::element element) {
    T typed{};
    if (element.get(typed) != simdjson::SUCCESS) typed = T{};
    return typed;
}

}  // namespace

void JsonWriter::separate() {
    if (need_comma_) out_ += ',';
    need_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
    separate();
    out_ += '{';
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    out_ += '}';
    need_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    separate();
    out_ += '[';
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    out_ += ']';
    need_comma_ = true;
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += ':';
    need_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    separate();
    append_json_string(out_, text);
    return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
    separate();
    append_number(out_, number);
    return *this;
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
    separate();
    append_number(out_, number);
    return *this;
}

JsonWriter& JsonWriter::value(double number) {
    if (!std::isfinite(number)) return null();
    separate();
    append_double(out_, number);
    return *this;
}

JsonWriter& JsonWriter::value(bool flag) {
    return raw(flag ? "true" : "false");
}

JsonWriter& JsonWriter::null() {
    return raw("null");
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    out_.append(json);
    return *this;
}

JsonWriter& JsonWriter::value(dom::element element) {
    switch (element.type()) {
        case dom::element_type::ARRAY:
            return value_of(as<dom::array>(element));
        case dom::element_type::OBJECT:
            return value_of(as<dom::object>(element));
        case dom::element_type::STRING:
            return value(as<std::string_view>(element));
        case dom::element_type::INT64:
            return value(as<std::int64_t>(element));
        case dom::element_type::UINT64:
            return value(as<std::uint64_t>(element));
        case dom::element_type::BOOL:
            return value(as<bool>(element));
        case dom::element_type::DOUBLE:
            separate();
            append_fraction(out_, as<double>(element));  // 1.0 was not written as 1: keep that
            return *this;
        case dom::element_type::NULL_VALUE:
            break;
    }
    return null();
}

JsonWriter& JsonWriter::value_of(const dom::array& items) {
    begin_array();
    for (const dom::element item : items)
        value(item);
    return end_array();
}

JsonWriter& JsonWriter::value_of(const dom::object& members) {
    begin_object();
    for (const auto member : members)
        key(member.key).value(member.value);
    return end_object();
}

std::string to_json(dom::element element) {
    std::string text;
    JsonWriter(text).value(element);
    return text;
}

}  // namespace llmr
