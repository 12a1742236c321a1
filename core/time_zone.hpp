#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/tzif.hpp"

namespace llmr {

/// A time zone of the system's database. Immutable and thread-safe; copies are cheap. The C
/// library's localtime knows one zone per process, and GCC 12's <chrono> has none yet.
class TimeZone {
public:
    /// UTC.
    TimeZone();
    /// `name` is an IANA name such as "Europe/Berlin". Errors: invalid_parameter ("tz") with the
    /// nearest name.
    static Result<TimeZone> load(std::string_view name);
    TimeZone(std::string name, ZoneTable table);

    const std::string& name() const { return name_; }
    /// Seconds that local clocks are ahead of UTC.
    std::int32_t offset_s(std::int64_t utc_ms) const;
    /// The next instant after `utc_ms` at which the offset changes; the largest number if none.
    std::int64_t next_change_ms(std::int64_t utc_ms) const;
    /// UTC milliseconds of the first instant at which local clocks show `local_s` (seconds since
    /// 1970-01-01 00:00 local) or later: where a clock skips that time, the instant of the skip.
    std::int64_t first_at(std::int64_t local_s) const;
    /// Seconds since 1970-01-01 00:00 as local clocks show them; whole seconds, rounded down.
    std::int64_t local_s(std::int64_t utc_ms) const;
    /// "2026-03-29T00:00:00+01:00", with milliseconds where they are not 0.
    std::string iso8601(std::int64_t utc_ms) const;

private:
    std::string name_;
    std::shared_ptr<const ZoneTable> table_;
};

}  // namespace llmr
