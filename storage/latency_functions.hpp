#pragma once

#include <SQLiteCpp/Database.h>

namespace llmr::storage {

/// Makes the SQL functions over column latencies.counts known to a connection:
///   add_latencies(a, b)        both histograms in one
///   sum_latencies(counts)      aggregate of the same
///   count_latencies(edge, n)   aggregate that builds a histogram from edges and counts
/// Throws SQLite::Exception. Only connections that write need them.
void define_latency_functions(SQLite::Database& database);

/// The migration that makes one value of the rows of a histogram: a commit that adds twenty answers
/// then changes two rows, not twenty. Needs the functions.
extern const char* const kHistogramMigration;

}  // namespace llmr::storage
