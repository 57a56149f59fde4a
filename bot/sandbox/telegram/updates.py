"""Updates for the bot: queued, then fetched by long polling or pushed to a webhook."""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.kit import Json
from bot.sandbox.telegram.errors import bad, conflict, ours

KINDS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
    "callback_query", "my_chat_member", "chat_member", "chat_join_request", "message_reaction",
    "message_reaction_count", "poll", "poll_answer", "shipping_query", "pre_checkout_query", "chat_boost",
    "removed_chat_boost", "business_connection", "business_message", "edited_business_message",
    "deleted_business_messages", "purchased_paid_media", "guest_message", "managed_bot",
})  # fmt: skip
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MOST_WAITING = 100_000
WEBHOOK_PORTS = (80, 88, 443, 8443)
MOST_SECRET = 256  # characters
RETRY_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5)


class Updates:
    """The queue of updates with both ways of delivery. `now` returns Unix seconds."""

    def __init__(self, now: Callable[[], int], first_id: int) -> None:
        self._now, self._next = now, first_id
        self.waiting: deque[Json] = deque(maxlen=MOST_WAITING)
        self.allowed: list[str] | None = None  # None: Telegram's default
        self.url, self.secret, self.connections = "", None, 40
        self.error: tuple[int, str] | None = None
        self._arrival = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self._pushing: asyncio.Task[None] | None = None

    secret: str | None

    def push(self, kind: str, payload: Json) -> bool:
        """Queue an update if the bot asked for its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in ON_REQUEST
        if wanted:
            self.waiting.append({"update_id": self._next, kind: payload})
            self._next += 1
            self._arrival.set()
        return wanted

    # --- long polling ---
    async def fetch(self, p: Json) -> list[Json]:
        """Handle getUpdates. A second poller ends the first one's wait with 409."""
        if self.url:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        if "allowed_updates" in p:
            self.allowed = _kinds(p["allowed_updates"])
        limit = p.get("limit", 100)
        if not 1 <= limit <= 100:
            raise ours("limit must be between 1 and 100")
        self._confirm(p.get("offset", 0))
        if self._poller and not self._poller.done():
            self._poller.set_exception(conflict(
                "terminated by other getUpdates request; make sure that only one bot instance is running"
            ))  # fmt: skip
        mine = self._poller = asyncio.get_running_loop().create_future()
        try:
            if not self.waiting:
                await self._wait(mine, min(p.get("timeout", 0), 50))
        finally:
            if mine.done():
                mine.exception()
            else:
                mine.cancel()
        return [update for update, _ in zip(self.waiting, range(limit), strict=False)]

    @property
    def has_poller(self) -> bool:
        """Whether a getUpdates is waiting."""
        return self._poller is not None and not self._poller.done()

    def stop_waiting(self) -> None:
        """Answer a waiting poll now, without updates."""
        self._arrival.set()

    async def _wait(self, mine: asyncio.Future[None], seconds: float) -> None:
        self._arrival.clear()
        arrival: asyncio.Future[Literal[True]] = asyncio.ensure_future(self._arrival.wait())
        both: set[asyncio.Future[Any]] = {arrival, mine}
        try:
            await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if mine.done():
                mine.result()
        finally:
            arrival.cancel()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = self._next + offset
        while self.waiting and self.waiting[0]["update_id"] < offset:
            self.waiting.popleft()

    # --- webhook ---
    def set_webhook(self, p: Json) -> bool:
        _check_webhook(p)
        if "allowed_updates" in p:
            self.allowed = _kinds(p["allowed_updates"])
        if p.get("drop_pending_updates"):
            self.waiting.clear()
        self.url, self.secret = p["url"], p.get("secret_token")
        self.connections, self.error = p.get("max_connections", 40), None
        self._stop_pushing()
        if self.url:
            self._pushing = asyncio.get_running_loop().create_task(self._push_all())
        return True

    def info(self) -> Json:
        info: Json = {"url": self.url, "has_custom_certificate": False, "pending_update_count": len(self.waiting)}
        if self.url:
            info |= {"max_connections": self.connections, "ip_address": "127.0.0.1"}
        if self.error:
            info |= {"last_error_date": self.error[0], "last_error_message": self.error[1]}
        if self.allowed:
            info["allowed_updates"] = self.allowed
        return info

    async def stop(self) -> None:
        task = self._pushing
        self._stop_pushing()
        if task:
            await asyncio.gather(task, return_exceptions=True)
        if self._poller and not self._poller.done():
            self._poller.set_exception(conflict("the sandbox stops"))

    def _stop_pushing(self) -> None:
        if self._pushing:
            self._pushing.cancel()
            self._pushing = None

    async def _push_all(self) -> None:
        """Push in order, at most `connections` at once; retry failures after a pause."""
        failures = 0
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
            while True:
                if not self.waiting:
                    self._arrival.clear()
                    await self._arrival.wait()
                batch = [self.waiting[i] for i in range(min(self.connections, len(self.waiting)))]
                taken = await asyncio.gather(*(self._push_one(session, update) for update in batch))
                for update, done in zip(batch, taken, strict=True):
                    # A full queue may have dropped it meanwhile.
                    if done and update in self.waiting:
                        self.waiting.remove(update)
                failures = 0 if all(taken) else failures + 1
                if failures:
                    await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS)) - 1])

    async def _push_one(self, session: aiohttp.ClientSession, update: Json) -> bool:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.secret
        try:
            async with session.post(self.url, data=json.dumps(update).encode(), headers=headers) as answer:
                if 200 <= answer.status < 300:
                    return True
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            problem = f"Connection failed: {type(error).__name__}"
        self.error = (self._now(), problem)
        return False


def _kinds(names: object) -> list[str] | None:
    """Return the kinds, or None for all. Unknown names are refused as typing mistakes; Telegram ignores them."""
    if not isinstance(names, list) or not all(name in KINDS for name in names):
        raise ours(f"allowed_updates: unknown kind of update in {names!r}")
    return names or None


def _check_webhook(p: Json) -> None:
    url = p["url"]
    if not url:
        return
    parts = urlsplit(url)
    # On this machine any port and plain http are allowed, as with a local Bot API server
    # (core.telegram.org/bots/api, "Using a Local Bot API Server").
    if parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        if parts.scheme != "https":
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if (parts.port or 443) not in WEBHOOK_PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    elif parts.scheme not in ("http", "https"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = p.get("secret_token", "x")
    if len(secret) > MOST_SECRET:
        raise bad("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad("secret token contains unallowed characters")
    if not 1 <= p.get("max_connections", 40) <= 100:
        raise ours("max_connections must be between 1 and 100")
