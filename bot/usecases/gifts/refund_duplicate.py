"""The answer to « C’était voulu? »: the second of two like gifts goes back in one tap, or both stay.

Only the very gift that the donor was asked about and has proved to be theirs, and only where Stripe says that both came
from one card or customer: links are forwarded, and the gift may be a stranger's. A few small ones a day; everything
else becomes a case.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.gifts import Gift
from bot.domain.ids import id_at, read_id
from bot.domain.people import Contact, Supporter
from bot.domain.rights import Right, may
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.money import refunds
from bot.store.money.refunds import RefundOrder
from bot.usecases.context import Context
from bot.usecases.core import cases, rate_limits
from bot.usecases.core.join import who
from bot.usecases.gifts.duplicates import duplicates_of, payer_of
from bot.usecases.gifts.my_gifts import show as show_gifts
from bot.usecases.money import refunds as orders
from bot.usecases.money.refunds import RefundBlocked
from bot.usecases.reply import Reply
from content.messages import money as words
from payments.money import Money, minimum_charge

EACH_A_DAY = 2  # refunds that one donor may order by themselves
ALL_A_DAY = 20  # and all donors together
LARGEST = 200  # times the least that can be charged: 100 $ in CAD and USD
_A_DAY = timedelta(hours=24)
_ASKED_FOR = timedelta(days=30)  # how long after the question the second can be paid back in one tap
_BUTTON = re.compile(r"(\d{1,19}):(back|keep)")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a donor was asked about: the gift, the order that waits for a yes, and the like gifts beside it."""

    gift: Gift
    order: RefundOrder
    twins: list[Gift]


async def on_tap(ctx: Context, contact: Contact, argument: str) -> Reply:
    """`dbl:<gift>:back` pays the second gift back, `dbl:<gift>:keep` leaves both.

    Nothing happens for a gift of somebody else, or one that they were not asked about.
    """
    person = await who(ctx, contact)
    match = _BUTTON.fullmatch(argument)
    gift_id = read_id(match[1]) if match else None
    asked = await _asked(ctx, person, gift_id) if gift_id is not None else None
    if match is None or asked is None:
        return await show_gifts(ctx, contact)
    if match[2] == "keep":
        return Reply(card=words.duplicate_kept(ctx.catalog, person.locale), mode="edit")
    done = await _undo(ctx, person, asked)
    if done is RefundBlocked.NOT_THEIRS or done is None:
        return await show_gifts(ctx, contact)
    if isinstance(done, RefundBlocked):
        return await _barred(ctx, person, asked.gift)
    return _answer(ctx, person, asked.gift, refused=done.refused is not None)


async def _asked(ctx: Context, person: Supporter, gift_id: int) -> _Asked | None:
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id)
        order = await refunds.offered(conn, gift_id, orders.BY_DONOR)
        if gift is None or order is None or gift.supporter_id != person.id:
            return None
        return _Asked(gift, order, await duplicates_of(conn, gift))


async def _undo(ctx: Context, person: Supporter, asked: _Asked) -> RefundOrder | RefundBlocked | None:
    """Ask Stripe whose cards these were; then, in the transaction that writes the order, look at everything again."""
    if asked.order.confirmed_at is not None:
        return asked.order
    if ctx.clock() - asked.order.made_at > _ASKED_FOR:
        return RefundBlocked.CAPPED
    same = await _of_the_same_payer(ctx, asked)

    async def still(conn: Connection, gift: Gift) -> RefundBlocked | None:
        if gift.supporter_id != person.id:
            return RefundBlocked.NOT_THEIRS
        if not may(gift.standing, Right.UNDO) or not same & {twin.id for twin in await duplicates_of(conn, gift)}:
            return RefundBlocked.OTHER_PAYER
        capped = await _capped(ctx, conn, gift)
        if capped is None and not await rate_limits.take(
            ctx, conn, rate_limits.REFUNDS, person.platform, person.external_id
        ):
            return RefundBlocked.CAPPED
        return capped

    return await orders.confirm(ctx, asked.order.id, None, still)


async def _of_the_same_payer(ctx: Context, asked: _Asked) -> set[int]:
    mine = await payer_of(ctx, asked.gift) if asked.twins else None
    if mine is None:
        return set()
    payers = {twin.id: await payer_of(ctx, twin) for twin in asked.twins}
    return {number for number, one in payers.items() if one is not None and mine.is_same(one)}


async def _capped(ctx: Context, conn: Connection, gift: Gift) -> RefundBlocked | None:
    now = ctx.clock()
    made = await refunds.confirmed_by_donors(conn, orders.BY_DONOR, now - _A_DAY, id_at(now - _A_DAY - _ASKED_FOR))
    large = gift.book.amount > LARGEST * minimum_charge(gift.book.currency).minor
    many = len(made) >= ALL_A_DAY or made.count(gift.supporter_id or 0) >= EACH_A_DAY
    return RefundBlocked.CAPPED if large or many else None


async def _barred(ctx: Context, person: Supporter, gift: Gift) -> Reply:
    """It went back by another way meanwhile; or else it becomes a case, so that a person looks at it."""
    async with ctx.db.write() as conn:
        before = await refunds.of_gift(conn, gift.id)
        now = await gifts.by_id(conn, gift.id)
        back = now is not None and now.book.refunded.minor > 0
        back = back or any(order.refused is None for order in before)
        if not back:
            await cases.open_case(ctx, conn, gift_id=gift.id, supporter_id=person.id, kind="double_unsure")
    return _answer(ctx, person, gift, refused=not back)


def _answer(ctx: Context, person: Supporter, gift: Gift, *, refused: bool) -> Reply:
    money = Money(gift.book.amount, gift.book.currency)
    if refused:
        return Reply(card=words.duplicate_refused(ctx.catalog, person.locale, money, ctx.charity), mode="edit")
    return Reply(card=words.duplicate_refunded(ctx.catalog, person.locale, money), mode="edit")
