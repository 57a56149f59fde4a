"""Two like gifts of one person within minutes: they are asked whether that was meant, once, and one tap pays back
the second (undo_double.py). Two gifts of different cards came from two people, and nobody is asked about them; nor is
anybody about a gift that they have not proved to be theirs.
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
from content.messages import money as words
from payments.money import Money
from payments.stripe import GatewayRefused, GatewayUnavailable, Payer

WITHIN = timedelta(minutes=10)


_SETTLES = timedelta(seconds=3)  # a gift this young may have a neighbour that is being written
_FIRST_LOOK = timedelta(hours=1)
_LATE = timedelta(days=1)  # a gift that was heard of later than this is asked about no more
_CURSOR = "doubles"


async def tick(ctx: Context) -> int:
    """Look at the gifts that were booked since the last time, outside of their transactions; how many are asked about.

    Where it has got to moves with the questions, so that each is asked once, whatever happens in between.
    """
    until = ctx.clock() - _SETTLES
    async with ctx.db.read() as conn:
        since = await cursors.read(conn, _CURSOR, until)
        new = await refunds.newly_booked(conn, id_at(since or until - _FIRST_LOOK), id_at(until))
        if not new:
            return 0
        seconds = await _seconds(conn, [gift for gift in new if ctx.clock() - gift.paid_at <= _LATE])
    asked = [number for number in seconds if await _is_one_payers(ctx, number)]
    async with ctx.db.write_money() as conn:
        if await cursors.read(conn, _CURSOR, until) != since:
            return 0  # another worker has looked meanwhile
        await cursors.write(conn, _CURSOR, until)
        told = await _ask(ctx, conn, asked)
    if told:
        ctx.wake()
    return told


async def ask_after_proof(ctx: Context, gift_id: int) -> int:
    """Ask about like gifts around one that was proved just now: `tick` passed them by; how many are asked about."""
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id)
        if gift is None or gift.supporter_id is None or (paid_at := gift.book.paid_at) is None:
            return 0
        near = await refunds.unrefunded_gifts(conn, [gift.supporter_id], paid_at - WITHIN, paid_at + WITHIN)
        seconds = await _seconds(conn, near)
    asked = [number for number in seconds if await _is_one_payers(ctx, number)]
    if not asked:
        return 0
    async with ctx.db.write_money() as conn:
        told = await _ask(ctx, conn, asked)
    ctx.wake()
    return told


async def _ask(ctx: Context, conn: Connection, numbers: Sequence[int]) -> int:
    """Put the question about each of these gifts that may still be undone and was not asked about; how many."""
    found = [await gifts.by_id(conn, number) for number in numbers]
    told = [
        gift
        for gift in found
        if gift is not None
        and may(gift.standing, Right.UNDO)
        and await refunds.offered(conn, gift.id, orders.BY_DONOR) is None
    ]
    questions = await thank.deliveries_about(ctx, conn, told, "double")
    await outbox.add(conn, questions)
    reached = {question.args["gift"] for question in questions}
    for gift in told:
        if gift.id in reached:
            await orders.offer(ctx, conn, gift)
    return len(told)


async def _is_one_payers(ctx: Context, number: int) -> bool:
    """Whether its supporter has proved this gift, and Stripe does not say that all its twins came from other cards.

    A link can be forwarded: whoever it names would be asked about somebody else's money.
    """
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, number)
        if gift is None or not may(gift.standing, Right.UNDO):
            return False
        others = await duplicates_of(conn, gift)
    mine = await payer_of(ctx, gift) if others else None
    theirs = [await payer_of(ctx, other) for other in others]
    return mine is None or any(one is None or not mine.is_other(one) for one in theirs)


async def payer_of(ctx: Context, gift: Gift) -> Payer | None:
    """Ask Stripe whose card paid for a gift; None where it does not know or cannot be asked."""
    if gift.book.payment_intent is None:
        return None
    try:
        return await ctx.gateway.payer(gift.book.payment_intent)
    except (GatewayRefused, GatewayUnavailable):
        return None


async def _seconds(conn: Connection, new: Sequence[SingleGift]) -> list[int]:
    """Of these gifts' pairs the later ones, each once."""
    if not new:
        return []
    times = [gift.paid_at for gift in new]
    people = {gift.supporter_id for gift in new}
    known = await refunds.unrefunded_gifts(conn, people, min(times) - WITHIN, max(times) + WITHIN)
    by_likeness: defaultdict[tuple[int, int, str, int], list[SingleGift]] = defaultdict(list)
    for gift in known:
        by_likeness[gift.duplicate_key].append(gift)
    found = (_second(gift, by_likeness[gift.duplicate_key]) for gift in new)
    return list(dict.fromkeys(second for second in found if second is not None))


def _second(gift: SingleGift, alike: Sequence[SingleGift]) -> int | None:
    """The later gift of the pair that this one makes with another; `alike` has the earliest first.

    A gift that was heard of late may itself be the earlier one. Somebody who goes on giving meant it: they were
    asked about their second, and are not asked again.
    """
    others = [other for other in alike if other.id != gift.id and abs(other.paid_at - gift.paid_at) <= WITHIN]
    before = [other for other in others if (other.paid_at, other.id) < (gift.paid_at, gift.id)]
    if before:
        return gift.id if len(before) == 1 else None
    return others[0].id if len(others) == 1 else None


async def question_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """« C’était voulu? ». Raises OutOfDate where one of the two is no longer there in full, or it is not proved."""
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, int(delivery.args["gift"]))
        if gift is None or gift.supporter_id != person.id or not await duplicates_of(conn, gift):
            raise Obsolete("there are not two like gifts any more")
        if not may(gift.standing, Right.UNDO):
            raise Obsolete("nobody has proved to have paid it")
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    return words.duplicate(
        ctx.catalog,
        person.locale,
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        back=Tap(action=f"dbl:{gift.id}:back"),
        keep=Tap(action=f"dbl:{gift.id}:keep"),
    )


async def duplicates_of(conn: Connection, gift: Gift) -> list[Gift]:
    """Return the gifts like this one within minutes of it, the earliest first.

    All are there in full and none is on its way back; empty where this one is not so.
    """
    paid_at = gift.book.paid_at
    if paid_at is None or gift.supporter_id is None:
        return []
    near = await refunds.unrefunded_gifts(conn, [gift.supporter_id], paid_at - WITHIN, paid_at + WITHIN)
    here = next((other for other in near if other.id == gift.id), None)
    if here is None or await _is_going(conn, gift.id):
        return []
    alike = [other.id for other in near if other.id != gift.id and other.duplicate_key == here.duplicate_key]
    found = [await gifts.by_id(conn, number) for number in alike if not await _is_going(conn, number)]
    return [other for other in found if other is not None]


async def _is_going(conn: Connection, gift_id: int) -> bool:
    return any(order.refused is None for order in await refunds.of_gift(conn, gift_id))
