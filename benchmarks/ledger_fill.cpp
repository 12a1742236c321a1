// Fills a ledger with many rows as a daemon would have written them, in minutes:
//   ledger_fill PATH ROWS [DAYS]
// The rows end now and go back DAYS days (90), evenly; one in twenty is external.

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/clock.hpp"
#include "storage/attempt_store.hpp"
#include "storage/database_file.hpp"
#include "storage/rollup_writer.hpp"
#include "storage/schema.hpp"

namespace {

using namespace llmr;
using namespace llmr::storage;

constexpr std::size_t kBatchRows = 20'000;

struct Role {
    QueryType type;
    const char* model;
    int weight;
};
constexpr Role kRoles[] = {{QueryType::simple, "mistral:7b", 45},
                           {QueryType::code, "deepseek-coder:6.7b", 20},
                           {QueryType::medium, "codellama:13b", 12},
                           {QueryType::embedding, "nomic-embed-text:latest", 8},
                           {QueryType::summarization, "mistral:7b", 6},
                           {QueryType::extraction, "mistral:7b", 5},
                           {QueryType::complex, "codellama:13b", 4}};
constexpr const char* kKeys[] = {"", "1a2b3c4d", "5e6f7a8b", "9c0d1e2f", "11223344"};

class Generator {
public:
    Generator(std::int64_t rows, std::int64_t days)
        : rows_(rows), start_(utc_ms() - days * kDayMs) {
        spacing_ms_ = static_cast<double>(days * kDayMs) / static_cast<double>(rows);
    }
    AttemptRow next() {
        AttemptRow row;
        const int pick = up_to(99);
        const Role* role = kRoles;
        for (int seen = role->weight; seen <= pick; seen += role->weight)
            ++role;
        const bool external = up_to(19) == 0;
        row.request_id = fmt::format("req_{:020}", number_);
        row.decision_seq = number_ + 1;
        row.started_ms =
            start_ + static_cast<std::int64_t>(static_cast<double>(number_) * spacing_ms_);
        row.status = up_to(199) == 0  ? AttemptStatus::error
                     : up_to(99) == 0 ? AttemptStatus::client_cancelled
                                      : AttemptStatus::ok;
        row.final = true;
        row.query_local = !external;
        row.locality = external ? Locality::external : Locality::local;
        row.upstream = external ? "openai" : "ollama";
        row.model = external ? "gpt-4o-mini" : role->model;
        row.model_asked = "auto";
        row.model_served = external ? "gpt-4o-mini-2024-07-18" : role->model;
        row.type = external ? QueryType::complex : role->type;
        row.complexity = external ? 8 : 3;
        row.score = 0.37;
        row.reason = "42 estimated tokens, no code, short question";
        row.key_id = kKeys[static_cast<std::size_t>(up_to(4))];
        row.usage = {50 + up_to(900), 0, 0, 20 + up_to(600), 0, UsageSource::reported};
        row.baseline = row.usage.input_uncached * 150'000 + row.usage.output_visible * 600'000;
        row.baseline_id = "gpt-4o-mini";
        row.cost = external ? *row.baseline : 0;
        row.price_id = external ? "gpt-4o-mini" : "";
        row.ttft_us = 30'000 + up_to(400'000);
        row.total_us = row.ttft_us + row.usage.output_visible * 20'000;
        row.router_us = 150;
        row.http_upstream = row.http_client = 200;
        row.finish_reason = "stop";
        ++number_;
        return row;
    }
    bool done() const { return number_ >= rows_; }

private:
    int up_to(int most) {
        return static_cast<int>(random_() % static_cast<std::uint32_t>(most + 1));
    }
    std::int64_t rows_;
    std::int64_t start_;
    double spacing_ms_;
    std::int64_t number_ = 0;
    std::mt19937 random_{2026};
};

int fill(const std::string& path, std::int64_t rows, std::int64_t days) {
    if (auto ready = prepare_database_file(path); !ready) {
        fmt::print(stderr, "{}\n", ready.error().message);
        return 1;
    }
    auto database = open_writer(path, FsyncMode::off, 1000);
    if (auto ready = migrate(*database, path); !ready) {
        fmt::print(stderr, "{}\n", ready.error().message);
        return 1;
    }
    database->exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000");
    AttemptStore store(std::move(database));
    Generator generator(rows, days);
    std::vector<AttemptRow> batch_rows;
    batch_rows.reserve(kBatchRows);
    const SteadyTime start = steady_now();
    std::int64_t written = 0;
    while (!generator.done()) {
        batch_rows.clear();
        while (batch_rows.size() < kBatchRows && !generator.done())
            batch_rows.push_back(generator.next());
        AttemptStore::Batch batch(store);
        for (const AttemptRow& row : batch_rows)
            batch.write(row);
        batch.commit();
        store.checkpoint_every(20'000);
        written += static_cast<std::int64_t>(batch_rows.size());
    }
    store.checkpoint_and_truncate();
    const double seconds = static_cast<double>(micros_between(start, steady_now())) / 1e6;
    fmt::print("{} rows in {:.1f} s, {:.0f} a second\n", written, seconds,
               static_cast<double>(written) / seconds);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "usage: ledger_fill PATH ROWS [DAYS]\n");
        return 64;
    }
    return fill(argv[1], std::atoll(argv[2]), argc > 3 ? std::atoll(argv[3]) : 90);
}
