#!/usr/bin/env python3
"""`llm-router evaluate` for each source of a labelled file, and what each prints of one measure.

Usage: evaluate_by_source.py LLM_ROUTER FILE [--split dev] [--measure Spearman]
Rows without a source count as one source. A family is the part of the source before the slash.
"""
import argparse
import collections
import json
import subprocess
import tempfile


def family(row):
    return str(row.get("source", "(none)")).split("/")[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("file")
    parser.add_argument("--split", help="only rows of this split")
    parser.add_argument("--measure", default="Spearman")
    asked = parser.parse_args()
    groups = collections.defaultdict(list)
    with open(asked.file, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if asked.split is None or row.get("split") == asked.split:
                groups[family(row)].append(line)
    for name, lines in sorted(groups.items()):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as part:
            part.writelines(lines)
            part.flush()
            out = subprocess.run([asked.binary, "evaluate", part.name], capture_output=True,
                                 text=True, check=True).stdout
        said = [line.strip() for line in out.splitlines() if asked.measure.lower() in line.lower()]
        print(f"{name} ({len(lines)} rows): {'; '.join(said) or 'not printed'}")


if __name__ == "__main__":
    main()
