"""The answer to « C’était voulu? »: the second of two like gifts goes back in one tap, or both stay."""

import re
from datetime import timedelta

from bot.domain.gifts import Gift
from bot.domain.ids import read_id
from bot.domain.people import Contact, Supporter
from bot.store import gifts, refunds
from bot.usecases import refunds as orders
from bot.usecases.context import Context
from bot.usecases.doubles import still_two
from bot.usecases.join import who
from bot.usecases.my_gifts import show as show_gifts
from bot.usecases.reply import Reply
from content import messages_money as words
from payments.money import Money

_ASKED_FOR = timedelta(days=30)  # how long after it the second can be paid back in one tap
_BUTTON = re.compile(r"(\d{1,19}):(back|keep)")


async def on_tap(ctx: Context, contact: Contact, argument: str) -> Reply:
    """`dbl:<gift>:back` pays the second gift back, `dbl:<gift>:keep` leaves both. Only ever the donor's own."""
    person = await who(ctx, contact)
    match = _BUTTON.fullmatch(argument)
    gift_id = read_id(match[1]) if match else None
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id) if gift_id is not None else None
        mine = gift is not None and gift.supporter_id == person.id
        two = mine and gift is not None and await still_two(conn, gift)
    if match is None or gift is None or not mine:
        return await show_gifts(ctx, contact)
    if match[2] == "keep":
        return Reply(card=words.double_kept(ctx.catalog, person.locale), mode="edit")
    if not two or gift.book.paid_at is None or ctx.clock() - gift.book.paid_at > _ASKED_FOR:
        return await _said(ctx, person, gift)
    done = await orders.at_once(ctx, gift, orders.BY_DONOR)
    if isinstance(done, orders.Barred):
        return await _said(ctx, person, gift)
    return _answer(ctx, person, gift, refused=done.refused is not None)


async def _said(ctx: Context, person: Supporter, gift: Gift) -> Reply:
    """What became of an earlier tap; where there was none, a person will look at it."""
    async with ctx.db.read() as conn:
        before = await refunds.of_gift(conn, gift.id)
    back = gift.book.refunded.minor > 0 or any(order.refused is None for order in before)
    return _answer(ctx, person, gift, refused=not back)


def _answer(ctx: Context, person: Supporter, gift: Gift, *, refused: bool) -> Reply:
    money = Money(gift.book.amount, gift.book.currency)
    if refused:
        return Reply(card=words.double_refused(ctx.catalog, person.locale, money, ctx.charity), mode="edit")
    return Reply(card=words.double_back(ctx.catalog, person.locale, money), mode="edit")
