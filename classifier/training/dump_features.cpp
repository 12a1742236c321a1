// Writes the features of queries for training, read by the same code as in the daemon.
//
// usage: dump_features DENSE BUCKETS < QUERIES.jsonl
//
// DENSE gets the dense features of each query as 32-bit floats. BUCKETS gets, for every query and
// zone, the number of its buckets and the buckets, all as 32-bit integers. Prints the
// version of the features, the number of dense ones, and the buckets of each zone.
#include <array>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "classifier/dense_features.hpp"
#include "core/json.hpp"
#include "core/query_line.hpp"

namespace {

using namespace llmr;
using namespace llmr::classifier;

class Collector final : public NgramSink {
public:
    void take(Zone zone, std::span<const std::uint32_t> buckets) override {
        auto& all = zones_[static_cast<std::size_t>(zone)];
        all.insert(all.end(), buckets.begin(), buckets.end());
    }
    void write(std::ofstream& out) {
        for (auto& zone : zones_) {
            put(out, static_cast<std::uint32_t>(zone.size()));
            for (const std::uint32_t bucket : zone)
                put(out, bucket);
            zone.clear();
        }
    }

private:
    static void put(std::ofstream& out, std::uint32_t value) {
        out.write(reinterpret_cast<const char*>(&value), sizeof value);
    }
    std::array<std::vector<std::uint32_t>, kZones> zones_;
};

bool dump(const std::string& line, Collector& collector, std::ofstream& dense_file,
          std::ofstream& bucket_file) {
    const auto root = thread_json_parser().parse(line);
    const Result<ChatRequest> query =
        root ? read_query_line(*root) : Result<ChatRequest>(root.error());
    if (!query) {
        fmt::print(stderr, "{}\n", query.error().message);
        return false;
    }
    const DenseFeatures dense(extract_features(*query, collector));
    dense_file.write(reinterpret_cast<const char*>(dense.values().data()), sizeof(float) * kDense);
    collector.write(bucket_file);
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        fmt::print(stderr, "usage: dump_features DENSE BUCKETS < QUERIES.jsonl\n");
        return 64;
    }
    std::ofstream dense_file(argv[1], std::ios::binary);
    std::ofstream bucket_file(argv[2], std::ios::binary);
    Collector collector;
    std::string line;
    for (std::size_t number = 1; std::getline(std::cin, line); ++number) {
        if (!dump(line, collector, dense_file, bucket_file)) {
            fmt::print(stderr, "in line {}\n", number);
            return 1;
        }
    }
    fmt::print("{} {}", kFeatureVersion, kDense);
    for (const unsigned bits : kBucketBits)
        fmt::print(" {}", 1U << bits);
    fmt::print("\n");
    return dense_file.flush() && bucket_file.flush() ? 0 : 1;
}
