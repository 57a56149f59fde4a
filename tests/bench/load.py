"""A load generator over keep-alive connections, run in its own process, with few instructions per request.

Closed loop: each connection sends its next request once the previous one is answered; this finds the throughput.
Open loop: requests are due at fixed times, whatever the server does, and latencies count from the intended time, so
that a stalling server is charged for all requests that had to wait.
"""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Source(Protocol):
    """Produces the requests to send. Must be picklable, since it moves to the load's process."""

    def next(self) -> tuple[bytes, bool]:
        """Return a whole HTTP request, and whether its content is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is sent, and where."""

    port: int
    source: Source
    seconds: float
    rate: float | None = None  # requests a second for an open loop; None: closed
    connections: int = 64


@dataclass(slots=True, kw_only=True)
class Run:
    """The outcome. Latencies in seconds; `unique` counts new requests answered with 200."""

    seconds: float = 0.0
    answered: int = 0
    unique: int = 0
    refused: int = 0
    latencies: list[float] = field(default_factory=list, repr=False)


@dataclass(slots=True)
class _Sending:
    intended: float
    is_new: bool
    raw: bytes


def run(plan: Plan) -> Run:
    """Execute the plan. Blocks; meant for a separate process."""
    return asyncio.run(_Load(plan).run())


class _Load:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._due: deque[_Sending] = deque()
        self._idle: deque[_Connection] = deque()  # used in rotation: servers close idle connections
        self._busy = 0
        self._rest = asyncio.Event()
        self._end = float("inf")
        self._failure: ConnectionError | None = None
        self.result = Run()

    async def run(self) -> Run:
        loop = asyncio.get_running_loop()
        for _ in range(self._plan.connections):
            _, connection = await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._plan.port)
            self._idle.append(connection)
        connections = list(self._idle)
        started = time.perf_counter()
        if self._plan.rate is None:
            self._end = started + self._plan.seconds
            while self._idle:
                self._idle.popleft().send(self._next(time.perf_counter()))
                self._busy += 1
        else:
            await self._offer(started, self._plan.rate)
        await asyncio.wait_for(self._rest.wait(), self._plan.seconds + 60)
        if self._failure is not None:
            raise self._failure
        self.result.seconds = time.perf_counter() - started
        for connection in connections:
            connection.close()
        return self.result

    async def _offer(self, started: float, rate: float) -> None:
        """Send each event at its own time, on a free connection or as soon as one is free.

        The end is set when all have been sent: on a stalled machine that is later than planned, and a pause in between
        is not the end.
        """
        total = int(rate * self._plan.seconds)
        for number in range(total):
            intended = started + number / rate
            if (early := intended - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            sending = self._next(intended)
            if self._idle:
                self._idle.popleft().send(sending)
                self._busy += 1
            else:
                self._due.append(sending)
            if number % 8 == 0:
                await asyncio.sleep(0)
        self._end = 0.0
        if not self._busy:
            self._rest.set()

    def _next(self, intended: float) -> _Sending:
        raw, is_new = self._plan.source.next()
        return _Sending(intended, is_new, raw)

    def answered(self, connection: "_Connection", sent: _Sending, status: int) -> None:
        """Record an answer and give the free connection the next event."""
        now, result = time.perf_counter(), self.result
        result.latencies.append(now - sent.intended)
        if status == 200:
            result.answered += 1
            result.unique += sent.is_new
        else:
            result.refused += 1
        if self._due:
            connection.send(self._due.popleft())
        elif self._plan.rate is None and now < self._end:
            connection.send(self._next(now))
        else:
            self._idle.append(connection)
            self._busy -= 1
            if not self._busy and now >= self._end:
                self._rest.set()

    def broken(self, why: Exception | None) -> None:
        """Abort: the server closed a connection that should have stayed open, so later figures would be wrong."""
        self._failure = ConnectionError(f"the server closed a connection: {why!r}")
        self._rest.set()


class _Connection(asyncio.Protocol):
    """One keep-alive connection with one request in flight."""

    def __init__(self, load: _Load) -> None:
        self._load = load
        self._got = b""
        self._sent: _Sending | None = None
        self._is_closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def send(self, sending: _Sending) -> None:
        self._sent = sending
        self._transport.write(sending.raw)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        assert self._sent is not None
        self._got = b""
        self._load.answered(self, self._sent, int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._is_closing:
            self._load.broken(exc)

    def close(self) -> None:
        self._is_closing = True
        self._transport.close()


def _length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0] or 0)


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return the bytes of a POST request with a JSON body."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body
