"""Supporters, their addresses and preferences."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people import APPEALS, ERASED, Contact, Locale, PlatformName, Preference, Supporter
from bot.store.db import any_of, insert_or_ignore, upsert
from bot.store.supporters.tables import address, preference, preference_change, supporter

_MERGE_STEPS = 8  # merged_into chains are flattened when written; this only bounds the damage of a bug


def _with_address() -> Select[Any]:
    return select(
        supporter.c.id,
        supporter.c.gift_count,
        supporter.c.joined_at,
        supporter.c.deceased_at,
        supporter.c.adult,
        address.c.id.label("address_id"),
        address.c.platform,
        address.c.external_id,
        address.c.locale,
        address.c.locale_chosen,
        address.c.time_zone,
        address.c.reachable,
        address.c.wrote_at,
        address.c.installed_at,
        address.c.awaits,
        address.c.awaits_until,
    ).join_from(address, supporter, supporter.c.id == address.c.supporter_id)


# Run for every tap or set of events: built once, since building a statement takes longer than running it.
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
    """Return the supporter with this address, or None."""
    row = (await conn.execute(_FIND, {"on": platform, "named": external_id})).mappings().first()
    return None if row is None else _read(row)


async def join(conn: AsyncConnection, contact: Contact, at: datetime) -> Supporter:
    """Return the supporter for a contact, creating it if new. Safe to call concurrently."""
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
    if joined.id != supporter_id:  # another writer created them at the same moment
        await conn.execute(delete(supporter).where(supporter.c.id == supporter_id))
    return joined


async def gift_counts(conn: AsyncConnection) -> dict[int, int]:
    """Return the stored number of paid gifts by supporter, for those who have any."""
    query = select(supporter.c.id, supporter.c.gift_count).where(supporter.c.gift_count != 0)
    return {row.id: row.gift_count for row in await conn.execute(query)}


async def joined_at(conn: AsyncConnection, supporter_id: int) -> datetime:
    """Return when a supporter joined (UTC)."""
    found: datetime = (
        await conn.execute(select(supporter.c.joined_at).where(supporter.c.id == supporter_id))
    ).scalar_one()
    return found


async def addresses_of(conn: AsyncConnection, supporter_ids: Iterable[int]) -> list[Supporter]:
    """Return every address of these supporters, oldest first; erased supporters have none."""
    rows = (await conn.execute(_ADDRESSES_OF, {"ids": list(set(supporter_ids))})).mappings()
    return [_read(row) for row in rows]


async def by_address_ids(conn: AsyncConnection, ids: Iterable[int]) -> dict[int, Supporter]:
    """Return supporters by address id."""
    query = _with_address().where(address.c.id.in_(set(ids)))
    return {row["address_id"]: _read(row) for row in (await conn.execute(query)).mappings()}


async def current_ids(conn: AsyncConnection, ids: Iterable[int]) -> Mapping[int, int]:
    """Map each id to the supporter it belongs to today, following merges; erased and unknown ids are left out."""
    pending: dict[int, int] = {i: i for i in ids}
    current: dict[int, int] = {}
    for _ in range(_MERGE_STEPS):
        if not pending:
            break
        rows = await conn.execute(_LIVING, {"ids": list(set(pending.values()))})
        merged = {row.id: row.merged_into for row in rows}
        current |= {asked: at for asked, at in pending.items() if at in merged and merged[at] is None}
        pending = {asked: merged[at] for asked, at in pending.items() if merged.get(at) is not None}
    return current


async def set_locale(conn: AsyncConnection, address_id: int, locale: Locale) -> None:
    """Store the language that a person chose, which overrides their platform's."""
    await conn.execute(update(address).where(address.c.id == address_id).values(locale=locale, locale_chosen=True))


async def set_time_zone(conn: AsyncConnection, address_id: int, zone: str | None) -> None:
    """Store a person's time zone (an IANA name); None: the charity's."""
    await conn.execute(update(address).where(address.c.id == address_id).values(time_zone=zone))


async def set_awaited(conn: AsyncConnection, address_id: int, what: str | None, until: datetime | None) -> None:
    """Store what the next amount written from an address is for, until a time (UTC); None: nothing."""
    await conn.execute(update(address).where(address.c.id == address_id).values(awaits=what, awaits_until=until))


async def follow_locale(conn: AsyncConnection, address_id: int, locale: Locale) -> None:
    """Store the platform's language for a person who has not chosen one."""
    await conn.execute(update(address).where(address.c.id == address_id).values(locale=locale))


async def set_reachable(
    conn: AsyncConnection, platform: PlatformName, external_id: str, reachable: bool, at: datetime
) -> None:
    """Record that an address blocked the bot, or can be reached again.

    If the bot was installed there, it may not be any more: the next use shows it.
    """
    values: dict[str, Any] = {"reachable": reachable, "unreachable_since": None if reachable else at}
    if not reachable:
        values["installed_at"] = None
    row = (address.c.platform == platform) & (address.c.external_id == external_id)
    await conn.execute(update(address).where(row).values(**values))


async def record_private_message(conn: AsyncConnection, address_id: int, at: datetime) -> None:
    """Record that a person wrote to the bot in private, so that private messages to them are replies."""
    await conn.execute(
        update(address).where(address.c.id == address_id).values(wrote_at=at, reachable=True, unreachable_since=None)
    )


async def record_installed(conn: AsyncConnection, address_id: int, at: datetime) -> None:
    """Record that a person on Discord has installed the bot on their account."""
    await conn.execute(update(address).where(address.c.id == address_id).values(installed_at=at))


def may_be_written() -> ColumnElement[bool]:
    """Select addresses to which the bot may write first: `Supporter.may_be_written` as SQL."""
    turned_to_us = address.c.wrote_at.is_not(None) | address.c.installed_at.is_not(None)
    return (address.c.platform != "discord") | turned_to_us


