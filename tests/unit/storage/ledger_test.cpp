#include "storage/ledger.hpp"

#include <algorithm>
#include <limits>

#include <SQLiteCpp/Transaction.h>
#include <doctest/doctest.h>

#include "storage/queries.hpp"
#include "storage_fixtures.hpp"

using namespace llmr;
using namespace llmr::storage;
using namespace llmr::storage::testing;

namespace {

/// Writes rows one by one, each awaited, then closes.
void write_all(const std::string& path, const std::vector<AttemptRow>& rows) {
    const auto ledger = open_ledger(path);
    for (const AttemptRow& row : rows)
        ledger->write(row, 0, 0);
    REQUIRE(ledger->close());
}

std::int64_t queries(const std::string& path) {
    return LedgerReader(path).stats(0).value().total.queries;
}

AttemptRow every_column_set() {
    AttemptRow row = closed_row("01JGX5M3Q0ABCDEFGHJKMNPQRS", 3);
    row.decision_seq = 77;
    row.query_local = false;
    row.model_asked = "auto";
    row.model_served = "gpt-4o-mini-2024-07-18";
    row.locality = Locality::external;
    row.dialect = Dialect::ollama;
    row.operation = Operation::generate;
    row.stream = true;
    row.type = QueryType::complex;
    row.complexity = 9;
    row.score = 0.8125;
    row.reason = "complexity 9 >= 7; it's \"worth\" it";
    row.fallback = row.simulated = true;
    row.key_id = "1a2b3c4d";
    row.session = "sess\xc3\xa9";
    row.usage = {1, 2, 3, 4, 5, UsageSource::estimated};
    row.cost = 123'456'789'012'345;
    row.usage.cache_write_1h = 2;
    row.service_tier = "priority";
    row.price_id = "openai/gpt-4o-mini";
    row.baseline_id = "gpt-4o";
    row.energy = 4'711;
    row.cost_worst_case = true;
    row.queue_us = 11;
    row.load_us = 12;
    row.num_ctx = 8192;
    row.truncated = true;
    row.router_us = 13;
    row.http_upstream = 200;
    row.http_client = 502;
    row.finish_reason = "length";
    row.error_code = "upstream_stream_cut";
    row.status = AttemptStatus::upstream_cut;
    return row;
}

}  // namespace

TEST_CASE("a row comes back as it was written, in every column") {
    const TempDir dir;
    const AttemptRow row = every_column_set();
    write_all(dir.file("a.db"), {row});
    const auto page = LedgerReader(dir.file("a.db")).recent({}).value();
    REQUIRE(page.rows.size() == 1);
    const AttemptRow& read = page.rows[0];
    const auto tie = [](const AttemptRow& r) {
        return std::tie(
            r.request_id, r.attempt, r.decision_seq, r.started_ms, r.status, r.final, r.query_local,
            r.upstream, r.model, r.model_asked, r.model_served, r.locality, r.dialect, r.operation,
            r.stream, r.type, r.complexity, r.score, r.reason, r.fallback, r.simulated, r.key_id,
            r.session, r.usage, r.cost, r.service_tier, r.price_id, r.baseline, r.baseline_id,
            r.energy, r.cost_worst_case, r.queue_us, r.load_us, r.num_ctx, r.truncated, r.ttft_us,
            r.total_us, r.router_us, r.http_upstream, r.http_client, r.finish_reason, r.error_code);
    };
    CHECK((tie(read) == tie(row)));
    CHECK_FALSE(read.baseline.has_value());
}

TEST_CASE("an awaited row is in the file when its token is answered") {
    const TempDir dir;
    const auto ledger = open_ledger(dir.file("a.db"));
    Answers answers;
    answers.attach(*ledger);
    ledger->write(open_row("a"), 3, 17);
    REQUIRE(answers.wait_for(1));
    CHECK(answers.all()[0].lane == 3);
    CHECK(answers.all()[0].token == 17);
    CHECK(answers.all()[0].ok);
    CHECK(query_int(dir.file("a.db"), "SELECT COUNT(*) FROM attempts WHERE status = 'open'") == 1);
    ledger->write(closed_row("a"), 3, 18);
    REQUIRE(answers.wait_for(2));
    CHECK(query_int(dir.file("a.db"), "SELECT COUNT(*) FROM attempts WHERE status = 'ok'") == 1);
    CHECK(ledger->queued() == 0);
}

