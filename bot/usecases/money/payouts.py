"""Book payouts and what moves the Stripe balance, so that the ledger's account `stripe` has exactly that balance.

Payouts come by their events, and are listed as well, since events can be lost. Movements are listed twice: all of them
as they come, and those of an automatic payout once Stripe has reconciled it, which says what it consists of. Manual and
instant payouts stay without.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.ids import id_at
from bot.store.core import cursors, switches
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.gifts.gifts import NewEntry
from bot.store.money import payouts as rows
from bot.usecases.context import Context, local_day
from bot.usecases.core.isolate import each_at_stripe
from payments import books
from payments.books import Books
from payments.facts import PayoutReported
from payments.payouts import Kind, Movement, Payout, join, movement_books, payout_books, payout_of

log = logging.getLogger(__name__)

_SINCE = "stripe_account_since"  # what came before is not in the books
_READ = "stripe_movements"  # until when movements were read
_LISTED = "stripe_payouts"  # when payouts were last listed
_LAG = timedelta(minutes=10)  # movements are read once their gift's own event has probably come
_OVERLAP = timedelta(hours=1)  # Stripe may list a movement a little after a later one
_WINDOW = timedelta(days=1)
_PAGES_AT_ONCE = 500  # per run; a long history is read in several
_CAN_STILL_FAIL = timedelta(days=30)
_ITEMISED_AT_ONCE = 20
_LINKED = "stripe_movements_linked"  # gifts recorded until then were linked to movements read before them
_PAYMENT_KNOWN_WITHIN = timedelta(days=7)  # after its gift: Stripe may say later which payment it was
_LINKED_AT_ONCE = 1_000


async def since_known(ctx: Context, conn: Connection) -> datetime | None:
    """Return from when on the Stripe balance is booked (UTC), or None before Obole first asked."""
    return await cursors.read(conn, _SINCE, ctx.clock())


async def since(ctx: Context, conn: Connection) -> datetime:
    """Return from when on the Stripe balance is booked: before the first gift, or when Obole first asks."""
    known = await since_known(ctx, conn)
    if known is not None:
        return known
    first = await gifts.first_paid(conn)
    start = (ctx.clock() if first is None else first - _WINDOW).replace(microsecond=0)
    await cursors.write(conn, _SINCE, start)
    return start


# -- payouts --


async def record(ctx: Context, conn: Connection, facts: Sequence[PayoutReported]) -> None:
    """Write what these facts state, in any order, with the entries that book it."""
    if not facts:
        return
    start = await since(ctx, conn)
    known = await rows.by_ids(conn, {fact.payout_id for fact in facts})
    changed: dict[str, Payout] = {}
    entries = []
    for fact in facts:
        before, after = known.get(fact.payout_id), payout_of(fact)
        if before is not None:
            after = join(before, after)
        if after == before:
            continue
        known[after.id] = changed[after.id] = after
        if after.created_at >= start:
            postings = books.entry(payout_books(before) if before else {}, payout_books(after))
            entries += [NewEntry(ctx.ids.new(), fact.event_id, postings, payout_id=after.id)] if postings else []
    await rows.write(conn, changed.values())
    now = ctx.clock()
    await gifts.book(conn, entries, now, local_day(ctx, now))


async def list_payouts(ctx: Context) -> None:
    """Read the payouts that can still change, then itemise those that Stripe has reconciled.

    Raises GatewayUnavailable or GatewayRefused, for example if the key may not read payouts.
    """
    now = ctx.clock()
    async with ctx.db.write_money() as conn:
        start = await since(ctx, conn)
        listed = await cursors.read(conn, _LISTED, now)
    async for page in ctx.gateway.payouts(max(start, (listed or start) - _CAN_STILL_FAIL), now):
        async with ctx.db.write_money() as conn:
            await record(ctx, conn, page)
    async with ctx.db.write_money() as conn:
        await cursors.write(conn, _LISTED, now)
        due = await rows.to_itemise(conn, start, _ITEMISED_AT_ONCE)

    async def itemise(payout_id: str) -> bool:
        return await _itemise(ctx, payout_id)

    await each_at_stripe(ctx, "payouts", due, itemise, name=str)


async def _itemise(ctx: Context, payout_id: str) -> bool:
    """Record what an automatic payout consists of, page by page: it may be thousands of movements."""
    async for page in ctx.gateway.payout_movements(payout_id):
        async with ctx.db.write_money() as conn:
            await _add(ctx, conn, page)
            await rows.put_into(conn, payout_id, [one.id for one in page])
    async with ctx.db.write_money() as conn:
        await rows.set_itemised(conn, payout_id, ctx.clock())
    return True


# -- movements --


async def read_movements(ctx: Context) -> None:
    """Read what moved the Stripe balance since the last time, day by day, and the balance itself.

    Raises GatewayUnavailable or GatewayRefused; the next run continues where this one ended.
    """
    async with ctx.db.write_money() as conn:
        start = await since(ctx, conn)
        reached = await cursors.read(conn, _READ, ctx.clock()) or start
    until, pages = ctx.clock() - _LAG, 0
    while reached < until and pages < _PAGES_AT_ONCE:
        before = min(reached + _WINDOW, until)
        async for page in ctx.gateway.movements(max(reached - _OVERLAP, start), before):
            pages += 1
            async with ctx.db.write_money() as conn:
                await _add(ctx, conn, page)
        reached = before
        async with ctx.db.write() as conn:
            await cursors.write(conn, _READ, reached)
    await _link_late_gifts(ctx)
    balance = await ctx.gateway.balance()
    async with ctx.db.write() as conn:
        at = ctx.clock()
        await switches.set_switch(conn, Switch(name=switches.STRIPE_BALANCE, on=True, value=balance, at=at))


async def is_read(ctx: Context, conn: Connection) -> bool:
    """Return whether all movements were read but for those of the last minutes."""
    reached = await cursors.read(conn, _READ, ctx.clock())
    return reached is not None and ctx.clock() - reached <= _OVERLAP


async def _add(ctx: Context, conn: Connection, page: Sequence[Movement]) -> None:
    """Store and book the movements that are new."""
    known = await rows.known_movements(conn, [one.id for one in page])
    start = await since(ctx, conn)
    new = [_from(start, one) for one in page if one.id not in known]
    if not new:
        return
    theirs = await rows.gifts_of(conn, new)
    await rows.add_movements(conn, [(one, theirs.get(one.id)) for one in new])
    await _book(ctx, conn, new[-1].id, {}, _sum([(one, one.id in theirs) for one in new]))


def _from(start: datetime, movement: Movement) -> Movement:
    """Return the movement as it counts here: a payout that is not in the books, being older, is not ours."""
    at = movement.source_created_at
    is_older = movement.kind is Kind.PAYOUT and at is not None and at < start
    return replace(movement, kind=Kind.OTHER) if is_older else movement


async def _link_late_gifts(ctx: Context) -> None:
    """Move movements that turned out to belong to a gift, whose event came after they were read."""
    now = ctx.clock()
    async with ctx.db.write_money() as conn:
        until = await cursors.read(conn, _LINKED, now) or await since(ctx, conn)
    first = id_at(until - _PAYMENT_KNOWN_WITHIN)
    while True:
        async with ctx.db.write_money() as conn:
            late = await rows.unlinked(conn, first, _LINKED_AT_ONCE)
            if not late:
                await cursors.write(conn, _LINKED, now)
                return
            for movement, gift_id in late:
                await rows.link(conn, movement.id, gift_id)
            as_read = _sum([(movement, False) for movement, _ in late])
            await _book(ctx, conn, late[0][0].id, as_read, _sum([(movement, True) for movement, _ in late]))
        log.info("%d movements of the Stripe balance were linked to gifts that came later", len(late))


def _sum(moved: Sequence[tuple[Movement, bool]]) -> Books:
    """Return what the books must have for these movements, each ours or not."""
    sums: Counter[tuple[str, str]] = Counter()
    for one, ours in moved:
        sums.update(movement_books(one.kind, one.gross, one.fee, one.presented, ours=ours))
    return sums


async def _book(ctx: Context, conn: Connection, event_id: str, before: Books, after: Books) -> None:
    if postings := books.entry(before, after):
        now = ctx.clock()
        await gifts.book(conn, [NewEntry(ctx.ids.new(), event_id, postings)], now, local_day(ctx, now))
