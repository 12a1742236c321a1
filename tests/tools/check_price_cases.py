#!/usr/bin/env python3
"""Recomputes generated usages and their costs with exact decimal arithmetic.

usage: check_price_cases.py PRICE_CASES_BINARY [COUNT] [SEED]

Shares no code with the program: the price table, the rules of each provider's usage and the sums
are written here once more. Exits with 1 at the first case that differs by anything.
"""
import datetime
import json
import os
import subprocess
import sys
import tempfile
from decimal import ROUND_HALF_UP, Context, Decimal, setcontext

MILLION = Decimal(1_000_000)
PICO = Decimal(1_000_000_000_000)
BUCKETS = ("input", "output", "cache_read", "cache_write")


def read_table(path):
    """{model: [(from_ms, {(tier, above): rates})]}, by day."""
    prices = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            name, *cells = line.split()
            rates, tier, above, day = {}, "standard", 0, 0
            for bucket, cell in zip(BUCKETS, [c for c in cells if "=" not in c]):
                if cell != "-":
                    rates[bucket] = Decimal(cell)
            for cell in cells:
                key, equals, value = cell.partition("=")
                if not equals:
                    continue
                if key == "tier":
                    tier = value
                elif key == "above":
                    above = int(value)
                elif key == "from":
                    when = datetime.datetime.fromisoformat(value + "T00:00:00+00:00")
                    day = int(when.timestamp()) * 1000
                else:
                    rates[key] = Decimal(value)
            fallback = rates["input"]
            rates.setdefault("cache_read", fallback)
            rates.setdefault("cache_write", fallback)
            rates.setdefault("write_1h", rates["cache_write"])
            rates.setdefault("reasoning", rates["output"])
            prices.setdefault(name, {}).setdefault(day, {})[tier, above] = rates
    return {name: sorted(days.items()) for name, days in prices.items()}


def rates_of(prices, model, at_ms, tier, prompt):
    levels = None
    for day, candidate in prices[model]:
        if day <= at_ms:
            levels = candidate
    above = max((a for t, a in levels if t == "standard" and a < prompt), default=0)
    return levels.get((tier, above))


# Each gives (uncached, read, write, of it for an hour, visible, reasoning, sums agree).

def openai(usage):
    prompt = usage.get("prompt_tokens", usage.get("input_tokens"))
    output = usage.get("completion_tokens", usage.get("output_tokens"))
    inside = usage.get("prompt_tokens_details") or usage["input_tokens_details"]
    details = usage.get("completion_tokens_details") or usage["output_tokens_details"]
    read, write = inside["cached_tokens"], inside["cache_write_tokens"]
    reasoning, total = details["reasoning_tokens"], usage["total_tokens"]
    beside = total - prompt - output
    if reasoning and beside == reasoning:
        output += reasoning
    agree = (prompt + output == total and read + write <= prompt and reasoning <= output)
    return prompt - read - write, read, write, 0, output - reasoning, reasoning, agree


def anthropic(usage):
    thinking = usage["output_tokens_details"]["thinking_tokens"]
    parts = usage["cache_creation"]
    hour = parts["ephemeral_1h_input_tokens"]
    write = usage["cache_creation_input_tokens"]
    agree = parts["ephemeral_5m_input_tokens"] + hour == write
    return (usage["input_tokens"], usage["cache_read_input_tokens"], write, hour,
            usage["output_tokens"] - thinking, thinking, agree)


def gemini(usage):
    prompt = usage["promptTokenCount"] + usage["toolUsePromptTokenCount"]
    read = usage["cachedContentTokenCount"]
    visible, reasoning = usage["candidatesTokenCount"], usage["thoughtsTokenCount"]
    agree = prompt + visible + reasoning == usage["totalTokenCount"]
    return prompt - read, read, 0, 0, visible, reasoning, agree


def ollama(usage):
    return usage["prompt_eval_count"], 0, 0, 0, usage["eval_count"], 0, True


SHAPES = {"openai": openai, "anthropic": anthropic, "gemini": gemini, "ollama": ollama}
decode = json.JSONDecoder(parse_float=Decimal).decode


def check(line, prices):
    """What is wrong with a case, or None."""
    model, at_ms, tier, shape, text, *ours, source, cost, stated = line.split("\t")
    usage = decode(text)
    ours = tuple(map(int, ours))
    *buckets, agree = SHAPES[shape](usage)
    if source != ("reported" if agree else "estimated"):
        return f"source {source}, sums agree: {agree}"
    if agree and ours != tuple(buckets):
        return f"buckets {ours}, expected {buckets}"
    uncached, read, write, hour, visible, reasoning = ours
    rates = rates_of(prices, model, int(at_ms), tier, uncached + read + write)
    if rates is None:
        if cost != "-":
            return f"cost {cost} without a price"
    else:
        exact = (rates["input"] * uncached + rates["cache_read"] * read +
                 rates["cache_write"] * (write - hour) + rates["write_1h"] * hour +
                 rates["output"] * visible + rates["reasoning"] * reasoning) / MILLION
        if cost == "-" or Decimal(cost) != exact * PICO:
            return f"cost {cost}, expected {exact * PICO}"
    wanted = "-"
    if "cost" in usage:
        wanted = str(int((usage["cost"] * PICO).to_integral_value(ROUND_HALF_UP)))
    if stated != wanted:
        return f"stated cost {stated}, expected {wanted}"
    return None


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 64
    count = arguments[1] if len(arguments) > 1 else "200000"
    seed = arguments[2] if len(arguments) > 2 else "20261121"
    setcontext(Context(prec=60))
    checked = priced = stated = estimated = 0
    with tempfile.TemporaryDirectory() as folder:
        table = os.path.join(folder, "prices.tsv")
        command = [arguments[0], count, seed, table]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            prices = None
            for line in process.stdout:
                line = line.rstrip("\n")
                prices = prices or read_table(table)
                fault = check(line, prices)
                if fault:
                    process.kill()
                    print(f"case {checked + 1}: {fault}\n{line}")
                    return 1
                cells = line.rsplit("\t", 3)
                checked += 1
                priced += cells[2] != "-"
                stated += cells[3] != "-"
                estimated += cells[1] == "estimated"
        if process.returncode or checked != int(count):
            print(f"{arguments[0]} stopped early: {checked} of {count} cases")
            return 1
    print(f"{checked} cases (seed {seed}): {priced} priced, {checked - priced} at an unknown price, "
          f"{stated} with a stated cost, {estimated} with sums that disagree: difference 0")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
