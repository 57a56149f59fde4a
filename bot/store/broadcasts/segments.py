"""Who gets a broadcast: one rule, used to count recipients beforehand and to write them, so that both agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, insert, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.broadcasts import (
    ASKS_WITHIN,
    LAPSED_AFTER,
    MOST_ASKS,
    NO_ASK_AFTER_GIFT,
    Audience,
    Giving,
    Quiet,
    Segment,
)
from bot.domain.people import Preference
from bot.store.broadcasts.tables import recipient
from bot.store.campaigns.tables import campaign_donor
from bot.store.core.outbox import State
from bot.store.nudges.tables import decision
from bot.store.supporters import conversations
from bot.store.supporters.supporters import gets_messages, may_be_written
from bot.store.supporters.tables import address, preference, supporter

_ASKED = (State.WAITING, State.SENDING, State.SENT, State.IN_DOUBT)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightZone:
    """A zone in which it is night now; its people wait until `ends` (UTC) unless the message comes silently."""

    zone: str | None  # None: people without a known zone, in the charity's zone
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Everything that decides who gets a message, and how, at one moment (UTC)."""

    campaign_id: int
    segment: Segment
    asks: bool  # the message has amounts
    quiet: Quiet
    now: datetime
    nights: Sequence[NightZone] = ()


def _groups(rule: Selection) -> Mapping[Giving, ColumnElement[bool]]:
    gave, last = supporter.c.gift_count > 0, supporter.c.last_gift_at
    here = exists().where(
        campaign_donor.c.supporter_id == supporter.c.id,
        campaign_donor.c.campaign_id == rule.campaign_id,
        campaign_donor.c.gift_count > 0,
    )
    return {
        Giving.DONORS: gave,
        Giving.CAMPAIGN_DONORS: here,
        Giving.LAPSED: and_(gave, last < rule.now - LAPSED_AFTER),
        Giving.NON_DONORS: supporter.c.gift_count == 0,
    }


def _in_segment(rule: Selection) -> ColumnElement[bool]:
    """Select supporters of the chosen groups; all if none was chosen."""
    groups = _groups(rule)
    chosen = or_(*(groups[group] for group in rule.segment.giving)) if rule.segment.giving else true()
    return and_(gets_messages(), chosen)


def _part(rule: Selection) -> ColumnElement[str]:
    """Return the one group in which the report counts a supporter: the first that applies."""
    groups, order = _groups(rule), (Giving.NON_DONORS, Giving.LAPSED, Giving.CAMPAIGN_DONORS)
    return case(*((groups[group], literal(group.value)) for group in order), else_=literal(Giving.DONORS.value))


def _address(rule: Selection, *, reachable: bool = True, writable: bool = True) -> Any:
    """Select the one address of each supporter that gets the message: the last they wrote from, else the oldest."""
    fits = [address.c.supporter_id == supporter.c.id]
    if reachable:
        fits.append(address.c.reachable.is_(True))
    if writable:
        fits.append(may_be_written())
    if rule.segment.platform is not None:
        fits.append(address.c.platform == rule.segment.platform)
    if rule.segment.locale is not None:
        fits.append(address.c.locale == rule.segment.locale)
    order = (address.c.wrote_at.is_(None), address.c.wrote_at.desc(), address.c.id)
    return select(address.c.id).where(*fits).order_by(*order).limit(1).correlate(supporter).scalar_subquery()


def _agreed() -> ColumnElement[bool]:
    return exists().where(
        preference.c.supporter_id == supporter.c.id,
        preference.c.kind == Preference.NEWS.value,
        preference.c.accepted.is_(True),
    )


def _asked_enough(now: datetime) -> ColumnElement[bool]:
    """Select supporters asked four times within 30 days, over broadcasts and reminders."""
    since = now - ASKS_WITHIN
    broadcasts = (
        select(func.count())
        .where(recipient.c.supporter_id == supporter.c.id, recipient.c.asks)
        .where(recipient.c.due_at > since, recipient.c.state.in_(_ASKED))
        .correlate(supporter)
        .scalar_subquery()
    )
    reminders = (
        select(func.count())
        .where(decision.c.supporter_id == supporter.c.id, decision.c.arm == "sent", decision.c.due_at > since)
        .correlate(supporter)
        .scalar_subquery()
    )
    return broadcasts + reminders >= MOST_ASKS


def _gave_lately(now: datetime) -> ColumnElement[bool]:
    last = supporter.c.last_gift_at
    return and_(last.is_not(None), last > now - NO_ASK_AFTER_GIFT)


def _by_night(rule: Selection, night: Any, day: Any) -> Any:
    """Return one value for people in zones with night, another for the rest; `night` gets each NightZone."""
    if not rule.nights:
        return day
    return case(*((_in_zone(one), night(one)) for one in rule.nights), else_=day)


