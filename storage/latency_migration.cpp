#include "storage/latency_functions.hpp"

namespace llmr::storage {

// Frozen text.
const char* const kHistogramMigration = R"sql(
ALTER TABLE latencies RENAME TO latencies_by_edge;
CREATE TABLE latencies(
  span TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  locality TEXT NOT NULL,
  counts BLOB NOT NULL,
  PRIMARY KEY(span, start_ms, kind, locality)
) WITHOUT ROWID;
INSERT INTO latencies
SELECT span, start_ms, kind, locality, count_latencies(upto_us, n)
FROM latencies_by_edge GROUP BY 1, 2, 3, 4;
DROP TABLE latencies_by_edge;
)sql";

}  // namespace llmr::storage
