#!/usr/bin/env python3
"""Queries at a constant rate to an Azure that is reached by TLS with tokens that expire.

The router signs in to a simulated Entra; both it and the simulated Azure stand behind nginx with a
certificate of a private authority. Shown are queries that failed, tokens that were fetched, handshakes,
and the router's memory. Exits with 1 unless every query succeeded and every token was fetched once.
"""
import argparse
import asyncio
import json
import math
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).parent / "load"))
from bench import free_port, start  # noqa: E402

# Leads to this machine and counts as external: the name of the certificate, too.
HOST = "0.0.0.0"
BODY = json.dumps({"model": "azure/gpt-4o-prod", "max_tokens": 8,
                   "messages": [{"role": "user", "content": "What is 2+2?"}]}).encode()
RENEWED_AT = 0.8


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def make_certificates(folder):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
            "/CN=Private authority", "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=soak", "-keyout",
            f"{folder}/server.key", "-out", f"{folder}/server.csr")
    (folder / "san").write_text(f"subjectAltName=IP:{HOST}\n")
    openssl("x509", "-req", "-in", f"{folder}/server.csr", "-CA", f"{folder}/ca.pem", "-CAkey",
            f"{folder}/ca.key", "-CAcreateserial", "-days", "2", "-extfile", f"{folder}/san",
            "-out", f"{folder}/server.pem")


def start_nginx(folder, azure, identity):
    ports = free_port(), free_port()
    server = """server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    access_log {folder}/{name}.log seen;
    keepalive_requests 1000;
    location / {{
        proxy_pass http://127.0.0.1:{to};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
    }}
}}
"""
    servers = "".join(server.format(port=port, folder=folder, name=name, to=to)
                      for port, name, to in zip(ports, ("azure", "identity"), (azure, identity)))
    (folder / "nginx.conf").write_text(f"""pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
log_format seen '$status $ssl_session_reused $connection_requests';
{servers}}}
""")
    return ports, start(["nginx", "-p", str(folder), "-c", f"{folder}/nginx.conf"], ports[0])


def start_simulator(binary, token_seconds):
    azure, identity = free_port(), free_port()
    process = start(
        [binary, "simulate", "--ollama-port", "0", "--openai-port", "0",
         "--provider", f"azure={azure}", "--provider", f"identity={identity}",
         "--provider-model", "azure=gpt-4o-prod=gpt-4o-2024-11-20",
         "--identity-tenant", "tenant-1", "--identity-client", "client-1",
         "--identity-secret", "secret-of-the-soak", "--token-seconds", str(token_seconds)], identity)
    return azure, identity, process


def start_router(binary, folder, azure, identity):
    port = free_port()
    environment = {
        "LLM_ROUTER_LISTEN": f"127.0.0.1:{port}", "LLM_ROUTER_DB": f"{folder}/ledger.db",
        "LLM_CA_FILE": f"{folder}/ca.pem", "LLM_AZURE_ENDPOINT": f"https://{HOST}:{azure}",
        "AZURE_AUTHORITY_HOST": f"https://{HOST}:{identity}", "AZURE_TENANT_ID": "tenant-1",
        "AZURE_CLIENT_ID": "client-1", "AZURE_CLIENT_SECRET": "secret-of-the-soak",
        "LLM_AZURE_DEPLOYMENT_MODELS": "gpt-4o-prod=gpt-4o", "OLLAMA_URL": "http://127.0.0.1:9",
        "LLM_ROUTER_LOG_LEVEL": "warn"}
    return port, start([binary, "serve"], port, environment)


class Load:
    """Queries at points in time that do not depend on how fast they are answered."""

    def __init__(self, port, rate, seconds):
        self.port, self.rate, self.seconds = port, rate, seconds
        self.sent = self.ok = 0
        self.failures = {}
        self.worst = 0.0
        self.request = (b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                        b"Content-Type: application/json\r\nContent-Length: "
                        + str(len(BODY)).encode() + b"\r\n\r\n" + BODY)

    async def run(self, connections=64):
        due = asyncio.Queue()
        workers = [asyncio.create_task(self._worker(due)) for _ in range(connections)]
        begin = time.monotonic()
        for number in range(int(self.rate * self.seconds)):
            wait = begin + number / self.rate - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            due.put_nowait(time.monotonic())
        for _ in workers:
            due.put_nowait(None)
        await asyncio.gather(*workers)

    async def _worker(self, due):
        reader = writer = None
        while (at := await due.get()) is not None:
            self.sent += 1
            try:
                if writer is None:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(self.request)
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(re.search(rb"content-length: (\d+)", head, re.I).group(1))
                body = await reader.readexactly(length)
                self._note(int(head.split(b" ", 2)[1]), body, time.monotonic() - at)
            except (OSError, asyncio.IncompleteReadError, AttributeError) as fault:
                self._note(0, repr(fault).encode(), 0)
                writer = None

    def _note(self, status, body, seconds):
        self.worst = max(self.worst, seconds)
        if status == 200 and b"chat.completion" in body:
            self.ok += 1
        else:
            key = f"{status}: {body[:200].decode(errors='replace')}"
            self.failures[key] = self.failures.get(key, 0) + 1


def resident_mib(process):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return round(int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024, 1)


def seen(folder, name):
    return [line.split() for line in (folder / f"{name}.log").read_text().splitlines()]


def report(folder, load, token_seconds, memory, rows):
    azure, identity = seen(folder, "azure"), seen(folder, "identity")
    fresh = [entry for entry in azure if entry[2] == "1"]
    return {
        "queries": load.sent, "answered": load.ok, "failures": load.failures,
        "slowest_s": round(load.worst, 3), "rows_in_ledger": rows,
        "token_seconds": token_seconds,
        "tokens_fetched": sum(entry[0] == "200" for entry in identity),
        "tokens_expected": math.ceil(load.seconds / (token_seconds * RENEWED_AT)),
        "refused_with_401": sum(entry[0] == "401" for entry in azure),
        "connections_to_azure": len(fresh),
        "sessions_resumed": sum(entry[1] == "r" for entry in fresh), "memory_mib": memory}


def count_rows(folder):
    import sqlite3
    with sqlite3.connect(f"file:{folder}/ledger.db?mode=ro", uri=True) as database:
        return database.execute("SELECT count(*) FROM attempts WHERE status = 'ok'").fetchone()[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--seconds", type=int, default=1200)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--token-seconds", type=int, default=60)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    processes = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_certificates(folder)
        try:
            azure, identity, simulator = start_simulator(options.binary, options.token_seconds)
            processes.append(simulator)
            (tls_azure, tls_identity), nginx = start_nginx(folder, azure, identity)
            processes.append(nginx)
            port, router = start_router(options.binary, folder, tls_azure, tls_identity)
            processes.append(router)
            load = Load(port, options.rate, options.seconds)
            memory = [resident_mib(router)]
            asyncio.run(load.run())
            memory.append(resident_mib(router))
            router.terminate()
            router.wait(timeout=60)
            result = report(folder, load, options.token_seconds, memory, count_rows(folder))
        finally:
            for process in processes:
                process.terminate()
                process.wait()
        print(json.dumps(result, indent=1))
    good = not result["failures"] and result["answered"] == result["queries"]
    once = abs(result["tokens_fetched"] - result["tokens_expected"]) <= 1
    return 0 if good and once else 1


if __name__ == "__main__":
    sys.exit(main())
