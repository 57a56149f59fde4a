"""The answer to « C’était voulu? »: one tap refunds the second of two similar gifts, or keeps both.

Only the gift that the donor was asked about and has proved can be refunded, and only if Stripe says that both came from
one card or customer, since links are forwarded and the gift may be a stranger's. A few small refunds a day are allowed;
everything else becomes a case.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.gifts import Gift
from bot.domain.ids import id_at, read_id
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.money import refunds
from bot.store.money.refunds import RefundOrder
from bot.usecases.context import Context
from bot.usecases.core import cases, rate_limits
from bot.usecases.gifts.duplicates import duplicates_of, payer_of
from bot.usecases.gifts.my_gifts import show as show_gifts
from bot.usecases.money import refunds as orders
from bot.usecases.money.refunds import RefundBlocked
from bot.usecases.reply import Reply
from content.messages import money as messages
from payments.money import Money, minimum_charge

EACH_A_DAY = 2  # refunds that one donor may order without staff
ALL_A_DAY = 20  # for all donors together
LARGEST = 200  # times the minimum charge: 100 $ in CAD and USD
_A_DAY = timedelta(hours=24)
_ASKED_FOR = timedelta(days=30)  # how long after the question the tap refunds the second gift
_BUTTON = re.compile(r"(\d{1,19}):(back|keep)")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a donor was asked about: the gift, the order that awaits their answer, and the gift's duplicates."""

    gift: Gift
    order: RefundOrder
    duplicates: list[Gift]


async def on_tap(ctx: Context, person: Supporter, argument: str) -> Reply:
    """Handle `dbl:<gift>:back` (refund the second gift) and `dbl:<gift>:keep` (keep both).

    Ignores gifts of other people and gifts that the donor was not asked about.
    """
    match = _BUTTON.fullmatch(argument)
    gift_id = read_id(match[1]) if match else None
    asked = await _asked(ctx, person, gift_id) if gift_id is not None else None
    if match is None or asked is None:
        return await show_gifts(ctx, person)
    if match[2] == "keep":
        return Reply(card=messages.duplicate_kept(ctx.catalog, person.locale), mode="edit")
    result = await _refund(ctx, person, asked)
    if result is RefundBlocked.NOT_THEIRS or result is None:
        return await show_gifts(ctx, person)
    if isinstance(result, RefundBlocked):
        return await _barred(ctx, person, asked.gift)
    return _answer(ctx, person, asked.gift, refused=result.refused is not None)


async def _asked(ctx: Context, person: Supporter, gift_id: int) -> _Asked | None:
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id)
        order = await refunds.offered(conn, gift_id, orders.BY_DONOR)
        if gift is None or order is None or gift.supporter_id != person.id:
            return None
        return _Asked(gift, order, await duplicates_of(conn, gift))


async def _refund(ctx: Context, person: Supporter, asked: _Asked) -> RefundOrder | RefundBlocked | None:
    """Ask Stripe whose cards these were, then confirm the order in a transaction that checks everything again."""
    if asked.order.confirmed_at is not None:
        return asked.order
    if ctx.clock() - asked.order.made_at > _ASKED_FOR:
        return RefundBlocked.CAPPED
    same_payer = await _duplicates_by_same_payer(ctx, asked)

    async def check(conn: Connection, gift: Gift) -> RefundBlocked | None:
        if gift.supporter_id != person.id:
            return RefundBlocked.NOT_THEIRS
        if not may(gift.standing, Right.UNDO) or not same_payer & {
            other.id for other in await duplicates_of(conn, gift)
        }:
            return RefundBlocked.OTHER_PAYER
        capped = await _capped(ctx, conn, gift)
        if capped is None and not await rate_limits.take(
            ctx, conn, rate_limits.REFUNDS, person.platform, person.external_id
        ):
            return RefundBlocked.CAPPED
        return capped

    return await orders.confirm(ctx, asked.order.id, None, check)


async def _duplicates_by_same_payer(ctx: Context, asked: _Asked) -> set[int]:
    mine = await payer_of(ctx, asked.gift) if asked.duplicates else None
    if mine is None:
        return set()
    payers = {other.id: await payer_of(ctx, other) for other in asked.duplicates}
    return {gift_id for gift_id, payer in payers.items() if payer is not None and mine.is_same(payer)}


async def _capped(ctx: Context, conn: Connection, gift: Gift) -> RefundBlocked | None:
    now = ctx.clock()
    recent = await refunds.confirmed_by_donors(conn, orders.BY_DONOR, now - _A_DAY, id_at(now - _A_DAY - _ASKED_FOR))
    large = gift.book.amount > LARGEST * minimum_charge(gift.book.currency).minor
    many = len(recent) >= ALL_A_DAY or recent.count(gift.supporter_id or 0) >= EACH_A_DAY
    return RefundBlocked.CAPPED if large or many else None


async def _barred(ctx: Context, person: Supporter, gift: Gift) -> Reply:
    """Reply that it was refunded in another way meanwhile, or else open a case for staff."""
    async with ctx.db.write() as conn:
        refund_orders = await refunds.of_gift(conn, gift.id)
        current = await gifts.by_id(conn, gift.id)
        is_refunded = current is not None and current.book.refunded.minor > 0
        is_refunded = is_refunded or any(order.refused is None for order in refund_orders)
        if not is_refunded:
            await cases.open_case(ctx, conn, gift_id=gift.id, supporter_id=person.id, kind="double_unsure")
    return _answer(ctx, person, gift, refused=not is_refunded)


def _answer(ctx: Context, person: Supporter, gift: Gift, *, refused: bool) -> Reply:
    money = Money(gift.book.amount, gift.book.currency)
    if refused:
        return Reply(card=messages.duplicate_refused(ctx.catalog, person.locale, money, ctx.charity), mode="edit")
    return Reply(card=messages.duplicate_refunded(ctx.catalog, person.locale, money), mode="edit")
