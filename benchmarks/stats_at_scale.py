#!/usr/bin/env python3
"""Statistics on a ledger of ten million rows: how long each question takes, and the first answer.

Usage: stats_at_scale.py [--binary llm-router] [--fill ledger_fill] [--ledger PATH]
                         [--rows 10000000] [--days 90] [--rounds 20]

A ledger that is already at PATH is used as it is. Times are those of a client on a kept connection.
Exit code 1 if a question takes longer than 10 ms at the median, or the first answer after a start
longer than 50 ms.
"""
import datetime
import http.client
import statistics
import sys
import time

from ledger_daemon import Daemon, fill, parser

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


class Client(Daemon):
    """The daemon, and a kept connection to it."""

    def __init__(self, options):
        super().__init__(options)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def get(self, path):
        begun = time.perf_counter()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - begun) * 1000
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status} {body[:200]!r}")
        return took, len(body)


def main():
    options = parser("/tmp/llm-router-scale/ledger.db", rows=10_000_000, rounds=20).parse_args()
    fill(options)
    starts = []
    for _ in range(5):
        daemon = Client(options)
        daemon.get("/health")
        starts.append((time.perf_counter() - daemon.begun) * 1000)
        daemon.stop()
    failed = statistics.median(starts) > START_MS
    print(f"first answer after start: {statistics.median(starts):.1f} ms (median of 5, worst "
          f"{max(starts):.1f})")

    daemon = Client(options)
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
