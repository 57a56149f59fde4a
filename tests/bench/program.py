"""Programs of a benchmark in separate processes. It imports little, since every one of them imports it."""

import asyncio
import json
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

SECRET = "whsec_bench"
ENGINES = ("sqlite", "postgresql")
_STARTED = time.monotonic()


def progress(text: str) -> None:
    """Say on standard error what runs now, and how many seconds this process has taken so far."""
    print(f"[{time.monotonic() - _STARTED:4.0f} s] {text}", file=sys.stderr, flush=True)


def _spawn(module: str, arguments: Sequence[str]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


Start = Callable[[str, Sequence[str]], Any]  # the last: a Popen, or what the smoke test starts (see forked.py)
start: Start = _spawn
processes: Any = multiprocessing.get_context("spawn")


def load_process() -> ProcessPoolExecutor:
    """Return a pool of one process, for the load."""
    return ProcessPoolExecutor(1, processes)


def output_of(module: str, *arguments: str) -> str:
    """Run a program to its end and return what it prints. Raises RuntimeError if it fails."""
    running = start(module, arguments)
    running.stdin.close()
    printed: str = running.stdout.read()
    running.stdout.close()
    if status := running.wait():
        raise RuntimeError(f"{module} {arguments[0]} ended with status {status}")
    return printed


class Program:
    """A benchmark program in its own process. It prints one line of JSON about itself and runs until `stop`."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = start(module, arguments)
        self.info = self._line()

    def ask(self, question: str) -> dict[str, Any]:
        """Send one line and return the answer."""
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a benchmark program ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """Close its input, which ends it; kill it after 10 seconds."""
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


async def serve_requests(info: dict[str, Any], answer: Callable[[str], Awaitable[dict[str, Any]]]) -> None:
    """Be the other end of a Program: print `info`, then answer each line until the input ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print(json.dumps(info), flush=True)
    while line := await reader.readline():
        print(json.dumps(await answer(line.decode().strip())), flush=True)
