#include "core/tzif.hpp"

#include <cstddef>
#include <limits>
#include <string>

namespace llmr {
namespace {

constexpr std::size_t kHeaderBytes = 44;
constexpr std::size_t kTypeBytes = 6;
constexpr std::uint32_t kMostEntries = 65'536;  // real files have at most a few hundred

Error not_a_zone(const char* why) {
    return Error(Errc::bad_request, std::string("not a time zone file: ") + why);
}

/// Big-endian, two's complement.
template <class T>
T number_at(std::string_view bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    return static_cast<T>(value);
}

struct Header {
    std::uint32_t utc_flags, std_flags, leaps, times, types, chars;

    std::size_t body_bytes(std::size_t time_bytes) const {
        return std::size_t{times} * (time_bytes + 1) + std::size_t{types} * kTypeBytes + chars +
               std::size_t{leaps} * (time_bytes + 4) + std_flags + utc_flags;
    }
};

bool read_header(std::string_view bytes, Header& header) {
    if (bytes.size() < kHeaderBytes || !bytes.starts_with("TZif")) return false;
    std::size_t at = 20;
    for (std::uint32_t* count : {&header.utc_flags, &header.std_flags, &header.leaps, &header.times,
                                 &header.types, &header.chars}) {
        *count = number_at<std::uint32_t>(bytes, at);
        if (*count > kMostEntries) return false;
        at += 4;
    }
    return header.types > 0;
}

}  // namespace

Result<ZoneTable> parse_tzif(std::string_view bytes) {
    Header header{};
    if (!read_header(bytes, header)) return not_a_zone("no header");
    if (bytes[4] < '2') return not_a_zone("version 1 has no times after 2037");
    // Version 1 data comes first, with 32-bit times, then the same again with 64-bit ones.
    const std::size_t second = kHeaderBytes + header.body_bytes(4);
    if (bytes.size() < second || !read_header(bytes.substr(second), header))
        return not_a_zone("no second header");
    std::string_view body = bytes.substr(second + kHeaderBytes);
    if (body.size() < header.body_bytes(8)) return not_a_zone("cut short");
    if (header.leaps > 0) return not_a_zone("it counts leap seconds");

    const std::size_t kinds = std::size_t{header.times} * 8;
    const std::size_t types = kinds + header.times;
    const auto offset_of = [&](std::size_t type) {
        return number_at<std::int32_t>(body, types + type * kTypeBytes);
    };
    ZoneTable table;
    table.first_offset_s = offset_of(0);
    for (std::size_t i = 0; i < header.times; ++i) {
        const auto type = static_cast<unsigned char>(body[kinds + i]);
        if (type >= header.types) return not_a_zone("a transition to nowhere");
        const auto time = number_at<std::int64_t>(body, i * 8);
        if (!table.transitions.empty() && time <= table.transitions.back().utc_s)
            return not_a_zone("transitions out of order");
        table.transitions.push_back({time, offset_of(type)});
    }
    std::string_view footer = body.substr(header.body_bytes(8));
    if (footer.size() < 2 || footer.front() != '\n') return not_a_zone("no footer");
    footer = footer.substr(1, footer.find('\n', 1) - 1);
    const std::int64_t after = table.transitions.empty() ? std::numeric_limits<std::int64_t>::min()
                                                         : table.transitions.back().utc_s;
    if (!footer.empty() && !append_posix_rule(footer, after, table))
        return not_a_zone("a rule that does not parse");
    return table;
}

}  // namespace llmr
