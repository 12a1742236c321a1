#!/usr/bin/env python3
"""A minimal Debian (or Ubuntu) of this machine's release that systemd-nspawn can boot, as a tar file.

usage: debian_root.py   makes build/package-test/base-*.tar if it is not there: as root, two minutes

script/test starts it early, so that it is there when the packages are tested.
"""
import fcntl
import hashlib
import os
import pathlib
import platform
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "build/package-test"


def os_release():
    text = pathlib.Path("/etc/os-release").read_text()
    return dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', text, re.M))


def mirror():
    """Where this machine's own packages come from."""
    name = os_release()["ID"]
    files = [pathlib.Path("/etc/apt/sources.list"),
             *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*"))]
    for file in filter(pathlib.Path.is_file, files):
        for line in file.read_text().splitlines():
            found = re.match(r"(?:URIs:|deb\s(?:\[[^]]*\]\s)?)\s*(https?://\S+)", line)
            if found and found.group(1).rstrip("/").endswith("/" + name):
                return found.group(1)
    return f"http://deb.debian.org/{name}"


def cannot():
    """Why no root can be made here; empty if it can."""
    if os.geteuid() != 0:
        return "a Debian root can only be made by root: run as root to test the packages there"
    if not shutil.which("debootstrap"):
        return "debootstrap is not installed: the packages are not tested in a Debian root"
    return ""


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout}")


def archive(name, parts, fill):
    """build/package-test/NAME-....tar of what `fill(folder)` makes, from the last time if none of
    `parts`, what it is made of, has changed. One process makes it, others wait."""
    WORK.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    path = WORK / f"{name}-{digest}.tar"
    with open(WORK / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            for stale in WORK.glob(f"{name}-*.tar"):
                stale.unlink()
            folder, part = WORK / f"new-{name}", path.with_suffix(".part")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            fill(folder)
            run("tar", "-C", str(folder), "-cf", str(part), ".")
            shutil.rmtree(folder)
            part.rename(path)
    return path


def fill_base(folder):
    components = "main,universe" if os_release()["ID"] == "ubuntu" else "main"
    run("debootstrap", "--variant=minbase", "--include=systemd-sysv", "--components=" + components,
        os_release()["VERSION_CODENAME"], str(folder), mirror())
    # The system is thrown away: nothing of it need reach a disk.
    (folder / "etc/dpkg/dpkg.cfg.d/unsafe").write_text("force-unsafe-io\n")


def base():
    return archive("base", [os_release()["VERSION_CODENAME"], platform.machine(), mirror()],
                   fill_base)


def with_packages_for(deb, depends):
    """The same with the packages that `deb` depends on downloaded, not installed."""
    below = base()

    def fill(folder):
        run("tar", "-C", str(folder), "-xf", str(below))
        shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
        shutil.copy(deb, folder / "root/package.deb")
        run("chroot", str(folder), "apt-get", "install", "-y", "-q", "--no-install-recommends",
            "--download-only", "/root/package.deb")
        (folder / "root/package.deb").unlink()

    return archive("root", [below.name, depends], fill)


if __name__ == "__main__":
    print(cannot() or base())
