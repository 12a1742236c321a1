"""What comes out of the ledger while the daemon serves: export, backup, reconcile, recost."""
import csv
import datetime
import io
import json
import sqlite3
import threading

import pytest

from conftest import DemoRouter
from test_commands import run


@pytest.fixture
def router(tmp_path):
    router = DemoRouter(tmp_path)
    for _ in range(4):
        ask(router)
    yield router
    router.stop()


def ask(router):
    router.post("/v1/chat/completions",
                {"model": "auto", "messages": [{"role": "user", "content": "What is 2+2?"}]})


def command(router, *args):
    return run(*args, env={"LLM_ROUTER_DB": router.db})


def add_external(router, day_ms, served="gpt-4o-mini-2024-07-18", tokens=(100, 50), cost=45_000_000,
                 request="bill", **columns_set):
    """A row as an external attempt leaves it: a copy of one that is there, with other figures."""
    with sqlite3.connect(router.db, timeout=10) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(attempts)")][1:]
        row = dict(zip(columns, db.execute(f"SELECT {','.join(columns)} FROM attempts").fetchone()))
        row.update(request_id=request, started_ms=day_ms, locality="external", query_local=0,
                   upstream="openai", model="gpt-4o-mini", model_served=served,
                   input_uncached=tokens[0], cache_read=0, cache_write=0, output_visible=tokens[1],
                   reasoning=0, usage_source="reported", cost=cost, price_id="gpt-4o-mini")
        row.update(columns_set)
        db.execute(f"INSERT INTO attempts({','.join(row)}) VALUES({','.join('?' * len(row))})",
                   list(row.values()))


DAY = int(datetime.datetime(2026, 8, 5, tzinfo=datetime.timezone.utc).timestamp() * 1000)


def test_export_holds_every_row_in_both_formats(router):
    rows = list(csv.DictReader(io.StringIO(command(router, "export").stdout)))
    lines = [json.loads(line) for line in
             command(router, "export", "--format", "jsonl").stdout.splitlines()]
    assert len(rows) == len(lines) == 4
    assert [row["request_id"] for row in rows] == [line["request_id"] for line in lines]
    assert all(row["status"] == "ok" and row["cost"] == "0" for row in rows)
    days = list(csv.DictReader(io.StringIO(
        command(router, "export", "--what", "stats", "--tz", "Asia/Kathmandu").stdout)))
    assert sum(int(day["queries"]) for day in days) == 4


def test_export_never_replaces_a_file(router, tmp_path):
    target = tmp_path / "rows.csv"
    assert command(router, "export", "--output", str(target)).returncode == 0
    before = target.read_text()
    assert command(router, "export", "--output", str(target)).returncode == 1
    assert target.read_text() == before


def test_backup_while_rows_are_written_is_sound_and_new(router, tmp_path):
    stop = threading.Event()

    def write():
        while not stop.is_set():
            ask(router)

    writer = threading.Thread(target=write)
    writer.start()
    target = tmp_path / "copy.db"
    try:
        result = command(router, "backup", str(target))
    finally:
        stop.set()
        writer.join()
    assert result.returncode == 0, result.stderr
    with sqlite3.connect(target) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        attempts, = copy.execute("SELECT COUNT(*) FROM attempts WHERE status <> 'open'").fetchone()
        counted, = copy.execute("SELECT SUM(attempts) FROM series WHERE span = 'quarter'").fetchone()
    assert attempts == counted >= 4
    assert command(router, "backup", str(target)).returncode == 1
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("copy")) == ["copy.db"]


OPENAI = ("start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,model,"
          "input_tokens,output_tokens,input_cached_tokens\n"
          "1785888000,1785974400,2026-08-05T00:00:00+00:00,,p,{requests},gpt-4o-mini-2024-07-18,"
          "{input},50,0\n")


def test_reconcile_agrees_and_names_what_differs(router, tmp_path):
    add_external(router, DAY + 3_600_000)
    bill = tmp_path / "usage.csv"
    bill.write_text(OPENAI.format(requests=1, input=100))
    same = command(router, "reconcile", str(bill))
    assert same.returncode == 0, same.stdout + same.stderr
    bill.write_text(OPENAI.format(requests=2, input=107))
    other = command(router, "reconcile", str(bill))
    assert other.returncode == 1
    assert "2026-08-05" in other.stdout and "gpt-4o-mini" in other.stdout
    assert "-1" in other.stdout and "-7" in other.stdout


