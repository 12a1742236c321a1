#!/usr/bin/env python3
"""One table from one run: the router and nginx before the same simulated upstream.

Everything is on loopback and on the machine's own cores, so absolute figures say little; the ratio
to nginx in the same run is the result. The router runs with its ledger durable unless said
otherwise.
"""
import argparse
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).parent
PROMPT = ("Explain in two or three sentences what a reverse proxy does, why someone would put one in "
          "front of a web application, and name one thing that can go wrong with it.")


def chat_body(stream):
    return json.dumps({"model": "mistral:7b", "stream": stream,
                       "messages": [{"role": "user", "content": PROMPT}]})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_port(port, process):
    for _ in range(500):
        if process.poll() is not None:
            raise SystemExit(f"{process.args[0]} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"nothing listens on {port}")


def start(command, port, env=None):
    process = subprocess.Popen(command, env={**os.environ, **(env or {})},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_port(port, process)
    return process


def start_router(binary, directory, upstream, mode):
    port = free_port()
    env = {"LLM_ROUTER_LISTEN": f"127.0.0.1:{port}", "LLM_LEDGER": mode,
           "LLM_ROUTER_DB": f"{directory}/{mode}.db", "OLLAMA_URL": f"http://127.0.0.1:{upstream}",
           "LLM_LOCAL_PARALLEL": "64", "LLM_ROUTER_LOG_LEVEL": "warn"}
    return port, start([binary, "serve"], port, env)


def start_nginx(directory, upstream):
    port = free_port()
    text = (HERE / "nginx.conf.in").read_text()
    for name, value in {"DIR": directory, "UPSTREAM": upstream, "PORT": port,
                        "WORKERS": min(os.cpu_count(), 4)}.items():
        text = text.replace(f"@{name}@", str(value))
    conf = pathlib.Path(directory) / "nginx.conf"
    conf.write_text(text)
    return port, start(["nginx", "-p", directory, "-c", str(conf)], port)


def wrk(port, connections, seconds, body_file, path="/api/chat"):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / "post.lua"),
               f"http://127.0.0.1:{port}{path}"]
    out = subprocess.run(command, env={**os.environ, "BODY_FILE": body_file}, text=True,
                         capture_output=True, check=True).stdout
    result = json.loads(out.strip().splitlines()[-1])
    if result["errors"]:
        raise SystemExit(f"wrk saw {result['errors']} errors on port {port}")
    result["rps"] = result["requests"] / result["seconds"]
    return result


def first_byte_us(port, count):
    """Median microseconds from the request to the first body byte of a streamed answer."""
    body = chat_body(True).encode()
    request = (b"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
               b"Content-Length: %d\r\n\r\n" % len(body)) + body
    times = []
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(count):
            begin = time.perf_counter()
            client.sendall(request)
            data = b""
            first = None
            while not data.endswith(b"\r\n0\r\n\r\n"):
                data += client.recv(65536)
                if first is None and b"\r\n\r\n" in data and not data.endswith(b"\r\n\r\n"):
                    first = time.perf_counter()
            times.append(((first or time.perf_counter()) - begin) * 1e6)
    return statistics.median(times)


def resident_kib(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1))


def measure(port, args, body_file):
    first = wrk(port, 1, args.seconds, body_file)
    many = wrk(port, 64, args.seconds, body_file)
    return {"p50": first["p50_us"], "p99": first["p99_us"], "rps1": first["rps"],
            "p50_64": many["p50_us"], "p99_64": many["p99_us"], "rps64": many["rps"],
            "ttfb": first_byte_us(port, args.streams)}


def best(results):
    """Of several rounds: the best of each figure, which is the least disturbed one."""
    return {key: (max if key.startswith("rps") else min)(r[key] for r in results)
            for key in results[0]}


def print_table(table, memory):
    nginx, direct = table["nginx"], table["direct"]
    rows = [("requests/s, 64 connections", "rps64", False), ("requests/s, 1 connection", "rps1", False),
            ("added p50 us, 1 connection", "p50", True), ("added p99 us, 1 connection", "p99", True),
            ("added p50 us, 64 connections", "p50_64", True),
            ("added p99 us, 64 connections", "p99_64", True),
            ("added first byte us, streamed", "ttfb", True)]
    names = ["nginx", "durable", "async"]
    print(f"\n{'':32}{'direct':>10}" + "".join(f"{n:>10}" for n in names) + f"{'durable/nginx':>15}")
    for label, key, added in rows:
        values = [table[n][key] - (direct[key] if added else 0) for n in names]
        ratio = values[1] / values[0] if values[0] > 0 else float("nan")
        print(f"{label:32}{direct[key]:>10.0f}" + "".join(f"{v:>10.0f}" for v in values)
              + f"{ratio:>15.2f}")
    for label, key in (("resident MiB, idle", "idle"), ("resident MiB, after the load", "after")):
        values = [memory[n][key] / 1024 for n in names]
        print(f"{label:32}{'':>10}" + "".join(f"{v:>10.1f}" for v in values)
              + f"{values[1] / values[0]:>15.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("router")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--streams", type=int, default=300)
    parser.add_argument("--json", help="write the figures to this file, too")
    args = parser.parse_args()

    processes = []
    with tempfile.TemporaryDirectory() as directory:
        try:
            body_file = f"{directory}/body.json"
            pathlib.Path(body_file).write_text(chat_body(False))
            upstream, other = free_port(), free_port()
            processes.append(start([args.router, "simulate", "--ollama-port", str(upstream),
                                    "--openai-port", str(other)], upstream))
            targets = {"direct": (upstream, processes[0])}
            targets["nginx"] = start_nginx(directory, upstream)
            targets["durable"] = start_router(args.router, directory, upstream, "durable")
            targets["async"] = start_router(args.router, directory, upstream, "async")
            processes += [targets[n][1] for n in ("nginx", "durable", "async")]

            def resident(name):
                pid = targets[name][1].pid
                children = subprocess.run(["pgrep", "-P", str(pid)], text=True,
                                          capture_output=True).stdout.split()
                return sum(resident_kib(p) for p in [pid, *map(int, children)])

            memory = {n: {"idle": resident(n)} for n in ("nginx", "durable", "async")}
            rounds = [{name: measure(port, args, body_file) for name, (port, _) in targets.items()}
                      for _ in range(args.rounds)]
            table = {name: best([r[name] for r in rounds]) for name in targets}
            for name in memory:
                memory[name]["after"] = resident(name)
            print_table(table, memory)
            if args.json:
                pathlib.Path(args.json).write_text(json.dumps({"table": table, "memory": memory}))
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()


if __name__ == "__main__":
    main()
