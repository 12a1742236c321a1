"""kill -9 in the middle of 200 open streams."""
import asyncio
import json
import signal

from conftest import Router, Simulator
from ledger_truth import assert_stats_equal_ledger
from load import request_bytes


async def stream(host, port, index, answered, under_way, tokens):
    """One streamed answer; notes its id when the terminal line was received."""
    request_id = None
    try:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(request_bytes("/api/chat", {"model": "auto", "messages": [
            {"role": "user", "content": f"What is the capital of country number {index}?"}],
            "options": {"num_predict": tokens}}))
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request_id = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)[
            "x-router-request-id"]
        under_way.add(request_id)
        data = b""
        while b'"done":true' not in data:
            block = await reader.read(65536)
            if not block:
                return
            data += block
        answered.add(request_id)
    except (OSError, asyncio.IncompleteReadError):
        pass


def test_no_answered_query_is_without_its_row(tmp_path):
    simulator = Simulator("tokens_per_second=50,answer_tokens=1000")
    router = Router(tmp_path, simulator, LLM_LOCAL_PARALLEL="300")
    answered, under_way = set(), set()

    async def clients():
        host, port = router.url.removeprefix("http://").split(":")
        short = [asyncio.create_task(stream(host, port, i, answered, under_way, 10))
                 for i in range(60)]
        await asyncio.gather(*short)
        long = [asyncio.create_task(stream(host, port, i, answered, under_way, 1000))
                for i in range(60, 290)]
        while len(under_way) < 290 and not all(task.done() for task in long):
            await asyncio.sleep(0)
        open_streams = sum(not task.done() for task in long)
        router.child.send_signal(signal.SIGKILL)
        await asyncio.gather(*long)
        return open_streams

    try:
        open_streams = asyncio.run(clients())
        assert open_streams >= 200, open_streams
        router.stop()
        assert len(answered) >= 50

        again = Router(tmp_path, simulator)
        try:
            rows = again.sql("SELECT request_id, status, is_final FROM attempts")
            by_id = {request_id: status for request_id, status, _ in rows}
            assert len(by_id) == len(rows), "duplicate rows"
            assert all(by_id[request_id] == "ok" for request_id in answered)
            # Streams that had begun to answer are there, too: interrupted, unless they had ended.
            assert all(by_id[request_id] in ("ok", "interrupted") for request_id in under_way)
            assert sum(status == "interrupted" for status in by_id.values()) >= 150
            assert again.sql("PRAGMA integrity_check") == [("ok",)]
            assert assert_stats_equal_ledger(again.url, again.db) == len(rows)
        finally:
            assert again.stop() == 0
    finally:
        simulator.stop()
