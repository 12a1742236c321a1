#!/usr/bin/env python3
"""Statistics on a ledger of ten million rows: how long each question takes, and the first answer.

Usage: stats_at_scale.py [--binary llm-router] [--fill ledger_fill] [--ledger PATH]
                         [--rows 10000000] [--days 90] [--rounds 20]

A ledger that is already at PATH is used as it is. Times are those of a client on a kept connection.
Exit code 1 if a question takes longer than 10 ms at the median, or the first answer after a start
longer than 50 ms.
"""
import argparse
import datetime
import http.client
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
QUESTION_MS = 10
START_MS = 50


def day(offset):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=offset)).strftime(
        "%Y-%m-%d")


def questions(days):
    first, week, cut = day(days - 1), day(7), day(days - 1) + "T10:07:33.123Z"
    until = day(1) + "T17:41:09.5Z"
    for path in (
            "/router/stats",
            "/router/stats?since=24h",
            f"/router/stats?from={first}&tz=Europe/Berlin",
            f"/router/stats?from={week}&tz=Asia/Kathmandu",
            f"/router/stats?from={cut}&to={until}",
            f"/router/stats?from={cut}&to={until}&group_by=key",
            f"/router/stats?from={first}&tz=Asia/Kathmandu&group_by=model",
            "/router/stats?group_by=type",
            "/router/stats?group_by=upstream",
            "/router/stats?group_by=key",
            f"/router/stats?from={first}&group_by=day&tz=America/New_York",
            f"/router/stats?from={first}&group_by=day&tz=Asia/Kathmandu",
            f"/router/stats?from={week}&group_by=hour&tz=Asia/Kathmandu",
            f"/router/stats/timeseries?from={day(30)}&step=hour",
            f"/router/stats/timeseries?from={day(30)}&step=hour&tz=Asia/Kathmandu",
            f"/router/stats/timeseries?from={first}&step=day&tz=Asia/Kolkata",
            f"/router/stats/timeseries?from={first}&step=week&tz=Pacific/Chatham",
            f"/router/stats/timeseries?from={first}&step=month&tz=Australia/Lord_Howe",
            "/router/stats/projection",
            "/router/queries?limit=50",
            "/router/queries?limit=50&cursor=5000000",
            "/router/queries?limit=50&status=error",
            "/router/queries?limit=50&local=false&model=gpt-4o-mini"):
        yield path


class Daemon:
    def __init__(self, binary, ledger):
        env = {**os.environ, "LLM_ROUTER_LISTEN": "127.0.0.1:0", "LLM_ROUTER_DB": ledger,
               "OLLAMA_URL": "http://127.0.0.1:9"}
        self.begun = time.perf_counter()
        self.child = subprocess.Popen([binary, "serve"], env=env, stderr=subprocess.PIPE, text=True)
        for line in self.child.stderr:
            found = re.search(r"listening on 127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                break
        else:
            sys.exit("the daemon did not start")
        self.client = http.client.HTTPConnection("127.0.0.1", self.port)

    def get(self, path):
        begun = time.perf_counter()
        self.client.request("GET", path)
        answer = self.client.getresponse()
        body = answer.read()
        took = (time.perf_counter() - begun) * 1000
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status} {body[:200]!r}")
        return took, len(body)

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        self.child.stderr.close()
        self.child.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / "build/release/bin/llm-router"))
    parser.add_argument("--fill", default=str(ROOT / "build/release/bin/ledger_fill"))
    parser.add_argument("--ledger", default="/tmp/llm-router-scale/ledger.db")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    if not os.path.exists(options.ledger):
        os.makedirs(os.path.dirname(options.ledger), exist_ok=True)
        subprocess.run([options.fill, options.ledger, str(options.rows), str(options.days)],
                       check=True)
    print(f"ledger: {os.path.getsize(options.ledger) / 2**20:.0f} MiB")

    starts = []
    for _ in range(5):
        daemon = Daemon(options.binary, options.ledger)
        daemon.get("/health")
        starts.append((time.perf_counter() - daemon.begun) * 1000)
        daemon.stop()
    failed = statistics.median(starts) > START_MS
    print(f"first answer after start: {statistics.median(starts):.1f} ms (median of 5, worst "
          f"{max(starts):.1f})")

    daemon = Daemon(options.binary, options.ledger)
    print(f"{'median ms':>10}{'worst':>10}{'bytes':>10}  question")
    for path in questions(options.days):
        runs = [daemon.get(path) for _ in range(options.rounds)]
        times = [took for took, _ in runs]
        median = statistics.median(times)
        failed = failed or median > QUESTION_MS
        print(f"{median:10.2f}{max(times):10.2f}{runs[0][1]:10}  {path}")
    daemon.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
