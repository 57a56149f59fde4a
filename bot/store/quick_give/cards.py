"""Saved cards and the requests for them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.quick_give import Card, CardDetails, Removal
from bot.store.quick_give.tables import card_terms, saved_card
from bot.store.supporters.tables import supporter

# As the partial indexes are written.
_LEAVING = text("removed_at IS NOT NULL AND gone_at IS NULL")
_UNCLAIMED = text("claimed_at IS NULL AND removed_at IS NULL")
_KEPT = text("claimed_at IS NOT NULL AND removed_at IS NULL")
_DETAILS = tuple(CardDetails.__dataclass_fields__)
_PLAIN = tuple(name for name in Card.__dataclass_fields__ if name not in ("details", "removed_why"))


def _read(row: Row[tuple[object, ...]]) -> Card:
    details = CardDetails(**{name: getattr(row, name) for name in _DETAILS}) if row.brand is not None else None
    why = Removal(row.removed_why) if row.removed_why is not None else None
    return Card(**{name: getattr(row, name) for name in _PLAIN}, details=details, removed_why=why)


async def add(conn: AsyncConnection, card: Card, *, version: int, words: str) -> None:
    """Store a request, with the terms that its page shows."""
    values = {"asked_by": card.asked_by, "code_hash": card.code_hash, "asked_at": card.asked_at}
    await conn.execute(insert(saved_card).values(id=card.id, **values))
    terms = {"version": version, "terms": words, "shown_at": card.asked_at}
    await conn.execute(insert(card_terms).values(card_id=card.id, **terms))


async def set_customer(conn: AsyncConnection, card_id: int, customer: str) -> None:
    await conn.execute(update(saved_card).where(saved_card.c.id == card_id).values(customer=customer))


async def set_session(conn: AsyncConnection, card_id: int, session: str) -> None:
    await conn.execute(update(saved_card).where(saved_card.c.id == card_id).values(session=session))


async def by_code(conn: AsyncConnection, code_hash: str) -> Card | None:
    """Return the card whose page leads back with this code, or None."""
    row = (await conn.execute(select(saved_card).where(saved_card.c.code_hash == code_hash))).first()
    return None if row is None else _read(row)


async def kept_by(conn: AsyncConnection, supporter_id: int) -> Card | None:
    """Return the card with which a supporter can give, or None."""
    mine = saved_card.c.supporter_id == supporter_id
    query = select(saved_card).where(mine, _KEPT).order_by(saved_card.c.claimed_at.desc()).limit(1)
    row = (await conn.execute(query)).first()
    return None if row is None else _read(row)


async def terms_of(conn: AsyncConnection, card_id: int) -> str | None:
    """Return the words that a card's page showed."""
    query = select(card_terms.c.terms).where(card_terms.c.card_id == card_id)
    return (await conn.execute(query)).scalar()


async def claim(conn: AsyncConnection, card: Card, at: datetime) -> bool:
    """Store that a card is its supporter's, who thereby agreed to its terms; False if it was claimed or removed.

    card: as it is then, with supporter, card and payer.
    """
    assert card.details is not None
    free = (saved_card.c.id == card.id) & saved_card.c.claimed_at.is_(None) & saved_card.c.removed_at.is_(None)
    known = {"supporter_id": card.supporter_id, "payment_method": card.payment_method, "payer": card.payer}
    shown = {name: getattr(card.details, name) for name in _DETAILS}
    values = {**known, **shown, "claimed_at": at, "code_hash": None}
    if not (await conn.execute(update(saved_card).where(free).values(**values))).rowcount:
        return False
    await conn.execute(update(card_terms).where(card_terms.c.card_id == card.id).values(agreed_at=at))
    return True


async def remove(conn: AsyncConnection, ids: Collection[int], why: Removal, at: datetime) -> int:
    """Remove cards, so that nothing is charged any more; return how many were not removed before."""
    which = saved_card.c.id.in_(ids) & saved_card.c.removed_at.is_(None)
    values = {"removed_at": at, "removed_why": why.value, "code_hash": None}
    return (await conn.execute(update(saved_card).where(which).values(**values))).rowcount


async def remove_others(conn: AsyncConnection, kept: Card, at: datetime) -> None:
    """Remove the cards that a claimed one replaces."""
    mine = (saved_card.c.supporter_id == kept.supporter_id) & (saved_card.c.id != kept.id)
    older = list((await conn.execute(select(saved_card.c.id).where(mine, _KEPT))).scalars())
    await remove(conn, older, Removal.REPLACED, at)


