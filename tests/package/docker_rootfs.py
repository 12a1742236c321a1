#!/usr/bin/env python3
"""Carries out the Dockerfile without Docker: every instruction of both stages, in chroots.

    docker_rootfs.py OUTPUT            # the build stage's last step with a binary that is built already
    docker_rootfs.py OUTPUT --full     # all of it: a Debian root, its packages, the whole build

OUTPUT/root is then the file system of the image, OUTPUT/config.json what the engine would know of it.
Needs root. Quick mode needs the Debian release of the Dockerfile; --full needs debootstrap, the
network and some twenty minutes; CMAKE_BUILD_PARALLEL_LEVEL counts.
"""
import argparse
import fnmatch
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = "build/release/bin/llm-router"
RELEASES = {"12": "bookworm", "13": "trixie"}


def instructions(text):
    """(instruction, rest) of each; comments left out, continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    for line in joined.splitlines():
        if line.strip():
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), rest.strip()


def stages(text):
    """The instructions of each stage by its name, or its number; in order."""
    found = {}
    for name, rest in instructions(text):
        if name == "FROM":
            image, _, alias = rest.partition(" AS ")
            current = found[alias or str(len(found))] = {"image": image, "steps": []}
        else:
            current["steps"].append((name, rest))
    return found


def ignored(path, patterns):
    """Does .dockerignore leave out this path, or a folder that it lies in?"""
    parts = path.split("/")
    prefixes = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return any(fnmatch.fnmatchcase(prefix, pattern.removeprefix("**/")) or
               pattern.startswith("**/") and fnmatch.fnmatchcase(pathlib.PurePath(prefix).name,
                                                                 pattern[3:])
               for prefix in prefixes for pattern in patterns)


def context_files():
    """What `COPY .` sees: the files of this tree that are in git or would be, less .dockerignore."""
    patterns = [line.strip() for line in (ROOT / ".dockerignore").read_text().splitlines()
                if line.strip() and not line.startswith("#")]
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in listed if not ignored(path, patterns) and (ROOT / path).is_file()]


class Stage:
    def __init__(self, name, root, image, others):
        self.name, self.root, self.image, self.others = name, root, image, others
        self.workdir = "/"
        self.environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        self.arguments = {}
        self.config = {"Labels": {}}
        root.mkdir(parents=True, exist_ok=True)

    def path(self, name):
        return self.root / os.path.normpath(os.path.join(self.workdir, name)).lstrip("/")

    def expand(self, text):
        known = {**self.arguments, **self.environment}
        return re.sub(r"\$\{(\w+)\}", lambda found: known[found.group(1)], text)

    def carry_out(self, name, rest):
        handler = getattr(self, "do_" + name.lower(), None)
        if handler is None:
            raise SystemExit(f"the instruction {name} is not known here")
        handler(rest)

    def do_workdir(self, rest):
        self.workdir = os.path.join(self.workdir, rest)
        self.path(".").mkdir(parents=True, exist_ok=True)
        self.config["WorkingDir"] = self.workdir

    def do_arg(self, rest):
        name, _, value = rest.partition("=")
        self.arguments[name] = value

    def do_env(self, rest):
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            self.environment[name] = value

    def do_label(self, rest):
        for pair in shlex.split(self.expand(rest)):
            name, _, value = pair.partition("=")
            self.config["Labels"][name] = value

    def do_copy(self, rest):
        words = rest.split()
        flags = dict(word[2:].split("=", 1) for word in words if word.startswith("--"))
        *sources, target = [word for word in words if not word.startswith("--")]
        for source in sources:
            if "from" in flags:
                self.copy_tree(self.others[flags["from"]].path(source), self.path(target),
                               flags.get("chown", "0:0"))
            else:
                self.copy_context(source, target)

    def copy_tree(self, source, target, owner):
        """What COPY does with a directory: its content, links as links, one owner for all of it."""
        assert source.is_dir(), f"{source} is no directory"
        target.mkdir(parents=True, exist_ok=True)
        listed = [path.relative_to(source) for path in sorted(source.rglob("*"))]
        subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)
        user, group = map(int, owner.split(":"))
        for path in listed:
            mode = (source / path).lstat().st_mode
            os.chown(target / path, user, group, follow_symlinks=False)
            if not (target / path).is_symlink():
                os.chmod(target / path, mode & 0o7777)
        target.chmod(0o755)

    def copy_context(self, source, target):
        for path in context_files():
            if source in (".", path):
                to = self.path(target) / path if source == "." else self.path(target)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, to)

    def do_run(self, rest):
        """In the stage's own root, with /proc and /dev, as Docker's builder has them."""
        script = (f"mount -t proc proc {self.root}/proc && mount --rbind /dev {self.root}/dev && "
                  f"exec chroot {self.root} /bin/sh -c "
                  + shlex.quote(f"cd {self.workdir} && {self.expand(rest)}"))
        environment = {**self.environment, **self.arguments, "HOME": "/root"}
        if jobs := os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL"):
            environment["CMAKE_BUILD_PARALLEL_LEVEL"] = jobs
        print(f"[{self.name}] RUN {rest}", flush=True)
        subprocess.run(["unshare", "--mount", "/bin/sh", "-c", script], env=environment, check=True)

    def do_user(self, rest):
        self.config["User"] = rest

    def do_volume(self, rest):
        self.config["Volumes"] = {path: {} for path in json.loads(rest)}

    def do_expose(self, rest):
        self.config["ExposedPorts"] = {f"{port}/tcp": {} for port in rest.split()}

    def do_stopsignal(self, rest):
        self.config["StopSignal"] = rest

    def do_healthcheck(self, rest):
        options, _, command = rest.partition("CMD ")
        self.config["Healthcheck"] = {"Test": ["CMD", *json.loads(command)],
                                      **dict(word[2:].split("=") for word in options.split())}

    def do_entrypoint(self, rest):
        self.config["Entrypoint"] = json.loads(rest)

    def do_cmd(self, rest):
        self.config["Cmd"] = json.loads(rest)


class QuickStage(Stage):
    """Of the build stage nothing but its last step, on this machine, with a binary of this machine."""

    def __init__(self, *words, binary):
        super().__init__(*words)
        self.binary = binary

    def do_copy(self, rest):
        pass

    def do_run(self, rest):
        words = shlex.split(rest)
        if words[0] != "script/container-root":
            return
        assert words[1] == BUILT, "the Dockerfile builds another binary"
        places = [str(self.path(word)) for word in words[2:]]
        subprocess.run([str(ROOT / words[0]), self.binary, *places], check=True,
                       env={**os.environ, **self.arguments})


def debian_root(root, image, cache):
    """A minimal Debian, with this machine's way to the packages; kept as a tarball for the next time."""
    suite = RELEASES[re.fullmatch(r"debian:(\d+)\.\d+-slim", image).group(1)]
    tarball = cache / f"{suite}.tar"
    if not tarball.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = cache / suite
        shutil.rmtree(fresh, ignore_errors=True)
        subprocess.run(["debootstrap", "--variant=minbase", suite, str(fresh)], check=True)
        subprocess.run(["tar", "-C", str(fresh), "-cf", f"{tarball}.part", "."], check=True)
        os.rename(f"{tarball}.part", tarball)
        shutil.rmtree(fresh)
    subprocess.run(["tar", "-C", str(root), "-xf", str(tarball)], check=True)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    for proxy in pathlib.Path("/etc/apt/apt.conf.d").glob("*proxy*"):
        shutil.copy(proxy, root / "etc/apt/apt.conf.d")


