"""A stopwatch at both ends of a bot in this process: an update's bytes come in, its answer is handed over."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

import aiohttp
from telegram.request import BaseRequest, RequestData

from bot.platforms.telegram.transport import EncodedBody
from tests.bench.updates import FIRST_ID
from tests.waiting import until

_ANSWERS = ("/sendPhoto", "/sendMessage", "/editMessageText", "/editMessageMedia", "/editMessageCaption")
_NOTHING_COMES = 8.0  # seconds without an answer after which what is missing was dropped


class Watch:
    """When each person's updates came in, and how long (in seconds) until the answer to each went out."""

    def __init__(self) -> None:
        self._waiting: defaultdict[int, deque[float]] = defaultdict(deque)
        self._answered: set[int] = set()
        self._cpu = 0.0
        self.seconds: list[float] = []

    def came(self, body: bytes, at: float) -> None:
        """Note an update. The answers to one person leave in the order of their updates."""
        update = json.loads(body)
        if update["update_id"] < FIRST_ID:  # one of the fake Telegram's own, such as START, sent again
            return
        who = (update.get("message") or update["callback_query"])["from"]["id"]
        self._waiting[who].append(at)

    def answered(self, url: str, chat: object) -> None:
        """Note that an answer is about to be sent."""
        if not url.endswith(_ANSWERS):
            return
        self._answered.add(int(str(chat)))
        if waiting := self._waiting[int(str(chat))]:
            self.seconds.append(time.perf_counter() - waiting.popleft())

    async def wait_for_answers_to(self, users: Iterable[int]) -> None:
        """Wait until all of them have had an answer. Raises TimeoutError after ten minutes."""
        await until(lambda: self._answered.issuperset(users), within=600, every=0.1)

    def watch(self, transport: type[BaseRequest]) -> None:
        """Stand between python-telegram-bot and a transport, in this process."""
        hand_over = transport.do_request

        async def timed(self_: Any, url: str, method: str, request_data: Any = None, **rest: Any) -> tuple[int, bytes]:
            if request_data is not None:
                self.answered(url, _chat_of(request_data))
            return await hand_over(self_, url, method, request_data, **rest)

        setattr(transport, "do_request", timed)  # noqa: B010 - only in this process

    def begin(self) -> None:
        """Forget what was measured, and what is still missing."""
        self._waiting.clear()
        self.seconds.clear()
        self._cpu = time.process_time()

    async def end(self) -> dict[str, Any]:
        """Wait for the answers that are still due, then return seconds of each, and of CPU for all of them."""
        answered, since = -1, time.monotonic()
        while any(self._waiting.values()) and time.monotonic() - since < _NOTHING_COMES:
            if answered != len(self.seconds):
                answered, since = len(self.seconds), time.monotonic()
            await asyncio.sleep(0.1)
        return {"seconds": self.seconds, "cpu": time.process_time() - self._cpu}


def _chat_of(data: RequestData | EncodedBody) -> object:
    return data.chat or 0 if isinstance(data, EncodedBody) else data.parameters.get("chat_id", 0)


async def people(api: str, count: int) -> list[int]:
    """Return the ids of new people in the fake Telegram."""
    async with aiohttp.ClientSession() as session:
        users = [await _ask(session, api, "add_user", first_name=f"P{n}", language_code="fr") for n in range(count)]
    return [user["id"] for user in users]


async def press_start(api: str, users: Iterable[int]) -> None:
    """Let these people press START in the fake Telegram."""
    async with aiohttp.ClientSession() as session:
        for user in users:
            await _ask(session, api, "press_start", user=user)


async def _ask(session: aiohttp.ClientSession, api: str, verb: str, **arguments: Any) -> dict[str, Any]:
    async with session.post(f"{api}/_sandbox/{verb}", json=arguments) as answer:
        found: dict[str, Any] = await answer.json()
        result: dict[str, Any] = found.get("result", found)
        return result
