"""Impact updates, which ask for nothing: what a gift did, after 30 to 60 days; in January, the year's total.

Also the question to first donors about which messages they want.
"""

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
from bot.usecases.core import late
from bot.usecases.core.send_errors import Deferred, Obsolete
from bot.usecases.giving import campaign_cards
from content.cards import Card
from content.messages import nudges as messages
from payments.money import Money

_AFTER, _AT_MOST = timedelta(days=30), timedelta(days=60)
_BATCH = 200
_CURSOR = "bilan"
_A_MOMENT = timedelta(minutes=1)  # after the thank-you, still a reply to what they did
_STILL_A_REPLY = timedelta(minutes=15)
_JANUARY = (5, 31)  # first and last day for year updates: not among everyone else's New Year messages
_WANTED_BY = (Preference.NEWS, Preference.REMINDERS)


async def send_gift_updates(ctx: Context) -> int:
    """Queue updates about gifts of a month ago, one per supporter and campaign; return how many."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        if await switches.is_frozen(conn):
            return 0
        reached = await cursors.read(conn, _CURSOR, now) or now - _AFTER
        after, before = max(reached, now - _AT_MOST), now - _AFTER
        gifts_then = await rows.gifts_between(conn, id_at(after), id_at(before), _BATCH)
        deliveries: list[Delivery] = []
        agreed = await rows.agreed_to_any(conn, [gift.supporter_id for gift in gifts_then], _WANTED_BY)
        for gift in gifts_then:
            if gift.supporter_id in agreed and await rows.record_once(
                conn, gift.supporter_id, f"bilan:{gift.campaign_id}", now
            ):
                deliveries += await _delivery(ctx, conn, gift.supporter_id, "bilan", {"gift": gift.gift_id})
        held = await late.was_interrupted(conn, late.UPDATES, now)
        await (late.add_held(ctx, conn, deliveries) if held else outbox.add(conn, deliveries))
        if not held or len(gifts_then) < _BATCH:  # a backlog stays late until its end, much work alone is not
            await late.note_run(conn, late.UPDATES, now)
        # After a full batch, continue from its last gift, whose id contains the time.
        last = time_of(gifts_then[-1].gift_id) if len(gifts_then) == _BATCH else before
        await cursors.write(conn, _CURSOR, max(after, last))
    return len(deliveries)


async def skip_until_now(ctx: Context, conn: Connection) -> None:
    """Send no update that is due by now: a restored backup does not know which were sent. This year's neither."""
    now = ctx.clock()
    await cursors.write(conn, _CURSOR, now - _AFTER)
    await cursors.write(conn, "consent", now)
    year, last = now.astimezone(ZoneInfo(ctx.zone)).year - 1, await rows.last_donor(conn)
    if last is not None and now.astimezone(ZoneInfo(ctx.zone)).month == 1:
        await switches.set_switch(conn, switches.Switch(name=f"year:{year}", on=True, value=last, at=now))