TEST_CASE("closing a row twice counts it once, with the last values") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    AttemptRow changed = closed_row("a");
    changed.usage.output_visible = 70;
    changed.type = QueryType::code;
    changed.started_ms += 10 * 3'600'000;
    write_all(path, {open_row("a"), closed_row("a"), closed_row("a"), changed, open_row("a")});
    const Stats stats = LedgerReader(path).stats(0).value();
    CHECK(stats.total.queries == 1);
    CHECK(stats.total.attempts == 1);
    CHECK(stats.total.output_tokens == 70);
    CHECK(stats.latency_local.count == 1);
    REQUIRE(stats.by_type.size() == 1);
    CHECK(stats.by_type[0].name == "code");
    CHECK(stats.first_ms == kStart);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE status = 'ok'") == 1);
    CHECK(open_ledger(path)->share_history().total == 1);
}

TEST_CASE("rows found open at start become interrupted, the last of a query final") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    AttemptRow external = open_row("gone-out", 1);
    external.locality = Locality::external;
    AttemptRow failed = closed_row("gone-out-before", 1);
    failed.locality = Locality::external;
    failed.final = false;
    failed.status = AttemptStatus::error;
    AttemptRow second = open_row("gone-out-before", 2);
    second.decision_seq = 9;
    write_all(path, {open_row("stayed"), external, failed, second, open_row("twice", 1),
                     open_row("twice", 2)});
    const auto ledger = open_ledger(path);
    CHECK(ledger->interrupted_at_open() == 5);
    const auto count = [&](const char* where) {
        return query_int(path, fmt::format("SELECT COUNT(*) FROM attempts WHERE {}", where));
    };
    CHECK(count("status = 'open'") == 0);
    CHECK(count("status = 'interrupted' AND is_final = 1") == 4);
    CHECK(count("request_id = 'twice' AND attempt = 1 AND is_final = 0") == 1);
    CHECK(count("request_id = 'stayed' AND query_local = 1") == 1);
    CHECK(count("request_id = 'gone-out' AND query_local = 0") == 1);
    CHECK(count("request_id = 'gone-out-before' AND attempt = 2 AND query_local = 0") == 1);
    CHECK(queries(path) == 4);
    const LedgerShareHistory history = ledger->share_history();
    CHECK(history.total == 4);
    CHECK(history.external == 2);
    CHECK(history.last_seq == 9);
}

TEST_CASE("a crash between two attempts: the query ends with the one that is recorded, once") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    AttemptRow failed = closed_row("cut-between");
    failed.status = AttemptStatus::error;
    failed.final = false;
    AttemptRow first = failed;
    first.request_id = "went-on";
    write_all(path, {failed, first, open_row("went-on", 2), closed_row("went-on", 2)});
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE awaits_next = 1") == 1);
    CHECK(queries(path) == 1);
    CHECK(open_ledger(path)->interrupted_at_open() == 1);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE awaits_next = 1") == 0);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE is_final = 1") == 2);
    CHECK(query_int(path,
                    "SELECT is_final FROM attempts WHERE request_id = 'went-on' AND "
                    "attempt = 1") == 0);
    CHECK(queries(path) == 2);
    CHECK(open_ledger(path)->interrupted_at_open() == 0);
    CHECK(queries(path) == 2);
    SQLite::Database database(path);
    SQLite::Statement plan(database,
                           "EXPLAIN QUERY PLAN SELECT * FROM attempts WHERE awaits_next "
                           "= 1");
    plan.executeStep();
    CHECK(plan.getColumn(3).getString().find("attempts_awaiting") != std::string::npos);
}

