#!/usr/bin/env python3
"""Copies what a program of other authors' needs beside it: shared libraries, and the licences.

usage: bundle.py PROGRAM FOLDER [FILE...]   writes FOLDER/lib and FOLDER/licences

The C library and OpenSSL are the machine's own. The C++ library comes along with the others, which
need one that is at least as new as they are. PROGRAM.archives names what is linked into it, FILE what
else is part of it.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

FROM_THE_MACHINE = re.compile(
    r"(linux-vdso|ld-linux.*|libc|libm|libdl|librt|libpthread|libresolv|libssl|libcrypto)\.so")
LINE = re.compile(r"^\s*(\S+) => (/\S+)", re.M)


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def package_of(path):
    """The Debian package of a file, whose folder dpkg may know by its name from before /usr."""
    real = os.path.realpath(path)
    for name in (real, real.removeprefix("/usr")):
        found = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    sys.exit(f"no package has {path}")


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    libraries, licences = folder / "lib", folder / "licences"
    for part in (libraries, licences):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
    used = pathlib.Path(program + ".archives").read_text().split() + sys.argv[3:]
    for name, path in LINE.findall(output_of("ldd", program)):
        if FROM_THE_MACHINE.match(name):
            continue
        shutil.copyfile(path, libraries / name)
        output_of("strip", "--strip-unneeded", str(libraries / name))
        (libraries / name).chmod(0o644)
        used.append(path)
    for package in {package_of(path) for path in used}:
        shutil.copyfile(f"/usr/share/doc/{package}/copyright", licences / f"{package}.txt")


if __name__ == "__main__":
    main()
