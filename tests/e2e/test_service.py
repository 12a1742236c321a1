"""What a service manager does with the process: notifications, reload, stop."""
import os
import signal
import socket

from conftest import Process, Router


def settings_file(path, threshold):
    path.write_text(f"LLM_LOCAL_THRESHOLD={threshold}\n")
    return str(path)


def test_sighup_reloads_the_settings_file(tmp_path, simulator):
    file = tmp_path / "settings.env"
    router = Router(tmp_path, simulator, LLM_ROUTER_CONFIG=settings_file(file, 95))
    assert router.get("/router/stats")["target_local_pct"] == 95
    settings_file(file, 80)
    router.child.send_signal(signal.SIGHUP)
    router.wait_for("configuration reloaded")
    assert router.get("/router/stats")["target_local_pct"] == 80
    assert router.stop() == 0


def test_a_reload_with_a_fault_changes_nothing(tmp_path, simulator):
    file = tmp_path / "settings.env"
    router = Router(tmp_path, simulator, LLM_ROUTER_CONFIG=settings_file(file, 95))
    settings_file(file, "most")
    router.child.send_signal(signal.SIGHUP)
    router.wait_for("LLM_LOCAL_THRESHOLD")
    router.wait_for("reload refused")
    assert router.get("/router/stats")["target_local_pct"] == 95
    assert router.stop() == 0


def test_systemd_hears_of_readiness_reload_and_stop(tmp_path, simulator):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.settimeout(20)
    listener.bind(str(tmp_path / "notify"))
    router = Router(tmp_path, simulator, NOTIFY_SOCKET=str(tmp_path / "notify"))
    assert listener.recv(4096).startswith(b"READY=1")
    router.child.send_signal(signal.SIGHUP)
    reloading = listener.recv(4096)
    assert reloading.startswith(b"RELOADING=1") and b"MONOTONIC_USEC=" in reloading
    assert listener.recv(4096).startswith(b"READY=1")
    router.child.send_signal(signal.SIGTERM)
    assert listener.recv(4096) == b"STOPPING=1"
    assert router.child.wait(timeout=40) == 0


def test_a_bad_setting_stops_the_start_with_78(tmp_path):
    process = Process(["serve"], {"LLM_LOCAL_THRESHOLD": "most",
                                  "LLM_ROUTER_DB": str(tmp_path / "ledger.db")})
    process.wait_for("LLM_LOCAL_THRESHOLD")
    assert process.child.wait(timeout=20) == os.EX_CONFIG
