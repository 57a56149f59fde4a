"""Look back, and ask for nothing: what a gift did, after 30 to 60 days; in January what a year of gifts came to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ids import id_at, time_of
from bot.domain.people import Preference, Supporter
from bot.domain.quiet import ENDS_FOR_NUDGES, known_zone, quiet_until
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import cursors, outbox, switches
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.nudges import impact_updates as rows
from bot.store.nudges import nudges
from bot.store.nudges.nudges import ReachableAddress
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.send_errors import Deferred, Obsolete
from bot.usecases.giving import campaign_cards
from content.cards import Card
from content.messages import nudges as words
from payments.money import Money

_AFTER, _AT_MOST = timedelta(days=30), timedelta(days=60)
_BATCH = 200
_CURSOR = "bilan"
_A_MOMENT = timedelta(minutes=1)  # after the thanks, and still a reply to their own act
_STILL_A_REPLY = timedelta(minutes=15)
_JANUARY = (5, 31)  # its days on which the year is looked back on: not with everybody else's wishes
_WILLING = (Preference.NEWS, Preference.REMINDERS)


async def send_gift_updates(ctx: Context) -> int:
    """What gifts of a month ago did, once for each person and campaign; how many messages."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        if await switches.is_frozen(conn):
            return 0
        reached = await cursors.read(conn, _CURSOR, now) or now - _AFTER
        after, before = max(reached, now - _AT_MOST), now - _AFTER
        found = await rows.gifts_between(conn, id_at(after), id_at(before), _BATCH)
        made: list[Delivery] = []
        willing = await rows.agreed_to_any(conn, [g.supporter_id for g in found], _WILLING)
        for one in found:
            if one.supporter_id in willing and await rows.record_once(
                conn, one.supporter_id, f"bilan:{one.campaign_id}", now
            ):
                made += await _delivery(ctx, conn, one.supporter_id, "bilan", {"gift": one.gift_id})
        await outbox.add(conn, made)
        # A full batch is gone on from its last gift, whose time is in its id.
        last = time_of(found[-1].gift_id) if len(found) == _BATCH else before
        await cursors.write(conn, _CURSOR, max(after, last))
    return len(made)


