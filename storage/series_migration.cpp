#include "storage/series_writer.hpp"

namespace llmr::storage {

// Frozen text: what contribution() says, in SQL, for the rows that are there already. 'quarter all'
// and 'hour' count all keys together under the empty one; folded spans hold the hours that are
// over. Latencies get more spans to be folded into.
const char* const kSeriesMigration = R"sql(
CREATE INDEX IF NOT EXISTS attempts_started ON attempts(started_ms);

CREATE TABLE series(
  span TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  query_local INTEGER NOT NULL,
  locality TEXT NOT NULL,
  queries INTEGER NOT NULL,
  ok INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  unknown_cost INTEGER NOT NULL,
  baseline INTEGER NOT NULL,
  savings INTEGER NOT NULL,
  latency_us_sum INTEGER NOT NULL,
  latency_count INTEGER NOT NULL,
  fallbacks INTEGER NOT NULL,
  interrupted INTEGER NOT NULL,
  usage_reported INTEGER NOT NULL,
  usage_estimated INTEGER NOT NULL,
  energy_cost INTEGER NOT NULL,
  cost_worst_case INTEGER NOT NULL,
  PRIMARY KEY(span, start_ms, key_id, query_local, locality)
) WITHOUT ROWID;

INSERT INTO series
SELECT 'quarter', started_ms - started_ms % 900000, key_id, query_local, locality,
  SUM(is_final),
  SUM(is_final AND status = 'ok'),
  SUM(is_final AND status NOT IN ('ok', 'client_cancelled')),
  SUM(is_final AND status = 'client_cancelled'),
  COUNT(*),
  SUM(input_uncached + cache_read + cache_write),
  SUM(output_visible + reasoning),
  SUM(COALESCE(cost, 0)),
  SUM(cost IS NULL
      AND input_uncached + cache_read + cache_write + output_visible + reasoning > 0),
  SUM(COALESCE(baseline, 0)),
  SUM(COALESCE(baseline - cost, 0)),
  SUM(CASE WHEN is_final AND status = 'ok' THEN total_us ELSE 0 END),
  SUM(is_final AND status = 'ok'),
  SUM(fallback AND locality = 'external'),
  SUM(status = 'interrupted'),
  SUM(usage_source = 'reported'),
  SUM(usage_source = 'estimated'),
  SUM(COALESCE(energy_cost, 0)),
  SUM(cost_worst_case)
FROM attempts WHERE status <> 'open' GROUP BY 2, 3, 4, 5;

CREATE TEMP TABLE series_spans(name TEXT, length_ms INTEGER, by_key INTEGER);
INSERT INTO series_spans VALUES('quarter all', 900000, 0), ('hour', 3600000, 0),
  ('key hour', 3600000, 1),
  ('key day', 86400000, 1);
INSERT INTO series
SELECT name, start_ms - start_ms % length_ms, CASE WHEN by_key THEN key_id ELSE '' END,
  query_local, locality, SUM(queries), SUM(ok), SUM(errors), SUM(cancelled), SUM(attempts),
  SUM(input_tokens), SUM(output_tokens), SUM(cost), SUM(unknown_cost), SUM(baseline),
  SUM(savings), SUM(latency_us_sum), SUM(latency_count), SUM(fallbacks), SUM(interrupted),
  SUM(usage_reported), SUM(usage_estimated), SUM(energy_cost), SUM(cost_worst_case)
FROM series, series_spans
WHERE span = 'quarter' AND start_ms < (SELECT folded_until_ms FROM totals)
GROUP BY 1, 2, 3, 4, 5;

DELETE FROM series_spans;
INSERT INTO series_spans(name, length_ms) VALUES('6 hours', 21600000), ('4 days', 345600000),
  ('16 days', 1382400000), ('64 days', 5529600000);
INSERT INTO latencies
SELECT name, start_ms - start_ms % length_ms, kind, locality, upto_us, SUM(n)
FROM latencies, series_spans
WHERE span = 'hour' AND start_ms < (SELECT folded_until_ms FROM totals)
GROUP BY 1, 2, 3, 4, 5;
DROP TABLE series_spans;
)sql";

}  // namespace llmr::storage
