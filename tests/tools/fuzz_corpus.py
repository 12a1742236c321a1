#!/usr/bin/env python3
"""Writes the seed corpora of tests/fuzz from tests/golden and from what stands here.

Usage: tests/tools/fuzz_corpus.py [ROOT]. The leading bytes are those that the targets read.
"""
import gzip
import json
import pathlib
import shutil
import subprocess
import sys
import zlib

# In the order of kClientDialects.
DIALECTS = {"openai": 0, "openai_chat": 0, "openai_responses": 1, "ollama": 2, "anthropic": 3}
OPERATIONS = ["chat", "generate", "embed", "legacy_embed", "complete"]
LARGEST = 8 * 1024

HEADS = [
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST /v1/chat/completions HTTP/1.1\r\nHost: [::1]:11435\r\nContent-Length: 2\r\n\r\n{}",
    "POST / HTTP/1.1\r\nHost: a.local\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\nOrigin: http://localhost:3000\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: 0x7f.1\r\nOrigin: null\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk-fuzz\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\nx-api-key: sk-fuzz\r\napi-key: other\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\nTrailer: x\r\n\r\n",
    "[::ffff:127.0.0.1]:80", "localhost:65535", "user@host", "a..b", "256.1.1.1", "[fe80::1%25eth0]",
]
JSONS = [
    "{}", "[]", "null", '{"model":"a"}', '{"a":1,"model":"a","b":[1,2]}', '{"model":1,"model":2}',
    '{"a":"\\ud800"}', '{"a":1e400}', "[1,,2]", '{"a":"\u2028"}', "\ufeff{}", '{"a":01}',
    '{"a":"\\u00e9\\n"}', "[" * 80 + "]" * 80, '{"a":18446744073709551615,"b":-0.0}', '{"model"',
]

TOOL = {"name": "f", "description": "d"}
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
TURNS = [{"role": "user", "content": "Hi"}]
# (dialect, operation, body)
REQUESTS = [
    ("anthropic", "chat", {"model": "m", "max_tokens": 9, "stream": True, "messages": TURNS, "system": [
        {"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}]}),
    ("anthropic", "chat", {"model": "m", "max_tokens": 2000, "tools": [dict(TOOL, input_schema=SCHEMA)],
        "thinking": {"type": "enabled", "budget_tokens": 1024}, "messages": TURNS + [
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "t", "signature": "c2ln"},
            {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"n": 1}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": [
            {"type": "text", "text": "r"}], "is_error": True}, {"type": "text", "text": "more"}]}]}),
    ("anthropic", "chat", {"model": "m", "max_tokens": 9, "stop_sequences": ["x"], "top_k": 3,
        "tool_choice": {"type": "tool", "name": "f"}, "tools": [dict(TOOL, input_schema=SCHEMA)],
        "messages": [{"role": "user", "content": [{"type": "image", "source": {
            "type": "base64", "media_type": "image/png", "data": "AAAA"}}]}]}),
    ("openai_responses", "chat", {"model": "m", "input": "Hi", "instructions": "s", "stream": True}),
    ("openai_responses", "chat", {"model": "m", "store": False, "max_output_tokens": 9,
        "reasoning": {"effort": "low"}, "tools": [dict(TOOL, type="function", parameters=SCHEMA)],
        "text": {"format": {"type": "json_schema", "name": "n", "schema": SCHEMA}}, "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
        {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{\"n\":1}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "r"}]}),
    ("openai", "complete", {"model": "m", "prompt": "Hi", "max_tokens": 9, "stream": True}),
    ("openai", "complete", {"model": "m", "prompt": ["a", "b"], "suffix": "s", "echo": True}),
]


def sse(*events, named=True):
    text = "".join((f"event: {e['type']}\n" if named else "") + f"data: {json.dumps(e)}\n\n" for e in events)
    return text.encode()


def message(**more):
    return dict({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [],
                 "stop_reason": None, "stop_sequence": None,
                 "usage": {"input_tokens": 9, "output_tokens": 1, "cache_read_input_tokens": 2}}, **more)


def block(index, start, *deltas):
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


START = {"type": "message_start", "message": message()}
THINKING = list(block(0, {"type": "thinking", "thinking": "", "signature": ""},
                      {"type": "thinking_delta", "thinking": "t"},
                      {"type": "signature_delta", "signature": "c2ln"}))
TEXT = list(block(1, {"type": "text", "text": ""}, {"type": "text_delta", "text": "Hi \u00e9"}))
CALL = list(block(2, {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}},
                  {"type": "input_json_delta", "partial_json": ""},
                  {"type": "input_json_delta", "partial_json": "{\"n\""},
                  {"type": "input_json_delta", "partial_json": ":1}"}))
END = [{"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None},
        "usage": {"output_tokens": 5}}, {"type": "message_stop"}]
RESPONSE = {"id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "m",
            "output": [{"id": "msg_1", "type": "message", "role": "assistant", "status": "completed",
                        "content": [{"type": "output_text", "text": "Hi", "annotations": []}]}],
            "usage": {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}}
# (upstream, stream, name, answer)
ANSWERS = [
    ("anthropic", True, "text", sse(START, {"type": "ping"}, *THINKING, *TEXT, *END)),
    ("anthropic", True, "call", sse(START, *TEXT, *CALL, *END)),
    ("anthropic", True, "cut", sse(START, *TEXT)),
    ("anthropic", True, "error", sse(START, {"type": "error", "error": {
        "type": "overloaded_error", "message": "Overloaded"}})),
    ("anthropic", False, "body", json.dumps(message(stop_reason="end_turn", content=[
        {"type": "thinking", "thinking": "t", "signature": "c2ln"}, {"type": "text", "text": "Hi"},
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"n": 1}}])).encode()),
    ("openai_responses", True, "text", sse(
        {"type": "response.created", "sequence_number": 0, "response": dict(RESPONSE, output=[])},
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "id": "msg_1"}},
        {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "Hi"},
        {"type": "response.completed", "sequence_number": 3, "response": RESPONSE})),
    ("openai_responses", False, "body", json.dumps(RESPONSE).encode()),
]


