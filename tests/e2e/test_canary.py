"""No key and no prompt is anywhere but on its way: keys and prompts with a mark in them are used with
every provider, for answers and for errors, and the mark is looked for in all that the router writes."""
import pathlib
import urllib.error
import urllib.request

import pytest

from conftest import Router
from every_provider import EveryProvider

MARK = "c4n4ry"
PROVIDERS = ("openai", "azure", "anthropic", "gemini", "deepseek", "openrouter", "lm_studio", "vllm",
             "litellm")
KEYS = {name: f"sk-{MARK}-{name}-0123456789abcdef" for name in PROVIDERS}
PROMPT = f"What does {MARK}-prompt mean?"


@pytest.fixture
def world(tmp_path):
    simulator = EveryProvider()
    router = Router(tmp_path, simulator, **simulator.settings(KEYS),
                    LLM_ROUTER_LOG_LEVEL="trace", LLM_EXTRA_HEADERS=f"X-Team: {MARK}-header",
                    LLM_ROUTER_API_KEYS=f"tester=key-{MARK}-of-a-client",
                    LLM_PROXY=f"anthropic=http://{MARK}:{MARK}@127.0.0.1:9",
                    LLM_FALLBACK_POLICY="never")
    yield simulator, router
    router.stop()
    simulator.stop()


MODELS = ("openai/gpt-4o-mini", "azure/gpt-4o-prod", "anthropic/claude-haiku-4-5-20251001",
          "gemini/gemini-2.5-flash", "vertex_ai/gemini-2.5-flash", "deepseek/deepseek-chat",
          "openrouter/openai/gpt-4o-mini", "lm_studio/unknown", "hosted_vllm/unknown",
          "litellm_proxy/gpt-4o")


def ask(router, path, body, key=f"key-{MARK}-of-a-client"):
    request = urllib.request.Request(router.url + path, body.encode(), {
        "Content-Type": "application/json", "Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


def get(router, path):
    request = urllib.request.Request(router.url + path,
                                     headers={"Authorization": f"Bearer key-{MARK}-of-a-client"})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


def chat(model, text=PROMPT, more=""):
    return f'{{"model":"{model}","messages":[{{"role":"user","content":"{text}"}}]{more}}}'


def test_no_mark_is_left_anywhere(tmp_path, world):
    simulator, router = world
    statuses = {}
    spoken = []
    for model in MODELS:
        for path in ("/v1/chat/completions", "/api/chat", "/v1/messages"):
            status, headers, body = ask(router, path, chat(model, more=',"max_tokens":20'))
            statuses.setdefault(model.split("/")[0], []).append(status)
            # An answer repeats its question; an error must not.
            spoken.append(str(headers) + (body if status != 200 else ""))
    spoken.append(ask(router, "/v1/chat/completions", "{" + PROMPT)[2])
    spoken.append(ask(router, "/v1/chat/completions", chat("auto"), key=f"{MARK}-wrong-key")[2])
    # The proxy of one provider is not there; the others answer, or say what they miss.
    assert 200 in statuses["openai"] and 200 in statuses["azure"] and 200 in statuses["vertex_ai"]
    assert statuses["anthropic"] == [502, 502, 502]

    for path in ("/health", "/metrics", "/router/stats", "/router/queries", "/v1/models"):
        spoken.append(get(router, path))
    assert MARK not in "".join(spoken)
    for line in router.lines:
        assert MARK not in line
    for file in pathlib.Path(tmp_path).rglob("*"):
        if file.is_file():
            assert MARK.encode() not in file.read_bytes(), file
    process = pathlib.Path(f"/proc/{router.child.pid}")
    assert MARK.encode() not in (process / "environ").read_bytes()
    assert MARK.encode() not in (process / "cmdline").read_bytes()
    core = next(line for line in (process / "limits").read_text().splitlines()
                if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]


def test_secrets_of_a_sign_in_are_not_repeated(tmp_path):
    simulator = EveryProvider(options=["--identity-secret", "the-right-one"])
    settings = simulator.settings(KEYS) | {
        "LLM_AZURE_OPENAI_API_KEY": "", "AZURE_TENANT_ID": "tenant-1",
        "AZURE_CLIENT_ID": "client-1", "AZURE_CLIENT_SECRET": f"secret-{MARK}",
        "AZURE_AUTHORITY_HOST": simulator.urls["identity"]}
    router = Router(tmp_path, simulator, **settings, LLM_ROUTER_LOG_LEVEL="trace")
    try:
        status, headers, body = ask(router, "/v1/chat/completions", chat("azure/gpt-4o-prod"))
        assert status == 502 and '"upstream_auth"' in body
        assert "AADSTS" in body and "Entra client credentials" in body
        assert MARK not in body and MARK not in str(headers)
        assert MARK not in "\n".join(router.lines)
        assert MARK.encode() not in pathlib.Path(f"/proc/{router.child.pid}/environ").read_bytes()
    finally:
        router.stop()
        simulator.stop()


def test_refused_keys_are_not_repeated(tmp_path):
    strict = ("openai", "azure", "openrouter", "deepseek", "lm_studio", "vllm", "litellm")
    simulator = EveryProvider(options=[
        word for name in strict for word in ("--provider-key", f"{name}=the-right-one")])
    router = Router(tmp_path, simulator, **simulator.settings(KEYS), LLM_ROUTER_LOG_LEVEL="trace")
    try:
        refused = set()
        for model in MODELS:
            status, headers, body = ask(router, "/v1/chat/completions", chat(model))
            if status == 200:
                continue
            refused.add(model.split("/")[0])
            assert status == 502 and '"upstream_auth"' in body
            assert MARK not in body and MARK not in str(headers)
            assert "http://" not in body
        assert refused == {"openai", "azure", "openrouter", "deepseek", "lm_studio", "hosted_vllm",
                           "litellm_proxy"}
        assert MARK not in "\n".join(router.lines)
    finally:
        router.stop()
        simulator.stop()
