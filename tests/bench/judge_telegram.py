"""A minimal Telegram that accepts messages and checks their pace: at most `limit` in any sliding second.

Separate from the sandbox and as light as possible, so that it is never the bottleneck. A sender that is too fast gets a
flood wait that refuses everything, as Telegram's do. The broadcast benchmark runs it in its own process.
"""

import asyncio
import json
import math
import random
import re
import time
from collections import Counter, deque
from typing import Any, cast

from tests.bench.program import serve_requests

TOKEN = "123456:bench"
LATENCY = 0.06  # seconds from a request's arrival to its answer
WAIT = 3.0  # seconds of a flood wait
_IN_FLIGHT = 0.05  # seconds after the first 429 in which requests in transit still arrive
_CHAT = re.compile(rb'chat_id"?(?:\r\n(?:[^\r\n]+\r\n)*\r\n|=|\s*:\s*"?)(-?\d+)')  # multipart, form or JSON
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_ME = {"id": 123456, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


class Judge:
    """Counts messages since `reset`. `limit` 0: no limit. `flood_at`: force a flood wait after this many messages.

    `lose`: drop the answers of this many in a thousand messages, at random.
    """

    def __init__(self) -> None:
        self.reset(0, 0)

    def reset(self, limit: int, flood_at: int, lose: int = 0, seed: int = 1) -> None:
        """Reset all counters and set the limits."""
        self.limit, self.flood_at, self.lose = limit, flood_at, lose
        self.rng = random.Random(seed)
        self.lost: set[bytes] = set()
        self.window: deque[float] = deque(maxlen=max(limit, 1))
        self.accepted = self.refused = self.refused_late = self.floods = 0
        self.first = self.last = 0.0
        self.flood_until = self.flood_began = 0.0
        self.chats: Counter[bytes] = Counter()

    def arrived(self, chat: bytes) -> float:
        """Record a message; return 0 if it is accepted, else the seconds to wait."""
        now = time.perf_counter()
        if now < self.flood_until:
            self.refused += 1
            self.refused_late += now > self.flood_began + LATENCY + _IN_FLIGHT
            return self.flood_until - now
        too_fast = self.limit and len(self.window) == self.limit and now - self.window[0] < 1.0
        if too_fast or (self.flood_at and self.accepted == self.flood_at and not self.floods):
            self.floods += 1
            self.refused += 1
            self.flood_began, self.flood_until = now, now + WAIT
            return WAIT
        self.window.append(now)
        self.first = self.first or now
        self.last = now
        self.accepted += 1
        self.chats[chat] += 1
        return 0.0

    def figures(self) -> dict[str, Any]:
        """Return what was recorded; times in seconds."""
        return {
            "accepted": self.accepted,
            "people": len(self.chats),
            "refused": self.refused,
            "refused_late": self.refused_late,
            "floods": self.floods,
            "seconds": self.last - self.first,
        }


class Wire(asyncio.Protocol):
    """The part of HTTP/1.1 that bots use."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            if found := _LENGTH.search(head):
                size = end + 4 + int(found[1])
                if len(self._buffer) < size:
                    return
            elif b"chunked" in head.lower():
                last = self._buffer.find(b"\r\n0\r\n\r\n", end)
                if last < 0:
                    return
                size = last + 7
            else:
                size = end + 4
            request, self._buffer = self._buffer[:size], self._buffer[size:]
            self._answer(head.split(b" ", 2)[1], request[end:])

    def _answer(self, path: bytes, body: bytes) -> None:
        if not path.endswith(b"/sendMessage"):
            self._say(200, {"ok": True, "result": _ME if path.endswith(b"/getMe") else True})
            return
        found = _CHAT.search(body)
        chat = found[1] if found else b"0"
        if (wait := self._judge.arrived(chat)) > 0:
            after = math.ceil(wait - 0.5 * LATENCY)
            told = {"description": f"Too Many Requests: retry after {after}", "parameters": {"retry_after": after}}
            later = (429, {"ok": False, "error_code": 429, **told})
        else:
            message = {"message_id": self._judge.accepted, "date": int(time.time()), "text": "-"}
            later = (200, {"ok": True, "result": {**message, "chat": {"id": int(chat), "type": "private"}}})
        loop = asyncio.get_running_loop()
        if later[0] == 200 and self._judge.rng.randrange(1000) < self._judge.lose:
            self._judge.lost.add(chat)
            loop.call_later(LATENCY, self._transport.abort)
        else:
            loop.call_later(LATENCY, self._say, *later)

    def _say(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if not self._transport.is_closing():
            self._transport.write(head.encode() + body)


async def main() -> None:
    judge = Judge()
    server = await asyncio.get_running_loop().create_server(lambda: Wire(judge), "127.0.0.1", 0, backlog=512)

    async def answer(question: str) -> dict[str, Any]:
        if question == "figures":
            return judge.figures()
        if question == "copies":
            return {
                "copies": {chat.decode(): times for chat, times in judge.chats.items()},
                "lost": [chat.decode() for chat in judge.lost],
            }
        judge.reset(*map(int, question.split()))
        return {}

    api = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    await serve_requests({"api": api, "token": TOKEN}, answer)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
