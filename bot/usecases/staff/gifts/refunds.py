"""Handlers for refunds by owners: choose a gift, an amount and a reason, then confirm.

Buttons: `rf:` lists the latest gifts; `rf:find` asks for a day, an amount or a number; `rf:<gift>` shows the gift;
`rf:<gift>:part` asks how much; `rf:<gift>:<minor>` asks why; `rf:<gift>:<minor>:<reason>` asks to confirm;
`rf:go:<order>` refunds. For a typed reason, `rf:ask:<order>` asks a second owner, who reads it with `rf:see:<order>`.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot.domain.amounts import read_amount
from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.ids import read_id
from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.gifts import gifts
from bot.store.money import refunds as order_rows
from bot.store.money.refunds import RefundOrder
from bot.usecases.context import Context, local_day
from bot.usecases.core.access import has_other_owner
from bot.usecases.core.prompts import CANCEL, ask, clear, expect
from bot.usecases.money import refunds
from bot.usecases.money.refunds import RefundBlocked
from bot.usecases.reply import Form, Reply
from bot.usecases.staff.gifts import search
from content.cards import Tap, shorten
from content.messages import money as messages
from content.messages.money import FoundGift
from payments.money import Money, charge_step

_SEARCH = Tap(action="rf:find")
_MAX_REASON = 300  # characters
_ORDER = re.compile(r"(go|ask|see):(\d{1,19})")
_BUTTON = re.compile(r"(?P<gift>\d{1,19})(?::(?P<part>part)|:(?P<minor>\d{1,12})(?::(?P<reason>[a-z]+))?)?")


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/refund`, optionally followed by the gift's number."""
    return await (_number(ctx, person, argument) if argument.strip() else _ask_number(ctx, person, unknown=False))


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle every button of refunds, however old."""
    if order := _ORDER.fullmatch(argument):
        return await _ORDERED[order[1]](ctx, person, read_id(order[2]) or 0)
    if argument == "find":
        return await _ask_search(ctx, person)
    match = _BUTTON.fullmatch(argument)
    if match is None:
        return await _ask_number(ctx, person, unknown=False)
    gift, campaign = await _find(ctx, match["gift"])
    if gift is None or campaign is None:
        return await _ask_number(ctx, person, unknown=True)
    if match["part"]:
        return await _ask_amount(ctx, person, gift, campaign)
    if match["minor"] is None:
        return await _shown(ctx, person, gift, campaign)
    barred = await _barred(ctx, gift, int(match["minor"]))
    if barred:
        return await _shown(ctx, person, gift, campaign, barred)
    money = Money(int(match["minor"]), gift.book.currency)
    if match["reason"] == "other":
        return await _ask_reason(ctx, person, gift, money)
    if match["reason"] in messages.REASONS:
        return await _sure(ctx, person, gift, campaign, money, match["reason"])
    return _why(ctx, person, gift, money)


async def written(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply:
    """Handle a typed number, amount or reason; ask again if it is not understood."""
    if not prompt:
        return await _number(ctx, person, text)
    digits, _, minor = prompt.partition(":")
    gift, campaign = await _find(ctx, digits)
    if gift is None or campaign is None:
        return await _ask_number(ctx, person, unknown=True)
    if minor != "part":
        await clear(ctx, person)
        why = shorten(" ".join(text.split()), _MAX_REASON) or "—"
        why += "." if why in messages.REASONS else ""  # a typed reason is never one of the buttons
        return await _sure(ctx, person, gift, campaign, Money(int(minor), gift.book.currency), why)
    rest = await _left(ctx, gift)
    if isinstance(rest, RefundBlocked):
        await clear(ctx, person)
        return await _shown(ctx, person, gift, campaign, rest.value)
    step = Money(charge_step(gift.book.currency), gift.book.currency)
    read = read_amount(text, code=gift.book.currency, minimum=step, maximum=rest, charged=False)
    if not isinstance(read, Money) or read.minor % step.minor:  # Stripe refunds in steps, as it charges
        return await _ask_amount(ctx, person, gift, campaign, again=True)
    await clear(ctx, person)
    return _why(ctx, person, gift, read)


async def _number(ctx: Context, person: Member, text: str) -> Reply:
    """Search by what was typed: one gift by its number is shown at once."""
    found = await search.search(ctx, text)
    if found.by_number is None:
        return await _choose(ctx, person, found.gifts)
    gift, campaign = await _find(ctx, str(found.by_number))
    assert gift is not None and campaign is not None  # gifts are never deleted
    await clear(ctx, person)
    return await _shown(ctx, person, gift, campaign)


async def _choose(ctx: Context, person: Member, found: Sequence[FoundGift]) -> Reply:
    """Show the gifts that fit, or the latest ones, and keep asking."""
    if not found:
        return await _ask_number(ctx, person, unknown=True)
    return await _list(ctx, person, found, "found")


async def _list(ctx: Context, person: Member, found: Sequence[FoundGift], result: messages.Result) -> Reply:
    """Show gifts to choose from. The next text searches; where windows open, a button does."""
    card = messages.refund_find(ctx.catalog, person.locale, _SEARCH, CANCEL, found, result)
    await expect(ctx, person, "rf:")
    return Reply(card=card)


async def _ask_search(ctx: Context, person: Member) -> Reply:
    card = messages.refund_search(ctx.catalog, person.locale, CANCEL)
    title, label = messages.refund_form(ctx.catalog, person.locale, "number")
    return await ask(ctx, person, Reply(card=card), Form(answers="rf:", title=title, label=label))


async def _find(ctx: Context, digits: str) -> tuple[Gift | None, Campaign | None]:
    """Return a gift, with its campaign, by number."""
    number = read_id(digits)
    if number is None:
        return None, None
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, number)
        if gift is None:
            return None, None
        return gift, (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]


async def _left(ctx: Context, gift: Gift) -> Money | RefundBlocked:
    async with ctx.db.read() as conn:
        return await refunds.refundable(conn, gift)


async def _barred(ctx: Context, gift: Gift, minor: int) -> str:
    rest = await _left(ctx, gift)
    if isinstance(rest, RefundBlocked):
        return rest.value
    return RefundBlocked.TOO_MUCH.value if not 0 < minor <= rest.minor else ""


async def _ask_number(ctx: Context, person: Member, *, unknown: bool) -> Reply:
    return await _list(ctx, person, await search.latest(ctx), "unknown" if unknown else "latest")


async def _ask_amount(ctx: Context, person: Member, gift: Gift, campaign: Campaign, *, again: bool = False) -> Reply:
    rest = await _left(ctx, gift)
    if isinstance(rest, RefundBlocked):
        return await _shown(ctx, person, gift, campaign, rest.value)
    card = messages.refund_amount(ctx.catalog, person.locale, rest, CANCEL, again=again)
    title, label = messages.refund_form(ctx.catalog, person.locale, "amount")
    return await ask(ctx, person, Reply(card=card), Form(answers=f"rf:{gift.id}:part", title=title, label=label))


async def _ask_reason(ctx: Context, person: Member, gift: Gift, money: Money) -> Reply:
    if not await _may_ask_second(ctx, person):
        return _only_owner(ctx, person, Tap(action=f"rf:{gift.id}:{money.minor}"))
    card = messages.refund_write(ctx.catalog, person.locale, CANCEL)
    title, label = messages.refund_form(ctx.catalog, person.locale, "reason")
    answers = f"rf:{gift.id}:{money.minor}"
    return await ask(ctx, person, Reply(card=card), Form(answers=answers, title=title, label=label))


async def _shown(ctx: Context, person: Member, gift: Gift, campaign: Campaign, problem: str = "") -> Reply:
    rest = await _left(ctx, gift)
    left = rest if isinstance(rest, Money) else None
    view = messages.RefundGiftView(
        number=gift.id,
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at) if gift.book.paid_at else None,
        left=left,
        barred=problem or (rest.value if isinstance(rest, RefundBlocked) else ""),
        whole=Tap(action=f"rf:{gift.id}:{left.minor}") if left else None,
        part=Tap(action=f"rf:{gift.id}:part") if left else None,
        offline=Tap(action=f"of:g{gift.id}") if gift.book.is_offline else None,
        age=Tap(action=f"ag:{gift.supporter_id}") if gift.supporter_id is not None else None,
        deceased=Tap(action=f"dc:{gift.supporter_id}") if gift.supporter_id is not None else None,
    )
    return Reply(card=messages.refund_gift(ctx.catalog, person.locale, view))


def _why(ctx: Context, person: Member, gift: Gift, money: Money) -> Reply:
    reasons = [(reason, Tap(action=f"rf:{gift.id}:{money.minor}:{reason}")) for reason in messages.REASONS]
    return Reply(card=messages.refund_reason(ctx.catalog, person.locale, money, reasons), mode="edit")


async def _sure(ctx: Context, person: Member, gift: Gift, campaign: Campaign, money: Money, reason: str) -> Reply:
    order = await refunds.propose(ctx, gift, money.minor, reason, person.id or None)
    return _confirm(ctx, person, gift, campaign, order, alone=not refunds.needs_second(order))


def _confirm(ctx: Context, person: Member, gift: Gift, campaign: Campaign, order: RefundOrder, *, alone: bool) -> Reply:
    """Ask to confirm an order; unless `alone`, a second owner must."""
    view = messages.RefundSureView(
        campaign=campaign.authored,
        money=Money(order.minor, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at) if gift.book.paid_at else None,
        reason=order.reason,
        yes=Tap(action=f"rf:go:{order.id}") if alone else None,
        ask=None if alone else Tap(action=f"rf:ask:{order.id}"),
        no=CANCEL,
    )
    return Reply(card=messages.confirm_refund(ctx.catalog, person.locale, view), mode="edit")


async def _may_ask_second(ctx: Context, person: Member) -> bool:
    async with ctx.db.read() as conn:
        return await has_other_owner(conn, person)


def _only_owner(ctx: Context, person: Member, back: Tap) -> Reply:
    return Reply(card=messages.only_owner(ctx.catalog, person.locale, Tap(action="tm:list"), back), mode="edit")


async def _ask_second(ctx: Context, person: Member, order_id: int) -> Reply:
    if not await _may_ask_second(ctx, person):  # the other one left meanwhile
        return _only_owner(ctx, person, Tap(action="rf:"))
    order = await refunds.ask_second(ctx, order_id, person)
    if order is None:
        return await _ask_number(ctx, person, unknown=True)
    return Reply(card=messages.second_asked(ctx.catalog, person.locale), mode="edit")


async def _see(ctx: Context, person: Member, order_id: int) -> Reply:
    """Show an order that awaits a second owner, without replacing the notice, which others read too."""
    async with ctx.db.read() as conn:
        order = await order_rows.get(conn, order_id)
    gift, campaign = await _find(ctx, str(order.gift_id)) if order is not None else (None, None)
    if order is None or gift is None or campaign is None:
        return await _ask_number(ctx, person, unknown=True)
    if order.confirmed_at is not None or refunds.is_expired(ctx, order):
        return await _go(ctx, person, order_id)  # shows the outcome
    return replace(_confirm(ctx, person, gift, campaign, order, alone=True), mode="new")


async def _go(ctx: Context, person: Member, order_id: int) -> Reply:
    done = await refunds.confirm(ctx, order_id, person)
    if done is None:
        return await _ask_number(ctx, person, unknown=True)
    if isinstance(done, RefundBlocked):
        async with ctx.db.read() as conn:
            order = await order_rows.get(conn, order_id)
        gift, campaign = await _find(ctx, str(order.gift_id)) if order else (None, None)
        assert gift is not None and campaign is not None  # the order existed a moment ago
        return await _shown(ctx, person, gift, campaign, done.value)
    gift, _ = await _find(ctx, str(done.gift_id))
    assert gift is not None
    outcome = messages.refund_outcome(done.refund_id, done.refused)
    card = messages.refund_done(
        ctx.catalog, person.locale, Money(done.minor, gift.book.currency), outcome, done.refused or ""
    )
    return Reply(card=card, mode="edit")


_ORDERED: Mapping[str, Callable[[Context, Member, int], Awaitable[Reply]]] = {
    "go": _go,
    "ask": _ask_second,
    "see": _see,
}