# How the targets are told of Gemini, which no client speaks.
GEMINI = 5


def gemini_answer(parts, **more):
    return {"candidates": [{"content": {"role": "model", "parts": parts}, "index": 0, **more}],
            "modelVersion": "m", "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 2,
                                                   "thoughtsTokenCount": 3, "totalTokenCount": 14}}


GEMINI_CALL = {"functionCall": {"id": "c1", "name": "f", "args": {"n": 1}}, "thoughtSignature": "c2ln"}
GEMINI_PARTS = [{"text": "t", "thought": True}, {"text": "Hi \u00e9"}, GEMINI_CALL]
GEMINI_ERROR = {"error": {"code": 429, "message": "slow", "status": "RESOURCE_EXHAUSTED", "details": [
    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3.5s"}]}}
# (operation, stream, name, answer)
GEMINI_ANSWERS = [
    ("chat", True, "text", sse(gemini_answer(GEMINI_PARTS[:1]), gemini_answer(GEMINI_PARTS[1:2]),
                               gemini_answer(GEMINI_PARTS[2:], finishReason="STOP"), named=False)),
    ("chat", True, "cut", sse(gemini_answer(GEMINI_PARTS), named=False)),
    ("chat", True, "error", sse(gemini_answer(GEMINI_PARTS[1:2]), GEMINI_ERROR, named=False)),
    ("chat", False, "body", json.dumps(gemini_answer(
        GEMINI_PARTS, finishReason="MAX_TOKENS", logprobsResult={
            "chosenCandidates": [{"token": "Hi", "logProbability": -0.5}],
            "topCandidates": [{"candidates": [{"token": "Hi", "logProbability": -0.5}]}]})).encode()),
    ("chat", False, "blocked", json.dumps({"promptFeedback": {"blockReason": "SAFETY"}}).encode()),
    ("chat", False, "errors", json.dumps([GEMINI_ERROR]).encode()),
    ("embed", False, "batch", json.dumps({"embeddings": [{"values": [0.5, -1]}]}).encode()),
    ("embed", False, "vertex", json.dumps({"predictions": [{"embeddings": {
        "values": [0.5], "statistics": {"token_count": 3.0, "truncated": False}}}]}).encode()),
]


def bits(value, shift):
    return (1 if value else 0) << shift


class Corpora:
    def __init__(self, root):
        self.root = root
        self.folder = root / "tests/fuzz/corpus"
        self.counts = {}

    def begin(self, target):
        shutil.rmtree(self.folder / target, ignore_errors=True)
        (self.folder / target).mkdir(parents=True)

    def add(self, target, name, content):
        if len(content) <= LARGEST:
            (self.folder / target / name).write_bytes(content)


def golden_cases(root):
    for folder in sorted((root / "tests/golden/providers").iterdir()):
        spec = json.loads((folder / "spec.json").read_text())
        client = DIALECTS[spec.get("client", "openai")]
        upstream = DIALECTS[spec.get("upstream", "ollama")]
        operation = OPERATIONS.index(spec.get("operation", "chat"))
        yield folder, client, upstream, operation


def add_goldens(corpora):
    for folder, client, upstream, operation in golden_cases(corpora.root):
        modes = client | upstream << 2
        request = (folder / "client_request.json").read_bytes()
        corpora.add("request", folder.name, bytes([modes, operation]) + request)
        corpora.add("json", folder.name, request)
        answer = folder / "upstream_answer.txt"
        if not answer.exists():
            continue
        asked = json.loads(request)
        stream = asked.get("stream", client == DIALECTS["ollama"] and operation < 2)
        usage = (asked.get("stream_options") or {}).get("include_usage", False)
        inputs = asked.get("input", asked.get("prompt", []))
        count = len(inputs) if isinstance(inputs, list) else 1
        modes |= bits(stream, 4) | bits(usage, 5)
        modes |= bits(asked.get("encoding_format") == "base64", 6)
        content = answer.read_bytes()
        corpora.add("exchange", folder.name, bytes([modes, operation | min(count, 7) << 5]) + content)
        corpora.add("sse" if content.startswith((b"data", b"event", b":")) else "ndjson",
                    folder.name, content)


def add_dialects(corpora):
    for number, (client, operation, body) in enumerate(REQUESTS):
        for upstream in (0, 2, 3):
            head = bytes([DIALECTS[client] | upstream << 2, OPERATIONS.index(operation)])
            corpora.add("request", f"{client}{number}_to_{upstream}", head + json.dumps(body).encode())
    for upstream, stream, name, answer in ANSWERS:
        for client in range(4):
            head = bytes([client | DIALECTS[upstream] << 2 | bits(stream, 4), 0])
            corpora.add("exchange", f"{upstream}_{name}_for_{client}", head + answer)


def add_gemini(corpora):
    for number, (client, operation, body) in enumerate(REQUESTS):
        for vertex in (0, 1):
            code = GEMINI + 1 if operation == "complete" else GEMINI
            head = bytes([DIALECTS[client] | OPERATIONS.index(operation) % 4 << 2 | 16, code | vertex << 3])
            corpora.add("request", f"{client}{number}_to_gemini{vertex}", head + json.dumps(body).encode())
    for operation, stream, name, answer in GEMINI_ANSWERS:
        for client in range(4):
            modes = client | OPERATIONS.index(operation) << 2 | bits(stream, 4)
            head = bytes([modes, GEMINI | bits(operation == "embed", 5)])
            corpora.add("exchange", f"gemini_{name}_for_{client}", head + answer)


def add_frames(corpora):
    for number, text in enumerate(["data: a\n\ndata:b\r\n\r\n", ": ping\n\n", "event: x\rdata: y\r\r",
                                   "data: a\ndata: b\n\n", "data\n\n", "id: 1\nretry: 2\ndata: z",
                                   "\ufeffdata: a\n\n"]):
        corpora.add("sse", f"frame{number}", text.encode())
    for number, text in enumerate(["{}\n{}\r\n", "\n\n{}", "{}", " {} \n", "{}\r{}"]):
        corpora.add("ndjson", f"lines{number}", text.encode())


def zstd(content):
    return subprocess.run(["zstd", "-q", "-c"], input=content, capture_output=True, check=True).stdout


def add_bodies(corpora):
    text = b'{"model":"auto","messages":[{"role":"user","content":"Hi"}]}'
    raw = zlib.compressobj(wbits=-15)
    bodies = {"gzip": (0, gzip.compress(text, mtime=0)), "zlib": (1, zlib.compress(text)),
              "raw": (1, raw.compress(text) + raw.flush()), "zstd": (2, zstd(text)),
              "members": (0, gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0)),
              "frames": (2, zstd(b"a") + zstd(b"b")),
              "bomb_gzip": (0, gzip.compress(bytes(1 << 20), mtime=0)),
              "bomb_zstd": (2, zstd(bytes(1 << 20)))}
    for name, (coding, body) in bodies.items():
        corpora.add("body", name, bytes([coding]) + body)
        corpora.add("body", name + "_cut", bytes([coding]) + body[:len(body) // 2])
        corpora.add("body", name + "_more", bytes([coding]) + body + b"more")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    corpora = Corpora(root)
    for target in ("json", "sse", "ndjson", "exchange", "request", "guard", "body"):
        corpora.begin(target)
    add_goldens(corpora)
    add_dialects(corpora)
    add_gemini(corpora)
    add_frames(corpora)
    add_bodies(corpora)
    for number, head in enumerate(HEADS):
        corpora.add("guard", f"head{number}", head.encode())
    for number, text in enumerate(JSONS):
        corpora.add("json", f"text{number}", text.encode())
    for folder in sorted(corpora.folder.iterdir()):
        print(folder.name, len(list(folder.iterdir())))


if __name__ == "__main__":
    main()
