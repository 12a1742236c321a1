"""docker-compose.yml against the Compose specification, the option table and the files it mounts."""
import importlib.resources
import json
import os
import re
import subprocess

import jsonschema
import pytest

import compose_file
from conftest import BINARY, ROOT

KEY = "0123456789abcdef"
KEYS = {"LLM_ROUTER_API_KEYS": KEY}
TEXT = (ROOT / "docker-compose.yml").read_text()
OPTIONS = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/configuration.md").read_text()))


def check_config(environment):
    return subprocess.run([BINARY, "check-config"], capture_output=True, text=True, timeout=30,
                          env={"PATH": "/usr/bin", "HOME": "/tmp", **environment})


def image_environment():
    text = (ROOT / "Dockerfile").read_text()
    return dict(re.findall(r"(LLM_ROUTER_\w+)=(\S+)", re.sub(r"^#.*$", "", text, flags=re.M)))


def test_the_file_keeps_to_the_compose_specification():
    schemas = importlib.resources.files("check_jsonschema.builtin_schemas.vendor")
    schema = json.loads((schemas / "compose-spec.json").read_text())
    compose = compose_file.read(**KEYS)
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(compose)] == []
    compose["services"]["llm-router"]["depends_on"]["ollama"]["condition"] = "service_is_happy"
    assert list(validator.iter_errors(compose)), "the schema checks nothing"


def test_every_setting_it_passes_exists():
    compose = compose_file.read(**KEYS)
    for service in ("llm-router", "models"):
        passed = set(compose["services"][service]["environment"]) - {"OLLAMA_HOST"}
        assert passed <= OPTIONS, passed - OPTIONS
    router, models = (compose["services"][name]["environment"] for name in ("llm-router", "models"))
    assert {name: router[name] for name in models if name != "OLLAMA_HOST"} == \
        {name: value for name, value in models.items() if name != "OLLAMA_HOST"}
    own = {"COMPOSE_PROFILES"} | compose_file.variables(TEXT)
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE)) <= own


def test_the_defaults_are_those_of_the_router_and_load_without_a_warning():
    router = compose_file.read(**KEYS)["services"]["llm-router"]["environment"]
    assert {name: router[name] for name in (
        "LLM_ROUTING_ENABLED", "LLM_LOCAL_THRESHOLD", "MEM0_LLM_PROVIDER", "MEM0_LLM_MODEL",
        "MEM0_EMBEDDER_PROVIDER", "MEM0_EMBEDDER_MODEL")} == {
            "LLM_ROUTING_ENABLED": "true", "LLM_LOCAL_THRESHOLD": "95",
            "MEM0_LLM_PROVIDER": "ollama", "MEM0_LLM_MODEL": "mistral:7b",
            "MEM0_EMBEDDER_PROVIDER": "ollama", "MEM0_EMBEDDER_MODEL": "nomic-embed-text:latest"}
    result = check_config({**image_environment(), **router})
    assert result.returncode == 0, result.stdout
    assert [line for line in result.stdout.splitlines() if "warning" in line] == []
    docs = (ROOT / "docs/configuration.md").read_text()
    for name, default in re.findall(r"^\| `([A-Z0-9_]+)`[^|]*\|[^|]*\| `([^`]*)` \|", docs, re.M):
        if router.get(name) and name not in ("OLLAMA_URL",):
            assert router[name] == default, name


def test_a_key_is_required_and_the_scraper_gets_one_of_its_own():
    with pytest.raises(compose_file.Missing):
        compose_file.read()
    router = compose_file.read(**KEYS, LLM_ROUTER_METRICS_KEY="fedcba9876543210")
    keys = router["services"]["llm-router"]["environment"]["LLM_ROUTER_API_KEYS"]
    assert keys == f"{KEY},metrics=fedcba9876543210"
    assert check_config({**image_environment(), "LLM_ROUTER_API_KEYS": keys}).returncode == 0
    assert check_config(image_environment()).returncode == 78
    secret = router["secrets"]["metrics_key"]
    assert secret == {"environment": "LLM_ROUTER_METRICS_KEY"}
    assert "credentials_file: /run/secrets/metrics_key" in \
        (ROOT / "monitoring/prometheus.yml").read_text()


@pytest.mark.parametrize("profiles, names", [
    ([], {"llm-router"}),
    (["cpu"], {"llm-router", "ollama", "models"}),
    (["gpu"], {"llm-router", "ollama-gpu", "models"}),
    (["cpu", "metrics"], {"llm-router", "ollama", "models", "prometheus", "grafana"}),
    (["gpu", "metrics"], {"llm-router", "ollama-gpu", "models", "prometheus", "grafana"})])
