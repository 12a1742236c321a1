#pragma once

#include <cstddef>
#include <cstdint>

#include "core/clock.hpp"
#include "storage/attempt_row.hpp"

namespace llmr::storage {

/// A row on its way to the disk, and who waits for it (`token` 0: nobody).
struct QueuedRow {
    AttemptRow row;
    int lane = 0;
    std::uint64_t token = 0;
    SteadyTime queued_at{};
};

/// What it takes in memory, about.
std::size_t footprint(const AttemptRow& row);

}  // namespace llmr::storage
