#include "storage/spill_record.hpp"

#include <bit>
#include <cstring>
#include <optional>
#include <type_traits>

#include "storage/attempt_columns.hpp"
#include "storage/crc32c.hpp"
#include "storage/enum_names.hpp"

namespace llmr::storage {
namespace {

constexpr std::string_view kMarker = "\xF1ROW";
/// Longer texts are cut: they come from clients and upstreams.
constexpr std::size_t kMostTextBytes = 16 << 10;
constexpr char kInteger = 'i';
constexpr char kReal = 'r';
constexpr char kText = 't';
constexpr char kNull = 'n';

template <class Number>
void put(std::string& out, Number value) {
    static_assert(std::endian::native == std::endian::little);
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}

template <class Number>
Number get(std::string_view bytes, std::size_t at = 0) {
    Number value{};
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

std::uint32_t checksum(std::string_view payload, std::int64_t file_id) {
    std::string seed;
    put(seed, file_id);
    return crc32c(payload, crc32c(seed));
}

class Encoder {
public:
    explicit Encoder(std::string& out) : out_(out) {}

    void operator()(const char* name, const std::string& value) { text(name, value); }
    void operator()(const char* name, double value) {
        head(name, kReal);
        put(out_, value);
    }
    void operator()(const char* name, const std::optional<PicoUsd>& value) {
        if (value) return integer(name, *value);
        head(name, kNull);
    }
    template <class Value>
        requires(std::is_integral_v<Value> || std::is_enum_v<Value>)
    void operator()(const char* name, Value value) {
        if constexpr (std::is_enum_v<Value>)
            text(name, to_string(value));
        else
            integer(name, static_cast<std::int64_t>(value));
    }

private:
    void head(std::string_view name, char type) {
        put(out_, static_cast<std::uint8_t>(name.size()));
        out_ += name;
        out_ += type;
    }
    void integer(const char* name, std::int64_t value) {
        head(name, kInteger);
        put(out_, value);
    }
    void text(const char* name, std::string_view value) {
        value = value.substr(0, kMostTextBytes);
        head(name, kText);
        put(out_, static_cast<std::uint32_t>(value.size()));
        out_ += value;
    }

    std::string& out_;
};

struct Field {
    std::string_view name;
    char type = kNull;
    std::int64_t integer = 0;
    double real = 0;
    std::string_view text;
};

/// The next field of a payload; nothing at its end or where it makes no sense.
std::optional<Field> take_field(std::string_view& in) {
    if (in.empty()) return std::nullopt;
    const std::size_t name_size = get<std::uint8_t>(in);
    if (in.size() < name_size + 2) return std::nullopt;
    Field field;
    field.name = in.substr(1, name_size);
    field.type = in[1 + name_size];
    in.remove_prefix(name_size + 2);
    std::size_t size = 0;
    if (field.type == kInteger || field.type == kReal) {
        size = 8;
        if (in.size() < size) return std::nullopt;
        field.integer = get<std::int64_t>(in);
        field.real = get<double>(in);
    } else if (field.type == kText) {
        if (in.size() < 4) return std::nullopt;
        const std::size_t length = get<std::uint32_t>(in);
        size = 4 + length;
        if (in.size() < size) return std::nullopt;
        field.text = in.substr(4, length);
    }
    in.remove_prefix(size);
    return field;
}

/// Puts one field into the member of its name. A member without a field keeps its default.
class Setter {
public:
    explicit Setter(const Field& field) : field_(field) {}

    template <class Value>
    void operator()(const char* name, Value& value) {
        if (field_.name == name) set(value);
    }

private:
    void set(std::string& value) { value = field_.text; }
    void set(double& value) { value = field_.real; }
    void set(std::optional<PicoUsd>& value) {
        value = field_.type == kNull ? std::nullopt : std::optional<PicoUsd>(field_.integer);
    }
    template <class Value>
        requires(std::is_integral_v<Value> || std::is_enum_v<Value>)
    void set(Value& value) {
        if constexpr (std::is_enum_v<Value>)
            value = enum_named<Value>(field_.text).value_or(value);
        else
            value = static_cast<Value>(field_.integer);
    }

    const Field& field_;
};

}  // namespace

void append_record(std::string& bytes, const AttemptRow& row, std::int64_t file_id) {
    const std::size_t start = bytes.size();
    bytes += kMarker;
    bytes.append(kRecordHeadBytes - kMarker.size(), '\0');
    visit_columns(row, Encoder(bytes));
    const std::string_view payload = std::string_view(bytes).substr(start + kRecordHeadBytes);
    std::string head;
    put(head, static_cast<std::uint32_t>(payload.size()));
    put(head, checksum(payload, file_id));
    bytes.replace(start + kMarker.size(), head.size(), head);
}

FoundRecord read_record(std::string_view bytes, std::int64_t file_id) {
    FoundRecord found;
    if (bytes.size() < kRecordHeadBytes) {
        if (kMarker.starts_with(bytes.substr(0, kMarker.size())))
            found = {RecordState::incomplete, kRecordHeadBytes, {}};
        return found;
    }
    const std::size_t length = get<std::uint32_t>(bytes, kMarker.size());
    if (!bytes.starts_with(kMarker) || length > kMostRecordBytes) return found;
    found.size = kRecordHeadBytes + length;
    if (bytes.size() < found.size) {
        found.state = RecordState::incomplete;
        return found;
    }
    std::string_view payload = bytes.substr(kRecordHeadBytes, length);
    if (get<std::uint32_t>(bytes, kMarker.size() + 4) != checksum(payload, file_id)) return found;
    found.state = RecordState::whole;
    while (const auto field = take_field(payload))
        visit_columns(found.row, Setter(*field));
    return found;
}

std::size_t find_marker(std::string_view bytes, std::size_t from) {
    return bytes.find(kMarker, from);
}

}  // namespace llmr::storage
