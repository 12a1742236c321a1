#!/usr/bin/env python3
"""How many lines a second `llm-router classify --jsonl` answers.

Usage: benchmarks/classify_lines.py LLM_ROUTER [--lines N] [--rounds N]
The lines are prompts of classifier/training/data, as they are and cut to 60 bytes.
"""
import argparse
import json
import pathlib
import subprocess
import time

DATA = pathlib.Path(__file__).parent.parent / "classifier" / "training" / "data"


def prompts():
    for file in sorted(DATA.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.get("prompt"):
                yield row["prompt"]


def lines_of(texts, count):
    lines = [json.dumps({"prompt": text}, ensure_ascii=False) for text in texts]
    return ("\n".join(lines[i % len(lines)] for i in range(count)) + "\n").encode()


def seconds(binary, lines):
    start = time.perf_counter()
    subprocess.run([binary, "classify", "--jsonl"], input=lines, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    texts = list(prompts())
    short = [text.encode()[:60].decode(errors="ignore") for text in texts]
    for name, some in (("cut to 60 bytes", short), ("as they are", texts)):
        lines = lines_of(some, asked.lines)
        best = min(seconds(asked.binary, lines) for _ in range(asked.rounds))
        print(f"{name}: {len(lines) / asked.lines:.0f} bytes a line, {asked.lines / best:,.0f} lines/s")


if __name__ == "__main__":
    main()