def test_a_profile_starts_one_ollama_and_what_it_needs(profiles, names):
    services = compose_file.enabled(compose_file.read(**KEYS), *profiles)
    assert set(services) == names
    published = [port.rsplit(":", 1)[0] for service in services.values()
                 for port in service.get("ports", [])]
    assert len(published) == len(set(published))
    assert all(port.startswith("127.0.0.1:") for port in published)
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            # What another profile has must not be required.
            assert needed in services or how.get("required") is False, f"{name}: {needed}"
            if how["condition"] == "service_healthy" and needed != "llm-router":
                assert "healthcheck" in compose_file.read(**KEYS)["services"][needed]
    # `http://ollama:11434` leads to whichever runs.
    called = [name for name, service in services.items() if name == "ollama" or "ollama" in
              service.get("networks", {}).get("default", {}).get("aliases", [])]
    assert len(called) == (1 if profiles else 0)


def test_images_are_pinned_volumes_named_and_mounted_files_there():
    compose = compose_file.read(**KEYS)
    for name, service in compose["services"].items():
        if name != "llm-router":
            assert re.search(r":v?\d+\.\d+\.\d+$", service["image"]), service["image"]
        for volume in service.get("volumes", []):
            source, target = volume.split(":")[:2]
            assert target.startswith("/")
            if source.startswith("./"):
                assert (ROOT / source).exists(), source
                assert volume.endswith(":ro")
            else:
                assert source in compose["volumes"], source
    router = compose["services"]["llm-router"]
    assert router["read_only"] is True and router["cap_drop"] == ["ALL"]
    drain = int(re.search(r"`LLM_ROUTER_DRAIN_SECONDS`[^|]*\|[^|]*\| `(\d+)`",
                          (ROOT / "docs/configuration.md").read_text()).group(1))
    assert int(router["stop_grace_period"].removesuffix("s")) > drain


class Ollama:
    """Stands in for Ollama's command: remembers what is pulled."""

    def __init__(self, folder, installed=()):
        self.installed = folder / "installed"
        self.installed.write_text("".join(f"{name}\n" for name in installed))
        command = folder / "ollama"
        command.write_text('#!/bin/sh\ncase $1 in\n'
                           f'show) grep -qxF "$2" "{self.installed}" ;;\n'
                           f'pull) [ "$2" != broken ] && echo "$2" >>"{self.installed}" ;;\nesac\n')
        command.chmod(0o755)
        self.folder = folder

    def pull_models(self, **settings):
        return subprocess.run(["/bin/sh", str(ROOT / "docker/pull-models")], capture_output=True,
                              text=True, timeout=30,
                              env={"PATH": f"{self.folder}:{os.environ['PATH']}", **settings})


def pulled(result):
    return re.findall(r"^(\S+): pulling$", result.stdout, re.MULTILINE)


def test_the_models_of_the_configuration_are_pulled_once(tmp_path):
    defaults = compose_file.read(**KEYS)["services"]["models"]["environment"]
    ollama = Ollama(tmp_path)
    result = ollama.pull_models(**defaults)
    assert result.returncode == 0, result.stderr
    assert pulled(result) == ["nomic-embed-text:latest", "mistral:7b", "deepseek-coder:6.7b",
                              "codellama:13b"]
    again = ollama.pull_models(**defaults)
    assert again.returncode == 0 and pulled(again) == []


def test_models_named_by_settings_are_pulled_instead(tmp_path):
    ollama = Ollama(tmp_path, installed=["a"])
    result = ollama.pull_models(LLM_MODEL_SIMPLE="a", LLM_MODEL_CODE="b", LLM_MODEL_MEDIUM="c",
                                LLM_MODEL_EXTRACTION="d", MEM0_LLM_MODEL="e",
                                MEM0_EMBEDDER_MODEL="f")
    assert pulled(result) == ["f", "b", "d", "c"]
    # mem0's names are those of another provider then.
    other = Ollama(tmp_path).pull_models(MEM0_LLM_PROVIDER="openai", MEM0_LLM_MODEL="gpt-4o-mini",
                                         MEM0_EMBEDDER_PROVIDER="openai",
                                         MEM0_EMBEDDER_MODEL="text-embedding-3-small")
    assert pulled(other)[:2] == ["nomic-embed-text:latest", "mistral:7b"]
    assert "gpt-4o-mini" not in other.stdout


def test_a_pull_that_fails_is_no_success(tmp_path):
    assert Ollama(tmp_path).pull_models(LLM_MODEL_SIMPLE="broken").returncode != 0
