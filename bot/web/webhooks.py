"""Webhooks: raw bytes in, a bare status out. No templates and no middleware, for thousands of them a second."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.tracing import traced
from bot.usecases.money.intake import Intake, NotAccepted

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Report = Callable[[Exception, str, str], object]  # error, place, item (bot/usecases/failures.py)
TakeUpdate = Callable[[bytes, str | None], Awaitable[int]]  # raw body, secret header -> HTTP status

STRIPE_BODY_MOST = 512 * 1024  # bytes; Stripe's largest events stay well below
TELEGRAM_BODY_MOST = 1024 * 1024


def stripe(intake: Intake, report: Report) -> Handler:
    """POST /webhooks/stripe: 200 once the event is durable. Responses never say in detail what was wrong."""

    async def handle(request: web.Request) -> web.Response:
        raw = await _read(request, STRIPE_BODY_MOST)
        if raw is None:
            return _bare(413)
        try:
            with traced():
                await intake.receive(raw, request.headers.get("Stripe-Signature", ""))
        except NotAccepted as why:
            log.warning("refused a delivery on Stripe's webhook: %s", why)
            return _bare(why.status)
        except Exception as error:  # Stripe will send it again
            report(error, "Stripe events", "its webhook")
            return _bare(500)
        return _bare(200)

    return handle


def telegram(take: TakeUpdate | None, report: Report) -> Handler:
    """POST /webhooks/telegram: 404 while Telegram is off or polled."""

    async def handle(request: web.Request) -> web.Response:
        if take is None:
            return _bare(404)
        if request.headers.get("Content-Type") != "application/json":
            return _bare(415)
        raw = await _read(request, TELEGRAM_BODY_MOST)
        if raw is None:
            return _bare(413)
        try:
            status = await take(raw, request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        except Exception as error:  # Telegram will send it again
            report(error, "answers on telegram", "its webhook")
            status = 500
        return _bare(status)

    return handle


async def _read(request: web.Request, most: int) -> bytes | None:
    """Return the raw body, or None if it is larger than `most` bytes (by its declared length, without reading it)."""
    if (request.content_length or 0) > most:
        return None
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        return None
    return raw if len(raw) <= most else None


def _bare(status: int) -> web.Response:
    return web.Response(status=status)
