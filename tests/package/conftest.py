"""The packages, made from a build folder, and a machine to install them on.

LLM_ROUTER_BUILD names the folder (default build/dev). Machines are the roots of debian_root.py, kept so
that only the first run has to download, and booted with systemd-nspawn without a network.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import time

import debian_root
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("LLM_ROUTER_BUILD", ROOT / "build/dev"))
NEXT_VERSION = "0.999.0"


def run(*command, **options):
    """The completed process; fails the test, with what was said, if the command fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}:\n{done.stdout}"
    return done.stdout


class Packages:
    def __init__(self, folder):
        run("cmake", "--build", str(BUILD), "--target", "portable_files")
        self.deb = self._pack(folder / "this", "*.deb", "DEB")
        self.upgrade = self._pack(folder / "next", "*.deb", "DEB", "-R", NEXT_VERSION)
        self.archive = self._pack(folder / "archive", "*.tar.gz", "TGZ")
        self.depends = run("dpkg-deb", "-f", str(self.deb), "Depends").strip()

    @staticmethod
    def _pack(folder, pattern, generator, *options):
        run("cpack", "-G", generator, "-B", str(folder), "-D", f"CPACK_OUTPUT_FILE_PREFIX={folder}",
            *options, cwd=BUILD)
        (package,) = folder.glob(pattern)
        return package


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    return Packages(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="session")
def stage(packages):
    """The pages and completions that the packages hold."""
    return BUILD / "package"


@pytest.fixture(scope="session")
def root_archive(packages):
    """A tar file of a Debian with what the package depends on at hand."""
    if reason := debian_root.cannot():
        pytest.skip(reason)
    return debian_root.with_packages_for(packages.deb, packages.depends)


@pytest.fixture
def root(root_archive, tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    run("tar", "-C", str(folder), "-xf", str(root_archive))
    yield folder
    shutil.rmtree(folder)


class Machine:
    """A booted root. Commands run in it; `curl` runs here, on its network."""

    def __init__(self, root, log):
        self.root = root
        self._log = open(log, "wb")
        self._process = subprocess.Popen(
            ["systemd-nspawn", "--directory", str(root), "--boot", "--register=no", "--keep-unit",
             "--private-network", "--console=pipe", "--quiet"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT)
        self._leader = None

    def wait_until_booted(self, seconds=60):
        """Whether it boots; some hosts do not let a container do that."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._process.poll() is None:
            children = pathlib.Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
            leader = children.read_text().split()[:1]
            if leader and self._answers(leader[0]):
                self._leader = leader[0]
                return True
            time.sleep(0.1)
        return False

    @staticmethod
    def _answers(leader):
        said = subprocess.run(["nsenter", "-t", leader, "-a", "--", "/bin/systemctl",
                               "is-system-running"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True)
        return said.stdout.strip() in ("running", "degraded")

    def try_run(self, *command):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                       "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(["nsenter", "-t", self._leader, "-a", "--", *command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, env=environment)

    def run(self, *command):
        done = self.try_run(*command)
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{self.journal()}"
        return done.stdout

    def journal(self):
        return self.try_run("journalctl", "--no-pager", "-n", "60").stdout

    def show(self, unit, name):
        return self.run("systemctl", "show", "-P", name, unit).strip()

    def wait(self, what, condition, seconds=60):
        """Polls until `condition` is true; fails with what was awaited."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not happen\n{self.journal()}"
            time.sleep(0.1)

    def curl(self, path, *options):
        """(status, body) of the router; (0, "") if nobody listens."""
        done = subprocess.run(
            ["nsenter", "-t", self._leader, "-n", "--", "curl", "-s", "--max-time", "30", "-w",
             "\n%{http_code}", *options, "http://127.0.0.1:11435" + path],
            capture_output=True, text=True)
        body, status = done.stdout.rsplit("\n", 1)
        return int(status), body

    def file(self, path):
        return self.root / path.lstrip("/")

    def stop(self):
        # Powering off in order would wait for services: nothing in there is worth it.
        if self._leader:
            os.kill(int(self._leader), signal.SIGKILL)
        else:
            self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


@pytest.fixture
def machine(root, tmp_path):
    if not shutil.which("systemd-nspawn"):
        pytest.skip("systemd-nspawn is not installed: the package is not tested on a booted system")
    booting = Machine(root, tmp_path / "boot.log")
    try:
        if not booting.wait_until_booted():
            said = (tmp_path / "boot.log").read_text(errors="replace")[-2000:]
            pytest.skip("this host does not let systemd-nspawn boot a system, so the package is not "
                        "tested on one: " + said)
        yield booting
    finally:
        booting.stop()