def carry_out(output, binary=None, cache=ROOT / "build/debootstrap"):
    """The whole Dockerfile; with `binary` in quick mode. Returns the last stage."""
    done = {}
    for name, stage in stages((ROOT / "Dockerfile").read_text()).items():
        place = output / "stages" / name
        if stage["image"] == "scratch":
            current = Stage(name, output / "root", stage["image"], done)
        elif binary:
            current = QuickStage(name, place, stage["image"], done, binary=binary)
        else:
            current = Stage(name, place, stage["image"], done)
            debian_root(place, stage["image"], cache)
        for instruction, rest in stage["steps"]:
            current.carry_out(instruction, rest)
        done[name] = current
    current.config["Env"] = current.environment
    (output / "config.json").write_text(json.dumps(current.config, indent=2))
    return current


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--full", action="store_true", help="build in a Debian root as well")
    parser.add_argument("--binary", default=str(ROOT / "build/dev/bin/llm-router"),
                        help="without --full: the binary to put into the image")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("needs root: chroot, mounts and owners", file=sys.stderr)
        return 77
    options.output.mkdir(parents=True)
    stage = carry_out(options.output.resolve(), None if options.full else options.binary)
    files = [path for path in stage.root.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    print(f"{stage.root}: {len(files)} files, {size / 2**20:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