async def set_adult(conn: AsyncConnection, supporter_id: int, adult: bool, at: datetime) -> None:
    """Store whether a supporter says that they are 18 or over. A *no* stays; a *yes* can still become one."""
    answer = supporter.c.adult.is_(None) if adult else supporter.c.adult.is_not(False)
    row = (supporter.c.id == supporter_id) & answer
    await conn.execute(update(supporter).where(row).values(adult=adult, adult_at=at))


async def is_adult(conn: AsyncConnection, supporter_id: int) -> bool | None:
    """Return what a supporter answered to "Are you 18 or over?", or None."""
    answer: bool | None = (
        await conn.execute(select(supporter.c.adult).where(supporter.c.id == supporter_id))
    ).scalar_one_or_none()
    return answer


async def correct_adult(conn: AsyncConnection, supporter_id: int, adult: bool, at: datetime) -> bool:
    """Store what staff learned about a supporter's age; return whether this changed anything."""
    row = (supporter.c.id == supporter_id) & supporter.c.adult.is_distinct_from(adult)
    return (await conn.execute(update(supporter).where(row).values(adult=adult, adult_at=at))).rowcount == 1


async def adult_answer(conn: AsyncConnection, supporter_id: int) -> tuple[bool | None, datetime | None]:
    """Return whether a supporter is 18 or over as far as is known, and since when that is stored (UTC)."""
    query = select(supporter.c.adult, supporter.c.adult_at).where(supporter.c.id == supporter_id)
    row = (await conn.execute(query)).one()
    return row.adult, row.adult_at


async def set_deceased(conn: AsyncConnection, supporter_id: int, at: datetime | None) -> bool:
    """Record that a supporter has died, or with None that they have not; return whether this changed anything."""
    known = supporter.c.deceased_at.is_not(None) if at is None else supporter.c.deceased_at.is_(None)
    row = (supporter.c.id == supporter_id) & known
    return (await conn.execute(update(supporter).where(row).values(deceased_at=at))).rowcount == 1


async def deceased_at(conn: AsyncConnection, supporter_id: int) -> datetime | None:
    """Return when staff recorded that a supporter has died (UTC), or None."""
    query = select(supporter.c.deceased_at).where(supporter.c.id == supporter_id)
    at: datetime | None = (await conn.execute(query)).scalar_one_or_none()
    return at


def gets_messages() -> ColumnElement[bool]:
    """Select supporters to whom messages may go: not merged into another, not erased, not deceased."""
    return supporter.c.merged_into.is_(None) & supporter.c.erased_at.is_(None) & supporter.c.deceased_at.is_(None)


async def preferences(conn: AsyncConnection, supporter_id: int) -> frozenset[Preference]:
    """Return what a supporter agreed to."""
    query = select(preference.c.kind).where(preference.c.supporter_id == supporter_id, preference.c.accepted.is_(True))
    return frozenset(Preference(kind) for kind in (await conn.execute(query)).scalars())


async def agreed_since(conn: AsyncConnection, ids: Collection[int]) -> dict[int, dict[Preference, datetime]]:
    """Return what each of these supporters agreed to, and when (UTC)."""
    columns = (preference.c.supporter_id, preference.c.kind, preference.c.changed_at)
    query = select(*columns).where(preference.c.supporter_id.in_(ids), preference.c.accepted.is_(True))
    found: dict[int, dict[Preference, datetime]] = {}
    for supporter_id, kind, at in await conn.execute(query):
        found.setdefault(supporter_id, {})[Preference(kind)] = at
    return found


async def any_agreed(conn: AsyncConnection, kind: Preference) -> bool:
    """Whether any supporter agreed to this."""
    query = select(preference.c.supporter_id).where(preference.c.kind == kind.value, preference.c.accepted.is_(True))
    return (await conn.execute(query.limit(1))).first() is not None


async def has_chosen(conn: AsyncConnection, supporter_id: int) -> bool:
    """Whether a supporter has ever set a preference."""
    query = select(preference.c.kind).where(preference.c.supporter_id == supporter_id).limit(1)
    return (await conn.execute(query)).first() is not None


async def has_declined_appeals(conn: AsyncConnection, supporter_id: int) -> bool:
    """Whether a supporter refused news or reminders, and accepts neither."""
    about = (preference.c.supporter_id == supporter_id) & preference.c.kind.in_(APPEALS)
    accepted = list((await conn.execute(select(preference.c.accepted).where(about))).scalars())
    return bool(accepted) and not any(accepted)


async def gift_count(conn: AsyncConnection, supporter_id: int) -> int:
    """Return how many paid gifts are credited to a supporter; 0 for an unknown one."""
    query = select(supporter.c.gift_count).where(supporter.c.id == supporter_id)
    return (await conn.execute(query)).scalar_one_or_none() or 0


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
    """Accept or withdraw one preference; the change is stored with its time and the wording shown."""
    row = {"supporter_id": supporter_id, "kind": kind.value, "accepted": accepted}
    statement = upsert(conn, preference, ["supporter_id", "kind"], ["accepted", "changed_at"])
    await conn.execute(statement, {**row, "changed_at": at})
    await conn.execute(insert(preference_change), {**row, "id": change_id, "at": at, "wording": wording})


async def addresses_above(conn: AsyncConnection, above: int, limit: int) -> list[Supporter]:
    """Return the next addresses in order of their ids, erased ones left out."""
    query = _with_address().where(address.c.id > above, ~address.c.external_id.startswith(ERASED))
    rows = (await conn.execute(query.order_by(address.c.id).limit(limit))).mappings()
    return [_read(row) for row in rows]
