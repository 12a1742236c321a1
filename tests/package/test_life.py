"""The life of the .deb on a Debian system: install, serve, reload, fail, upgrade, remove, purge."""
import contextlib
import json
import shutil
import sqlite3

from conftest import NEXT_VERSION

UNIT = "llm-router.service"
SETTINGS = "/etc/llm-router/llm-router.env"
LEDGER = "/var/lib/llm-router/ledger.db"
QUERY = {"model": "auto", "messages": [{"role": "user", "content": "What is 2+2?"}]}
# What every package leaves traces in.
NOT_OURS = ("/proc", "/sys", "/dev", "/run", "/tmp", "/root", "/var/cache", "/var/log", "/var/lib/apt",
            "/var/lib/dpkg", "/var/lib/systemd", "/var/tmp", "/etc/ld.so.cache", "/etc/passwd",
            "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/.updated", "/var/.updated")


def files(machine):
    found = machine.run("find", "/", "-xdev", "-not", "-path", "/proc/*")
    return {path for path in found.splitlines() if not path.startswith(NOT_OURS)}


def install(machine, package):
    shutil.copy(package, machine.file("/root/package.deb"))
    return machine.run("apt-get", "install", "-y", "-q", "--no-install-recommends",
                       "/root/package.deb")


def ask(machine, *options):
    return machine.curl("/v1/chat/completions", "-H", "Content-Type: application/json", "-d",
                        json.dumps(QUERY), *options)


def answers(machine, *options):
    status, body = ask(machine, *options)
    return status == 200 and json.loads(body)["choices"][0]["message"]["content"] != ""


def rows(machine):
    with contextlib.closing(sqlite3.connect(f"file:{machine.file(LEDGER)}?mode=ro",
                                            uri=True)) as ledger:
        return ledger.execute("SELECT request_id, attempt, model FROM attempts "
                              "ORDER BY request_id, attempt").fetchall()


