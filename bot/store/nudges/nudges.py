"""Supporters due for a reminder, their histories, the decisions, and the policies set by staff."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Locale, PlatformName, Preference
from bot.store.broadcasts.tables import recipient
from bot.store.core.outbox import State
from bot.store.core.tables import delivery
from bot.store.db import any_of, insert_or_ignore, upsert
from bot.store.gifts.tables import entry, gift
from bot.store.money.tables import refund_order
from bot.store.monthly.tables import pledge
from bot.store.nudges.tables import decision, nudge_end, nudge_policy, secret
from bot.store.rows import write_rows
from bot.store.supporters.supporters import gets_messages, may_be_written
from bot.store.supporters.tables import address, preference, supporter
from payments.ledger import State as GiftState
from payments.pledges import ENDED

_SECRET = "holdout"
_SENT_OR_WILL_BE = (State.WAITING, State.HELD, State.SENDING, State.SENT, State.IN_DOUBT)
_TROUBLE_LASTS = timedelta(days=30)  # after a refund
_CAUSED_WITHIN = timedelta(days=3)  # of a reminder
_RETURNED = frozenset({GiftState.REFUNDED, GiftState.PARTLY_REFUNDED, GiftState.LOST})


class Candidate(NamedTuple):
    """A supporter due to be checked. A tuple like the rows, since each batch has hundreds."""

    id: int
    arm_of: int  # the supporter id from which their arm is drawn
    snoozed_until: datetime | None
    adult: bool | None = None  # None: they were not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachableAddress:
    """An address that can receive messages."""

    address_id: int
    platform: PlatformName
    locale: Locale
    time_zone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastGift:
    """A gift as the policies see it. Times are UTC, money is minor units."""

    campaign_id: int
    currency: str
    minor: int
    paid_at: datetime
    monthly: bool = False  # the first gift or a renewal of a monthly gift


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A supporter was due for a reminder; written for both arms."""

    id: int
    supporter_id: int
    campaign_id: int
    policy: str
    text: int
    arm: str
    propensity: float
    reason: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPolicy:
    """A policy as set by staff."""

    name: str
    on: bool
    numbers: Mapping[str, Any]
    texts: Sequence[Mapping[Locale, str]]
    held_out: float


# Run for every batch: built once, since building a statement takes longer than running it.
_DUE = (
    select(
        supporter.c.id,
        func.coalesce(supporter.c.arm_of, supporter.c.id),
        supporter.c.snoozed_until,
        supporter.c.adult,
    )
    .where(supporter.c.next_nudge_at <= bindparam("now", type_=supporter.c.next_nudge_at.type))
    .where(supporter.c.merged_into.is_(None), supporter.c.erased_at.is_(None))
    .order_by(supporter.c.next_nudge_at)
    .limit(bindparam("at_most"))
)
_AGREED = select(preference.c.supporter_id).where(
    preference.c.supporter_id.in_(any_of("ids")),
    preference.c.kind == bindparam("kind"),
    preference.c.accepted.is_(True),
)
_GIFTS: Select[Any] = (
    select(
        gift.c.id,
        gift.c.supporter_id,
        gift.c.campaign_id,
        gift.c.currency,
        gift.c.counted,
        gift.c.paid_at,
        gift.c.state,
        gift.c.pledge,
        pledge.c.status,
    )
    .outerjoin_from(gift, pledge, pledge.c.subscription == gift.c.pledge)
    .where(gift.c.supporter_id.in_(any_of("ids")), gift.c.paid_at.is_not(None))
    .order_by(gift.c.supporter_id, gift.c.paid_at)
)
_DECIDED = (
    select(decision.c.supporter_id, decision.c.reason, decision.c.due_at, decision.c.arm)
    .where(decision.c.supporter_id.in_(any_of("ids")))
    .order_by(decision.c.supporter_id, decision.c.due_at)
)
_ASKED = select(recipient.c.supporter_id, recipient.c.due_at).where(
    recipient.c.supporter_id.in_(any_of("ids")),
    recipient.c.asks,  # without a comparison, like the partial index
    recipient.c.due_at > bindparam("since", type_=recipient.c.due_at.type),
    recipient.c.state.in_(_SENT_OR_WILL_BE),
)
_GIVEN_BACK = (  # recent refunds, wherever they were made, of gifts of any age
    select(gift.c.supporter_id)
    .join_from(entry, gift, gift.c.id == entry.c.gift_id)
    .where(entry.c.gift_id.in_(any_of("gifts")), entry.c.at > bindparam("since", type_=entry.c.at.type))
)
_GOING_BACK = (  # ordered but not yet completed
    select(gift.c.supporter_id)
    .join_from(refund_order, gift, gift.c.id == refund_order.c.gift_id)
    .where(
        gift.c.supporter_id.in_(any_of("ids")),
        refund_order.c.made_at > bindparam("since", type_=refund_order.c.made_at.type),
        refund_order.c.refused.is_(None),
    )
)
_ADDRESSES = (
    select(
        address.c.supporter_id,
        address.c.id,
        address.c.platform,
        address.c.locale,
        address.c.time_zone,
        address.c.wrote_at,
        address.c.gave_at,
        may_be_written().label("may_be_written"),
    )
    .join(supporter, supporter.c.id == address.c.supporter_id)
    .where(address.c.supporter_id.in_(any_of("ids")), address.c.reachable.is_(True), gets_messages())
    .order_by(address.c.supporter_id, address.c.id)
)


