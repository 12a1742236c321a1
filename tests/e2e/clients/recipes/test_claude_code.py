"""The requests of Claude Code, and what it reads of the answers."""
import json

import pytest

from clients.cookbook import recipe, settings
from clients.questions import ARGUMENTS, PARAMETERS, QUESTION, WEATHER, answer_to
from clients.upstreams import OLLAMA, OPENAI

SETTINGS = settings(recipe("Claude Code", "ini").code)
TOOLS = [{"name": "get_weather", "description": "Weather of a city", "input_schema": PARAMETERS,
          "cache_control": {"type": "ephemeral"}}]


@pytest.fixture
def claude(http):
    return http(SETTINGS["ANTHROPIC_BASE_URL"], headers={
        "Authorization": "Bearer " + SETTINGS["ANTHROPIC_AUTH_TOKEN"],
        "anthropic-version": "2023-06-01",
        "anthropic-beta": "claude-code-20250219,interleaved-thinking-2025-05-14",
        "X-Claude-Code-Session-Id": "0d2c", "x-app": "cli"})


def body(messages, **fields):
    return {
        "model": SETTINGS["ANTHROPIC_MODEL"], "max_tokens": 32000, "stream": True,
        "system": [{"type": "text", "text": "billing header, differs each time"},
                   {"type": "text", "text": "You write code.",
                    "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "metadata": {"user_id": "user_1_session_2"}, "messages": messages, **fields}


def events_of(claude, messages, **fields):
    """(name in the event line, data) of the main loop's request, as they come."""
    with claude.stream("POST", "/v1/messages?beta=true", json=body(messages, **fields)) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                yield name, json.loads(line[6:])


def stream(claude, messages, **fields):
    return list(events_of(claude, messages, **fields))


def question(text=QUESTION):
    return [{"role": "user", "content": [
        {"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]}]


def test_the_main_loop_streams(claude):
    events = [event for event in stream(claude, question()) if event[0] != "ping"]
    assert all(name == data["type"] for name, data in events)
    names = [name for name, _ in events]
    assert names[:2] == ["message_start", "content_block_start"]
    assert names[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    start = events[0][1]["message"]
    assert start["content"] == [] and start["role"] == "assistant" and start["id"]
    assert start["usage"]["input_tokens"] > 0
    text = "".join(data["delta"]["text"] for name, data in events if name == "content_block_delta")
    assert text == answer_to(QUESTION, "mistral:7b")
    assert events[-2][1]["delta"]["stop_reason"] == "end_turn"
    assert events[-2][1]["usage"]["output_tokens"] > 10


def test_tools_are_called_and_answered(claude):
    events = stream(claude, question(WEATHER), tools=TOOLS)
    block = next(data for name, data in events if name == "content_block_start"
                 and data["content_block"]["type"] == "tool_use")
    pieces = [data["delta"]["partial_json"] for name, data in events
              if name == "content_block_delta" and data["index"] == block["index"]]
    assert json.loads("".join(pieces)) == ARGUMENTS
    call = {**block["content_block"], "input": ARGUMENTS}
    assert call["name"] == "get_weather"
    events = stream(claude, tools=TOOLS, messages=[
        *question(WEATHER), {"role": "assistant", "content": [call]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": call["id"], "is_error": False,
             "content": [{"type": "text", "text": "18 degrees"}]},
            {"type": "text", "text": "Thanks."}]}])
    assert events[-1][0] == "message_stop"
    assert any(name == "content_block_delta" for name, _ in events)


def test_thinking_may_be_asked_of_a_model_that_does_not_think(claude):
    events = stream(claude, question(), thinking={"type": "enabled", "budget_tokens": 31999})
    assert events[-1][0] == "message_stop"
    events = stream(claude, question(), thinking={"type": "adaptive"},
                    output_config={"effort": "high"})
    assert events[-1][0] == "message_stop"


def test_a_system_message_in_the_middle(claude):
    events = stream(claude, [*question(), {"role": "assistant", "content": "4"},
                             {"role": "system", "content": "Be brief."}, *question("And 3+3?")])
    text = "".join(data["delta"]["text"] for name, data in events if name == "content_block_delta")
    assert "And 3+3?" in text


@pytest.mark.parametrize("model", [SETTINGS["ANTHROPIC_DEFAULT_HAIKU_MODEL"],
                                   "claude-haiku-4-5-20251001"])
def test_the_small_model_answers_in_one_piece(claude, model):
    answer = claude.post("/v1/messages?beta=true", json=body(
        question(), model=model, stream=False, max_tokens=512))
    assert answer.status_code == 200
    assert answer.json()["content"][0]["text"] == answer_to(QUESTION, "mistral:7b")


def test_tokens_are_counted(claude):
    answer = claude.post("/v1/messages/count_tokens?beta=true", json={
        "model": SETTINGS["ANTHROPIC_MODEL"], "messages": question(), "tools": TOOLS})
    assert answer.status_code == 200 and answer.json()["input_tokens"] > 5


@pytest.mark.parametrize("upstream", [OLLAMA, OPENAI], ids=lambda upstream: upstream.name)
def test_a_prompt_that_is_too_long_is_told_in_the_words_it_knows(claude, upstream):
    answer = claude.post("/v1/messages?beta=true",
                         json=body(question(upstream.too_long), model=upstream.small))
    assert answer.status_code == 400
    error = answer.json()
    assert (error["type"], error["error"]["type"]) == ("error", "invalid_request_error")
    assert "prompt is too long" in error["error"]["message"]


def test_an_error_in_the_middle_of_a_stream_is_an_event(claude):
    events = events_of(claude, question(), model=OLLAMA.cut)
    error = next(data for name, data in events if name == "error")["error"]
    assert error["type"] and error["message"]


def test_the_root_can_be_probed(claude):
    assert claude.head("/").status_code == 200


def test_models_are_listed_in_its_shape(claude):
    listed = claude.get("/v1/models?limit=1000").json()
    assert listed["has_more"] is False
    assert {"id", "type", "display_name", "created_at"} <= set(listed["data"][0])
