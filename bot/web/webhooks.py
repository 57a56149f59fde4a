"""Pushed events: raw bytes in, a bare status out. No template, no middleware: thousands of them come in a second."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.web.doors import Outcome

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STRIPE_BODY_MOST = 512 * 1024  # bytes; Stripe's largest events stay well below
TELEGRAM_BODY_MOST = 1024 * 1024


def stripe(door: Callable[[bytes, str], Awaitable[Outcome]]) -> Handler:
    """POST /webhooks/stripe: 200 once the event is durable; never says in detail what was wrong."""

    async def handle(request: web.Request) -> web.Response:
        raw = await _read(request, STRIPE_BODY_MOST)
        if raw is None:
            return _bare(413)
        try:
            outcome = await door(raw, request.headers.get("Stripe-Signature", ""))
        except Exception:
            log.exception("an event from Stripe could not be taken in; Stripe will send it again")
            return _bare(500)
        if outcome.status != 200:
            log.warning("refused a delivery on Stripe's webhook: %s", outcome.reason)
        return _bare(outcome.status)

    return handle


def telegram(door: Callable[[bytes, str | None], Awaitable[int]] | None) -> Handler:
    """POST /webhooks/telegram: 404 while Telegram is switched off or polled."""

    async def handle(request: web.Request) -> web.Response:
        if door is None:
            return _bare(404)
        if request.headers.get("Content-Type") != "application/json":
            return _bare(415)
        raw = await _read(request, TELEGRAM_BODY_MOST)
        if raw is None:
            return _bare(413)
        try:
            status = await door(raw, request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        except Exception:
            log.exception("an update from Telegram could not be taken in; Telegram will send it again")
            status = 500
        return _bare(status)

    return handle


async def _read(request: web.Request, most: int) -> bytes | None:
    """The raw body; None where it is larger than `most` bytes, said before reading it where it is announced."""
    if (request.content_length or 0) > most:
        return None
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        return None
    return raw if len(raw) <= most else None


def _bare(status: int) -> web.Response:
    return web.Response(status=status)
