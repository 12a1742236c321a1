#!/usr/bin/env python3
"""Refuses the statements that GCC 12 compiles wrongly: a capturing lambda, a braced aggregate or a
conditional in the same statement as co_await destroys temporaries twice (GCC PR 107288).
"""
import pathlib
import re
import sys

LAMBDA = re.compile(r"co_await[^;]*\[[&=a-zA-Z_, ]*\]\s*(\(|\{)")
AGGREGATE = re.compile(r"co_await[^;{]*\w\{\s*\.")
TERNARY = re.compile(r"co_await[^;]*\s\?\s[^;]*:[^;]*;|\?\s*co_await")


def statements(text):
    """(line number, statement) with comments and strings emptied."""
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r'"(\\.|[^"\\\n])*"', '""', text)
    line = 1
    for part in re.split(r"(?<=;)", text):
        yield line + part.count("\n", 0, len(part) - len(part.lstrip())), part
        line += part.count("\n")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    bad = 0
    for folder in ("daemon", "net", "simulator", "tests"):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            for number, statement in statements(path.read_text()):
                head = statement[statement.rfind("{") + 1:] if "co_await" in statement else ""
                for what, pattern in (("lambda", LAMBDA), ("aggregate", AGGREGATE),
                                      ("conditional", TERNARY)):
                    text = statement if what == "aggregate" else head
                    if "co_await" in text and pattern.search(text):
                        print(f"{path.relative_to(root)}:{number}: {what} in one statement with co_await")
                        bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
