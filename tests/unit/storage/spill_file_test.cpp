#include "storage/spill_file.hpp"

#include <cstring>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "core/log.hpp"
#include "storage/crc32c.hpp"
#include "storage/spill_record.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

/// Thousands of expected warnings say nothing.
class Quiet {
public:
    Quiet() { spdlog::set_level(spdlog::level::off); }
    ~Quiet() { spdlog::set_level(spdlog::level::info); }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
};

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

void write_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

void append(SpillFile& spill, const std::vector<AttemptRow>& rows) {
    std::vector<const AttemptRow*> pointers;
    for (const AttemptRow& row : rows)
        pointers.push_back(&row);
    spill.append(pointers);
}

/// The record with length and checksum of what it holds now.
std::string with_new_checksum(std::string record, std::int64_t file) {
    const std::string payload = record.substr(kRecordHeadBytes);
    const std::string seed(reinterpret_cast<const char*>(&file), sizeof file);
    const auto length = static_cast<std::uint32_t>(payload.size());
    const std::uint32_t checksum = crc32c(payload, crc32c(seed));
    std::memcpy(record.data() + 4, &length, sizeof length);
    std::memcpy(record.data() + 8, &checksum, sizeof checksum);
    return record;
}

/// Ids of all rows that the file at `path` yields to a new process.
std::vector<std::string> read_ids(const std::string& path) {
    SpillFile spill(path, {}, false);
    std::vector<std::string> ids;
    if (!spill.adopt()) return ids;
    while (!spill.drained()) {
        const SpillFile::Slice slice = spill.read(kNoLimit);
        for (const AttemptRow& row : slice.rows)
            ids.push_back(row.request_id);
        spill.skip_to(slice.upto);
    }
    return ids;
}

std::vector<AttemptRow> rows_named(int from, int to) {
    std::vector<AttemptRow> rows;
    for (int index = from; index < to; ++index)
        rows.push_back(closed_row(fmt::format("row-{:05}", index)));
    return rows;
}

/// The record without the text column `name`, as a program wrote it that did not know the column.
std::string without_text_column(std::string record, const std::string& name, std::int64_t file) {
    const std::string head = static_cast<char>(name.size()) + name + 't';
    const std::size_t at = record.find(head);
    REQUIRE(at != std::string::npos);
    std::uint32_t length = 0;
    std::memcpy(&length, record.data() + at + head.size(), sizeof length);
    record.erase(at, head.size() + sizeof length + length);
    return with_new_checksum(std::move(record), file);
}

std::string without_integer_column(std::string record, const std::string& name, std::int64_t file) {
    const std::string head = static_cast<char>(name.size()) + name + 'i';
    const std::size_t at = record.find(head);
    REQUIRE(at != std::string::npos);
    record.erase(at, head.size() + sizeof(std::int64_t));
    return with_new_checksum(std::move(record), file);
}

}  // namespace

TEST_CASE("a record of a version without some columns is read; what it lacks has its default") {
    AttemptRow row = closed_row("old");
    row.usage.cache_write = 9;
    row.usage.cache_write_1h = 4;
    row.service_tier = "batch";
    row.price_id = "m;tier=batch";
    row.finish_reason = "stop";
    std::string bytes;
    append_record(bytes, row, 7);
    bytes = without_text_column(std::move(bytes), "service_tier", 7);
    bytes = without_integer_column(std::move(bytes), "cache_write_1h", 7);
    const FoundRecord found = read_record(bytes, 7);
    REQUIRE(found.state == RecordState::whole);
    CHECK(found.size == bytes.size());
    CHECK(found.row.service_tier.empty());
    CHECK(found.row.usage.cache_write == 9);
    CHECK(found.row.usage.cache_write_1h == 0);
    CHECK(found.row.price_id == "m;tier=batch");
    CHECK(found.row.finish_reason == "stop");
}