def test_reconcile_finds_a_cent(router, tmp_path):
    add_external(router, DAY, cost=1_230_000_000_000)
    bill = tmp_path / "cost.csv"
    head = "start_time,start_time_iso,amount_value,amount_currency,line_item\n"
    line = '1785888000,2026-08-05T00:00:00+00:00,{},usd,"gpt-4o-mini-2024-07-18, input"\n'
    bill.write_text(head + line.format("1.2300000000"))
    assert command(router, "reconcile", str(bill)).returncode == 0
    bill.write_text(head + line.format("1.2400000000"))
    differs = command(router, "reconcile", str(bill))
    assert differs.returncode == 1 and "-0.01" in differs.stdout
    bill.write_text("what,is,this\n1,2,3\n")
    assert command(router, "reconcile", str(bill)).returncode == 64


def test_recost_keeps_what_was_billed(router):
    add_external(router, DAY, cost=1)
    add_external(router, DAY, cost=None, request="unpriced")
    dry = command(router, "recost", "--since", "2026-08-01", "--dry-run")
    assert dry.returncode == 0 and "gpt-4o-mini" in dry.stdout and "1 had no price" in dry.stdout
    assert command(router, "recost", "--since", "2026-08-01").returncode == 0
    with sqlite3.connect(router.db) as db:
        billed = db.execute("SELECT request_id, cost FROM attempts WHERE locality = 'external' "
                            "ORDER BY request_id").fetchall()
        again = db.execute("SELECT request_id, cost FROM recosts ORDER BY request_id").fetchall()
    assert billed == [("bill", 1), ("unpriced", None)]
    assert again == [("bill", 45_000_000), ("unpriced", 45_000_000)]


def test_recost_knows_the_class_of_service_and_writes_for_an_hour(router, tmp_path):
    prices = tmp_path / "prices.tsv"
    prices.write_text("claude-x 3 15 0.3 3.75 write_1h=6\nclaude-x 1 5 tier=batch\n"
                      "claude-x 7 20 tier=priority\n")
    about = {"model": "claude-x", "price_id": "claude-x", "baseline_id": ""}
    for request, more in {
            "plain": {},
            "hour": {"input_uncached": 0, "cache_write": 100, "cache_write_1h": 40},
            "batch": {"service_tier": "batch"},
            "priority": {"service_tier": "priority", "cost": None, "price_id": ""},
            "old": {"price_id": "claude-x;tier=priority"},
            "bound": {"cost_worst_case": 1, "status": "interrupted"}}.items():
        add_external(router, DAY, request=request, **{**about, **more})
    done = run("recost", "--since", "2026-08-01",
               env={"LLM_ROUTER_DB": router.db, "LLM_PRICES_FILE": str(prices)})
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(router.db) as db:
        again = dict(db.execute("SELECT request_id, cost FROM recosts").fetchall())
    out = 50
    assert again == {
        "plain": 100 * 3_000_000 + out * 15_000_000,
        "hour": 60 * 3_750_000 + 40 * 6_000_000 + out * 15_000_000,
        "batch": 100 * 1_000_000 + out * 5_000_000,
        "priority": 100 * 7_000_000 + out * 20_000_000,
        "old": 100 * 7_000_000 + out * 20_000_000}  # and the bound stays what it was
    rows = {row["request_id"]: row for row in
            csv.DictReader(io.StringIO(command(router, "export").stdout))}
    assert (rows["hour"]["cache_write"], rows["hour"]["cache_write_1h"]) == ("100", "40")
    assert rows["batch"]["service_tier"] == "batch" and rows["plain"]["service_tier"] == ""


def test_stats_take_ranges_groups_and_zones(router):
    table = command(router, "stats", "--group-by", "type", "--from", "2026-01-01", "--tz",
                    "Asia/Kathmandu")
    assert table.returncode == 0 and "simple" in table.stdout
    wrong = command(router, "stats", "--group-by", "modell")
    assert wrong.returncode == 64 and "nearest valid: model" in wrong.stderr
    assert command(router, "stats", "--to", "soon").returncode == 64
