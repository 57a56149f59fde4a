"""Programs of a benchmark in separate processes. It imports little, since every one of them imports it."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

SECRET = "whsec_bench"
ENGINES = ("sqlite", "postgresql")
_STARTED = time.monotonic()


def progress(text: str) -> None:
    """Say on standard error what runs now, and how many seconds this process has taken so far."""
    print(f"[{time.monotonic() - _STARTED:4.0f} s] {text}", file=sys.stderr, flush=True)


class Program:
    """A benchmark program in its own process. It prints one line of JSON about itself and runs until `stop`."""

    def __init__(self, module: str, *arguments: str) -> None:
        command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.info = self._line()

    def ask(self, question: str) -> dict[str, Any]:
        """Send one line and return the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a benchmark program ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """Close its input, which ends it; kill it after 10 seconds."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


async def serve_requests(info: dict[str, Any], answer: Callable[[str], Awaitable[dict[str, Any]]]) -> None:
    """Be the other end of a Program: print `info`, then answer each line until the input ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print(json.dumps(info), flush=True)
    while line := await reader.readline():
        print(json.dumps(await answer(line.decode().strip())), flush=True)
