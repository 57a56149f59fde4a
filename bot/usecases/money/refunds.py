"""Refunds ordered by staff, or by a donor who gave twice by mistake.

The order is written first; then Stripe is called with the order's id as the idempotency key. After a crash, a tick
repeats the call with the same key. Whether the money went back is known only from Stripe's events.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.gifts import Gift
from bot.domain.staff import Member, Role
from bot.store.core import notices
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.money import refunds
from bot.store.money.refunds import RefundOrder
from bot.usecases.context import Context
from bot.usecases.core.access import is_same_person
from bot.usecases.core.audit import log_action
from bot.usecases.core.isolate import each
from bot.usecases.core.notify import notify_staff
from content.messages.money import UNANSWERED
from payments.ledger import State
from payments.money import Money
from payments.stripe import GatewayRefused, GatewayUnavailable

BY_DONOR = "double"  # the reason: a donor gave twice by mistake
# A registered charity may return a gift only to correct a mistake; anything else takes two owners (CRA, CG-016).
_MISTAKES = frozenset({"double", "wrong", "theirs", "fraud"})
SECOND_WITHIN = timedelta(days=7)  # longer than a holiday weekend, and the complaint is still fresh
_EXPIRED = "expired"  # an order that no second owner confirmed in time
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_KEY_LIVES = timedelta(hours=20)  # Stripe forgets a key after 24 h; a later call might refund twice
_AT_ONCE = 20


class RefundBlocked(StrEnum):
    """Why nothing of a gift can be refunded now."""

    OFFLINE = "offline"  # it came outside Stripe: staff return the money, and book a counter-entry
    UNPAID = "unpaid"
    DISPUTED = "disputed"
    GONE = "gone"  # all of it was refunded, or is being refunded
    TOO_MUCH = "too_much"  # less is left than the amount ordered
    MEANWHILE = "meanwhile"  # another refund was ordered since this one was proposed
    NO_PAYMENT = "no_payment"  # its payment is not known yet: a monthly gift that has just arrived
    SECOND = "second"  # for this reason, a second owner must confirm
    EXPIRED = "expired"  # the second owner was asked too long ago, or never
    NOT_THEIRS = "not_theirs"  # the gift no longer belongs to the donor who was asked
    OTHER_PAYER = "other_payer"  # the duplicates may not be from one card or customer
    CAPPED = "capped"  # more refunds than donors may order


# A further condition, read in the transaction that confirms the order.
Check = Callable[[Connection, Gift], Awaitable[RefundBlocked | None]]


async def refundable(conn: Connection, gift: Gift) -> Money | RefundBlocked:
    """Return how much of a gift can still be refunded, after the refunds already ordered."""
    book = gift.book
    if book.is_offline:
        return RefundBlocked.OFFLINE
    if not book.is_paid:
        return RefundBlocked.UNPAID
    if book.state in (State.DISPUTED, State.LOST):
        return RefundBlocked.DISPUTED
    if book.payment_intent is None:
        return RefundBlocked.NO_PAYMENT
    underway = await refunds.of_gift(conn, gift.id)
    unseen = sum(o.minor for o in underway if o.refused is None and (o.refund_id or "") not in book.refunds)
    rest = book.counted.minor - unseen
    return Money(rest, book.currency) if rest > 0 else RefundBlocked.GONE


async def propose(ctx: Context, gift: Gift, minor: int, reason: str, staff_id: int | None) -> RefundOrder:
    """Write an order that awaits confirmation."""
    order = _order(ctx, gift, minor, reason, staff_id)
    async with ctx.db.write() as conn:
        await refunds.add(conn, order)
    return order


def needs_second(order: RefundOrder) -> bool:
    """Return whether an owner other than the one who proposed it must confirm the order."""
    return order.staff_id is not None and order.reason not in _MISTAKES


def is_expired(ctx: Context, order: RefundOrder) -> bool:
    """Return whether a second owner was asked to confirm this order, and did not in time."""
    if not needs_second(order) or order.confirmed_at is not None:
        return False
    until = order.try_at or order.made_at + SECOND_WITHIN  # orders of older versions have no `try_at`
    return order.refused == _EXPIRED or ctx.clock() >= until


async def ask_second(ctx: Context, order_id: int, actor: Member) -> RefundOrder | None:
    """Notify staff that an order awaits a second owner, once; None if there is no order that needs one.

    `try_at` is then when the request expires.
    """
    async with ctx.db.write_money() as conn:
        order, key = await refunds.get(conn, order_id), f"refund_second:{order_id}"
        if order is None or not needs_second(order):
            return None
        if order.confirmed_at is None and not await notices.by_keys(conn, [key]):
            await refunds.defer_until(conn, order.id, ctx.clock() + SECOND_WITHIN)
            await notify_staff(ctx, conn, key, "refund_second", order=order.id, by=actor.label)
            details = {"gift": str(order.gift_id), "minor": order.minor, "reason": order.reason}
            await log_action(ctx, conn, actor, "refund.proposed", **details)
    return order


async def offer(ctx: Context, conn: Connection, gift: Gift) -> None:
    """Write the order that a donor may confirm, in the transaction of the question to them."""
    await refunds.add(conn, _order(ctx, gift, gift.book.amount, BY_DONOR, None))


async def confirm(
    ctx: Context, order_id: int, actor: Member | None, check: Check | None = None
) -> RefundOrder | RefundBlocked | None:
    """Confirm an order and call Stripe. Confirming it again changes nothing.

    `actor`: None for the donor; staff are notified then. `check`: a further condition. Returns None if there is no such
    order.
    """
    async with ctx.db.write_money() as conn:
        order = await refunds.get(conn, order_id)
        if order is None or order.confirmed_at is not None:
            return order
        if is_expired(ctx, order):
            return RefundBlocked.EXPIRED
        gift = await gifts.by_id(conn, order.gift_id)
        assert gift is not None  # by foreign key
        barred = await _second_missing(conn, order, actor) or await _allowed(conn, gift, order.minor)
        if barred is None and check is not None:
            barred = await check(conn, gift)
        if barred is not None:
            return barred
        if await _was_overtaken(conn, order):
            return RefundBlocked.MEANWHILE
        order = _confirmed(ctx, order)
        await refunds.confirm(conn, order)
        await _note(ctx, conn, order, actor)
        if actor is None:
            await notify_staff(ctx, conn, f"donor_refund:{order.id}", "donor_refund", gift=gift.id)
    return await carry_out(ctx, order)


async def carry_out(ctx: Context, order: RefundOrder) -> RefundOrder:
    """Call Stripe. Staff are notified if it refuses; if it is unavailable, the tick repeats the call."""
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, order.gift_id)
    assert gift is not None and gift.book.payment_intent is not None
    assert order.confirmed_at is not None
    if ctx.clock() - order.confirmed_at > _KEY_LIVES:
        return await _finish(ctx, order, None, UNANSWERED)
    try:
        refund_id = await ctx.gateway.refund(gift.book.payment_intent, order.minor, f"refund-{order.id}")
    except GatewayRefused as why:
        return await _finish(ctx, order, None, str(why))
    except GatewayUnavailable:
        return await _defer(ctx, order)
    return await _finish(ctx, order, refund_id, None)


async def _defer(ctx: Context, order: RefundOrder) -> RefundOrder:
    pause = min(_FIRST_PAUSE * 2 ** min(order.attempts, 10), _LONGEST_PAUSE)
    later = replace(order, attempts=order.attempts + 1, try_at=ctx.clock() + pause)
    async with ctx.db.write() as conn:
        await refunds.defer(conn, later)
    return later


async def tick(ctx: Context) -> int:
    """Finish orders that a crash or an outage left unfinished, and requests that expired; return how many."""
    async with ctx.db.read() as conn:
        due: Sequence[RefundOrder] = await refunds.due(conn, ctx.clock(), _AT_ONCE)

    async def finish(order: RefundOrder) -> RefundOrder:
        if order.confirmed_at is None:
            return await _expire(ctx, order)
        try:
            return await carry_out(ctx, order)
        except Exception:
            await _defer(ctx, order)  # or orders that always fail would always come first
            raise

    return await each(ctx, "refunds", due, finish, name=lambda order: str(order.gift_id))


async def _expire(ctx: Context, order: RefundOrder) -> RefundOrder:
    """End a request that no second owner confirmed, and notify staff: its author among them waits for it."""
    async with ctx.db.write_money() as conn:
        now = await refunds.get(conn, order.id)
        if now is None or not is_expired(ctx, now) or not await refunds.give_up(conn, order.id, _EXPIRED):
            return now or order
        asked = await notices.by_keys(conn, [f"refund_second:{order.id}"])
        by = str(asked[0].args.get("by", "")) if asked else ""
        await notify_staff(ctx, conn, f"refund_expired:{order.id}", "refund_expired", order=order.id, by=by)
        details = {"gift": str(order.gift_id), "minor": order.minor}
        await log_action(ctx, conn, None, "refund.expired", **details)
    return order


def _order(ctx: Context, gift: Gift, minor: int, reason: str, staff_id: int | None) -> RefundOrder:
    return RefundOrder(
        id=ctx.ids.new(), gift_id=gift.id, minor=minor, reason=reason, staff_id=staff_id, made_at=ctx.clock()
    )


def _confirmed(ctx: Context, order: RefundOrder) -> RefundOrder:
    """Return the order with `try_at` a little later: the caller calls Stripe, and the tick only if that failed."""
    return replace(order, confirmed_at=ctx.clock(), try_at=ctx.clock() + _FIRST_PAUSE)


async def _second_missing(conn: Connection, order: RefundOrder, actor: Member | None) -> RefundBlocked | None:
    if not needs_second(order):
        return None
    assert order.staff_id is not None
    if actor is None or not actor.role.may(Role.OWNER) or await is_same_person(conn, order.staff_id, actor):
        return RefundBlocked.SECOND
    return None


async def _allowed(conn: Connection, gift: Gift, minor: int) -> RefundBlocked | None:
    rest = await refundable(conn, gift)
    if isinstance(rest, RefundBlocked):
        return rest
    return RefundBlocked.TOO_MUCH if minor > rest.minor else None


async def _was_overtaken(conn: Connection, order: RefundOrder) -> bool:
    """Return whether another refund was confirmed after this was proposed: one complaint is refunded once."""
    others = await refunds.of_gift(conn, order.gift_id)
    return any(o.refused is None and o.confirmed_at is not None and o.confirmed_at > order.made_at for o in others)


async def _note(ctx: Context, conn: Connection, order: RefundOrder, actor: Member | None) -> None:
    details = {"gift": str(order.gift_id), "minor": order.minor, "reason": order.reason}
    await log_action(ctx, conn, actor, "refund.ordered", **details)


async def _finish(ctx: Context, order: RefundOrder, refund_id: str | None, refused: str | None) -> RefundOrder:
    async with ctx.db.write() as conn:
        if await refunds.finish(conn, order, refund_id=refund_id, refused=refused):
            details = {"gift": str(order.gift_id), "minor": order.minor}
            await log_action(ctx, conn, None, "refund.refused" if refused else "refund.sent", **details)
            if refused:
                args = {"gift": order.gift_id, "minor": order.minor, "why": refused}
                await notify_staff(ctx, conn, f"refund_refused:{order.id}", "refund_refused", **args)
        return await refunds.get(conn, order.id) or order
