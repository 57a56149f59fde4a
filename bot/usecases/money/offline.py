"""Gifts outside Stripe: booked when staff confirm them, deposited, and taken back by a counter-entry.

They are gifts like any other in the same ledger, but linked to no supporter and to no payment: nobody is thanked,
reminded or credited for them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from bot.domain import offline as rules
from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.domain.ids import id_at
from bot.domain.staff import Member, Role
from bot.store.core import notices
from bot.store.db import Connection
from bot.store.gifts import gifts as gift_rows
from bot.store.money import offline as rows
from bot.store.money.offline import OfflineGift
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.access import is_same_person
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff
from bot.usecases.money.record import write_changes
from payments import ledger
from payments.ledger import Origin, Refund, Settled
from payments.money import Money, currency
from payments.reference import Touch, TouchKind

UNDO_WITHIN = timedelta(days=1)  # by whoever entered it, in one tap
_SAME_WITHIN = timedelta(hours=1)  # the same gift entered twice within this time is asked about
DRAFTED, REASON = "offline", "offline_why"  # kinds of drafts: gifts before they count, typed reasons before they do
_DRAFTS_KEPT_FOR = timedelta(days=30)
UNDONE = "undone"  # why a gift was taken back: undone within a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A complete draft: `count` gifts of `money` each. Days are in the charity's time zone."""

    campaign: Campaign
    money: Money
    count: int
    way: Origin
    received: date
    banked: date | None
    note: str
    slip: int | None

    @property
    def total(self) -> Money:
        """What all of its gifts add up to."""
        return Money(self.money.minor * self.count, self.money.currency)

    @property
    def is_late(self) -> bool:
        """Whether it was received after the campaign's last day."""
        return is_late(self.campaign, self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """The same gift was entered a short while ago, by another draft."""

    minutes: int
    by: int | None


Blocked = Same | Literal["stale", "second"]


async def add(
    ctx: Context, draft: Draft, entered: Entered, actor: Member, *, despite_same: bool
) -> list[Gift] | Blocked:
    """Book the gifts of a draft, once; or return why not: a second person is needed, or somebody was faster."""
    async with ctx.db.write_money() as conn:
        if not await _is_current(conn, draft):
            return "stale"
        needed = await needs_second(ctx, conn, entered.total)
        if needed and not await may_approve(conn, draft, actor):
            return "second"
        same = None if despite_same or needed else await _same(ctx, conn, entered)
        if same is not None:
            return same
        if not await drafts.drop_if_unchanged(conn, draft):  # drafts are changed without the lock on money
            return "stale"
        made = [
            new_gift(
                ctx, entered.campaign, entered.money, entered.way, entered.received, banked=entered.banked is not None
            )
            for _ in range(entered.count)
        ]
        changes = [GiftChange(event_id=_event(gift, "added"), before=None, after=gift) for gift in made]
        await write_changes(ctx, conn, changes)
        by = draft.changed_by if needed else actor.id or None
        approved_by = (actor.id or None) if needed else None
        details = [_details(ctx, draft, entered, gift, by=by, approved_by=approved_by) for gift in made]
        await rows.add(conn, details)
        logged = {"campaign": entered.campaign.slug, "minor": entered.money.minor, "way": entered.way.value}
        await log_action(ctx, conn, actor, "offline.added", batch=str(draft.id), count=entered.count, **logged)
    return made


async def needs_second(ctx: Context, conn: Connection, total: Money) -> bool:
    """Return whether gifts of this total need a second person."""
    above = (await limits.read(ctx, conn)).offline
    return total.minor > limit_in(above, total.currency).minor


def limit_in(above: int, code: str) -> Money:
    """Return the limit, which is stored in main units of any currency, as money in one of them."""
    return Money(above * int(10 ** currency(code).exponent), code)


async def may_approve(conn: Connection, draft: Draft, actor: Member) -> bool:
    """Return whether this person is not the one who wrote the draft as it is now."""
    return draft.changed_by is not None and not await is_same_person(conn, draft.changed_by, actor)


async def _is_current(conn: Connection, draft: Draft) -> bool:
    """Return whether the draft is still as it was read: not booked, discarded or changed since."""
    now = await drafts.by_id(conn, draft.id)
    return now is not None and now.version == draft.version


async def ask_second(
    ctx: Context, draft: Draft, entered: Entered, actor: Member, *, despite_same: bool
) -> Blocked | None:
    """Notify staff, once for each version of the draft, that it awaits a second person; or return why not."""
    key = _second_key(draft)
    async with ctx.db.write_money() as conn:
        if not await _is_current(conn, draft):
            return "stale"
        same = None if despite_same else await _same(ctx, conn, entered)
        if same is None and not await notices.by_keys(conn, [key]):
            shown = {"minor": entered.total.minor, "code": entered.total.currency, "way": entered.way.value}
            await notify_staff(ctx, conn, key, "offline_second", draft=draft.id, by=actor.label, **shown)
            logged = {"campaign": entered.campaign.slug, "minor": entered.total.minor, "way": entered.way.value}
            await log_action(ctx, conn, actor, "offline.proposed", batch=str(draft.id), **logged)
    return same


def _second_key(draft: Draft) -> str:
    return f"offline_second:{draft.id}:{draft.version}"


async def waiting(conn: Connection) -> int:
    """Return how many drafts await a second person, as they are now: one that was changed has to be asked for again."""
    keys = [_second_key(draft) for draft in await drafts.of_kind(conn, DRAFTED)]
    return len(await notices.by_keys(conn, keys))


async def may_undo(ctx: Context, conn: Connection, row: OfflineGift, actor: Member) -> bool:
    """Return whether one tap undoes it: its author, within a day, and nobody approved it."""
    if row.taken_back_at is not None or row.approved_by is not None or row.entered_by is None:
        return False
    return ctx.clock() - row.entered_at <= UNDO_WITHIN and await is_same_person(conn, row.entered_by, actor)


async def may_take_back(ctx: Context, conn: Connection, row: OfflineGift, gift: Gift, actor: Member) -> bool:
    """Return whether this person may book the counter-entry: above the limit, owners only.

    What they have taken back of the same batch or deposit slip counts towards it: two people confirmed the whole.
    """
    if actor.role.may(Role.OWNER):
        return True
    beside = await rows.taken_back_beside(conn, row)
    people = {by for by in beside.values() if by is not None}
    theirs = {by for by in people if await is_same_person(conn, by, actor)}
    before = await gift_rows.by_ids(conn, [number for number, by in beside.items() if by in theirs])
    book = gift.book
    total = book.amount + sum(one.book.amount for one in before.values() if one.book.currency == book.currency)
    return not await needs_second(ctx, conn, Money(total, book.currency))


async def undo(ctx: Context, batch: int, actor: Member) -> Money | None:
    """Undo what was entered together; return the total, or None if it cannot be undone like this any more."""
    async with ctx.db.write_money() as conn:
        found = await rows.of_batch(conn, batch)
        if not found or not all([await may_undo(ctx, conn, row, actor) for row in found]):
            return None
        return await take_back_all(ctx, conn, [row.gift_id for row in found], actor, UNDONE)


async def take_back(ctx: Context, gift_id: int, actor: Member, why: str) -> Money | None:
    """Book the counter-entry of one gift; return its amount, or None if that was done or they may not."""
    async with ctx.db.write_money() as conn:
        row = (await rows.by_gifts(conn, [gift_id])).get(gift_id)
        gift = await gift_rows.by_id(conn, gift_id)
        if row is None or gift is None or row.taken_back_at is not None:
            return None
        if not await may_take_back(ctx, conn, row, gift, actor):
            return None
        return await take_back_all(ctx, conn, [gift_id], actor, why)


async def bank(ctx: Context, ids: Sequence[int], on: date | None, actor: Member, slip: int | None = None) -> int | None:
    """Move gifts from "undeposited" to "bank", on a slip; return its number. None as a day moves them back."""
    async with ctx.db.write_money() as conn:
        known = await rows.by_gifts(conn, ids)
        live = {number: row for number, row in known.items() if row.taken_back_at is None}
        moving = [number for number, row in live.items() if (row.banked_on is None) != (on is None)]
        if not moving:
            return slip
        found = await gift_rows.by_ids(conn, moving)
        banked = on is not None
        what = "banked" if banked else "unbanked"
        await _write(ctx, conn, found.values(), what, lambda book: replace(book, banked=banked))
        await rows.set_banked(conn, moving, on)
        if banked:
            slip = slip or await rows.new_slip(conn, actor.id or None, ctx.clock())
            await rows.put_on_slip(conn, moving, slip)
        day = on.isoformat() if on is not None else ""
        await log_action(ctx, conn, actor, f"offline.{what}", gifts=len(moving), slip=slip or 0, day=day)
    return slip


async def slip_of(ctx: Context, batch: int, actor: Member) -> int | None:
    """Return the slip of what was entered together, with a new one if there is none; None for an unknown batch."""
    async with ctx.db.write_money() as conn:
        found = await rows.of_batch(conn, batch)
        if not found or found[0].slip_id is not None:
            return found[0].slip_id if found else None
        slip = await rows.new_slip(conn, actor.id or None, ctx.clock())
        await rows.put_on_slip(conn, [row.gift_id for row in found], slip)
    return slip


async def prune(ctx: Context) -> None:
    """Delete drafts that were begun more than 30 days ago. A recurring job."""
    async with ctx.db.write() as conn:
        for kind in (DRAFTED, REASON):
            await drafts.drop_older(conn, kind, id_at(ctx.clock() - _DRAFTS_KEPT_FOR))


async def _same(ctx: Context, conn: Connection, entered: Entered) -> Same | None:
    money = entered.money
    like = {"campaign_id": entered.campaign.id, "origin": entered.way.value, "currency": money.currency}
    since = ctx.clock() - _SAME_WITHIN
    found = await rows.same(conn, {**like, "amount": money.minor}, entered.received, entered.slip, since)
    if found is None:
        return None
    return Same(minutes=int((ctx.clock() - found.entered_at).total_seconds() // 60), by=found.entered_by)


def new_gift(
    ctx: Context, campaign: Campaign, money: Money, way: Origin, received: date, *, banked: bool, fee: int = 0
) -> Gift:
    """Return a gift outside Stripe, not yet written. `fee`: of the platform that it came through, in its currency."""
    book = ledger.Gift(
        currency=money.currency,
        amount=money.minor,
        settled=Settled.PAID,
        paid_at=rules.paid_at(received, ctx.zone, ctx.clock()),
        fee=fee or None,
        fee_currency=money.currency if fee else None,
        origin=way,
        banked=banked,
    )
    return Gift(
        id=ctx.ids.new(),
        campaign_id=campaign.id,
        supporter_id=None,
        touch=Touch(TouchKind.NONE),
        late=is_late(campaign, received),
        book=book,
        day=received,
    )


def is_late(campaign: Campaign, received: date) -> bool:
    """Return whether a gift received on this day came after the campaign's last day."""
    return campaign.last_day is not None and received > campaign.last_day


def _details(
    ctx: Context, draft: Draft, entered: Entered, gift: Gift, *, by: int | None, approved_by: int | None
) -> OfflineGift:
    return OfflineGift(
        gift_id=gift.id,
        batch=draft.id,
        received_on=entered.received,
        banked_on=entered.banked,
        slip_id=entered.slip,
        note=entered.note,
        entered_by=by,
        entered_at=ctx.clock(),
        approved_by=approved_by,
    )


async def take_back_all(ctx: Context, conn: Connection, ids: Sequence[int], actor: Member, why: str) -> Money:
    """Book the counter-entries of gifts in one currency that were not taken back yet; return their total."""
    found = list((await gift_rows.by_ids(conn, ids)).values())

    def returned(book: ledger.Gift) -> ledger.Gift:
        # With the fee of the platform it came through: neither was received.
        return replace(
            book, refunds={"obole:taken_back": Refund(book.amount, "succeeded")}, fee=None, fee_currency=None
        )

    await _write(ctx, conn, found, "taken_back", returned)
    await rows.take_back(conn, ids, ctx.clock(), actor.id or None, why)
    total = Money(sum(gift.book.amount for gift in found), found[0].book.currency)
    number = str(ids[0])
    await log_action(ctx, conn, actor, "offline.taken_back", gift=number, count=len(ids), minor=total.minor, why=why)
    return total


async def _write(
    ctx: Context,
    conn: Connection,
    found: Iterable[Gift],
    what: str,
    change: Callable[[ledger.Gift], ledger.Gift],
) -> None:
    changes = [
        GiftChange(event_id=_event(gift, what), before=gift, after=replace(gift, book=change(gift.book)))
        for gift in found
    ]
    await write_changes(ctx, conn, changes)


def _event(gift: Gift, what: str) -> str:
    """Return the id of what happened, for the ledger's entry."""
    return f"obole:offline_{what}:{gift.id}"