TEST_CASE("an external call that a crash cut off keeps its worst case, marked as such") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    AttemptRow external = open_row("gone-out");
    external.locality = Locality::external;
    external.cost = 76'800'000'000;
    external.cost_worst_case = true;
    write_all(path, {external});
    CHECK(LedgerReader(path).stats(0).value().total.cost_pico == 0);
    const auto ledger = open_ledger(path);
    CHECK(query_int(path,
                    "SELECT cost FROM attempts WHERE status = 'interrupted' AND "
                    "cost_worst_case = 1") == 76'800'000'000);
    CHECK(LedgerReader(path).stats(0).value().total.cost_pico == 76'800'000'000);
    // Its end is known after all: the true cost takes the worst case's place.
    AttemptRow closed = closed_row("gone-out");
    closed.locality = Locality::external;
    closed.cost = 5;
    ledger->write(closed, 0, 0);
    REQUIRE(ledger->close());
    CHECK(query_int(path, "SELECT cost FROM attempts WHERE cost_worst_case = 0") == 5);
    CHECK(LedgerReader(path).stats(0).value().total.cost_pico == 5);
}

TEST_CASE("a spill file that was replayed and not removed counts nothing twice") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    const auto copy = [&](const char* from, const char* to) {
        std::filesystem::copy_file(path + from, path + to,
                                   std::filesystem::copy_options::overwrite_existing);
    };
    {
        const auto ledger = open_ledger(path);
        SQLite::Database other(path, SQLite::OPEN_READWRITE);
        const SQLite::Transaction lock(other, SQLite::TransactionBehavior::IMMEDIATE);
        for (const char* id : {"a", "b", "c"})
            ledger->write(closed_row(id), 0, 0);
        CHECK(ledger->close());
        copy(".spill", ".kept");
    }
    CHECK(open_ledger(path)->close());
    CHECK(queries(path) == 3);
    // Not even what was deleted since.
    SQLite::Database(path, SQLite::OPEN_READWRITE)
        .exec("DELETE FROM attempts WHERE request_id = 'a'");
    for (int round = 0; round < 2; ++round) {
        copy(".kept", ".spill");
        CHECK(open_ledger(path)->close());
        CHECK(queries(path) == 3);
        CHECK(query_int(path, "SELECT COUNT(*) FROM attempts") == 2);
    }
}

TEST_CASE("the share history is the totals and the last decisions, oldest first") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    std::vector<AttemptRow> rows;
    for (int seq = 1; seq <= 30; ++seq) {
        rows.push_back(closed_row(fmt::format("r{}", seq)));
        rows.back().decision_seq = seq;
        rows.back().query_local = seq % 5 != 0;
    }
    rows.push_back(closed_row("not-decided"));
    rows.back().decision_seq = 0;
    rows.push_back(closed_row("not-final"));
    rows.back().final = false;
    rows.push_back(closed_row("not-final", 2));
    rows.back().decision_seq = 0;
    std::swap(rows[27], rows[3]);  // commit order is not decision order
    write_all(path, rows);
    LedgerOptions options;
    options.path = path;
    options.share_window = 7;
    const LedgerShareHistory history = Ledger::open(options).value()->share_history();
    CHECK(history.total == 30);
    CHECK(history.external == 6);
    CHECK(history.last_seq == 30);
    std::vector<bool> recent;
    for (const auto& decision : history.recent)
        recent.push_back(decision.external);
    CHECK(recent == std::vector{false, true, false, false, false, false, true});
}

TEST_CASE("while SQLite cannot be written rows are safe in the spill file, and replayed in order") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    const auto ledger = open_ledger(path);
    Answers answers;
    answers.attach(*ledger);
    {
        SQLite::Database other(path, SQLite::OPEN_READWRITE);
        const SQLite::Transaction lock(other, SQLite::TransactionBehavior::IMMEDIATE);
        ledger->write(closed_row("a"), 0, 1);
        REQUIRE(answers.wait_for(1));
        ledger->write(closed_row("b"), 0, 2);
        REQUIRE(answers.wait_for(2));
        CHECK(answers.all()[0].ok);
        CHECK(answers.all()[1].ok);
        CHECK(ledger->failed_commits() >= 1);
        CHECK(ledger->queued() == 0);
        CHECK(ledger->state() == LedgerState::spilling);
        CHECK(ledger->spilled_waiting() == 2);
        CHECK(queries(path) == 0);
    }
    REQUIRE(ledger->close());
    CHECK(answers.all().size() == 2);
    CHECK(ledger->state() == LedgerState::ok);
    CHECK(ledger->spilled_waiting() == 0);
    CHECK(ledger->spilled_total() == 2);
    CHECK_FALSE(std::filesystem::exists(path + ".spill"));
    CHECK(queries(path) == 2);
    CHECK(query_int(path, "SELECT id FROM attempts WHERE request_id = 'a'") <
          query_int(path, "SELECT id FROM attempts WHERE request_id = 'b'"));
}

