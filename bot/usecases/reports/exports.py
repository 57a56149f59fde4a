"""The tables that treasurers and analysts take away: our ids and amounts, never a name. docs/exports.md defines them.

Columns are only ever added at the end: spreadsheets and scripts of charities rely on them.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.lateral import EVERYTHING, Scope
from bot.domain.periods import Period
from bot.domain.rights import Standing
from bot.store.broadcasts import broadcasts as broadcast_rows
from bot.store.campaigns import campaigns
from bot.store.db import Connection
from bot.store.referrals import figures as referral_rows
from bot.store.reports import exports as rows
from bot.store.reports import payouts as payout_rows
from bot.usecases.broadcasts.report import report
from bot.usecases.context import Context, local_day
from bot.usecases.core.tables import Value, amount

Rows = AsyncIterator[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Export:
    """One table: its columns, and what yields its rows within a scope."""

    columns: Sequence[str]
    read: Callable[[Context, Connection, Scope], Rows]


async def read(ctx: Context, table: Export, scope: Scope = EVERYTHING) -> Rows:
    """Yield the rows of a table as they are at one moment."""
    async with ctx.db.snapshot() as conn:
        async for row in table.read(ctx, conn, scope):
            yield row


async def _gifts(ctx: Context, conn: Connection, scope: Scope) -> Rows:
    async for found in rows.gifts(conn, _period(ctx, scope), scope.campaign_id):
        gift, book = found.gift, found.gift.book
        assert book.paid_at is not None
        yield (
            gift.id,
            gift.day,
            book.paid_at,
            found.campaign,
            None if gift.forgotten else gift.supporter_id,
            gift.touch.kind.name.lower(),
            gift.touch.id or None,
            book.pledge is not None,
            book.state.value,
            book.currency,
            amount(book.amount, book.currency),
            amount(book.refunded.minor, book.currency),
            amount(book.counted.minor, book.currency),
            None if book.fee is None or book.fee_currency is None else amount(book.fee, book.fee_currency),
            book.fee_currency,
            gift.late,
            gift.standing is Standing.PROVED,
            book.payment_intent,
            book.invoice,
            book.charge,
            book.origin.value,
            found.banked_on,
            found.slip,
            found.receipted_by,
            found.received_from,
        )


async def _donors(ctx: Context, conn: Connection, scope: Scope) -> Rows:
    async for donor in rows.donors(conn, _period(ctx, scope), scope.campaign_id):
        yield (
            donor.supporter,
            donor.currency,
            donor.gifts,
            amount(donor.total, donor.currency),
            donor.first_day,
            donor.last_day,
            donor.is_new,
            donor.monthly,
            donor.news,
            donor.reminders,
        )


async def _ledger(ctx: Context, conn: Connection, scope: Scope) -> Rows:
    async for line in rows.ledger(conn, _period(ctx, scope), scope.campaign_id):
        yield (
            line.entry,
            line.day,
            line.at,
            line.event,
            line.gift,
            line.campaign,
            line.account,
            line.currency,
            amount(line.minor, line.currency),
            line.payout,
        )


async def _broadcasts(ctx: Context, conn: Connection, scope: Scope) -> Rows:
    slugs = {found.id: found.slug for found in await campaigns.all_campaigns(conn)}
    for broadcast_id in await rows.broadcast_ids(conn, scope):
        broadcast = await broadcast_rows.get(conn, broadcast_id)
        if broadcast is None:
            continue
        found = await report(ctx, broadcast)
        shares = found.platforms.values()
        base: list[Value] = [
            broadcast.id,
            broadcast.kind,
            slugs[broadcast.campaign_id],
            broadcast.state.value,
            broadcast.started_at,
            broadcast.ended_at,
            sum(found.progress.people.values()),
            sum(share.sent for share in shares),
            sum(found.progress.places.values()),
            found.unsubscribed,
            found.taps,
        ]
        base += [found.gifts]
        for money in found.money:
            yield (*base, money.currency, amount(money.minor, money.currency))
        if not found.money:
            yield (*base, None, None)


async def _referrals(ctx: Context, conn: Connection, scope: Scope) -> Rows:
    async for row in referral_rows.exported(conn, scope):
        yield row


async def _payouts(ctx: Context, conn: Connection, scope: Scope) -> Rows:
    async for paid in payout_rows.exported(conn, scope):
        payout, parts, code = paid.payout, paid.parts, paid.payout.money.currency
        sums = (
            (None,) * 6
            if parts is None
            else (parts.gross, parts.fees, parts.refunds, parts.disputes, parts.not_ours, parts.other)
        )
        yield (
            payout.id,
            payout.arrives_on,
            payout.created_at,
            payout.status,
            "automatic" if payout.automatic else "instant" if payout.instant else "manual",
            code,
            *(None if minor is None else amount(minor, code) for minor in sums),
            amount(payout.money.minor, code),
            parts is not None,
            None if parts is None else parts.gifts,
        )


async def _payout_items(ctx: Context, conn: Connection, scope: Scope) -> Rows:
    day = _days(ctx)
    async for item in payout_rows.exported_items(conn, scope):
        moved, code = item.movement, item.movement.gross.currency
        given = moved.presented
        yield (
            moved.id,
            item.payout.id,
            item.payout.arrives_on,
            moved.kind.value,
            moved.type,
            day(moved.created_at),
            code,
            *(amount(money.minor, code) for money in (moved.gross, moved.fee, moved.net)),
            item.gift_id,
            moved.payment_intent,
            moved.source,
            None if given is None else amount(given.minor, given.currency),
            None if given is None else given.currency,
        )


def _period(ctx: Context, scope: Scope) -> Period:
    """Return the days of a scope, for rows whose day was fixed when they were booked, whatever the zone is now."""
    since, until = (None if at is None else local_day(ctx, at) for at in (scope.since, scope.until))
    return Period(since=since, until=until)


def _days(ctx: Context) -> Callable[[datetime], str]:
    """Return a function that names the day of a time in the charity's zone, as YYYY-MM-DD."""
    zone = ZoneInfo(ctx.zone)
    return lambda at: at.astimezone(zone).date().isoformat()


