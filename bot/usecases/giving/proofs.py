"""Proofs of payment: what one covers. A proved card or customer proves all that it pays."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.gifts import Gift, GiftChange, Pledge
from bot.domain.rights import Standing
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.giving import proofs
from bot.store.monthly import pledges as pledge_rows
from bot.usecases.context import Context


@dataclass(slots=True)
class ProofChanges:
    """What becomes proved or unproved together: changes of gifts, and monthly gifts in their new state."""

    changes: list[GiftChange] = field(default_factory=list)
    pledges: dict[str, Pledge] = field(default_factory=dict)


def payer_hash(ctx: Context, known: str) -> str:
    """Return the keyed hash of a card's fingerprint or a customer's id: 64 characters, useless without our secret."""
    return ctx.keyring.mac("payer", known.encode()).hex()


async def proved_by_known_payers(
    ctx: Context, conn: Connection, changes: Sequence[GiftChange], pledges: Iterable[Pledge]
) -> ProofChanges:
    """Return which of these gifts and monthly gifts are proved because their supporter has proved the payer before.

    Gifts by an unknown card stay unproved. Nothing is written.
    """
    latest = {change.after.id: change.after for change in changes}
    unproved = [g for g in latest.values() if g.standing is not Standing.PROVED and g.disowned_at is None]
    bound = [p for p in pledges if p.standing is not Standing.PROVED]
    pairs = {(g.supporter_id, g.payer) for g in unproved if g.supporter_id and g.payer}
    pairs |= {(p.supporter_id, p.payer) for p in bound if p.supporter_id and p.payer}
    known = await proofs.proved(conn, pairs)
    result = ProofChanges()
    if not known:
        return result
    gifts_by_known = [g for g in unproved if (g.supporter_id, g.payer) in known]
    names = {g.book.pledge: g.supporter_id for g in gifts_by_known if g.book.pledge is not None}
    names |= {p.subscription: p.supporter_id for p in bound if (p.supporter_id, p.payer) in known}
    for gift in gifts_by_known:
        if gift.book.pledge is None:
            result.changes.append(_proved(ctx, gift, gift.supporter_id))
    rows = await pledge_rows.by_subscription(conn, names) | {
        p.subscription: p for p in pledges if p.subscription in names
    }
    for name, supporter_id in names.items():
        if name in rows and supporter_id is not None:
            await _add_pledge(ctx, conn, result, rows[name], supporter_id, latest)
    return result


async def claim(ctx: Context, conn: Connection, gift: Gift, supporter_id: int) -> ProofChanges:
    """Store the proof that `supporter_id` paid this gift, and return what follows.

    A monthly gift is claimed as a whole. Other gifts credited to the supporter and paid by the same card or customer
    are proved as well. The caller writes the changes.
    """
    result = ProofChanges()
    pledge = await pledge_rows.get(conn, gift.book.pledge) if gift.book.pledge else None
    if pledge is None:
        result.changes.append(_proved(ctx, gift, supporter_id))
    else:
        await _add_pledge(ctx, conn, result, pledge, supporter_id, {})
    payers = {c.after.payer for c in result.changes} | {p.payer for p in result.pledges.values()}
    await _same_payer(ctx, conn, result, supporter_id, {payer for payer in payers if payer})
    return result


async def _same_payer(
    ctx: Context, conn: Connection, result: ProofChanges, supporter_id: int, payers: Collection[str]
) -> None:
    if not payers:
        return
    await proofs.add(conn, supporter_id, payers, ctx.clock())
    done = {change.after.id for change in result.changes}
    gift_ids, names = await proofs.unproved_of(conn, supporter_id, payers)
    for number in gift_ids:
        gift = await gifts.by_id(conn, number)
        if gift is None or number in done:
            continue
        if gift.book.pledge is None:
            result.changes.append(_proved(ctx, gift, supporter_id))
        else:
            names.append(gift.book.pledge)
    rows = await pledge_rows.by_subscription(conn, set(names) - result.pledges.keys())
    for pledge in rows.values():
        await _add_pledge(ctx, conn, result, pledge, supporter_id, {})


async def _add_pledge(
    ctx: Context, conn: Connection, result: ProofChanges, pledge: Pledge, supporter_id: int, latest: Mapping[int, Gift]
) -> None:
    """Add a monthly gift with all its gifts; `latest`: changed gifts that are not written yet."""
    result.pledges[pledge.subscription] = replace(pledge, supporter_id=supporter_id, claimed_at=ctx.clock())
    stored = await gifts.by_names(conn, [], [pledge.subscription])
    every = {g.id: g for g in stored} | {g.id: g for g in latest.values() if g.book.pledge == pledge.subscription}
    for gift in every.values():
        if gift.claimed_at is None and gift.disowned_at is None:
            result.changes.append(_proved(ctx, gift, supporter_id))


def _proved(ctx: Context, gift: Gift, supporter_id: int | None) -> GiftChange:
    after = replace(gift, supporter_id=supporter_id, claimed_at=ctx.clock())
    return GiftChange(event_id=f"obole:claim:{gift.id}", before=gift, after=after)


async def revoke(conn: Connection, supporter_id: int, payers: Collection[str]) -> ProofChanges:
    """Drop a supporter's proofs of these cards or customers, and return what becomes unproved.

    The caller writes the changes.
    """
    lost = ProofChanges()
    if not payers or not await proofs.drop(conn, supporter_id, payers):
        return lost
    gift_ids, names = await proofs.proved_of(conn, supporter_id, payers)
    revoked = {number: gift for number in gift_ids if (gift := await gifts.by_id(conn, number)) is not None}
    names += [gift.book.pledge for gift in revoked.values() if gift.book.pledge is not None]
    rows = await pledge_rows.by_subscription(conn, set(names)) if names else {}
    for name, row in rows.items():
        if row.supporter_id == supporter_id:
            # Unassigned, since they have seen its invoices, whose numbers would prove it again.
            lost.pledges[name] = replace(row, supporter_id=None, claimed_at=None)
    revoked |= {gift.id: gift for gift in await gifts.by_names(conn, [], lost.pledges)}
    for gift in revoked.values():
        if gift.supporter_id == supporter_id and gift.claimed_at is not None:
            after = replace(gift, claimed_at=None)
            lost.changes.append(GiftChange(event_id=f"obole:unproved:{gift.id}", before=gift, after=after))
    return lost
