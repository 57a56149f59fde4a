"""Reconcile: what Stripe says by itself is not enough. Read its list of events, fetch fees, retry what failed."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store import answers, cursors, events, gifts
from bot.usecases.context import Context
from bot.usecases.intake import Intake
from bot.usecases.record_payments import Arrived, apply_set
from bot.usecases.staff.handling import tell_all
from payments.facts import HANDLED_TYPES, UnreadableEvent, read_event

log = logging.getLogger(__name__)

_CURSOR = "stripe_events"
_OVERLAP = timedelta(minutes=10)  # Stripe's list may show an event a little after a later one
_REACH = timedelta(days=29)  # Stripe keeps 30 days
_WAITS_AT_MOST = timedelta(days=30)  # after that the gift it waits for was never ours
_FIRST_LOOK = timedelta(days=1)
_SILENT_AFTER = timedelta(minutes=15)  # an event that Stripe has not brought by then it will hardly bring
_LISTED_AT_ONCE = 1000
_RETRIED_AT_ONCE = 100
_FEES_AT_ONCE = 100


async def poll(ctx: Context, intake: Intake) -> int:
    """Read the events since the last time, with an overlap, through the same door as webhooks; how many were read.

    Raises GatewayUnavailable or GatewayRefused; the cursor then stays where it is.
    """
    now = ctx.clock()
    async with ctx.db.read() as conn:
        last = await cursors.read(conn, _CURSOR)
    since = now - _FIRST_LOOK if last is None else max(last - _OVERLAP, now - _REACH)
    listed = await ctx.gateway.events(since, HANDLED_TYPES)
    taken = 0
    for start in range(0, len(listed), _LISTED_AT_ONCE):
        taken += await _take_new(ctx, intake, listed[start : start + _LISTED_AT_ONCE])
    if taken:
        log.info("%d events came by polling", taken)
    # By Stripe's clock, never by ours: one that is ahead would step over what is yet to be listed.
    reached = datetime.fromtimestamp(listed[-1]["created"], UTC) if listed else since
    if last is None or reached > last:
        async with ctx.db.write() as conn:
            await cursors.write(conn, _CURSOR, reached)
    return taken


async def _take_new(ctx: Context, intake: Intake, listed: Sequence[dict[str, Any]]) -> int:
    """Hand over what has not come in yet; how many. What failed is left to its own pace."""
    async with ctx.db.read() as conn:
        known = await events.stored(conn, [event["id"] for event in listed])
    fresh = [event for event in listed if event["id"] not in known]
    if fresh:
        taken = await intake.take(fresh)
        await _say_if_silent(ctx, taken)
        return len(taken)
    return 0


async def _say_if_silent(ctx: Context, fresh: Sequence[Arrived]) -> None:
    """Tell staff, once a day, where events are found that no webhook has brought for a while."""
    if not ctx.public_url:
        return
    now = ctx.clock()
    overdue = [event for event in fresh if event.created < now - _SILENT_AFTER]
    if overdue:
        async with ctx.db.write() as conn:
            await tell_all(ctx, conn, f"webhook_silent:{now:%Y%m%d}", "webhook_silent", events=len(overdue))


async def retry_failed(ctx: Context, intake: Intake) -> int:
    """Try the events again that could not be applied; how many were due."""
    async with ctx.db.read() as conn:
        due = await events.to_retry(conn, ctx.clock(), _RETRIED_AT_ONCE)
    again = []
    for stored in due:
        try:
            event = read_event((stored.body or "").encode())
            facts, unreadable = event.facts, None
        except UnreadableEvent as why:
            facts, unreadable = (), str(why)
        again.append(
            Arrived(
                id=stored.id,
                type=stored.type,
                created=stored.created_at,
                facts=facts,
                body=(stored.body or "").encode(),
                unreadable=unreadable,
                attempts=stored.attempts,
            )
        )
    await intake.retry(again)
    return len(again)


async def fetch_fees(ctx: Context) -> int:
    """Ask for the fees of gifts whose balance transaction exists by now; how many were learned."""
    async with ctx.db.read() as conn:
        wanted = await gifts.without_fee(conn, _FEES_AT_ONCE)
    if not wanted:
        return 0
    fees = await ctx.gateway.balance_transactions(wanted)
    arrived = [Arrived(id=fee.event_id, type="fee", created=fee.at, facts=(fee,), body=b"") for fee in fees]
    await apply_set(ctx, arrived)
    return len(fees)


async def tidy(ctx: Context) -> None:
    """Drop what is of no use any more: private answers that have run out, and events that wait for nobody's gift."""
    async with ctx.db.write() as conn:
        await answers.drop_expired(conn, ctx.clock())
        dropped = await events.forget_waiting(conn, ctx.clock() - _WAITS_AT_MOST)
    if dropped:
        log.info("%d events waited in vain for a gift of ours and were dropped", dropped)
