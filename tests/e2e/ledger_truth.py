"""`stats == SELECT`: what /router/stats says, against sums over the rows themselves."""
import contextlib
from decimal import Decimal
import json
import sqlite3
import urllib.request

CLOSED = "status <> 'open'"
USED = "input_uncached + cache_read + cache_write + output_visible + reasoning > 0"

# The figures of a group, in SQL over closed rows. Those of queries count final attempts.
FIGURES = {
    "queries": "SUM(is_final)",
    "ok": "SUM(is_final AND status = 'ok')",
    "cancelled": "SUM(is_final AND status = 'client_cancelled')",
    "errors": "SUM(is_final AND status NOT IN ('ok', 'client_cancelled'))",
    "attempts": "COUNT(*)",
    "input_tokens": "SUM(input_uncached + cache_read + cache_write)",
    "output_tokens": "SUM(output_visible + reasoning)",
    "cost": "SUM(COALESCE(cost, 0))",
    "cost_unknown_attempts": f"SUM(cost IS NULL AND {USED})",
    "baseline_cost": "SUM(COALESCE(baseline, 0))",
    "savings": "SUM(COALESCE(baseline - cost, 0))",
    "avg_latency": "SUM(CASE WHEN is_final AND status = 'ok' THEN total_us ELSE 0 END)",
    "cost_worst_case_attempts": "SUM(cost_worst_case)",
    "energy_cost_estimate": "SUM(COALESCE(energy_cost, 0))",
}
MONEY = ("cost", "baseline_cost", "savings", "energy_cost_estimate")
GROUPS = {
    "model": ("model, upstream, locality = 'local'", ("model", "upstream", "local")),
    "type": ("type", ("type",)),
    "upstream": ("upstream, locality = 'local'", ("upstream", "local")),
    "key": ("key_id", ("key_id",)),
}


def figures(values):
    """What a SELECT of FIGURES yields, in the words of the endpoint."""
    row = dict(zip(FIGURES, (value or 0 for value in values)))
    latency, ok = row["avg_latency"], row["ok"]
    row["avg_latency"] = Decimal((latency + ok // 2) // ok) / 10**6 if ok else Decimal(0)
    for name in MONEY:
        row[name] = Decimal(row[name]) / 10**12
    row["savings_after_energy"] = row["savings"] - row["energy_cost_estimate"]
    return row


def selected(connection, group=None):
    """One row of figures, or one for each group by its names."""
    sums = ", ".join(FIGURES.values())
    if group is None:
        return figures(connection.execute(
            f"SELECT {sums} FROM attempts WHERE {CLOSED}").fetchone())
    columns, labels = GROUPS[group]
    rows = connection.execute(f"SELECT {columns}, {sums} FROM attempts WHERE {CLOSED} "
                              f"GROUP BY {columns}")
    return {row[:len(labels)]: figures(row[len(labels):]) for row in rows}


def ask(base_url, query=""):
    """Numbers are read as decimals: a float would hide the last digits of a cost."""
    with urllib.request.urlopen(base_url + "/router/stats" + query) as answer:
        return json.loads(answer.read(), parse_float=Decimal)


def same(said, expected, what):
    """To the last digit, in every figure that the SELECT knows."""
    wrong = {name: (said[name], value) for name, value in expected.items() if said[name] != value}
    assert not wrong, f"{what}: (stats, SELECT) {wrong}"


def assert_stats_equal_ledger(base_url, db_path):
    """Compares /router/stats, in total and by model, type, upstream and key, with SELECTs on the
    ledger. Nothing may be under way. Returns how many queries both count."""
    with contextlib.closing(
            sqlite3.connect(f"file:{db_path}?mode=ro", uri=True)) as connection:
        total = selected(connection)
        local = connection.execute(
            "SELECT COALESCE(SUM(is_final AND query_local), 0), "
            "COALESCE(SUM(locality = 'external' AND fallback), 0), "
            "COALESCE(SUM(status = 'interrupted'), 0) "
            f"FROM attempts WHERE {CLOSED}").fetchone()
        groups = {name: selected(connection, name) for name in GROUPS}
    stats = ask(base_url)
    same(stats["totals"], total, "totals")
    assert stats["total_queries"] == total["queries"]
    assert stats["total_cost"] == total["cost"]
    assert (stats["local_queries"], stats["fallbacks"], stats["interrupted"]) == local
    assert stats["external_queries"] == total["queries"] - local[0]
    for name, expected in groups.items():
        rows = ask(base_url, f"?group_by={name}")["groups"]
        said = {tuple(row[label] for label in GROUPS[name][1]): row for row in rows}
        assert len(said) == len(rows), f"a group of {name} twice"
        assert said.keys() == expected.keys(), f"groups by {name}"
        for key, row in expected.items():
            same(said[key], row, f"{name} {key}")
    return total["queries"]
