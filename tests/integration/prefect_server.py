"""A Prefect server in a process of its own, on the loopback address, that ends with the block."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

STARTING, ENDING = 300, 120
"""Seconds that a server may take to answer, and to end."""

HELD = """
import subprocess, sys
server = subprocess.Popen([sys.executable, *sys.argv[1:]])
try:
    sys.stdin.read()
finally:
    server.terminate()
    server.wait()
"""
"""Runs a server for as long as somebody holds the other end of its input: it outlives no killed test run."""


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url: str) -> bool:
    """Tell whether the server is up."""
    try:
        return httpx.get(f"{url}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@contextmanager
def prefect_server(environment: dict[str, str], log: Path) -> Iterator[str]:
    """Yield the address of the server's interface; afterwards nothing of the server is left running."""
    port = str(free_port())
    command = ["-m", "prefect", "server", "start", "--no-ui", "--host", "127.0.0.1", "--port", port]
    with (
        log.open("w", encoding="utf-8") as written,
        subprocess.Popen(
            [sys.executable, "-c", HELD, *command],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}/api"
            last = time.monotonic() + STARTING
            while not answers(url):
                if time.monotonic() > last:
                    raise TimeoutError(f"the server does not answer: {log.read_text(encoding='utf-8')}")
                time.sleep(0.5)
            yield url
        finally:
            process.stdin.close()
            process.wait(ENDING)
