"""What systemd thinks of the units."""
import re
import shutil

from conftest import ROOT, run

UNITS = ROOT / "systemd"


def test_exposure_is_low():
    # The threshold counts tenths.
    said = run("systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager",
               str(UNITS / "llm-router.service"))
    level = re.search(r"Overall exposure level for llm-router\.service: (\d+\.\d+)", said)
    assert level and float(level.group(1)) <= 1.5, said


def test_the_units_are_well_formed(stage, tmp_path):
    for unit in ("llm-router.service", "llm-router.socket"):
        shutil.copy(UNITS / unit, tmp_path)
    service = tmp_path / "llm-router.service"
    service.write_text(service.read_text().replace("/usr/bin/llm-router", str(stage / "llm-router")))
    said = run("systemd-analyze", "verify", "--man=no", str(service),
               str(tmp_path / "llm-router.socket"))
    assert "llm-router" not in said


def test_every_secret_can_be_a_credential(stage):
    settings = (stage / "llm-router.env").read_text().replace("\n# ", " ")
    secrets = re.findall(r"Or, with a path: (\w+)_FILE\.", settings)
    loaded = re.findall(r"^LoadCredential=(\w+):llm-router\.(\w+)$",
                        (UNITS / "llm-router.service").read_text(), re.M)
    assert len(secrets) > 10
    assert loaded == [(name.lower(), name.lower()) for name in secrets]


def test_the_socket_listens_where_the_router_would(stage):
    addresses = re.search(r"^#LLM_ROUTER_LISTEN=(.*)$", (stage / "llm-router.env").read_text(),
                          re.M).group(1).split(",")
    assert re.findall(r"^ListenStream=(.*)$", (UNITS / "llm-router.socket").read_text(), re.M) \
        == addresses


def test_the_streams_end_before_systemd_loses_patience():
    unit = (UNITS / "llm-router.service").read_text()
    seconds = {name: int(value) for name, value in re.findall(r"^(\w+)=(\d+)$", unit, re.M)}
    drain = int(re.search(r"LLM_ROUTER_DRAIN_SECONDS.*?`(\d+)`",
                          (ROOT / "docs/configuration.md").read_text()).group(1))
    assert drain < seconds["TimeoutStopSec"] < seconds["WatchdogSec"]
