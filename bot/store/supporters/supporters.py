"""Supporters, their addresses, and what they agreed to."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import Contact, Locale, PlatformName, Preference, Supporter
from bot.store.db import any_of, insert_or_ignore, upsert
from bot.store.supporters.tables import address, preference, preference_change, supporter

_MERGE_STEPS = 8  # merged_into chains are made flat when they are written; this only bounds a mistake


def _with_address() -> Select[Any]:
    return select(
        supporter.c.id,
        supporter.c.gift_count,
        supporter.c.joined_at,
        address.c.id.label("address_id"),
        address.c.platform,
        address.c.external_id,
        address.c.locale,
        address.c.locale_chosen,
        address.c.time_zone,
        address.c.reachable,
    ).join_from(address, supporter, supporter.c.id == address.c.supporter_id)


# Every tap, or every set of events, runs these: built once, since building a statement takes longer than running it.
_FIND = _with_address().where(address.c.platform == bindparam("on"), address.c.external_id == bindparam("named"))
_ADDRESSES_OF = (
    _with_address()
    .where(address.c.supporter_id.in_(any_of("ids")), supporter.c.erased_at.is_(None))
    .order_by(address.c.id)
)
_LIVING = select(supporter.c.id, supporter.c.merged_into).where(
    supporter.c.id.in_(any_of("ids")), supporter.c.erased_at.is_(None)
)


def _read(row: RowMapping) -> Supporter:
    return Supporter(**row)


async def find(conn: AsyncConnection, platform: PlatformName, external_id: str) -> Supporter | None:
    """The supporter who is reached at this address."""
    row = (await conn.execute(_FIND, {"on": platform, "named": external_id})).mappings().first()
    return None if row is None else _read(row)


async def join(conn: AsyncConnection, contact: Contact, at: datetime) -> Supporter:
    """The supporter behind a contact, made if they are new. Safe to call twice at once."""
    known = await find(conn, contact.platform, contact.external_id)
    if known is not None:
        return known
    result = await conn.execute(insert(supporter).values(joined_at=at))
    (supporter_id,) = result.inserted_primary_key or (None,)
    await conn.execute(
        insert_or_ignore(conn, address).values(
            supporter_id=supporter_id,
            platform=contact.platform,
            external_id=contact.external_id,
            locale=contact.locale,
        )
    )
    joined = await find(conn, contact.platform, contact.external_id)
    assert joined is not None
    if joined.id != supporter_id:  # another writer met them in the same instant
        await conn.execute(delete(supporter).where(supporter.c.id == supporter_id))
    return joined


async def gift_counts(conn: AsyncConnection) -> dict[int, int]:
    """Paid gifts of each supporter who has any, by our counters."""
    query = select(supporter.c.id, supporter.c.gift_count).where(supporter.c.gift_count != 0)
    return {row.id: row.gift_count for row in await conn.execute(query)}


async def joined_at(conn: AsyncConnection, supporter_id: int) -> datetime:
    """Since when we know them (UTC)."""
    found: datetime = (
        await conn.execute(select(supporter.c.joined_at).where(supporter.c.id == supporter_id))
    ).scalar_one()
    return found


async def addresses_of(conn: AsyncConnection, supporter_ids: Iterable[int]) -> list[Supporter]:
    """Every address of these supporters, the longest known first; who was erased has none."""
    rows = (await conn.execute(_ADDRESSES_OF, {"ids": list(set(supporter_ids))})).mappings()
    return [_read(row) for row in rows]


async def by_address_ids(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Supporter]:
    """Supporters by the id of an address of theirs."""
    query = _with_address().where(address.c.id.in_(set(ids)))
    return {row["address_id"]: _read(row) for row in (await conn.execute(query)).mappings()}


async def current_ids(conn: AsyncConnection, ids: Iterable[int]) -> Mapping[int, int]:
    """Where each id leads today: merged ones to whom they were merged into; erased and unknown ones are left out."""
    leads: dict[int, int] = {i: i for i in ids}
    found: dict[int, int] = {}
    for _ in range(_MERGE_STEPS):
        if not leads:
            break
        rows = await conn.execute(_LIVING, {"ids": list(set(leads.values()))})
        merged = {row.id: row.merged_into for row in rows}
        found |= {asked: at for asked, at in leads.items() if at in merged and merged[at] is None}
        leads = {asked: merged[at] for asked, at in leads.items() if merged.get(at) is not None}
    return found


async def set_locale(conn: AsyncConnection, address_id: int, locale: Locale) -> None:
    """Remember a language that the person chose; the platform's no longer counts."""
    await conn.execute(update(address).where(address.c.id == address_id).values(locale=locale, locale_chosen=True))