async def remove_barred(conn: AsyncConnection, supporter_id: int, at: datetime) -> None:
    """Remove a supporter's cards if they are known to be under 18 or to have died."""
    query = select(supporter.c.adult, supporter.c.deceased_at).where(supporter.c.id == supporter_id)
    found = (await conn.execute(query)).one()
    if found.adult is not False and found.deceased_at is None:
        return
    why = Removal.MINOR if found.deceased_at is None else Removal.DECEASED
    theirs = select(saved_card.c.id).where(saved_card.c.supporter_id == supporter_id, _KEPT)
    await remove(conn, list((await conn.execute(theirs)).scalars()), why, at)


async def removed_at_stripe(
    conn: AsyncConnection, methods: Collection[str], customers: Collection[str], at: datetime
) -> None:
    """Record that these cards, or these customers' cards, are gone at Stripe."""
    which = or_(saved_card.c.payment_method.in_(methods), saved_card.c.customer.in_(customers))
    ids = list((await conn.execute(select(saved_card.c.id).where(which))).scalars())
    await remove(conn, ids, Removal.STRIPE, at)
    here = saved_card.c.id.in_(ids) & saved_card.c.gone_at.is_(None)
    await conn.execute(update(saved_card).where(here).values(gone_at=at))


async def unclaimed_since(conn: AsyncConnection, before: datetime, limit: int) -> list[Card]:
    """Return requests made before then (UTC) that nobody claimed, the oldest first."""
    old = select(saved_card).where(_UNCLAIMED, saved_card.c.asked_at <= before)
    return [_read(row) for row in await conn.execute(old.order_by(saved_card.c.asked_at).limit(limit))]


async def unused_since(conn: AsyncConnection, before: datetime, limit: int) -> list[Card]:
    """Return cards that were claimed before then (UTC) and not used since."""
    idle = func.coalesce(saved_card.c.used_at, saved_card.c.claimed_at) <= before
    old = select(saved_card).where(_KEPT, saved_card.c.claimed_at <= before, idle)
    return [_read(row) for row in await conn.execute(old.order_by(saved_card.c.claimed_at).limit(limit))]


async def leaving(conn: AsyncConnection, limit: int) -> list[Card]:
    """Return removed cards that Stripe still has, the oldest first."""
    query = select(saved_card).where(_LEAVING).order_by(saved_card.c.removed_at).limit(limit)
    return [_read(row) for row in await conn.execute(query)]


async def set_gone(conn: AsyncConnection, card_id: int, at: datetime) -> None:
    """Record that Stripe has removed a card."""
    await conn.execute(update(saved_card).where(saved_card.c.id == card_id).values(gone_at=at))


async def hand_over(conn: AsyncConnection, loser: int, winner: int) -> None:
    """Move an account's cards to the account that it is linked to, whose own card stays the one it gives with."""
    kept = await kept_by(conn, winner)
    for column in (saved_card.c.asked_by, saved_card.c.supporter_id):
        await conn.execute(update(saved_card).where(column == loser).values({column.name: winner}))
    newest = kept or await kept_by(conn, winner)
    if newest is not None:
        await remove_others(conn, newest, newest.claimed_at or newest.asked_at)


async def forget(conn: AsyncConnection, ids: Collection[int], at: datetime) -> None:
    """Detach cards from supporters; Stripe's copies are deleted next. Pages that they asked for claim nothing."""
    await conn.execute(update(saved_card).where(saved_card.c.asked_by.in_(ids)).values(asked_by=None))
    asked = saved_card.c.asked_by.is_(None) & saved_card.c.claimed_at.is_(None) & saved_card.c.removed_at.is_(None)
    theirs = saved_card.c.supporter_id.in_(ids)
    cards = list((await conn.execute(select(saved_card.c.id).where(or_(theirs, asked)))).scalars())
    await remove(conn, cards, Removal.FORGOTTEN, at)
    await conn.execute(delete(card_terms).where(card_terms.c.card_id.in_(cards)))
    nameless = {"supporter_id": None, "payer": None, **dict.fromkeys(_DETAILS)}
    # Removed at Stripe before, they still have a customer there.
    values = {**nameless, "removed_why": Removal.FORGOTTEN.value, "gone_at": None}
    await conn.execute(update(saved_card).where(saved_card.c.id.in_(cards)).values(**values))
