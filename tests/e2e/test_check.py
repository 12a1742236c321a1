"""`llm-router check`: what works, what does not, and what to change."""
import os
import socket
import subprocess

import pytest

from conftest import BINARY
from every_provider import EveryProvider

KEYS = {name: f"key-of-{name}-0123456789" for name in (
    "openai", "azure", "anthropic", "gemini", "deepseek", "openrouter", "lm_studio", "vllm",
    "litellm")}


def check(*args, **settings):
    result = subprocess.run([BINARY, "check", *args], capture_output=True, text=True, timeout=60,
                            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **settings})
    return result.returncode, result.stdout


@pytest.fixture
def simulator():
    process = EveryProvider()
    yield process
    process.stop()


def test_every_provider_works(simulator):
    code, text = check(OLLAMA_URL=simulator.ollama_url, **simulator.settings(KEYS))
    assert code == 0, text
    assert text.endswith("everything works\n")
    for name, auth in (("openai", "Authorization: Bearer"), ("azure", "api-key"),
                       ("anthropic", "x-api-key"), ("gemini", "x-goog-api-key"),
                       ("vertex_ai", "token by Google metadata server")):
        part = text.partition(f"\n{name}  (")[2].partition("\n\n")[0]
        assert auth in part.splitlines()[2], part
    assert "FAILED" not in text
    assert "gpt-4o-mini, found; 1,000 tokens in and 1,000 out cost $0.00075" in text
    for key in KEYS.values():
        assert key not in text


def test_live_asks_for_one_token_and_says_what_it_cost(simulator):
    code, text = check("--live", "openai", OPENAI_BASE_URL=simulator.urls["openai"],
                       OPENAI_API_KEY="k", LLM_EXTERNAL_MODEL="openai/gpt-4o-mini")
    assert code == 0, text
    assert " tokens in, 1 out, $0.000" in text
    assert "ollama" not in text


def test_a_wrong_key_is_named_by_its_variable():
    simulator = EveryProvider(options=["--provider-key", "openai=the-right-one"])
    try:
        code, text = check("openai", OPENAI_BASE_URL=simulator.urls["openai"],
                           OPENAI_API_KEY="a-wrong-one")
    finally:
        simulator.stop()
    assert code == 1
    assert "FAILED" in text and "change   check LLM_API_KEY (or OPENAI_API_KEY)" in text
    assert "a-wrong-one" not in text
    assert text.endswith("something is wrong, see above\n")


def test_a_key_that_the_server_quotes_is_not_printed():
    key = "0123456789abcdef0123456789abcdef"
    simulator = EveryProvider(options=["--provider-key", "vllm=the-right-one"])
    try:
        code, text = check("hosted_vllm", HOSTED_VLLM_API_BASE=simulator.urls["vllm"],
                           HOSTED_VLLM_API_KEY=key, LLM_MODEL="vllm/m")
    finally:
        simulator.stop()
    assert code == 1 and "HOSTED_VLLM_API_KEY" in text
    assert key not in text


def test_a_base_url_without_v1_is_noticed(simulator):
    url = simulator.urls["openai"].removesuffix("/v1")
    code, text = check("openai", OPENAI_BASE_URL=url, OPENAI_API_KEY="k")
    assert code == 1
    assert f"change   the URL lacks /v1: {url}/v1" in text


def test_an_unknown_model_has_its_nearest_names(simulator):
    code, text = check("openai", OPENAI_BASE_URL=simulator.urls["openai"], OPENAI_API_KEY="k",
                       LLM_EXTERNAL_MODEL="gpt-4o-mimi")
    assert code == 1
    assert "gpt-4o-mimi, NOT FOUND; nearest: gpt-4o-mini" in text


def test_a_name_without_its_date_is_found(simulator):
    code, text = check("anthropic", LLM_ANTHROPIC_URL=simulator.urls["anthropic"],
                       ANTHROPIC_API_KEY="k", LLM_MODEL="anthropic/claude-haiku-4-5")
    assert code == 0, text
    assert "claude-haiku-4-5, found" in text


def test_a_model_without_a_price_is_told(simulator):
    code, text = check("azure", LLM_AZURE_ENDPOINT=simulator.urls["azure"],
                       LLM_AZURE_OPENAI_API_KEY="k", LLM_MODEL="azure/house-model")
    assert code == 0
    assert "house-model; NO PRICE KNOWN" in text
    assert "LLM_AZURE_DEPLOYMENT_MODELS" in text


def test_nobody_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code, text = check("lm_studio", LM_STUDIO_API_BASE=f"http://127.0.0.1:{port}/v1",
                       LLM_MODEL="lm_studio/m")
    assert code == 1
    assert "change   is LM Studio running there? The variable is LM_STUDIO_API_BASE" in text


def test_a_bad_setting_is_told_first():
    code, text = check(LLM_PROVIDER="openay")
    assert code == 78
    assert 'LLM_PROVIDER: "openay" is no provider' in text


def test_an_upstream_that_is_not_there():
    code, text = check("azure", OPENAI_API_KEY="k")
    assert code == 64
    assert "there is no upstream azure" in text


def test_local_only_asks_nobody(simulator):
    code, text = check(OLLAMA_URL=simulator.ollama_url, LLM_PRIVACY="local-only",
                       OPENAI_BASE_URL=simulator.urls["openai"], OPENAI_API_KEY="k")
    assert code == 0, text
    assert "skipped  LLM_PRIVACY=local-only" in text
