"""Rows of the exported tables, read a page at a time."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.gifts import Gift
from bot.domain.lateral import Scope
from bot.domain.people import Preference
from bot.domain.periods import Period
from bot.store import pages
from bot.store.broadcasts.tables import broadcast
from bot.store.campaigns.tables import campaign
from bot.store.gifts.gifts import read_gift
from bot.store.gifts.tables import entry, gift, posting
from bot.store.money.tables import imported_gift, offline_gift
from bot.store.monthly.tables import pledge
from bot.store.reports.figures import for_campaign, in_period, within
from bot.store.supporters.tables import preference
from payments.pledges import ENDED


class ExportedGift(NamedTuple):
    """A paid gift, the short name of its campaign, and of a gift outside Stripe when and with what it was deposited.

    The last two are of an imported gift: who issues its receipt, and the charity that legally gave it.
    """

    gift: Gift
    campaign: str
    banked_on: date | None
    slip: int | None
    receipted_by: str | None
    received_from: str | None


class ExportedDonor(NamedTuple):
    """What a supporter gave in one currency within the scope: counted gifts, total in minor units."""

    supporter: int
    currency: str
    gifts: int
    total: int
    first_day: date
    last_day: date
    is_new: bool  # had never given before
    monthly: bool
    news: bool
    reminders: bool


class ExportedPosting(NamedTuple):
    """One line of the ledger: minor units, positive for a debit. The postings of an entry sum to zero.

    `day`: the posting day, in the charity's zone when it was booked.
    """

    entry: int
    account: str
    currency: str
    at: datetime
    event: str
    gift: int | None
    campaign: str | None
    minor: int
    payout: str | None
    day: date


async def gifts(conn: AsyncConnection, period: Period, campaign_id: int | None) -> AsyncIterator[ExportedGift]:
    """Yield the paid gifts of the period by id, including refunded and disputed ones."""
    query = (
        select(gift, campaign.c.slug, offline_gift.c.banked_on, offline_gift.c.slip_id)
        .join_from(gift, campaign, campaign.c.id == gift.c.campaign_id)
        .add_columns(imported_gift.c.receipted_by, imported_gift.c.received_from)
        .outerjoin(offline_gift, offline_gift.c.gift_id == gift.c.id)
        .outerjoin(imported_gift, imported_gift.c.gift_id == gift.c.id)
        .where(gift.c.paid_at.is_not(None), _gifts_of(period, campaign_id))
    )
    async for row in pages.pages(conn, query, (gift.c.id,)):
        details = (row.slug, row.banked_on, row.slip_id, row.receipted_by, row.received_from)
        yield ExportedGift(read_gift(row._mapping), *details)


async def donors(conn: AsyncConnection, period: Period, campaign_id: int | None) -> AsyncIterator[ExportedDonor]:
    """Yield each known donor of the period, once per currency."""
    known = gift.c.supporter_id.is_not(None) & gift.c.forgotten.is_(False)
    counts = and_(known, gift.c.counted > 0, _gifts_of(period, campaign_id))
    key, any_gift = (gift.c.supporter_id, gift.c.currency), gift.alias()
    of_the_same = and_(any_gift.c.supporter_id == gift.c.supporter_id, any_gift.c.counted > 0)
    first_ever = select(func.min(any_gift.c.paid_at)).where(of_the_same).scalar_subquery()
    query = (
        select(
            *key,
            func.count(),
            func.sum(gift.c.counted),
            func.min(gift.c.day),
            func.max(gift.c.day),
            func.min(gift.c.paid_at) == first_ever,
            exists().where(pledge.c.supporter_id == gift.c.supporter_id, pledge.c.status.not_in(ENDED)),
            _accepts(Preference.NEWS),
            _accepts(Preference.REMINDERS),
        )
        .where(counts)
        .group_by(*key)
    )
    # Ranges of ids, which the index serves: a page of groups sorted by both columns would be sorted out of all of them.
    highest = (await conn.execute(select(func.max(gift.c.supporter_id)))).scalar_one() or 0
    for after in range(0, highest, pages.ROWS):
        ids = and_(gift.c.supporter_id > after, gift.c.supporter_id <= after + pages.ROWS)
        for row in (await conn.execute(query.where(ids).order_by(*key))).all():
            yield ExportedDonor._make((*row[:3], int(row[3]), *row[4:6], *map(bool, row[6:])))


async def ledger(
    conn: AsyncConnection, period: Period, campaign_id: int | None = None
) -> AsyncIterator[ExportedPosting]:
    """Yield the postings of the period by their posting day, entry by entry."""
    key = (entry.c.id, posting.c.account, posting.c.currency)
    query = (
        select(*key, entry.c.at, entry.c.event_id, entry.c.gift_id, campaign.c.slug, posting.c.minor)
        .add_columns(entry.c.payout_id, entry.c.day)
        .join_from(entry, posting, posting.c.entry_id == entry.c.id)
        .outerjoin(gift, gift.c.id == entry.c.gift_id)
        .outerjoin(campaign, campaign.c.id == gift.c.campaign_id)
        .where(in_period(entry.c.day, period, gift.c.campaign_id, campaign_id))
    )
    async for row in pages.pages(conn, query, key):
        yield ExportedPosting._make(row)


async def broadcast_ids(conn: AsyncConnection, scope: Scope) -> Sequence[int]:
    """Return the ids of the broadcasts that were started within the scope."""
    started = and_(broadcast.c.started_at.is_not(None), within(broadcast.c.started_at, scope))
    query = select(broadcast.c.id).where(started, for_campaign(broadcast.c.campaign_id, scope)).order_by(broadcast.c.id)
    return (await conn.execute(query)).scalars().all()


def _gifts_of(period: Period, campaign_id: int | None) -> ColumnElement[bool]:
    return in_period(gift.c.day, period, gift.c.campaign_id, campaign_id)


def _accepts(kind: Preference) -> ColumnElement[bool]:
    return exists().where(
        preference.c.supporter_id == gift.c.supporter_id, preference.c.kind == kind.value, preference.c.accepted
    )