TEST_CASE("rows that were only spilled are replayed at the next start, before recovery") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    write_all(path, {open_row("closed-later")});
    {
        const auto ledger = open_ledger(path);
        SQLite::Database other(path, SQLite::OPEN_READWRITE);
        const SQLite::Transaction lock(other, SQLite::TransactionBehavior::IMMEDIATE);
        ledger->write(closed_row("spilled"), 0, 0);
        ledger->write(open_row("spilled-open"), 0, 0);
        CHECK(ledger->close());
        CHECK(std::filesystem::status(path + ".spill").permissions() ==
              (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    }
    const auto ledger = open_ledger(path);
    CHECK_FALSE(std::filesystem::exists(path + ".spill"));
    CHECK(ledger->state() == LedgerState::ok);
    CHECK(queries(path) == 3);
    CHECK(query_int(path, "SELECT COUNT(*) FROM attempts WHERE status = 'interrupted'") == 2);
}

TEST_CASE("where neither can be written callers are told, and rows are kept and written later") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    std::filesystem::create_directory(path + ".spill");
    const auto ledger = open_ledger(path);
    Answers answers;
    answers.attach(*ledger);
    {
        SQLite::Database other(path, SQLite::OPEN_READWRITE);
        const SQLite::Transaction lock(other, SQLite::TransactionBehavior::IMMEDIATE);
        ledger->write(closed_row("a"), 0, 1);
        REQUIRE(answers.wait_for(1));
        CHECK_FALSE(answers.all()[0].ok);
        CHECK(ledger->state() == LedgerState::failing);
        CHECK(ledger->queued() == 1);
    }
    REQUIRE(ledger->close());
    CHECK(ledger->queued() == 0);
    CHECK(ledger->state() == LedgerState::ok);
    CHECK(answers.all().size() == 1);
    CHECK(queries(path) == 1);
}

TEST_CASE("closing says so when rows could be written nowhere") {
    const TempDir dir;
    const std::string path = dir.file("a.db");
    std::filesystem::create_directory(path + ".spill");
    const auto ledger = open_ledger(path);
    SQLite::Database other(path, SQLite::OPEN_READWRITE);
    const SQLite::Transaction lock(other, SQLite::TransactionBehavior::IMMEDIATE);
    ledger->write(closed_row("a"), 0, 0);
    CHECK_FALSE(ledger->close());
    CHECK(ledger->queued() == 1);
}

TEST_CASE("beyond the bound rows are given up, counted, and their callers told") {
    const TempDir dir;
    LedgerOptions options;
    options.path = dir.file("a.db");
    options.busy_timeout_ms = 20;
    options.max_queued_bytes = 5 << 10;
    std::filesystem::create_directory(options.path + ".spill");
    const auto ledger = Ledger::open(options).value();
    Answers answers;
    answers.attach(*ledger);
    std::size_t kept = 0;
    {
        SQLite::Database other(options.path, SQLite::OPEN_READWRITE);
        const SQLite::Transaction lock(other, SQLite::TransactionBehavior::IMMEDIATE);
        for (int index = 0; index < 20; ++index)
            ledger->write(closed_row(fmt::format("r{}", index)), 0, 0);
        ledger->write(closed_row("too-many"), 1, 5);
        REQUIRE(answers.wait_for(1));
        CHECK_FALSE(answers.all()[0].ok);
        kept = ledger->queued();
        CHECK(kept >= 3);
        CHECK(kept <= 10);
        CHECK(ledger->rows_dropped() == static_cast<std::int64_t>(21 - kept));
    }
    CHECK_FALSE(ledger->close());
    CHECK(ledger->queued() == 0);
    CHECK(queries(options.path) == static_cast<std::int64_t>(kept));
}

TEST_CASE("each batch is reported with the lag of every row") {
    const TempDir directory;
    const auto ledger = open_ledger(directory.file("ledger.db"));
    std::int64_t rows = 0;
    std::int64_t shortest_lag = std::numeric_limits<std::int64_t>::max();
    std::int64_t shortest_batch = std::numeric_limits<std::int64_t>::max();
    ledger->on_stored([&](const StoredBatch& batch) {
        rows += static_cast<std::int64_t>(batch.lags_us.size());
        for (const std::int64_t lag_us : batch.lags_us)
            shortest_lag = std::min(shortest_lag, lag_us - batch.duration_us);
        shortest_batch = std::min(shortest_batch, batch.duration_us);
    });
    for (int number = 0; number < 700; ++number)
        ledger->write(closed_row(fmt::format("{:026}", number)), 0, 0);
    REQUIRE(ledger->close());
    CHECK(rows == 700);
    CHECK(shortest_batch > 0);
    CHECK(shortest_lag >= -1);  // what is queued before a batch begins is durable after it
}