def set_up(machine, *lines):
    """Adds lines to the settings file, as an administrator's editor would: in place."""
    with open(machine.file(SETTINGS), "a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def target(machine):
    return json.loads(machine.curl("/router/stats")[1])["target_local_pct"]


def check_installed(machine):
    assert machine.run("systemctl", "is-active", UNIT).strip() == "active"
    assert machine.run("systemctl", "is-enabled", UNIT).strip() == "enabled"
    assert machine.try_run("systemctl", "is-enabled", "llm-router.socket").stdout.strip() \
        == "disabled"
    assert machine.run("stat", "-c", "%a %U %G", SETTINGS).strip() == "640 root llm-router"
    assert machine.run("stat", "-c", "%a %U", "/var/lib/llm-router").strip() == "700 llm-router"
    process = "/proc/" + machine.show(UNIT, "MainPID")
    assert machine.run("stat", "-c", "%U", process).strip() == "llm-router"
    assert machine.run("llm-router", "version").startswith("llm-router ")


def serve_a_query(machine):
    machine.run("systemd-run", "--unit=ollama", "--quiet", "llm-router", "simulate",
                "--ollama-port", "11434", "--openai-port", "0")
    machine.run("systemctl", "reload", UNIT)  # looks again for models
    machine.wait("an answer", lambda: answers(machine))
    assert rows(machine)


def reload_the_settings(machine):
    pid = machine.show(UNIT, "MainPID")
    assert target(machine) == 95
    set_up(machine, "LLM_LOCAL_THRESHOLD=80")
    machine.run("systemctl", "reload", UNIT)
    machine.wait("a reload", lambda: target(machine) == 80)
    assert machine.show(UNIT, "MainPID") == pid
    # A second change, which the environment of the start must not hide either.
    machine.run("systemctl", "restart", UNIT)
    set_up(machine, "LLM_LOCAL_THRESHOLD=85")
    machine.run("systemctl", "reload", UNIT)
    machine.wait("a second reload", lambda: target(machine) == 85)


def read_as_the_services_user(machine):
    """The command of docs/systemd.md."""
    said = machine.run("runuser", "-u", "llm-router", "--", "env", "LLM_ROUTER_CONFIG=" + SETTINGS,
                       "LLM_ROUTER_DB=" + LEDGER, "llm-router", "stats", "--json")
    assert json.loads(said)["total_queries"] == len(rows(machine))


def journal_has_levels(machine):
    lines = [json.loads(line) for line in machine.run(
        "journalctl", "--no-pager", "-o", "json", "-u", UNIT, "_COMM=llm-router").splitlines()]
    said = {line["MESSAGE"]: line["PRIORITY"] for line in lines}
    assert said["configuration reloaded"] == "6"
    assert not any(message.startswith("<") for message in said)


def take_a_credential(machine):
    """A key in the credential store; every other credential of the unit is missing."""
    store = machine.file("/etc/credstore")
    store.mkdir(mode=0o700, exist_ok=True)
    key = store / "llm-router.llm_router_api_keys"
    key.write_text("laptop=kkkkkkkkkkkkkkkkkkkkkkkk\n")
    machine.run("systemctl", "restart", UNIT)
    machine.wait("a router that wants a key", lambda: ask(machine)[0] == 401)
    assert answers(machine, "-H", "Authorization: Bearer kkkkkkkkkkkkkkkkkkkkkkkk")
    key.unlink()
    store.rmdir()
    machine.run("systemctl", "restart", UNIT)
    assert answers(machine)


def restart_what_hangs(machine):
    """The watchdog ends a process whose loops do not turn, and systemd starts another."""
    machine.run("mkdir", "-p", f"/run/systemd/system/{UNIT}.d")
    machine.run("sh", "-c", f"printf '[Service]\\nWatchdogSec=2\\nTimeoutAbortSec=1\\n' "
                            f"> /run/systemd/system/{UNIT}.d/quick.conf")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", UNIT)
    pid = machine.show(UNIT, "MainPID")
    fed = machine.show(UNIT, "WatchdogTimestampMonotonic")
    machine.wait("a sign of life", lambda: machine.show(UNIT, "WatchdogTimestampMonotonic") != fed)
    machine.run("systemctl", "kill", "--kill-whom=main", "-s", "STOP", UNIT)
    machine.wait("a new process", lambda: machine.show(UNIT, "NRestarts") == "1")
    machine.wait("an answer of it", lambda: answers(machine))
    assert machine.show(UNIT, "MainPID") != pid
    machine.run("rm", "-r", f"/run/systemd/system/{UNIT}.d")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", UNIT)


def stay_down_with_bad_settings(machine):
    before = machine.file(SETTINGS).read_text()
    set_up(machine, "LLM_LOCAL_THRESHOLD=most")
    assert machine.try_run("systemctl", "restart", UNIT).returncode != 0
    assert machine.show(UNIT, "ActiveState") == "failed"
    assert machine.show(UNIT, "ExecMainStatus") == "78"
    assert machine.show(UNIT, "NRestarts") == "0"
    machine.file(SETTINGS).write_text(before)
    machine.run("systemctl", "start", UNIT)
    assert answers(machine)


def serve_behind_the_socket(machine):
    machine.run("systemctl", "stop", UNIT)
    assert ask(machine)[0] == 0
    machine.run("systemctl", "start", "llm-router.socket")
    assert machine.show(UNIT, "ActiveState") == "inactive"
    assert ask(machine)[0] in (200, 503)  # the first look at the models may still be under way
    machine.wait("an answer through the socket", lambda: answers(machine))
    pid = machine.show(UNIT, "MainPID")
    machine.run("systemctl", "restart", UNIT)
    assert answers(machine)
    assert machine.show(UNIT, "MainPID") != pid
    machine.run("systemctl", "stop", "llm-router.socket", UNIT)
    machine.run("systemctl", "start", UNIT)
    assert answers(machine)


def upgrade(machine, package):
    before, settings = rows(machine), machine.file(SETTINGS).read_text()
    pid = machine.show(UNIT, "MainPID")
    install(machine, package)
    assert machine.run("dpkg-query", "-W", "-f", "${Version}", "llm-router") == NEXT_VERSION + "-1"
    assert machine.show(UNIT, "MainPID") != pid
    assert machine.file(SETTINGS).read_text() == settings
    assert machine.run("stat", "-c", "%a %U %G", SETTINGS).strip() == "640 root llm-router"
    assert target(machine) == 85
    assert answers(machine)
    assert set(before) < set(rows(machine))


def remove(machine):
    before, settings = rows(machine), machine.file(SETTINGS).read_text()
    machine.run("systemctl", "stop", "ollama.service")
    machine.run("apt-get", "remove", "-y", "-q", "llm-router")
    assert ask(machine)[0] == 0
    assert machine.try_run("systemctl", "cat", UNIT).returncode != 0
    assert not machine.file("/usr/bin/llm-router").exists()
    assert machine.file(SETTINGS).read_text() == settings
    assert rows(machine) == before


def test_life_of_the_package(machine, packages):
    pristine = files(machine)
    install(machine, packages.deb)
    check_installed(machine)
    serve_a_query(machine)
    reload_the_settings(machine)
    read_as_the_services_user(machine)
    journal_has_levels(machine)
    take_a_credential(machine)
    restart_what_hangs(machine)
    stay_down_with_bad_settings(machine)
    serve_behind_the_socket(machine)
    upgrade(machine, packages.upgrade)
    remove(machine)
    machine.run("apt-get", "purge", "-y", "-q", "llm-router")
    machine.run("apt-get", "autoremove", "--purge", "-y", "-q")
    assert machine.try_run("getent", "passwd", "llm-router").returncode != 0
    assert machine.try_run("getent", "group", "llm-router").returncode != 0
    assert sorted(files(machine) - pristine) == []
    assert sorted(pristine - files(machine)) == []
