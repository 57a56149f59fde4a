"""« Une erreur ? »: wrong amount, paid twice, wasn't me, a child gave. Each report becomes a case for staff."""

import re

from bot.domain.gifts import Gift
from bot.domain.ids import read_id
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.gifts import gifts
from bot.usecases.context import Context, local_day
from bot.usecases.core import cases
from bot.usecases.gifts import claim
from bot.usecases.gifts.my_gifts import show as show_gifts
from bot.usecases.reply import Reply
from content.cards import Tap
from content.messages import gifts as messages
from payments.money import Money

KINDS: dict[str, messages.MistakeKind] = {
    "amount": "wrong_amount",
    "twice": "paid_twice",
    "notme": "wasnt_me",
    "child": "child",
}
_BUTTON = re.compile(r"(\d{1,19})(?::(amount|twice|notme|child|sure|none))?")


async def on_tap(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    """Handle `err:<gift>` (ask which mistake) and `err:<gift>:<kind>` (report it), only for a person's own gifts."""
    match = _BUTTON.fullmatch(argument)
    gift_id = read_id(match[1]) if match else None
    gift = await _own_gift(ctx, supporter, gift_id) if gift_id is not None else None
    if match is None or gift is None or match[2] == "none":
        return await show_gifts(ctx, supporter)
    if match[2] is None:
        return await _ask(ctx, supporter, gift)
    if match[2] == "notme":
        return await claim.ask_wasnt_me(ctx, supporter, gift)
    if match[2] == "sure":
        return await claim.wasnt_me(ctx, supporter, gift)
    return await _report(ctx, supporter, gift, match[2])


async def _own_gift(ctx: Context, supporter: Supporter, gift_id: int) -> Gift | None:
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id)
    if gift is None or gift.supporter_id != supporter.id:
        return None
    # Show nothing about an unproved monthly gift, which may be another person's, least of all its day.
    return gift if gift.book.pledge is None or may(gift.standing, Right.DATES) else None


async def _ask(ctx: Context, supporter: Supporter, gift: Gift) -> Reply:
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    view = messages.ErrorCaseView(
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at or ctx.clock()),
        wrong_amount=Tap(action=f"err:{gift.id}:amount"),
        paid_twice=Tap(action=f"err:{gift.id}:twice"),
        wasnt_me=Tap(action=f"err:{gift.id}:notme"),
        child=Tap(action=f"err:{gift.id}:child"),
        back=Tap(action=f"err:{gift.id}:none"),
    )
    return Reply(card=messages.error_case(ctx.catalog, supporter.locale, view))


async def _report(ctx: Context, supporter: Supporter, gift: Gift, short: str) -> Reply:
    kind = KINDS[short]
    async with ctx.db.write() as conn:
        case = await cases.open_case(ctx, conn, gift_id=gift.id, supporter_id=supporter.id, kind=kind)
    card = messages.error_kept(ctx.catalog, supporter.locale, charity=ctx.charity, case=case, kind=kind)
    return Reply(card=card, mode="edit")