TEST_CASE("a row comes back from its record as it went in, whatever it holds") {
    RandomRows random(7);
    for (int index = 0; index < 500; ++index) {
        AttemptRow row = random.next();
        row.energy = index % 3 == 0 ? std::nullopt : std::optional<PicoUsd>(index);
        row.cost_worst_case = index % 2 == 0;
        row.score = index / 7.0;
        row.reason = std::string("nul \0 and \xff", 11);
        row.reason.append(static_cast<std::size_t>(index), 'x');
        std::string bytes;
        append_record(bytes, row, 99);
        const FoundRecord found = read_record(bytes + "rest", 99);
        REQUIRE(found.state == RecordState::whole);
        CHECK(found.size == bytes.size());
        std::string again;
        append_record(again, found.row, 99);
        CHECK(again == bytes);
        CHECK(found.row.reason == row.reason);
        CHECK(found.row.energy == row.energy);
        CHECK(found.row.usage == row.usage);
        CHECK(found.row.service_tier == row.service_tier);
        CHECK(read_record(bytes, 98).state == RecordState::damaged);
    }
}

TEST_CASE("rows come out of the file in the order they went in, in slices") {
    const TempDir dir;
    const std::string path = dir.file("a.spill");
    {
        SpillFile spill(path, {}, true);
        append(spill, rows_named(0, 500));  // more than SQLite's file layer moves in one call
        for (int part = 5; part < 10; ++part)
            append(spill, rows_named(part * 100, part * 100 + 100));
        const SpillFile::Slice slice = spill.read(kNoLimit);
        CHECK(slice.rows.size() > 100);
        CHECK(slice.rows.size() < 1000);
    }
    const std::vector<std::string> ids = read_ids(path);
    REQUIRE(ids.size() == 1000);
    CHECK(std::is_sorted(ids.begin(), ids.end()));
}

TEST_CASE("a file torn anywhere yields every whole record before the tear, and can be read again") {
    const TempDir dir;
    const std::string path = dir.file("a.spill");
    const Quiet quiet;
    std::vector<std::size_t> ends;
    {
        SpillFile spill(path, {}, false);
        for (int index = 0; index < 3; ++index) {
            append(spill, rows_named(index, index + 1));
            ends.push_back(static_cast<std::size_t>(spill.size()));
        }
    }
    const std::string whole = bytes_of(path);
    for (std::size_t size = 0; size <= whole.size(); size += size < 40 ? 1 : 7) {
        write_bytes(path, whole.substr(0, size));
        const auto expected = static_cast<std::size_t>(
            std::count_if(ends.begin(), ends.end(), [&](std::size_t end) { return end <= size; }));
        REQUIRE(read_ids(path).size() == expected);
        REQUIRE(read_ids(path).size() == expected);
    }
}

TEST_CASE("a damaged byte costs its own record and no other, and the bytes are kept aside") {
    const TempDir dir;
    const std::string path = dir.file("a.spill");
    const Quiet quiet;
    std::vector<std::size_t> ends;
    {
        SpillFile spill(path, {}, false);
        for (int index = 0; index < 3; ++index) {
            append(spill, rows_named(index, index + 1));
            ends.push_back(static_cast<std::size_t>(spill.size()));
        }
    }
    const std::string whole = bytes_of(path);
    constexpr std::size_t kHeader = 20;
    for (std::size_t at = kHeader; at < whole.size(); at += 3) {
        CAPTURE(at);
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        write_bytes(path, damaged);
        REQUIRE(read_ids(path).size() == 2);
    }
    CHECK(std::filesystem::file_size(path + ".bad") > ends[0] - kHeader);
}

TEST_CASE("a file that does not begin as ours is set aside whole") {
    const TempDir dir;
    const std::string path = dir.file("a.spill");
    write_bytes(path, std::string(4000, 'x'));
    CHECK(read_ids(path).empty());
    CHECK(std::filesystem::file_size(path + ".bad") == 4000);
    CHECK_FALSE(std::filesystem::exists(path));
}