async def set_time_zone(conn: AsyncConnection, address_id: int, zone: str | None) -> None:
    """Remember where the person lives (an IANA name); None: the charity's zone."""
    await conn.execute(update(address).where(address.c.id == address_id).values(time_zone=zone))


async def follow_locale(conn: AsyncConnection, address_id: int, locale: Locale) -> None:
    """Note what the platform says, for somebody who has chosen nothing."""
    await conn.execute(update(address).where(address.c.id == address_id).values(locale=locale))


async def set_reachable(
    conn: AsyncConnection, platform: PlatformName, external_id: str, reachable: bool, at: datetime
) -> None:
    """Note that an address blocked us, or opened again."""
    await conn.execute(
        update(address)
        .where(address.c.platform == platform, address.c.external_id == external_id)
        .values(reachable=reachable, unreachable_since=None if reachable else at)
    )


async def record_private_message(conn: AsyncConnection, address_id: int, at: datetime) -> None:
    """The person wrote to the bot in private, so that a private message to them is an answer."""
    await conn.execute(
        update(address).where(address.c.id == address_id).values(wrote_at=at, reachable=True, unreachable_since=None)
    )


async def may_message_first(conn: AsyncConnection, person: Supporter) -> bool:
    """Whether a private message may come first: always on Telegram, where only the person opens the chat.

    On Discord, whose rules forbid unasked messages: those who wrote to the bot, or agreed to news or reminders.
    """
    if person.platform == "telegram":
        return True
    query = select(address.c.wrote_at).where(address.c.id == person.address_id)
    if (await conn.execute(query)).scalar_one_or_none() is not None:
        return True
    return bool(await preferences(conn, person.id) & {Preference.NEWS, Preference.REMINDERS})


async def preferences(conn: AsyncConnection, supporter_id: int) -> frozenset[Preference]:
    """What the supporter agreed to."""
    query = select(preference.c.kind).where(preference.c.supporter_id == supporter_id, preference.c.accepted.is_(True))
    return frozenset(Preference(kind) for kind in (await conn.execute(query)).scalars())


async def any_agreed(conn: AsyncConnection, kind: Preference) -> bool:
    """Whether there is somebody who agreed to this."""
    query = select(preference.c.supporter_id).where(preference.c.kind == kind.value, preference.c.accepted.is_(True))
    return (await conn.execute(query.limit(1))).first() is not None


async def has_chosen(conn: AsyncConnection, supporter_id: int) -> bool:
    """Whether they have ever said yes or no to anything."""
    query = select(preference.c.kind).where(preference.c.supporter_id == supporter_id).limit(1)
    return (await conn.execute(query)).first() is not None


async def set_preference(
    conn: AsyncConnection,
    supporter_id: int,
    kind: Preference,
    accepted: bool,
    *,
    at: datetime,
    wording: str,
    change_id: int,
) -> None:
    """Accept or withdraw one preference; the change is kept with its time and the wording that was shown."""
    row = {"supporter_id": supporter_id, "kind": kind.value, "accepted": accepted}
    statement = upsert(conn, preference, ["supporter_id", "kind"], ["accepted", "changed_at"])
    await conn.execute(statement, {**row, "changed_at": at})
    await conn.execute(insert(preference_change), {**row, "id": change_id, "at": at, "wording": wording})
