#!/usr/bin/env python3
"""Retention of a million rows under load: how long it delays answers.

Usage: retention_at_scale.py [--binary llm-router] [--fill ledger_fill] [--rows 1000000]
                             [--connections 8]

Fills a ledger with rows of the last 60 days, then runs the daemon with LLM_RETENTION_DAYS=1 on the
simulator, asks it without a pause, and notes each answer's time until the old rows are gone; after
that for as long as it takes for a comparison. Exit code 1 if an answer was delayed by more than
20 ms, compared with the median without retention.
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
DELAY_MS = 20
DAY_MS = 86_400_000
COMPARISON_SECONDS = 10
BODY = json.dumps({"model": "mistral:7b", "stream": False,
                   "messages": [{"role": "user", "content": "What is the capital of France?"}]})


def start(command, pattern, env=None):
    child = subprocess.Popen(command, env={**os.environ, **(env or {})}, stderr=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, text=True)
    for line in child.stderr:
        found = re.search(pattern, line)
        if found:
            threading.Thread(target=child.stderr.read, daemon=True).start()
            return child, int(found.group(1))
    sys.exit(f"{command[0]} did not start")


class Load:
    """Asks over and over on one connection; the times go to whichever list is current."""

    def __init__(self, port):
        self.client = http.client.HTTPConnection("127.0.0.1", port)
        self.times, self.running = [], True
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while self.running:
            begun = time.perf_counter()
            self.client.request("POST", "/api/chat", BODY, {"Content-Type": "application/json"})
            answer = self.client.getresponse()
            answer.read()
            if answer.status != 200:
                sys.exit(f"status {answer.status}")
            self.times.append((time.perf_counter() - begun) * 1000)

    def take(self):
        times, self.times = self.times, []
        return times


def old_rows_left(ledger):
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as database:
        oldest = database.execute("SELECT MIN(started_ms) FROM attempts").fetchone()[0]
    return oldest < time.time() * 1000 - DAY_MS


def row(name, times):
    times = sorted(times)
    print(f"{name:26}{len(times):>9}{statistics.median(times):>9.2f}"
          f"{times[len(times) * 99 // 100]:>9.2f}{times[-1]:>9.2f}")
    return statistics.median(times), times[-1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=str(ROOT / "build/release/bin/llm-router"))
    parser.add_argument("--fill", default=str(ROOT / "build/release/bin/ledger_fill"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        ledger = f"{directory}/ledger.db"
        subprocess.run([options.fill, ledger, str(options.rows), "60"], check=True)
        os.sync()  # the disk shall not be busy with what was filled
        simulator, upstream = start([options.binary, "simulate", "--ollama-port", "0",
                                     "--openai-port", "0"], r"127\.0\.0\.1:(\d+)")
        router, port = start([options.binary, "serve"], r"listening on 127\.0\.0\.1:(\d+)",
                             {"LLM_ROUTER_LISTEN": "127.0.0.1:0", "LLM_ROUTER_DB": ledger,
                              "LLM_RETENTION_DAYS": "1",
                              "OLLAMA_URL": f"http://127.0.0.1:{upstream}"})
        loads = [Load(port) for _ in range(options.connections)]
        try:
            begun = time.monotonic()
            while old_rows_left(ledger):
                time.sleep(0.5)
            took = time.monotonic() - begun
            during = [t for load in loads for t in load.take()]
            time.sleep(COMPARISON_SECONDS)
            after = [t for load in loads for t in load.take()]
        finally:
            for load in loads:
                load.running = False
            for load in loads:
                load.thread.join()
            for child in (router, simulator):
                child.send_signal(signal.SIGTERM)
                child.wait()
    print(f"{options.rows} rows, retention took {took:.0f} s")
    print(f"{'answers, ms':26}{'count':>9}{'median':>9}{'p99':>9}{'longest':>9}")
    _, longest = row("while old rows go", during)
    median, _ = row("afterwards", after)
    delay = longest - median
    print(f"longest delay {delay:.1f} ms (at most {DELAY_MS})")
    sys.exit(1 if delay > DELAY_MS else 0)


if __name__ == "__main__":
    main()
