"""Duplicates: a donor who makes two similar gifts within minutes is asked once whether that was intended.

One tap refunds the second gift (refund_duplicate.py). Gifts from different cards come from different people, so there
is no question about them, nor about gifts that the supporter has not proved to be theirs.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.gifts import Gift
from bot.domain.ids import id_at
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import cursors, outbox
from bot.store.core.outbox import Delivery
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.money import refunds
from bot.store.money.refunds import SingleGift
from bot.usecases.context import Context
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.money import refunds as orders
from bot.usecases.money import thank
from content.cards import Card, Tap
from content.messages import money as messages
from payments.money import Money
from payments.stripe import GatewayRefused, GatewayUnavailable, Payer

WITHIN = timedelta(minutes=10)
_WRITES_END_AFTER = timedelta(seconds=3)  # concurrent writes of neighbouring gifts
_FIRST_SPAN = timedelta(hours=1)  # examined in the first run
_LATE = timedelta(days=1)  # no question about gifts reported later than this
_CURSOR = "doubles"


async def tick(ctx: Context) -> int:
    """Examine gifts booked since the last run; return how many questions were asked. A recurring job.

    The cursor moves in the transaction of the questions, so that each is asked once, even after a crash.
    """
    until = ctx.clock() - _WRITES_END_AFTER
    async with ctx.db.read() as conn:
        since = await cursors.read(conn, _CURSOR, until)
        new = await refunds.newly_booked(conn, id_at(since or until - _FIRST_SPAN), id_at(until))
        if not new:
            return 0
        seconds = await _seconds(conn, [gift for gift in new if ctx.clock() - gift.paid_at <= _LATE])
    suspects = [gift_id for gift_id in seconds if await _may_be_same_payer(ctx, gift_id)]
    async with ctx.db.write_money() as conn:
        if await cursors.read(conn, _CURSOR, until) != since:
            return 0  # another worker has examined them meanwhile
        await cursors.write(conn, _CURSOR, until)
        asked = await _ask(ctx, conn, suspects)
    if asked:
        ctx.wake()
    return asked


async def ask_after_proof(ctx: Context, gift_id: int) -> int:
    """Ask about similar gifts around one just proved, which `tick` skipped; return how many questions were asked."""
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id)
        if gift is None or gift.supporter_id is None or (paid_at := gift.book.paid_at) is None:
            return 0
        near = await refunds.unrefunded_gifts(conn, [gift.supporter_id], paid_at - WITHIN, paid_at + WITHIN)
        seconds = await _seconds(conn, near)
    suspects = [gift_id for gift_id in seconds if await _may_be_same_payer(ctx, gift_id)]
    if not suspects:
        return 0
    async with ctx.db.write_money() as conn:
        asked = await _ask(ctx, conn, suspects)
    ctx.wake()
    return asked


async def _ask(ctx: Context, conn: Connection, gift_ids: Sequence[int]) -> int:
    """Ask about each of these gifts that can still be refunded and was not asked about; return how many."""
    candidates = [await gifts.by_id(conn, gift_id) for gift_id in gift_ids]
    to_ask = [
        gift
        for gift in candidates
        if gift is not None
        and may(gift.standing, Right.UNDO)
        and await refunds.offered(conn, gift.id, orders.BY_DONOR) is None
    ]
    questions = await thank.deliveries_about(ctx, conn, to_ask, "double")
    await outbox.add(conn, questions)
    reached = {question.args["gift"] for question in questions}
    for gift in to_ask:
        if gift.id in reached:
            await orders.offer(ctx, conn, gift)
    return len(to_ask)


async def _may_be_same_payer(ctx: Context, gift_id: int) -> bool:
    """Whether the gift is proved and Stripe does not say that all its duplicates came from other cards.

    Links can be forwarded: without this check, the supporter would be asked about another person's money.
    """
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id)
        if gift is None or not may(gift.standing, Right.UNDO):
            return False
        others = await duplicates_of(conn, gift)
    mine = await payer_of(ctx, gift) if others else None
    payers = [await payer_of(ctx, other) for other in others]
    return mine is None or any(payer is None or not mine.is_other(payer) for payer in payers)


async def payer_of(ctx: Context, gift: Gift) -> Payer | None:
    """Ask Stripe whose card paid for a gift; None if it does not know or cannot be reached."""
    if gift.book.payment_intent is None:
        return None
    try:
        return await ctx.gateway.payer(gift.book.payment_intent)
    except (GatewayRefused, GatewayUnavailable):
        return None


async def _seconds(conn: Connection, new: Sequence[SingleGift]) -> list[int]:
    """Return the id of the later gift of each pair that these gifts form."""
    if not new:
        return []
    times = [gift.paid_at for gift in new]
    people = {gift.supporter_id for gift in new}
    known = await refunds.unrefunded_gifts(conn, people, min(times) - WITHIN, max(times) + WITHIN)
    by_key: defaultdict[tuple[int, int, str, int], list[SingleGift]] = defaultdict(list)
    for gift in known:
        by_key[gift.duplicate_key].append(gift)
    seconds = (_second(gift, by_key[gift.duplicate_key]) for gift in new)
    return list(dict.fromkeys(second for second in seconds if second is not None))


def _second(gift: SingleGift, alike: Sequence[SingleGift]) -> int | None:
    """Return the later gift of the pair that this gift forms with another; `alike` has the earliest first.

    A gift reported late may itself be the earlier one. A donor who makes a third gift meant it: they were asked about
    the second and are not asked again.
    """
    others = [other for other in alike if other.id != gift.id and abs(other.paid_at - gift.paid_at) <= WITHIN]
    before = [other for other in others if (other.paid_at, other.id) < (gift.paid_at, gift.id)]
    if before:
        return gift.id if len(before) == 1 else None
    return others[0].id if len(others) == 1 else None


async def question_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the question « C’était voulu? ». Raises Obsolete if either gift was refunded or is unproved."""
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, int(delivery.args["gift"]))
        if gift is None or gift.supporter_id != person.id or not await duplicates_of(conn, gift):
            raise Obsolete("there are no longer two similar gifts")
        if not may(gift.standing, Right.UNDO):
            raise Obsolete("nobody has proved to have paid it")
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    return messages.duplicate(
        ctx.catalog,
        person.locale,
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        back=Tap(action=f"dbl:{gift.id}:back"),
        keep=Tap(action=f"dbl:{gift.id}:keep"),
    )


async def duplicates_of(conn: Connection, gift: Gift) -> list[Gift]:
    """Return the similar gifts within minutes of this one, earliest first.

    Only gifts that are neither refunded nor being refunded count; without that, this gift has no duplicates.
    """
    paid_at = gift.book.paid_at
    if paid_at is None or gift.supporter_id is None:
        return []
    near = await refunds.unrefunded_gifts(conn, [gift.supporter_id], paid_at - WITHIN, paid_at + WITHIN)
    this = next((other for other in near if other.id == gift.id), None)
    if this is None or await _is_being_refunded(conn, gift.id):
        return []
    alike = [other.id for other in near if other.id != gift.id and other.duplicate_key == this.duplicate_key]
    duplicates = [await gifts.by_id(conn, i) for i in alike if not await _is_being_refunded(conn, i)]
    return [other for other in duplicates if other is not None]


async def _is_being_refunded(conn: Connection, gift_id: int) -> bool:
    return any(order.refused is None for order in await refunds.of_gift(conn, gift_id))
