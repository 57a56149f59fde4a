"""Reconcile with Stripe beyond webhooks: poll its event list, fetch fees and retry failed events."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store.core import cursors, private_replies
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.money import events
from bot.usecases.context import Context, local_day
from bot.usecases.core import clock_check
from bot.usecases.core.isolate import each
from bot.usecases.core.notify import notify_staff
from bot.usecases.money.intake import Intake
from bot.usecases.money.record import ReceivedEvent, apply_set
from payments.facts import CARD_TYPES, POLLED_TYPES, FeeKnown, UnreadableEvent, read_event

log = logging.getLogger(__name__)

_CURSOR = "stripe_events"  # how far polling has read, by Stripe's clock
_WHOLE = "stripe_events_whole"  # how far the last poll with the whole overlap has read
_LOOKED = "stripe_events_looked"  # when that was, by our clock
_OVERLAP = timedelta(seconds=30)
_WHOLE_OVERLAP = timedelta(minutes=10)
_WHOLE_EVERY = timedelta(minutes=10)
_REACH = timedelta(days=29)  # Stripe keeps 30 days
# A gift's own event comes within minutes, by webhook or by polling. Events that wait longer belong to the charity's
# other subscriptions, whose charges look like those of our renewals; if polling works, that is certain soon.
_WAITS = timedelta(days=3)
_WAITS_AT_MOST = timedelta(days=30)  # if polling fails, or an event that may bring the gift was set aside
_POLLED_WITHIN = timedelta(hours=1)
_FIRST_POLL = timedelta(days=1)
_RETRIED_AT_ONCE = 100
_FEES_AT_ONCE = 1000  # per run, each minute
_FEES_IN_A_SET = 100


async def poll(ctx: Context, intake: Intake) -> int:
    """Read the events since the last poll into the same intake as webhooks; return how many were taken in.

    Page by page, the newest first: any order of the same events gives the same gifts. Each poll reads the last half
    minute again, since Stripe may list an event a little after a later one, and ten minutes every ten minutes. Raises
    GatewayUnavailable or GatewayRefused; the cursors then stay where they are.
    """
    now = ctx.clock()
    async with ctx.db.read() as conn:
        last, whole = [await cursors.read(conn, name, now) for name in (_CURSOR, _WHOLE)]
        looked = await cursors.read_past(conn, _LOOKED, now)  # a value ahead of now came from a wrong clock
    is_whole = whole is None or looked is None or looked <= now - _WHOLE_EVERY
    if last is None:
        since = now - _FIRST_POLL
    elif is_whole:
        since = min(whole or last, last) - _WHOLE_OVERLAP
    else:
        since = last - _OVERLAP
    listed_from = now - _REACH
    since = max(since, listed_from)
    # The last whole poll read everything until then. `since` says nothing of the kind: it follows the newest event.
    if looked is not None and looked < listed_from:
        await _report_missed(ctx, looked, listed_from)
    taken, reached, compared = 0, last or since, False
    types = POLLED_TYPES + (CARD_TYPES if ctx.quick_give else ())
    async for page in ctx.gateway.event_pages(since, types):
        if not compared:  # before our own work delays the next page
            compared = True
            await clock_check.compare(ctx, ctx.gateway.answered_at)
        taken += await _take_new(ctx, intake, page[::-1])
        # By Stripe's clock: if ours is ahead, it would skip events that are yet to be listed.
        reached = max(reached, datetime.fromtimestamp(max(event["created"] for event in page), UTC))
    if not compared:
        await clock_check.compare(ctx, ctx.gateway.answered_at)
    if taken:
        log.info("%d events came by polling", taken)
    moved = ({_CURSOR: reached} if reached != last else {}) | ({_WHOLE: reached, _LOOKED: now} if is_whole else {})
    if moved:
        async with ctx.db.write() as conn:
            for name, at in moved.items():
                await cursors.write(conn, name, at)
    return taken


async def _report_missed(ctx: Context, since: datetime, until: datetime) -> None:
    """Notify staff once of a period whose events Stripe no longer lists."""
    log.error("Stripe's events from %s to %s are no longer listed", since.isoformat(), until.isoformat())
    days = {name: local_day(ctx, at).isoformat() for name, at in (("since", since), ("until", until))}
    async with ctx.db.write() as conn:
        await notify_staff(ctx, conn, f"events_missed:{since:%Y%m%d}", "events_missed", **days)


async def _take_new(ctx: Context, intake: Intake, listed: Sequence[dict[str, Any]]) -> int:
    """Take in events that are not stored yet; return how many. Failed ones are retried on their own schedule."""
    async with ctx.db.read() as conn:
        known = await events.stored(conn, [event["id"] for event in listed])
    fresh = [event for event in listed if event["id"] not in known]
    if fresh:
        taken = await intake.take(fresh)
        await _report_if_silent(ctx, intake, taken)
        return len(taken)
    return 0


async def _report_if_silent(ctx: Context, intake: Intake, polled: Sequence[ReceivedEvent]) -> None:
    """Notify staff, once a day per cause, if webhooks do not arrive or are refused."""
    now = ctx.clock()
    cause = intake.health.polled(polled, now)
    if cause is not None and ctx.public_url:
        async with ctx.db.write() as conn:
            await notify_staff(ctx, conn, f"webhook_silent:{now:%Y%m%d}:{cause}", "webhook_silent", cause=cause)


async def retry_failed(ctx: Context, intake: Intake) -> int:
    """Retry the failed events that are due; return how many."""
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
            ReceivedEvent(
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
    """Fetch the fees of gifts with a balance transaction; return how many were found.

    In random order: Stripe is asked one by one for a few that are not on its newest pages.
    """
    async with ctx.db.read() as conn:
        wanted = await gifts.without_fee(conn, _FEES_AT_ONCE)
    if not wanted:
        return 0
    ctx.rng.shuffle(wanted)
    fees = await ctx.gateway.balance_transactions(wanted)
    sets = [fees[start : start + _FEES_IN_A_SET] for start in range(0, len(fees), _FEES_IN_A_SET)]
    learned: list[FeeKnown] = []

    async def apply(some: Sequence[FeeKnown]) -> None:
        await apply_set(
            ctx, [ReceivedEvent(id=f.event_id, type="fee", created=f.at, facts=(f,), body=b"") for f in some]
        )
        learned.extend(some)

    await each(ctx, "fees", sets, apply, name=lambda some: some[0].event_id)
    return len(learned)


async def prune(ctx: Context) -> None:
    """Delete expired private replies, and events that no gift has claimed in time."""
    async with ctx.db.write() as conn:
        await private_replies.drop_expired(conn, ctx.clock())
        dropped = await events.delete_waiting(conn, ctx.clock() - await _max_wait(ctx, conn))
    if dropped:
        log.info("%d events waited in vain for a gift of ours and were dropped", dropped)


async def _max_wait(ctx: Context, conn: Connection) -> timedelta:
    """Return how long an event waits for its gift."""
    now = ctx.clock()
    looked = await cursors.read_past(conn, _LOOKED, now)
    all_known = looked is not None and now - looked <= _POLLED_WITHIN and not await events.failed(conn)
    return _WAITS if all_known else _WAITS_AT_MOST