async def due_candidates(conn: AsyncConnection, now: datetime, limit: int) -> list[Candidate]:
    """Return the supporters to check now, the longest due first. Two workers never get the same one."""
    query = _DUE.with_for_update(skip_locked=True) if conn.dialect.name == "postgresql" else _DUE
    rows = (await conn.execute(query, {"now": now, "at_most": limit})).all()
    return [Candidate._make(row) for row in rows]


async def agreed(conn: AsyncConnection, ids: Iterable[int], kind: Preference) -> set[int]:
    """Return which of these supporters agreed to a kind of message."""
    return set((await conn.execute(_AGREED, {"ids": list(ids), "kind": kind.value})).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHistory:
    """One supporter's history as stored."""

    gifts: Sequence[PastGift]  # counted gifts, oldest first
    monthly: bool  # a monthly gift is active, or was their latest gift
    in_trouble: bool
    decided: Sequence[tuple[str, datetime, str]]  # reason, due time, arm; oldest first
    asked: Sequence[datetime]


async def histories(
    conn: AsyncConnection, ids: Sequence[int], now: datetime, asked_since: datetime
) -> dict[int, StoredHistory]:
    """Return the histories of these supporters, in a handful of queries."""
    gifts: defaultdict[int, list[PastGift]] = defaultdict(list)
    monthly: set[int] = set()
    rows = (await conn.execute(_GIFTS, {"ids": list(ids)})).all()
    for row in rows:
        if row.counted > 0:
            gifts[row.supporter_id].append(_past_gift(row))
        if row.status is not None and row.status not in ENDED:
            monthly.add(row.supporter_id)
    monthly |= {supporter_id for supporter_id, given in gifts.items() if given[-1].monthly}
    trouble = await _in_trouble(conn, ids, rows, now - _TROUBLE_LASTS)
    decided: defaultdict[int, list[tuple[str, datetime, str]]] = defaultdict(list)
    for row in await conn.execute(_DECIDED, {"ids": list(ids)}):
        decided[row.supporter_id].append((row.reason, row.due_at, row.arm))
    asked: defaultdict[int, list[datetime]] = defaultdict(list)
    for row in await conn.execute(_ASKED, {"ids": list(ids), "since": asked_since}):
        asked[row.supporter_id].append(row.due_at)
    return {
        i: StoredHistory(
            gifts=gifts[i],
            monthly=i in monthly,
            in_trouble=i in trouble,
            decided=decided[i],
            asked=sorted(asked[i]),
        )
        for i in ids
    }


def _past_gift(row: Row[Any]) -> PastGift:
    return PastGift(
        campaign_id=row.campaign_id,
        currency=row.currency,
        minor=row.counted,
        paid_at=row.paid_at,
        monthly=row.pledge is not None,
    )


async def _in_trouble(
    conn: AsyncConnection, ids: Sequence[int], gifts: Sequence[Row[Any]], since: datetime
) -> set[int]:
    """Return who disputes a gift, had one refunded since then (UTC), or has a refund under way."""
    trouble = {row.supporter_id for row in gifts if row.state == GiftState.DISPUTED}
    back = [row.id for row in gifts if row.state in _RETURNED]
    if back:
        trouble |= set((await conn.execute(_GIVEN_BACK, {"gifts": back, "since": since})).scalars())
    return trouble | set((await conn.execute(_GOING_BACK, {"ids": list(ids), "since": since})).scalars())


async def reachable_addresses(
    conn: AsyncConnection, ids: Iterable[int], *, appeals: bool
) -> dict[int, list[ReachableAddress]]:
    """Return each supporter's reachable addresses: by last gift, then last private message, then age.

    `appeals`: only those to which the bot may write first. Service messages to others are shown on the next visit, so
    these come last.
    """
    by_supporter: defaultdict[int, list[Any]] = defaultdict(list)
    for row in await conn.execute(_ADDRESSES, {"ids": list(ids)}):
        if row.may_be_written or not appeals:
            by_supporter[row.supporter_id].append(row)
    return {
        supporter_id: [
            ReachableAddress(address_id=r.id, platform=r.platform, locale=r.locale, time_zone=r.time_zone)
            for r in sorted(rows, key=_preferred_first)
        ]
        for supporter_id, rows in by_supporter.items()
    }


def _preferred_first(row: Any) -> tuple[bool, float, float]:
    return not row.may_be_written, _latest_first(row.gave_at), _latest_first(row.wrote_at)


def _latest_first(at: datetime | None) -> float:
    return -at.timestamp() if at is not None else 0.0


async def add_decisions(conn: AsyncConnection, decisions: Sequence[Decision]) -> None:
    """Write decisions. The table accepts only one for each supporter and reason."""
    await write_rows(
        conn, decision, [{name: getattr(d, name) for name in Decision.__dataclass_fields__} for d in decisions]
    )


_SET_NEXT_CHECK = (
    update(supporter).where(supporter.c.id == bindparam("who")).values(next_nudge_at=bindparam("check_at"))
)


async def set_next_checks(conn: AsyncConnection, checks: Mapping[int, datetime | None]) -> None:
    """Set when to check each supporter next (UTC); None: not before something new happens."""
    if checks:
        await conn.execute(_SET_NEXT_CHECK, [{"who": who, "check_at": at} for who, at in checks.items()])


async def recheck_donors(conn: AsyncConnection, above: int, limit: int, at: datetime) -> int | None:
    """Check donors who agreed to reminders again, in id order after `above`; return the last id, None at the end."""
    agreed_ids = select(preference.c.supporter_id).where(
        preference.c.kind == Preference.REMINDERS.value,
        preference.c.accepted.is_(True),
        preference.c.supporter_id > above,
    )
    ids = list((await conn.execute(agreed_ids.order_by(preference.c.supporter_id).limit(limit))).scalars())
    if not ids:
        return None
    again = update(supporter).where(supporter.c.id.in_(ids), supporter.c.gift_count > 0).values(next_nudge_at=at)
    await conn.execute(again)
    return int(ids[-1])


async def snooze(conn: AsyncConnection, supporter_id: int, until: datetime) -> None:
    """Send no reminders before that time (« Pas maintenant »)."""
    row = supporter.c.id == supporter_id
    await conn.execute(update(supporter).where(row).values(snoozed_until=until, next_nudge_at=until))


async def sent_times(conn: AsyncConnection, supporter_id: int, since: datetime) -> list[datetime]:
    """Return when reminders were delivered to a supporter (UTC), oldest first."""
    mine = (address.c.supporter_id == supporter_id) & (delivery.c.message == "nudge")
    sent = (delivery.c.state == State.SENT) & (delivery.c.done_at > since)
    query = select(delivery.c.done_at).join_from(delivery, address, address.c.id == delivery.c.address_id)
    return list((await conn.execute(query.where(mine, sent).order_by(delivery.c.done_at))).scalars())


async def snoozed_until(conn: AsyncConnection, supporter_id: int) -> datetime | None:
    """Return until when a supporter wants no reminders (UTC), or None."""
    query = select(supporter.c.snoozed_until).where(supporter.c.id == supporter_id)
    return (await conn.execute(query)).scalar_one_or_none()


async def by_id(conn: AsyncConnection, decision_id: int) -> Decision | None:
    """Return a decision, or None."""
    columns = [decision.c[name] for name in Decision.__dataclass_fields__]
    row = (await conn.execute(select(*columns).where(decision.c.id == decision_id))).mappings().first()
    return None if row is None else Decision(**row)


async def record_end(conn: AsyncConnection, decision_id: int, kind: str, at: datetime) -> None:
    """Record an outcome of a reminder other than a gift: stopped, later, blocked."""
    await conn.execute(insert_or_ignore(conn, nudge_end).values(decision_id=decision_id, kind=kind, at=at))


async def record_end_of_latest(
    conn: AsyncConnection, supporter_id: int, kind: str, at: datetime, *, known: int | None = None
) -> None:
    """Record that a supporter turned reminders off or blocked the bot.

    `known`: the reminder whose button they used; otherwise the latest one of the last three days counts as the cause.
    """
    mine = (address.c.supporter_id == supporter_id) & (delivery.c.message == "nudge")
    sent = (delivery.c.state == State.SENT) & (delivery.c.done_at > at - _CAUSED_WITHIN)
    query = select(delivery.c.id).join_from(delivery, address, address.c.id == delivery.c.address_id)
    latest = query.where(mine, sent).order_by(delivery.c.done_at.desc()).limit(1)
    cause = known if known is not None else (await conn.execute(latest)).scalar_one_or_none()
    if cause is not None:
        await record_end(conn, cause, kind, at)


# --- policies and the secret ----------------------------------------------------------------------
async def policies(conn: AsyncConnection) -> dict[str, StoredPolicy]:
    """Return the policies that staff have changed, by name."""
    columns = [nudge_policy.c[name] for name in StoredPolicy.__dataclass_fields__]
    return {row["name"]: StoredPolicy(**row) for row in (await conn.execute(select(*columns))).mappings()}


async def set_policy(conn: AsyncConnection, new: StoredPolicy, by: int | None, at: datetime) -> None:
    """Store a policy. The date of its texts changes only with the texts."""
    texts = [dict(t) for t in new.texts]
    query = select(nudge_policy.c.texts, nudge_policy.c.texts_at).where(nudge_policy.c.name == new.name)
    before = (await conn.execute(query)).first()
    texts_at = before.texts_at if before is not None and before.texts == texts else at
    row = {name: getattr(new, name) for name in StoredPolicy.__dataclass_fields__}
    row |= {"numbers": dict(new.numbers), "texts": texts, "texts_at": texts_at, "changed_at": at, "changed_by": by}
    await conn.execute(upsert(conn, nudge_policy, ["name"], [name for name in row if name != "name"]), row)


async def holdout_secret(conn: AsyncConnection, fresh: bytes) -> bytes:
    """Return the key from which arms are drawn: `fresh` the first time, the stored one afterwards."""
    await conn.execute(insert_or_ignore(conn, secret).values(name=_SECRET, value=fresh))
    key: bytes = (await conn.execute(select(secret.c.value).where(secret.c.name == _SECRET))).scalar_one()
    return key


async def replace_holdout_secret(conn: AsyncConnection, key: bytes) -> None:
    """Draw everyone who was not drawn yet from another key, as the demo does. Decisions already made are kept."""
    await conn.execute(upsert(conn, secret, ["name"], ["value"]), {"name": _SECRET, "value": key})


async def postpone_checks(conn: AsyncConnection, due_by: datetime, until: datetime) -> None:
    """Check everyone who is due by then only later: they may have been reminded by what a backup does not know."""
    await conn.execute(update(supporter).where(supporter.c.next_nudge_at <= due_by).values(next_nudge_at=until))
