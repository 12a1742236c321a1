#include <doctest/doctest.h>

#include "storage/queries.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

std::vector<std::string> ids(const QueryPage& page) {
    std::vector<std::string> out;
    for (const AttemptRow& row : page.rows)
        out.push_back(row.request_id);
    return out;
}

/// r1 .. r10, of which r3 and r7 went out, r5 failed, r9 is of another model and type.
std::string sample(const TempDir& dir) {
    const auto ledger = open_ledger(dir.file("a.db"));
    for (int index = 1; index <= 10; ++index) {
        AttemptRow row = closed_row(fmt::format("r{}", index));
        row.started_ms = kStart + index * 1000;
        if (index == 3 || index == 7) row.locality = Locality::external;
        if (index == 5) row.status = AttemptStatus::error;
        if (index == 9) row.model = "codellama:13b", row.type = QueryType::code;
        ledger->write(row, 0, 0);
    }
    REQUIRE(ledger->close());
    return dir.file("a.db");
}

}  // namespace

TEST_CASE("recent rows come newest first, filtered by what is asked") {
    const TempDir dir;
    LedgerReader reader(sample(dir));
    using Ids = std::vector<std::string>;
    QueryFilter filter;
    filter.limit = 2;
    CHECK(ids(reader.recent(filter).value()) == Ids{"r10", "r9"});
    filter = {};
    filter.locality = Locality::external;
    CHECK(ids(reader.recent(filter).value()) == Ids{"r7", "r3"});
    filter = {};
    filter.status = AttemptStatus::error;
    CHECK(ids(reader.recent(filter).value()) == Ids{"r5"});
    filter = {};
    filter.type = QueryType::code;
    CHECK(ids(reader.recent(filter).value()) == Ids{"r9"});
    filter.model = "mistral:7b";
    CHECK(ids(reader.recent(filter).value()).empty());
    filter = {};
    filter.model = "codellama:13b";
    CHECK(ids(reader.recent(filter).value()) == Ids{"r9"});
    filter = {};
    filter.range.from_ms = kStart + 9000;
    CHECK(ids(reader.recent(filter).value()) == Ids{"r10", "r9"});
    filter = {};
    filter.request_id = "r2";
    CHECK(ids(reader.recent(filter).value()) == Ids{"r2"});
    filter.request_id = "r2' OR 1=1 --";
    CHECK(ids(reader.recent(filter).value()).empty());
}

TEST_CASE("pages join without a gap or a repetition") {
    const TempDir dir;
    LedgerReader reader(sample(dir));
    QueryFilter filter;
    filter.limit = 4;
    std::vector<std::string> seen;
    int pages = 0;
    do {
        const QueryPage page = reader.recent(filter).value();
        CHECK(page.rowids.size() == page.rows.size());
        for (const std::string& id : ids(page))
            seen.push_back(id);
        filter.before_rowid = page.next_before_rowid;
        REQUIRE(++pages < 10);
    } while (filter.before_rowid != 0);
    REQUIRE(seen.size() == 10);
    for (int index = 0; index < 10; ++index)
        CHECK(seen[static_cast<std::size_t>(index)] == fmt::format("r{}", 10 - index));
}