async def ask_first_donors(ctx: Context) -> int:
    """Ask those who gave for the first time what they would like to hear, once; how many messages."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        reached = await cursors.read(conn, "consent", now) or now - _STILL_A_REPLY
        found = await rows.gifts_booked_between(conn, id_at(reached), id_at(now - _A_MOMENT), _BATCH)
        new = await rows.undecided_first_donors(conn, [one.supporter_id for _, one in found])
        made: list[Delivery] = []
        for _, one in found:
            if one.supporter_id in new:
                answers = now - time_of(one.gift_id) <= _STILL_A_REPLY  # after an outage, or days of a bank, no more
                made += await _consent(ctx, conn, one.supporter_id, one.gift_id, ctx.clock() if answers else None)
        await outbox.add(conn, made)
        last = time_of(found[-1][0]) if len(found) == _BATCH else now - _A_MOMENT
        await cursors.write(conn, "consent", max(reached, last))
    if made:
        ctx.wake()
    return len(made)


async def ask_after_claim(ctx: Context, conn: Connection, supporter_id: int, gift_id: int) -> None:
    """Who has just said that a first gift is theirs is asked as well, a minute after that."""
    if await rows.undecided_first_donors(conn, [supporter_id]):
        await outbox.add(conn, await _consent(ctx, conn, supporter_id, gift_id, ctx.clock() + _A_MOMENT))


async def _consent(
    ctx: Context, conn: Connection, supporter_id: int, gift_id: int, at: datetime | None
) -> Sequence[Delivery]:
    """The one question, where it was not asked yet."""
    if not await rows.record_once(conn, supporter_id, "consent", ctx.clock()):
        return []
    return await _delivery(ctx, conn, supporter_id, "consent", {"gift": gift_id}, lane=Lane.SERVICE, at=at)


async def send_year_updates(ctx: Context) -> int:
    """In January, what the past year came to, for everybody who gave and agreed to hear of it; how many messages."""
    today = ctx.clock().astimezone(ZoneInfo(ctx.zone)).date()
    if today.month != 1 or not _JANUARY[0] <= today.day <= _JANUARY[1]:
        return 0
    year = today.year - 1
    start, end = _span(ctx, year)
    async with ctx.db.write() as conn:
        if await switches.is_frozen(conn):
            return 0
        mark = await switches.read(conn, f"year:{year}")
        above = int(mark.value) if mark is not None else 0
        people = await rows.donors_between(conn, start, end, above, _BATCH)
        willing = await rows.agreed_to_any(conn, people, _WILLING)
        made: list[Delivery] = []
        for who in people:
            if who in willing and await rows.record_once(conn, who, f"year:{year}", ctx.clock()):
                made += await _delivery(ctx, conn, who, "year", {"year": year})
        await outbox.add(conn, made)
        if people:
            turned = switches.Switch(name=f"year:{year}", on=True, value=people[-1], at=ctx.clock())
            await switches.set_switch(conn, turned)
    return len(made)


async def _delivery(
    ctx: Context,
    conn: Connection,
    supporter_id: int,
    message: str,
    args: dict[str, int],
    *,
    lane: Lane = Lane.NUDGE,
    at: datetime | None = None,
) -> Sequence[Delivery]:
    """One message to where they wrote last. What answers an act of theirs comes `at` any hour; the rest by day."""
    homes = (await nudges.reachable_addresses(conn, [supporter_id])).get(supporter_id, [])
    return [
        Delivery(
            id=ctx.ids.new(),
            lane=lane,
            platform=home.platform,
            address_id=home.address_id,
            message=message,
            args=args,
            due_at=at or _awake(ctx, home),
        )
        for home in homes[:1]
    ]


def _awake(ctx: Context, home: ReachableAddress) -> datetime:
    zone = known_zone(home.time_zone, ctx.zone)
    return quiet_until(ctx.clock(), zone, ENDS_FOR_NUDGES) or ctx.clock()


async def gift_update_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """What their gift did. Raises OutOfDate where it counts no more, NotYet in their night."""
    await _may(ctx, person)
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, int(delivery.args["gift"]))
        if gift is None or gift.book.counted.minor <= 0 or gift.supporter_id != person.id:
            raise Obsolete("the gift counts no more")
        if ctx.clock() > (gift.book.paid_at or ctx.clock()) + _AT_MOST:
            raise Obsolete("it was held back too long")
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    view = words.ImpactUpdateView(
        campaign=campaign.authored,
        money=gift.book.counted,
        paid_on=(gift.book.paid_at or ctx.clock()).astimezone(known_zone(person.time_zone, ctx.zone)).date(),
        standing=campaign_cards.standing(campaign),
        picture=await campaign_cards.picture(ctx, campaign, person.locale),
    )
    return words.impact_update(ctx.catalog, person.locale, view)


async def year_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """What their year came to. Raises OutOfDate where nothing is left of it, NotYet in their night."""
    await _may(ctx, person)
    year = int(delivery.args["year"])
    async with ctx.db.read() as conn:
        sums = await rows.sums(conn, person.id, *_span(ctx, year))
    if not sums:
        raise Obsolete("nothing of that year counts any more")
    (count, total), *others = [(count, Money(minor, code)) for code, count, minor in sums]
    view = words.YearView(charity=ctx.charity, year=year, gifts=count, total=total, others=tuple(others))
    return words.year(ctx.catalog, person.locale, view)


async def _may(ctx: Context, person: Supporter) -> None:
    async with ctx.db.read() as conn:
        agreed = await supporters.preferences(conn, person.id)
        frozen = await switches.is_frozen(conn)
    if not agreed & set(_WILLING):
        raise Obsolete("they agreed to neither news nor reminders")
    asleep = quiet_until(ctx.clock(), known_zone(person.time_zone, ctx.zone), ENDS_FOR_NUDGES)
    if frozen or asleep is not None:
        raise Deferred(asleep, "frozen or night")


def _span(ctx: Context, year: int) -> tuple[datetime, datetime]:
    """A year in the charity's own zone, as UTC."""
    zone = ZoneInfo(ctx.zone)
    start, end = (datetime.combine(date(y, 1, 1), datetime.min.time(), zone).astimezone(UTC) for y in (year, year + 1))
    return start, end
