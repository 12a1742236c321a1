#!/usr/bin/env python3
"""Model swaps: a mixed trace for two models and one place in memory, with the router and without.

The same requests at the same times go to the simulated Ollama directly, which serves them in the
order of arrival as a real one does, and through the router. Loads are counted by the simulator;
waits for a slot are those in the router's ledger.
"""
import argparse
import asyncio
import json
import os
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).parent / "load"))
from bench import free_port, wait_port  # noqa: E402

MODELS = ("mistral:7b", "codellama:13b")


def mixed_trace(seed, count, gap):
    """(seconds from the start, model) of `count` requests, one every `gap` seconds on average."""
    draw = random.Random(seed)
    at, trace = 0.0, []
    for _ in range(count):
        at += draw.expovariate(1 / gap)
        trace.append((at, draw.choice(MODELS)))
    return trace


def changes_of_model(trace):
    """Loads of a server with one place that serves strictly in the order of arrival."""
    models = [model for _, model in trace]
    return 1 + sum(a != b for a, b in zip(models, models[1:]))


async def ask(host, port, at, began, model):
    await asyncio.sleep(max(0.0, began + at - time.monotonic()))
    sent = time.monotonic()
    reader, writer = await asyncio.open_connection(host, port)
    body = json.dumps({"model": model, "prompt": "Hi", "stream": False}).encode()
    writer.write(b"POST /api/generate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                 b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    head = await reader.readuntil(b"\r\n\r\n")
    await reader.read()
    writer.close()
    return int(head.split()[1]), time.monotonic() - sent


def replay(url, trace):
    """Sends every request at its time; [(status, seconds until it was answered)]."""
    host, port = url.removeprefix("http://").split(":")

    async def everybody():
        began = time.monotonic()
        return await asyncio.gather(*(ask(host, port, at, began, model) for at, model in trace))

    return asyncio.run(everybody())


def clean_environment():
    prefixes = ("LLM_", "OLLAMA_", "OPENAI_", "MEM0_", "EMBEDDING_")
    return {k: v for k, v in os.environ.items() if not k.startswith(prefixes)}


class SimulatedOllama:
    """One place in memory. Its log, a line for each load, is kept in a file."""

    def __init__(self, binary, directory, args):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = directory / f"simulator-{self.port}.log"
        self.process = subprocess.Popen(
            [binary, "simulate", "--ollama-port", str(self.port), "--openai-port", "0",
             "--max-loaded", "1",
             "--behaviour", f"load_ms={args.load_ms},first_token_ms={args.service_ms}"],
            stdout=subprocess.DEVNULL, stderr=self.log.open("w"), env=clean_environment())
        wait_port(self.port, self.process)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def loads(self):
        return len(re.findall(r"loading \S+: load \d+", self.log.read_text()))


def run_direct(binary, directory, trace, args):
    ollama = SimulatedOllama(binary, directory, args)
    try:
        answers = replay(ollama.url, trace)
    finally:
        ollama.stop()
    return answers, ollama.loads()


def run_router(binary, directory, trace, args):
    ollama = SimulatedOllama(binary, directory, args)
    port = free_port()
    ledger = directory / "ledger.db"
    router = subprocess.Popen(
        [binary, "serve"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**clean_environment(), "LLM_ROUTER_LISTEN": f"127.0.0.1:{port}",
             "LLM_ROUTER_DB": str(ledger), "OLLAMA_URL": ollama.url,
             "LLM_LOCAL_QUEUE": "2000", "LLM_LOCAL_MAX_LOADED": args.max_loaded,
             "LLM_LOCAL_MIN_RESIDENCY_SECONDS": str(args.min_residency),
             "LLM_LOCAL_MAX_WAIT_SECONDS": str(args.max_wait)})
    try:
        wait_port(port, router)
        answers = replay(f"http://127.0.0.1:{port}", trace)
    finally:
        router.terminate()
        router.wait()
        ollama.stop()
    with sqlite3.connect(ledger) as connection:
        wait, held = connection.execute(
            "SELECT max(queue_us) / 1e6, max(total_us - queue_us) / 1e6 FROM attempts").fetchone()
    return answers, ollama.loads(), wait, held


def check_answers(answers):
    refused = sum(status != 200 for status, _ in answers)
    if refused:
        raise SystemExit(f"{refused} of {len(answers)} requests were not answered")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--gap-ms", type=float, default=30, help="between arrivals, on average")
    parser.add_argument("--load-ms", type=int, default=100)
    parser.add_argument("--service-ms", type=int, default=40)
    parser.add_argument("--min-residency", type=int, default=1, help="seconds")
    parser.add_argument("--max-wait", type=int, default=3, help="seconds")
    parser.add_argument("--max-loaded", default="1", help="what the router is told; 0: it learns")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    trace = mixed_trace(args.seed, args.requests, args.gap_ms / 1000)
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        answers, loads, wait, held = run_router(args.binary, directory, trace, args)
        check_answers(answers)
        direct, fifo = run_direct(args.binary, directory, trace, args)
        check_answers(direct)
    bound = args.max_wait + held
    ratio = loads / fifo
    print(f"{args.requests} requests for {len(MODELS)} models, one place in memory, "
          f"{args.load_ms} ms to load, {args.service_ms} ms to answer")
    print(f"loads            {loads:6d}   first-in-first-out {fifo} "
          f"({changes_of_model(trace)} changes of model)   ratio {ratio:.1%} (at most 40%)")
    print(f"longest wait     {wait:6.2f} s for a slot; bound {bound:.2f} s = longest wait set "
          f"({args.max_wait} s) + longest time a slot was held ({held:.2f} s)")
    print(f"longest answer   {max(s for _, s in answers):6.2f} s; "
          f"first-in-first-out {max(s for _, s in direct):.2f} s")
    return 0 if ratio <= 0.4 and wait <= bound else 1


if __name__ == "__main__":
    sys.exit(main())