def _in_zone(night: NightZone) -> ColumnElement[bool]:
    return address.c.time_zone.is_(None) if night.zone is None else address.c.time_zone == night.zone


def _people(rule: Selection) -> Select[Any]:
    """Select one row for each supporter who gets it, with all columns of a recipient."""
    asks = and_(literal(rule.asks), ~_gave_lately(rule.now))
    waits, silent = rule.quiet is Quiet.MORNING, rule.quiet is Quiet.SILENT
    now = literal(rule.now, recipient.c.due_at.type)
    due = _by_night(rule, lambda n: literal(n.ends if waits else rule.now, recipient.c.due_at.type), now)
    quiet = _by_night(rule, lambda _: literal(silent), literal(False))
    found = (
        select(
            supporter.c.id.label("supporter_id"),
            address.c.id.label("address_id"),
            address.c.platform,
            address.c.external_id,
            address.c.locale,
            asks.label("asks"),
            quiet.label("silent"),
            due.label("due_at"),
            _part(rule).label("part"),
        )
        .select_from(supporter)
        .join(address, address.c.id == _address(rule))
        .where(_in_segment(rule), _agreed())
    )
    return found.where(or_(~asks, ~_asked_enough(rule.now))) if rule.asks else found


async def write(conn: AsyncConnection, broadcast_id: int, rule: Selection, above: int, to: int) -> int:
    """Write the recipients among supporters with `above` < id <= `to`; return how many.

    Existing rows are kept: they may have been taken over from a merged supporter.
    """
    has_one = exists().where(recipient.c.broadcast_id == broadcast_id, recipient.c.supporter_id == supporter.c.id)
    people = _people(rule).where(supporter.c.id > above, supporter.c.id <= to, ~has_one).subquery()
    columns = ["supporter_id", "address_id", "platform", "external_id", "locale", "asks", "silent", "due_at", "part"]
    rows = select(literal(broadcast_id), literal(State.WAITING.value), *(people.c[name] for name in columns))
    done = await conn.execute(insert(recipient).from_select(["broadcast_id", "state", *columns], rows, False))
    return done.rowcount


async def next_bound(conn: AsyncConnection, above: int, size: int) -> int | None:
    """Return the id that ends a range of `size` supporters, or None if none is left."""
    ids = select(supporter.c.id).where(supporter.c.id > above).order_by(supporter.c.id).limit(size).subquery()
    found: int | None = (await conn.execute(select(func.max(ids.c.id)))).scalar_one_or_none()
    return found


async def count(conn: AsyncConnection, rule: Selection) -> Audience:
    """Return who would get it now, and who would not and why."""
    people = _people(rule).subquery()
    asleep = _in_night(rule)
    totals = select(
        func.count(),
        func.count().filter(people.c.asks.is_(False)) if rule.asks else literal(0),
    ).select_from(people)
    recipients, without = (await conn.execute(totals)).one()
    by_platform = await _grouped(conn, select(people.c.platform, func.count()).group_by(people.c.platform))
    by_locale = await _grouped(conn, select(people.c.locale, func.count()).group_by(people.c.locale))
    night = select(func.count()).select_from(people).join(address, address.c.id == people.c.address_id).where(asleep)
    new = select(func.count()).select_from(people).join(address, address.c.id == people.c.address_id)
    new = new.where(people.c.platform == "discord", ~conversations.is_open())
    known = _address(rule, reachable=False, writable=False).is_not(None)
    matching = await _number(conn, rule, known)
    agreed = await _number(conn, rule, known, _agreed())
    reachable = await _number(conn, rule, _address(rule, writable=False).is_not(None), _agreed())
    writable = await _number(conn, rule, _address(rule).is_not(None), _agreed())
    return Audience(
        recipients=int(recipients),
        without_ask=int(without),
        in_quiet_hours=int((await conn.execute(night)).scalar_one()) if rule.nights else 0,
        no_consent=matching - agreed,
        unreachable=agreed - reachable,
        not_written=reachable - writable,
        asked_enough=writable - int(recipients),
        new_dms=int((await conn.execute(new)).scalar_one()),
        by_platform=by_platform,  # type: ignore[arg-type]  # the columns hold nothing else
        by_locale=by_locale,  # type: ignore[arg-type]
    )


def _in_night(rule: Selection) -> ColumnElement[bool]:
    return or_(*(_in_zone(night) for night in rule.nights)) if rule.nights else literal(False)


async def _number(conn: AsyncConnection, rule: Selection, *more: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(supporter).where(_in_segment(rule), *more)
    return int((await conn.execute(query)).scalar_one())


async def _grouped(conn: AsyncConnection, query: Select[Any]) -> dict[str, int]:
    return {row[0]: int(row[1]) for row in await conn.execute(query)}


async def zones(conn: AsyncConnection) -> list[str | None]:
    """Return every known time zone of an address; None for unknown ones."""
    return list((await conn.execute(select(address.c.time_zone).distinct())).scalars())
