// Percentiles of the attempts that the page has seen last, by model.

const KEPT = 500;
let rows = [];

const isSpeed = (row) => row.status === "ok" && row.total_seconds > 0;

/** The nearest rank: a value that was measured. */
function percentile(sorted, percent) {
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

/** Newest first, as the router lists them. */
export function setAttempts(newest) {
  rows = newest.filter(isSpeed).slice(0, KEPT);
}

export function addAttempt(row) {
  if (!isSpeed(row)) return;
  rows.unshift(row);
  if (rows.length > KEPT) rows.pop();
}

/** {count, p50, p90, p99, first} of a model on an upstream; null if none was seen. */
export function speedOf(model, upstream) {
  const mine = rows.filter((row) => row.model === model && row.upstream === upstream);
  if (mine.length === 0) return null;
  const sorted = (name) =>
    mine
      .map((row) => row[name])
      .filter((value) => value > 0)
      .sort((a, b) => a - b);
  const total = sorted("total_seconds");
  const first = sorted("first_token_seconds");
  return {
    count: mine.length,
    p50: percentile(total, 50),
    p90: percentile(total, 90),
    p99: percentile(total, 99),
    first: percentile(first, 50),
    first90: percentile(first, 90),
  };
}
