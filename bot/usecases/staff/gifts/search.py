"""Find a gift to refund: the latest ones, or those of a day, of an amount, or with a number."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.amounts import read_amount
from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.ids import id_at, read_id
from bot.domain.time_input import read_day
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.money import offline as offline_rows
from bot.store.money import refunds as order_rows
from bot.usecases.context import Context, local_day
from content.cards import Tap
from content.messages.money import FoundGift
from payments.money import Money

SHOWN = 4  # gifts in one message: Discord has five rows
_LOOKED_BACK = timedelta(days=366)  # except for a day or a number
_UNTIL_PAID = timedelta(days=14)  # at most, between the first news of a gift and its payment by bank debit
_UNTIL_BOOKED = timedelta(days=31)  # at most, between a payment and its booking
_SAME_WEEK = timedelta(days=7)
_LARGEST = 10**11  # minor units
_NUMBER = re.compile(r"(?:(?:don|gift|dossier|case)\s*)?(?:n[°ºo]\.?|#)?\s*(\d[\d\s]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Gifts that fit what was typed. `by_number`: exactly the one that was named."""

    gifts: Sequence[FoundGift]
    by_number: int | None = None


async def latest(ctx: Context) -> Sequence[FoundGift]:
    """Return the newest paid gifts."""
    async with ctx.db.read() as conn:
        return await _shown(ctx, conn, await gifts.latest_paid(conn, id_at(ctx.clock() - _LOOKED_BACK), SHOWN))


async def search(ctx: Context, text: str) -> Found:
    """Return the gifts with this number (or the one a case with it is about), of this day, or of this amount."""
    today = local_day(ctx, ctx.clock())
    async with ctx.db.read() as conn:
        named = await _by_number(conn, text)
        of_day = await _of_day(ctx, conn, read_day(text, today, past=True))
        of_amount = [] if of_day else await _of_amount(ctx, conn, text)
        found = await _shown(ctx, conn, [*([named] if named else []), *of_day, *of_amount])
    is_only = named is not None and len(found) == 1
    return Found(gifts=found, by_number=named.id if named is not None and is_only else None)


async def same_week(ctx: Context, conn: Connection, about: Gift, supporter_id: int | None) -> Sequence[FoundGift]:
    """Return the other gifts of the same person within a week of this one."""
    person, at = supporter_id or about.supporter_id, about.book.paid_at
    if person is None or at is None:
        return ()
    others = [one for one in await gifts.of_supporter(conn, person, 50) if one.id != about.id and one.book.is_paid]
    near = [one for one in others if one.book.paid_at is not None and abs(one.book.paid_at - at) <= _SAME_WEEK]
    return await _shown(ctx, conn, near)


async def latest_of(ctx: Context, conn: Connection, supporter_id: int) -> Sequence[FoundGift]:
    """Return a person's newest paid gifts."""
    theirs = await gifts.of_supporter(conn, supporter_id, 50)
    return await _shown(ctx, conn, [one for one in theirs if one.book.is_paid])


async def _by_number(conn: Connection, text: str) -> Gift | None:
    match = _NUMBER.fullmatch(text.strip().casefold())
    number = read_id("".join(match[1].split())) if match is not None else None
    if number is None:
        return None
    return await gifts.by_id(conn, await order_rows.gift_of_case(conn, number) or number)


async def _of_day(ctx: Context, conn: Connection, day: date | None) -> list[Gift]:
    if day is None:
        return []
    start = datetime.combine(day, time(), ZoneInfo(ctx.zone))
    end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(ctx.zone))
    first, last = id_at(start - _UNTIL_PAID), id_at(end + _UNTIL_BOOKED)
    by_stripe = await gifts.paid_between(conn, start, end, first, last, SHOWN)
    offline = await gifts.by_ids(conn, await offline_rows.received(conn, day, SHOWN))  # entered up to years later
    return [*by_stripe, *offline.values()]


async def _of_amount(ctx: Context, conn: Connection, text: str) -> list[Gift]:
    campaigns = await campaign_rows.all_campaigns(conn)
    minors: dict[str, int] = {}
    for code in {campaign.goal.currency for campaign in campaigns}:
        read = read_amount(text, code=code, minimum=Money(1, code), maximum=Money(_LARGEST, code), charged=False)
        if isinstance(read, Money):
            minors[code] = read.minor
    since = id_at(ctx.clock() - _LOOKED_BACK)
    return [gift for code, minor in minors.items() for gift in await gifts.of_amount(conn, code, minor, since, SHOWN)]


async def _shown(ctx: Context, conn: Connection, found: Iterable[Gift]) -> Sequence[FoundGift]:
    unique = list({gift.id: gift for gift in found}.values())[:SHOWN]
    campaigns = await campaign_rows.by_ids(conn, {gift.campaign_id for gift in unique})
    return [_view(ctx, gift, campaigns[gift.campaign_id]) for gift in unique]


def _view(ctx: Context, gift: Gift, campaign: Campaign) -> FoundGift:
    return FoundGift(
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at) if gift.book.paid_at else None,
        show=Tap(action=f"rf:{gift.id}"),
    )