async def ask_first_donors(ctx: Context) -> int:
    """Ask first donors once which messages they want; return how many questions were queued."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        reached = await cursors.read(conn, "consent", now) or now - _STILL_A_REPLY
        booked = await rows.gifts_booked_between(conn, id_at(reached), id_at(now - _A_MOMENT), _BATCH)
        undecided = await rows.undecided_first_donors(conn, [gift.supporter_id for _, gift in booked])
        deliveries: list[Delivery] = []
        for _, gift in booked:
            if gift.supporter_id in undecided:
                is_reply = now - time_of(gift.gift_id) <= _STILL_A_REPLY  # not after an outage or a slow bank debit
                at = ctx.clock() if is_reply else None
                deliveries += await _consent(ctx, conn, gift.supporter_id, gift.gift_id, at)
        await outbox.add(conn, deliveries)
        last = time_of(booked[-1][0]) if len(booked) == _BATCH else now - _A_MOMENT
        await cursors.write(conn, "consent", max(reached, last))
    if deliveries:
        ctx.wake()
    return len(deliveries)


async def ask_after_claim(ctx: Context, conn: Connection, supporter_id: int, gift_id: int) -> None:
    """Ask a supporter who has just claimed a first gift too, a minute later."""
    if await rows.undecided_first_donors(conn, [supporter_id]):
        await outbox.add(conn, await _consent(ctx, conn, supporter_id, gift_id, ctx.clock() + _A_MOMENT))


async def _consent(
    ctx: Context, conn: Connection, supporter_id: int, gift_id: int, at: datetime | None
) -> Sequence[Delivery]:
    """Return the question as a delivery, unless it was asked before."""
    if not await rows.record_once(conn, supporter_id, "consent", ctx.clock()):
        return []
    return await _delivery(ctx, conn, supporter_id, "consent", {"gift": gift_id}, lane=Lane.SERVICE, at=at)


async def send_year_updates(ctx: Context) -> int:
    """In January, queue the past year's total for donors who agreed to messages; return how many."""
    today = ctx.clock().astimezone(ZoneInfo(ctx.zone)).date()
    if today.month != 1 or not _JANUARY[0] <= today.day <= _JANUARY[1]:
        await late.note_run_when_due(ctx, late.YEAR, ctx.clock())
        return 0
    year = today.year - 1
    start, end = _span(ctx, year)
    async with ctx.db.write() as conn:
        if await switches.is_frozen(conn):
            return 0
        mark = await switches.read(conn, f"year:{year}")
        above = int(mark.value) if mark is not None else 0
        donors = await rows.donors_between(conn, start, end, above, _BATCH)
        agreed = await rows.agreed_to_any(conn, donors, _WANTED_BY)
        deliveries: list[Delivery] = []
        for donor in donors:
            if donor in agreed and await rows.record_once(conn, donor, f"year:{year}", ctx.clock()):
                deliveries += await _delivery(ctx, conn, donor, "year", {"year": year})
        held = await late.was_interrupted(conn, late.YEAR, ctx.clock())
        await (late.add_held(ctx, conn, deliveries) if held else outbox.add(conn, deliveries))
        if not held or len(donors) < _BATCH:
            await late.note_run(conn, late.YEAR, ctx.clock())
        if donors:
            progress = switches.Switch(name=f"year:{year}", on=True, value=donors[-1], at=ctx.clock())
            await switches.set_switch(conn, progress)
    return len(deliveries)


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
    """Return a message to the supporter's preferred address: `at` any hour if it is a reply, otherwise by day."""
    is_appeal = lane > Lane.SERVICE
    addresses = (await nudges.reachable_addresses(conn, [supporter_id], appeals=is_appeal)).get(supporter_id, [])
    return [
        Delivery(
            id=ctx.ids.new(),
            lane=lane,
            platform=address.platform,
            address_id=address.address_id,
            message=message,
            args=args,
            due_at=at or _by_day(ctx, address),
        )
        for address in addresses[:1]
    ]


def _by_day(ctx: Context, address: ReachableAddress) -> datetime:
    zone = known_zone(address.time_zone, ctx.zone)
    return quiet_until(ctx.clock(), zone, ENDS_FOR_NUDGES) or ctx.clock()


async def gift_update_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the update about a gift. Raises Obsolete if the gift no longer counts, Deferred during quiet hours."""
    await _check_allowed(ctx, person)
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, int(delivery.args["gift"]))
        if gift is None or gift.book.counted.minor <= 0 or gift.supporter_id != person.id:
            raise Obsolete("the gift no longer counts")
        if ctx.clock() > (gift.book.paid_at or ctx.clock()) + _AT_MOST:
            raise Obsolete("it was held back too long")
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    view = messages.ImpactUpdateView(
        campaign=campaign.authored,
        money=gift.book.counted,
        paid_on=(gift.book.paid_at or ctx.clock()).astimezone(known_zone(person.time_zone, ctx.zone)).date(),
        progress=campaign_cards.progress_of(campaign),
        picture=await campaign_cards.picture(ctx, campaign, person.locale),
    )
    return messages.impact_update(ctx.catalog, person.locale, view)


async def year_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the year's total. Raises Obsolete if nothing of it counts any more, Deferred during quiet hours."""
    await _check_allowed(ctx, person)
    year = int(delivery.args["year"])
    async with ctx.db.read() as conn:
        sums = await rows.sums(conn, person.id, *_span(ctx, year))
    if not sums:
        raise Obsolete("nothing of that year counts any more")
    (count, total), *others = [(count, Money(minor, code)) for code, count, minor in sums]
    view = messages.YearView(charity=ctx.charity, year=year, gifts=count, total=total, others=tuple(others))
    return messages.year(ctx.catalog, person.locale, view)


async def _check_allowed(ctx: Context, person: Supporter) -> None:
    """Raise Obsolete without consent, Deferred while sending is frozen or during quiet hours."""
    async with ctx.db.read() as conn:
        agreed = await supporters.preferences(conn, person.id)
        frozen = await switches.is_frozen(conn)
    if not agreed & set(_WANTED_BY):
        raise Obsolete("they agreed to neither news nor reminders")
    asleep = quiet_until(ctx.clock(), known_zone(person.time_zone, ctx.zone), ENDS_FOR_NUDGES)
    if frozen or asleep is not None:
        raise Deferred(asleep, "frozen or night")


def _span(ctx: Context, year: int) -> tuple[datetime, datetime]:
    """Return the start and end (UTC) of a year in the charity's time zone."""
    zone = ZoneInfo(ctx.zone)
    start, end = (datetime.combine(date(y, 1, 1), datetime.min.time(), zone).astimezone(UTC) for y in (year, year + 1))
    return start, end
