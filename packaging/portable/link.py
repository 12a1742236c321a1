#!/usr/bin/env python3
"""Runs a link command with the archive in place of every shared library that has one.

usage: link.py [--] COMMAND...

libX.so is replaced where libX.a stands beside it, except OpenSSL: its fixes and the store of trusted
certificates are the machine's own. Writes the archives used to PROGRAM.archives.
"""
import pathlib
import subprocess
import sys

SHARED = {"libssl", "libcrypto"}


def archive_of(argument):
    path = pathlib.Path(argument)
    if not path.is_absolute() or ".so" not in path.name:
        return argument
    stem = path.name.split(".so")[0]
    archive = path.with_name(stem + ".a")
    return str(archive) if stem not in SHARED and archive.exists() else argument


def main():
    given = sys.argv[2:] if sys.argv[1:2] == ["--"] else sys.argv[1:]
    command = [archive_of(argument) for argument in given]
    program = command[command.index("-o") + 1]
    foreign = sorted({part for part in command if part.startswith("/") and part.endswith(".a")})
    pathlib.Path(program + ".archives").write_text("".join(part + "\n" for part in foreign))
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main())
