"""An external provider that notes every request it was sent: the truth a ledger is measured by."""
import asyncio
import json
import re
import threading


class Provider:
    """Speaks the OpenAI API on a thread of its own; `seen` are the tags ("tag-...") of the prompts
    that reached it. The address 0.0.0.0 leads to this machine and does not count as local."""

    def __init__(self, chunks=10, pause=0.05):
        self.seen = []
        self.chunks, self.pause = chunks, pause
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._ready.wait()
        self.url = f"http://0.0.0.0:{self.port}/v1"

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()

    def stop(self):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=10)

    async def _connection(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = re.search(r"content-length: (\d+)", head, re.I)
                body = await reader.readexactly(int(length.group(1)) if length else 0)
                await self._answer(head, body, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, head, body, writer):
        if head.startswith("GET"):
            models = json.dumps({"object": "list", "data": [{"id": "gpt-4o-mini"}]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                         + str(len(models)).encode() + b"\r\n\r\n" + models)
            return
        self.seen.append(re.search(rb"tag-[\w-]+", body).group().decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                     b"Transfer-Encoding: chunked\r\n\r\n")
        for index in range(self.chunks):
            self._event(writer, {"choices": [{"index": 0, "delta": {"content": f"word{index} "}}]})
            await writer.drain()
            await asyncio.sleep(self.pause)
        self._event(writer, {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self._event(writer, {"choices": [], "usage": {
            "prompt_tokens": 12, "completion_tokens": self.chunks,
            "total_tokens": 12 + self.chunks}})
        self._chunk(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    def _event(self, writer, fields):
        event = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1,
                 "model": "gpt-4o-mini-2024-07-18", **fields}
        self._chunk(writer, b"data: " + json.dumps(event).encode() + b"\n\n")

    @staticmethod
    def _chunk(writer, data):
        writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
