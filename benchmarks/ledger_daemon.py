"""A daemon on a big ledger, and the ledger: what the benchmarks of large records share."""
import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]


def parser(ledger, rows, rounds):
    options = argparse.ArgumentParser()
    options.add_argument("--binary", default=str(ROOT / "build/release/bin/llm-router"))
    options.add_argument("--fill", default=str(ROOT / "build/release/bin/ledger_fill"))
    options.add_argument("--ledger", default=ledger)
    options.add_argument("--rows", type=int, default=rows)
    options.add_argument("--days", type=int, default=90)
    options.add_argument("--rounds", type=int, default=rounds)
    return options


def fill(options):
    """A ledger that is there is used as it is."""
    if not os.path.exists(options.ledger):
        os.makedirs(os.path.dirname(options.ledger), exist_ok=True)
        subprocess.run([options.fill, options.ledger, str(options.rows), str(options.days)],
                       check=True)
    print(f"ledger: {os.path.getsize(options.ledger) / 2**20:.0f} MiB")


class Daemon:
    """Without any upstream that answers: it is asked for its record alone."""

    def __init__(self, options):
        env = {**os.environ, "LLM_ROUTER_LISTEN": "127.0.0.1:0", "LLM_ROUTER_DB": options.ledger,
               "OLLAMA_URL": "http://127.0.0.1:9"}
        self.begun = time.perf_counter()
        self.child = subprocess.Popen([options.binary, "serve"], env=env, stderr=subprocess.PIPE,
                                      text=True)
        for line in self.child.stderr:
            found = re.search(r"listening on 127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                return
        sys.exit("the daemon did not start")

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        self.child.stderr.close()
        self.child.wait()
