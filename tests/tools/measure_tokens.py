#!/usr/bin/env python3
"""Measures the token estimator (core/tokens.cpp) against real tokenizers.

usage: measure_tokens.py ESTIMATE_TOKENS TOKENIZERS LANGUAGE=FILE[:SOURCE] ...

ESTIMATE_TOKENS is the binary of that name. TOKENIZERS is a folder with the vocabularies of tiktoken
under their cache names, as the litellm wheel brings them (docs/prices.md says how to get both).
FILE is JSON Lines with a `prompt` each (with SOURCE: only where `source` matches that regular
expression), or plain text whose paragraphs are the texts. Texts of fewer than 20 tokens are left
out: a single token is much of them. Prints the error of the estimate in percent of the true count.
"""
import json
import os
import re
import statistics
import subprocess
import sys

MIN_TOKENS = 20
VOCABULARIES = ("o200k_base", "cl100k_base")


def read_texts(path, source):
    with open(path, encoding="utf-8") as file:
        if not path.endswith(".jsonl"):
            return re.split(r"\n\s*\n", file.read())
        rows = [json.loads(line) for line in file]
    return [row["prompt"] for row in rows if re.search(source, row.get("source", ""))]


def estimates(binary, texts):
    data = b"".join(text.encode("utf-8") + b"\0" for text in texts)
    result = subprocess.run([binary], input=data, stdout=subprocess.PIPE, check=True)
    return [int(line) for line in result.stdout.split()]


def report(language, name, pairs):
    errors = sorted(abs(guess - true) / true * 100 for guess, true in pairs)
    bias = (sum(guess for guess, _ in pairs) / sum(true for _, true in pairs) - 1) * 100
    tenth = errors[min(len(errors) - 1, len(errors) * 9 // 10)]
    print(f"{language:<10}{name:<14}{len(pairs):>6}{sum(true for _, true in pairs):>10}"
          f"{statistics.median(errors):>9.1f}{tenth:>9.1f}{bias:>+9.1f}")


def main(arguments):
    if len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 64
    binary, folder, *sets = arguments
    os.environ["TIKTOKEN_CACHE_DIR"] = folder
    import tiktoken  # only now: it reads the variable
    print(f"{'texts':<10}{'tokenizer':<14}{'texts':>6}{'tokens':>10}{'median %':>9}{'90th %':>9}"
          f"{'bias %':>9}")
    for item in sets:
        language, _, place = item.partition("=")
        path, _, source = place.partition(":")
        texts = [text.replace("\0", "") for text in read_texts(path, source)]
        guesses = estimates(binary, texts)
        for name in VOCABULARIES:
            encode = tiktoken.get_encoding(name).encode
            true = [len(encode(text, disallowed_special=())) for text in texts]
            pairs = [(g, t) for g, t in zip(guesses, true) if t >= MIN_TOKENS]
            if pairs:
                report(language, name, pairs)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