EXPORTS: Mapping[str, Export] = {
    "gifts": Export(
        (
            "gift", "day", "paid_at", "campaign", "supporter", "origin", "origin_id", "monthly", "state", "currency",
            "amount", "refunded", "counted", "fee", "fee_currency", "late", "proved", "stripe_payment",
            "stripe_invoice", "stripe_charge", "way", "deposited", "slip", "receipted_by", "received_from",
        ),
        _gifts,
    ),
    "donors": Export(
        (
            "supporter", "currency", "gifts", "total", "first_gift_day", "last_gift_day", "new", "monthly", "news",
            "reminders",
        ),
        _donors,
    ),
    "ledger": Export(
        ("entry", "day", "at", "event", "gift", "campaign", "account", "currency", "amount", "payout"),
        _ledger,
    ),
    "broadcasts": Export(
        (
            "broadcast", "kind", "campaign", "state", "started_at", "ended_at", "people", "sent", "places",
            "unsubscribed", "taps", "gifts", "currency", "total",
        ),
        _broadcasts,
    ),
    "payouts": Export(
        (
            "payout", "day", "created_at", "status", "kind", "currency", "gross", "fees", "refunds", "disputes",
            "not_ours", "other", "net", "itemised", "gifts",
        ),
        _payouts,
    ),
    "payout-items": Export(
        (
            "item", "payout", "payout_day", "kind", "type", "day", "currency", "gross", "fee", "net", "gift",
            "stripe_payment", "stripe_source", "paid", "paid_currency",
        ),
        _payout_items,
    ),
    "referrals": Export(referral_rows.EXPORTED, _referrals),
}  # fmt: skip
