#!/usr/bin/env python3
"""Records streams of the simulated servers, and of the router where no server speaks a dialect, into
tests/golden/streams/<dialect>/<name>.txt: the raw bytes of the body. A few are kept once more with
other line ends, byte-order marks, comments and empty lines, as other servers write them.

Usage: tests/tools/record_streams.py build/dev/bin/llm-router"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "tests/golden/streams"
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}
OTHER = {"type": "function", "function": {"name": "time", "parameters": {"type": "object", "properties": {}}}}
TEXTS = {"text": "Why?", "unicode": "日本語 ö 😀 \u2028?", "quotes": "a\"b\\c\n{}"}


class Process:
    """A server that says on stderr where it listens."""

    def __init__(self, args, **env):
        self.child = subprocess.Popen(args, stderr=subprocess.PIPE, text=True, env=env or None)

    def url(self, pattern):
        for line in self.child.stderr:
            found = re.search(pattern, line)
            if found:
                return found.group(1)
        raise SystemExit(f"nothing like {pattern} was said")

    def stop(self):
        self.child.terminate()
        self.child.wait()


def fetch(url, body, **headers):
    request = urllib.request.Request(url, json.dumps(body).encode(),
                                     {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def write(dialect, name, data):
    (OUT / dialect).mkdir(parents=True, exist_ok=True)
    (OUT / dialect / f"{name}.txt").write_bytes(data)


def user(text):
    return [{"role": "user", "content": text}]


def chat_cases(model):
    cases = {name: {"messages": user(text)} for name, text in TEXTS.items()}
    cases["usage"] = {"messages": user("Why?"), "stream_options": {"include_usage": True}}
    cases["tool"] = {"messages": user("Weather?"), "tools": [TOOL]}
    cases["two_tools"] = {"messages": user("Weather?"), "tools": [TOOL, OTHER]}
    cases["two_choices"] = {"messages": user("Why?"), "n": 2}
    cases["logprobs"] = {"messages": user("Why?"), "logprobs": True, "top_logprobs": 1, "max_tokens": 2}
    cases["json"] = {"messages": user("JSON, why?"), "response_format": {"type": "json_object"}}
    return {name: {"model": model, "stream": True, "max_tokens": 6, **case}
            for name, case in cases.items()}


def ollama_cases():
    cases = {name: {"messages": user(text)} for name, text in TEXTS.items()}
    cases["tool"] = {"messages": user("Weather?"), "tools": [TOOL]}
    cases["two_tools"] = {"messages": user("Weather?"), "tools": [TOOL, OTHER]}
    cases["thinking"] = {"model": "thinker:7b", "messages": user("Why?"), "think": True}
    cases["logprobs"] = {"messages": user("Why?"), "logprobs": True}
    cases["json"] = {"messages": user("Why?"), "format": "json"}
    return {name: {"model": "mistral:7b", "options": {"num_predict": 8}, **case}
            for name, case in cases.items()}


def anthropic_cases():
    tool = {"name": "weather", "input_schema": PARAMETERS}
    cases = {name: {"messages": user(text)} for name, text in TEXTS.items()}
    cases["tool"] = {"messages": user("Weather?"), "tools": [tool]}
    cases["two_tools"] = {"messages": user("Weather?"),
                          "tools": [tool, {"name": "time", "input_schema": {"type": "object"}}]}
    cases["thinking"] = {"messages": user("Why?"), "max_tokens": 2000,
                         "thinking": {"type": "enabled", "budget_tokens": 1024}}
    return {name: {"model": "claude-sonnet-4-5", "stream": True, "max_tokens": 6, **case}
            for name, case in cases.items()}


def responses_cases():
    tool = {"type": "function", "name": "weather", "parameters": PARAMETERS}
    cases = {name: {"input": text} for name, text in TEXTS.items()}
    cases["tool"] = {"input": "Weather?", "tools": [tool]}
    cases["thinking"] = {"model": "thinker:7b", "input": "Why?", "reasoning": {"effort": "high"}}
    return {name: {"model": "mistral:7b", "stream": True, "max_output_tokens": 3, **case}
            for name, case in cases.items()}


def gemini_cases():
    def ask(text):
        return {"contents": [{"role": "user", "parts": [{"text": text}]}]}

    def tools(*declared):
        return {"tools": [{"functionDeclarations": [
            {"name": name, "parametersJsonSchema": schema} for name, schema in declared]}]}

    weather = ("weather", PARAMETERS)
    time = ("time", {"type": "object", "properties": {}})
    limit = {"generationConfig": {"maxOutputTokens": 6, "thinkingConfig": {"thinkingBudget": 0}}}
    cases = {name: ("gemini-2.5-flash", {**ask(text), **limit}) for name, text in TEXTS.items()}
    cases["tool"] = ("gemini-3-pro-preview", {**ask("Weather?"), **tools(weather)})
    cases["two_tools"] = ("gemini-3-pro-preview", {**ask("Weather?"), **tools(weather, time)})
    cases["thinking"] = ("gemini-2.5-pro", {**ask("Why?"), "generationConfig": {
        "maxOutputTokens": 40, "thinkingConfig": {"thinkingBudget": 1024, "includeThoughts": True}}})
    cases["logprobs"] = ("gemini-2.0-flash", {**ask("Why?"), "generationConfig": {
        "maxOutputTokens": 2, "responseLogprobs": True, "logprobs": 1}})
    cases["json"] = ("gemini-2.5-flash", {**ask("Why?"), "generationConfig": {
        **limit["generationConfig"], "responseMimeType": "application/json"}})
    return cases


def record(binary):
    for behaviour, suffix in (("tool_calls=2", ""), ("stream_error_after=2,answer_tokens=4", "_error")):
        simulator = Process([binary, "simulate", "--ollama-port", "0", "--openai-port", "0",
                             "--anthropic-port", "0", "--gemini-port", "0", "--model", "thinker:7b=completion,thinking",
                             "--behaviour", behaviour])
        ollama = simulator.url(r"Ollama on (http://\S+)")
        openai = simulator.url(r"OpenAI on (http://\S+)")
        anthropic = simulator.url(r"Anthropic on (http://\S+)")
        gemini = simulator.url(r"Gemini on (http://\S+)")
        with tempfile.TemporaryDirectory() as directory:
            router = Process([binary, "serve"], LLM_ROUTER_LISTEN="127.0.0.1:0", OLLAMA_URL=ollama,
                             LLM_ROUTER_DB=directory + "/ledger.db")
            own = "http://" + router.url(r"listening on (127\.0\.0\.1:\d+)")
            router.url(r"(try: curl)")
            only = ["text"] if suffix else None
            record_all(ollama, openai, anthropic, gemini, own, suffix, only)
            router.stop()
        simulator.stop()


def record_all(ollama, openai, anthropic, gemini, own, suffix, only):
    def each(cases):
        return ((n + suffix, b) for n, b in cases.items() if not only or n in only)

    for name, body in each(chat_cases("gpt-4o-mini")):
        write("openai_chat", name, fetch(openai + "/chat/completions", body))
    for name, body in each(ollama_cases()):
        write("ollama", name, fetch(ollama + "/api/chat", body))
    for name, body in each(anthropic_cases()):
        write("anthropic", name, fetch(anthropic + "/v1/messages", body, **{
            "anthropic-version": "2023-06-01", "x-api-key": "any"}))
    for name, (model, body) in each(gemini_cases()):
        url = f"{gemini}/models/{model}:streamGenerateContent?alt=sse"
        write("gemini", name, fetch(url, body, **{"x-goog-api-key": "any"}))
    for name, body in each(responses_cases()):
        write("openai_responses", name, fetch(own + "/v1/responses", body))


def vary():
    """What other servers do to lines."""
    for name in ("text", "unicode", "tool"):
        for dialect in ("openai_chat", "anthropic", "openai_responses", "gemini"):
            data = (OUT / dialect / f"{name}.txt").read_bytes().replace(b"\r\n", b"\n")
            write(dialect, name + "_crlf", data.replace(b"\n", b"\r\n"))
            write(dialect, name + "_cr", data.replace(b"\n", b"\r"))
            write(dialect, name + "_noise", b"\xef\xbb\xbf: processing\n\n" + data.replace(
                b"\n\n", b"\n\n: keep-alive\n\n\nid: 7\nretry: 100\n\n").replace(b"data: ", b"data:"))
        data = (OUT / "ollama" / f"{name}.txt").read_bytes()
        write("ollama", name + "_crlf", data.replace(b"\n", b"\r\n"))
        write("ollama", name + "_noise", b"\xef\xbb\xbf\n  \n" + data.replace(b"\n", b"\n\n \n"))


if __name__ == "__main__":
    record(sys.argv[1])
    vary()
    print(len(list(OUT.glob("*/*.txt"))), "streams in", OUT)
