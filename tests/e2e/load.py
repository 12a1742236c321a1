"""Many plain HTTP clients at once, without a client library in the way."""
import asyncio
import json


def request_bytes(path, body):
    text = json.dumps(body).encode()
    return (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(text)}\r\n\r\n").encode() + text


async def read_answer(reader):
    """(status, headers, body) of an answer with Content-Length."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    lines = head.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    body = await reader.readexactly(int(headers["content-length"]))
    return int(lines[0].split()[1]), headers, body


async def client(host, port, requests, results):
    reader, writer = await asyncio.open_connection(host, port)
    for request in requests:
        writer.write(request)
        results.append(await read_answer(reader))
    writer.close()


def run_clients(url, per_client):
    """Runs one client per list of requests, all at once; the answers."""
    host, port = url.removeprefix("http://").split(":")
    results = []

    async def everybody():
        await asyncio.gather(*(client(host, port, requests, results) for requests in per_client))

    asyncio.run(everybody())
    return results
