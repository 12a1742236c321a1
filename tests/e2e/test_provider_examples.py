"""Every example of docs/providers.md is a configuration that the binary starts with."""
import re
import subprocess

import pytest

from conftest import BINARY, ROOT, Router

TEXT = (ROOT / "docs/providers.md").read_text()
EXAMPLES = re.findall(r"^([^\n]+):\n\n```sh\n(.*?)```", TEXT.partition("### Examples")[2],
                      re.MULTILINE | re.DOTALL)
# What the first model of each example is named by, and where it is.
EXPECTED = {
    "OpenAI": "openai/gpt-4o-mini",
    "GPT-4, as embedchain has it": "openai/gpt-4",
    "Azure OpenAI with a key": "azure/gpt-4o-deployment",
    "Azure as LiteLLM has it": "azure/gpt-4",
    "Anthropic": "anthropic/claude-3-sonnet",
    "OpenRouter": "openrouter/openai/gpt-4o-mini",
    "vLLM, with embeddings at OpenAI": "hosted_vllm/Qwen/Qwen2.5-32B-Instruct",
    "DeepSeek": "deepseek/deepseek-chat",
    "LM Studio": "lm_studio/mistral-7b",
    "Vertex AI": "vertex_ai/gemini-2.5-flash",
    "Gemini": "gemini/gemini-2.5-flash",
    "A LiteLLM proxy": "litellm_proxy/gpt-4o",
    "One model with another to fall back on": "openai/gpt-4o-mini,azure/gpt-4",
    "Several external models, best first, with two keys for one provider":
        "anthropic/claude-sonnet-4-5,openai/gpt-4o,deepseek/deepseek-chat",
}


def test_the_examples_are_found():
    assert len(EXAMPLES) >= 24
    assert set(EXPECTED) <= {title for title, _ in EXAMPLES}


@pytest.mark.parametrize("title,text", EXAMPLES, ids=[title for title, _ in EXAMPLES])
def test_an_example_starts(tmp_path, title, text):
    file = tmp_path / "llm-router.env"
    file.write_text(text)
    router = Router(tmp_path, LLM_ROUTER_CONFIG=str(file))
    try:
        assert router.get("/health")
        assert not [line for line in router.lines if " error " in line]
    finally:
        assert router.stop() == 0


@pytest.mark.parametrize("title", EXPECTED)
def test_an_example_means_its_model(tmp_path, title):
    file = tmp_path / "llm-router.env"
    file.write_text(dict(EXAMPLES)[title])
    printed = subprocess.run(
        [BINARY, "print-config"], check=True, capture_output=True, text=True,
        env={"LLM_ROUTER_CONFIG": str(file), "HOME": str(tmp_path)}).stdout
    assert f"\nLLM_EXTERNAL_MODEL={EXPECTED[title]}\n" in printed
