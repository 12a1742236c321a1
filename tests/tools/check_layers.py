#!/usr/bin/env python3
"""Fails when an #include runs against the layers of docs/architecture.md.

core knows nobody; the siblings know core only; daemon knows everybody.
"""
import pathlib
import re
import sys

SIBLINGS = ["classifier", "routing", "providers", "net", "metrics", "storage", "simulator", "web"]
ALLOWED = {"core": {"core"}, "daemon": {"core", "daemon", *SIBLINGS}}
ALLOWED.update({name: {"core", name} for name in SIBLINGS})

# A foreign library belongs to the layers named here: elsewhere, use our own wrapper.
FOREIGN = {
    r"SQLiteCpp|sqlite3": {"storage"},
    r"prometheus/": {"metrics"},
    r"boost/(asio|beast)": {"net", "daemon", "simulator"},
    r"openssl/": {"net", "core", "daemon", "simulator"},
    r"CLI/": {"daemon"},
    r"systemd/": {"daemon"},
    r"(zlib|zstd)\.h": {"net"},
    r"simdjson": {"core", "providers", "simulator"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


def violations(root: pathlib.Path):
    for folder, allowed in ALLOWED.items():
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                quote, target = match.groups()
                where = f"{path.relative_to(root)}:{number}"
                top = target.split("/")[0]
                if quote == '"' and top in ALLOWED and top not in allowed:
                    yield f"{where}: {folder}/ must not include {target}"
                if quote == '"' and "/" not in target:
                    yield f"{where}: write the include from the root of the repository: {target}"
                for pattern, owners in FOREIGN.items():
                    if quote == "<" and re.match(pattern, target) and folder not in owners:
                        yield f"{where}: <{target}> is for {', '.join(sorted(owners))} only"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = list(violations(root))
    for line in found:
        print(line)
    if not list((root / "core").glob("*.hpp")):
        print("no headers found: wrong root?")
        return 2
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
