"""The command line, as a person meets it."""
import json
import os
import subprocess

from conftest import BINARY, DemoRouter, Simulator


def run(*args, env=None, text=None):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LLM_", "OLLAMA_", "OPENAI_"))}
    return subprocess.run([BINARY, *args], input=text, capture_output=True, text=True,
                          env={**clean, **(env or {})}, timeout=30)


def test_help_names_every_command_and_variable():
    out = run("--help").stdout
    for word in ("serve", "simulate", "classify", "stats", "check-config", "print-config", "version",
                 "LLM_LOCAL_THRESHOLD", "OLLAMA_URL", "LLM_ROUTER_API_KEYS"):
        assert word in out


def test_a_bad_setting_stops_the_start_and_names_the_nearest_valid_one():
    result = run("serve", env={"LLM_ROUTER_LISTENN": "127.0.0.1:0", "LLM_LOCAL_THRESHOLD": "195"})
    assert result.returncode == 78
    assert "LLM_ROUTER_LISTENN" in result.stderr and "LLM_ROUTER_LISTEN" in result.stderr
    assert "LLM_LOCAL_THRESHOLD" in result.stderr and "100" in result.stderr


def test_listening_elsewhere_without_a_key_is_refused():
    result = run("check-config", env={"LLM_ROUTER_LISTEN": "0.0.0.0:11435"})
    assert result.returncode == 78
    assert "LLM_ROUTER_API_KEYS" in result.stdout


def test_classify_explains_itself():
    plain = run("classify", "Write a Python function that sorts a list").stdout
    assert "code" in plain and "because" in plain
    piped = json.loads(run("classify", "--json", "-", text="What is 2+2?").stdout)
    assert piped["type"] == "simple" and piped["complexity"] <= 3 and piped["reasons"]


def test_classify_explain_shows_the_whole_decision_of_the_router_that_runs(tmp_path):
    router = DemoRouter(tmp_path, LLM_LOCAL_THRESHOLD="0")
    env = {"LLM_ROUTER_LISTEN": router.url.removeprefix("http://")}
    essay = "Write an essay that compares three interpretations of quantum mechanics in depth"
    text = run("classify", "--explain", essay, env=env).stdout
    for word in ("complexity", "because", "seen", "allowance   granted", "attempt 1   openai/",
                 "attempt 2   ollama/"):
        assert word in text, text
    answer = json.loads(run("classify", "--explain", "--json", essay, env=env).stdout)
    assert answer["plan"][0]["attempt"] == 1 and answer["features"]["words"] == 12
    assert router.get("/router/stats")["total_queries"] == 0
    refused = run("classify", "--explain", "--model", "no-such-model", essay, env=env)
    assert refused.returncode == 1 and "no-such-model" in refused.stderr
    assert router.stop() == 0


def test_classify_explain_begins_a_router_of_its_own_where_none_runs(tmp_path):
    simulator = Simulator()
    env = {"OLLAMA_URL": simulator.ollama_url, "LLM_ROUTER_LISTEN": "127.0.0.1:9",
           "LLM_ROUTER_DB": str(tmp_path / "ledger.db")}
    text = run("classify", "--explain", "What is 2+2?", env=env).stdout
    assert "No router is running" in text and "attempt 1   ollama/mistral:7b" in text
    assert not (tmp_path / "ledger.db").exists()
    simulator.stop()


def test_secrets_are_not_printed():
    out = run("print-config", env={"OPENAI_API_KEY": "sk-canary-0123456789abcdef"}).stdout
    assert "OPENAI_API_KEY" in out and "canary" not in out


def test_stats_prints_a_table(tmp_path):
    router = DemoRouter(tmp_path)
    router.post("/v1/chat/completions",
                {"model": "auto", "messages": [{"role": "user", "content": "What is 2+2?"}]})
    assert router.stop() == 0
    out = run("stats", env={"LLM_ROUTER_DB": router.db}).stdout
    assert "on target" in out and "mistral:7b" in out and "simple" in out


def test_commands_that_find_no_ledger_say_so_and_point_to_the_demos(tmp_path):
    for command in (["stats"], ["export"], ["backup", str(tmp_path / "copy.db")],
                    ["recost", "--since", "1d"]):
        result = run(*command, env={"STATE_DIRECTORY": str(tmp_path)})
        assert result.returncode == 78, command
        assert f"there is no ledger at {tmp_path}" in result.stderr and "demo" not in result.stderr
    (tmp_path / "demo-ledger.db").touch()
    result = run("stats", env={"STATE_DIRECTORY": str(tmp_path)})
    assert f"LLM_ROUTER_DB={tmp_path}/demo-ledger.db" in result.stderr


def test_demo_says_that_it_is_simulated(demo):
    assert any("simulated" in line for line in demo.lines)
    assert demo.get("/health")["simulated"] is True
    assert demo.get("/ready")["ready"] is True


def test_prompts_and_keys_are_in_no_log(tmp_path):
    router = DemoRouter(tmp_path, LLM_ROUTER_LOG_LEVEL="trace",
                        LLM_ROUTER_API_KEYS="canary-key-0123456789abcdef")
    router.post("/v1/chat/completions",
                {"model": "auto", "messages": [{"role": "user", "content": "canary-prompt-zebra"}]},
                {"Authorization": "Bearer canary-key-0123456789abcdef"})
    assert router.stop() == 0
    assert "canary" not in "\n".join(router.lines)
    database = open(router.db, "rb").read()
    assert b"canary" not in database


def test_replay_tells_what_other_settings_would_have_done(tmp_path):
    router = DemoRouter(tmp_path)
    essay = "Write an essay that compares three interpretations of quantum mechanics in depth"
    for text in [essay] * 5 + ["What is 2+2?"] * 5:
        router.post("/v1/chat/completions",
                    {"model": "auto", "messages": [{"role": "user", "content": text}]})
    env = {"LLM_ROUTER_DB": router.db, "LLM_EXTERNAL_MODEL": "openai/gpt-4o-mini"}
    open_wide = json.loads(run("replay", "--since", "all", "--threshold", "0", "--json",
                               env=env).stdout)
    assert open_wide["queries"] == 10 and open_wide["replayed"]["external_queries"] == 5
    assert open_wide["replayed"]["cost"] > open_wide["recorded"]["cost"] == 0
    closed = json.loads(run("replay", "--threshold", "0", "--complexity", "10", "--json",
                            env=env).stdout)
    assert closed["replayed"]["external_queries"] < 5
    text = run("replay", "--since", "1d", "--threshold", "0", "--model", "complex=openai/gpt-4o",
               "--model", "simple=llama3.2:3b", env=env).stdout
    for word in ("Local share", "100.00%", "50.00%", "5 queries move outside", "gpt-4o",
                 "llama3.2:3b", "Note: "):
        assert word in text, text
    wrong = run("replay", "--model", "complicated=x", env=env)
    assert wrong.returncode == 64 and "complicated" in wrong.stderr
    router.stop()
