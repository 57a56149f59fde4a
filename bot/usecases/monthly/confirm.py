"""Unproved monthly gifts: their only message, how to confirm one, and how anyone can end one."""

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, Pledge
from bot.domain.people import Supporter
from bot.domain.rights import Right, Standing, may
from bot.store.core import outbox
from bot.store.core.outbox import Delivery
from bot.store.db import Connection
from bot.store.monthly import pledges as rows
from bot.store.nudges import impact_updates
from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.core.stripe_login import login_page
from bot.usecases.money import monthly_news
from bot.usecases.money.invoice_claims import ASK_EARLIER, asked_mark
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import monthly_confirm as messages
from payments.money import Money

HOW_TO_END = Tap(action="mo:how")
UNPROVED_CHANGE = "pledge_unproved"  # the notice to staff
_BATCH = 100


def unconfirmed_card(ctx: Context, person: Supporter, campaign: Campaign, name: str, money: Money | None) -> Card:
    """Return the card of a monthly gift that may be another person's. `money`: only when it has just begun."""
    view = messages.UnconfirmedView(
        charity=ctx.charity,
        campaign=campaign.authored,
        money=money,
        confirm=Tap(action=f"mo:confirm:{name}"),
        how_to_end=HOW_TO_END,
        stripe=login_page(ctx),
    )
    return messages.unconfirmed(ctx.catalog, person.locale, view)


async def thanks_card(ctx: Context, person: Supporter, gift: Gift, campaign: Campaign) -> Card | None:
    """Return the only message before a proof; None if the gift is not monthly or is proved."""
    name = gift.book.pledge
    if name is None:
        return None
    async with ctx.db.read() as conn:
        pledge = await rows.get(conn, name)
    if pledge is None or may(pledge.standing, Right.NEWS):
        return None
    return unconfirmed_card(ctx, person, campaign, name, Money(gift.book.amount, gift.book.currency))


async def how_to_end(ctx: Context, person: Supporter) -> Reply:
    """Handle `mo:how`: the same reply for everyone, since it says nothing about any gift."""
    view = messages.HowToEndView(charity=ctx.charity, stripe=login_page(ctx))
    return Reply(card=messages.how_to_end(ctx.catalog, person.locale, view))


async def how_to_confirm(ctx: Context, person: Supporter, pledge: Pledge | None) -> Reply:
    """Handle `mo:confirm:<subscription>`: explain what proof only the payer has. The tap itself proves nothing."""
    theirs = pledge is not None and pledge.supporter_id == person.id
    if pledge is not None and theirs and not may(pledge.standing, Right.CONFIRM):
        show = Tap(action=f"mo:show:{pledge.subscription}")
        return Reply(card=messages.confirmed_already(ctx.catalog, person.locale, show))
    view = messages.HowToConfirmView(
        charity=ctx.charity,
        page=bool(ctx.public_url) and pledge is not None and not pledge.legacy,
        stripe=login_page(ctx),
        how_to_end=HOW_TO_END,
        by_receipt=theirs and pledge is not None and pledge.legacy,
    )
    return Reply(card=messages.how_to_confirm(ctx.catalog, person.locale, view))


# --- gifts from before proofs ---------------------------------------------------------------------
async def notify_unproved_change(ctx: Context, conn: Connection, pledge: Pledge, what: messages.Touched) -> None:
    """Notify staff that a supporter changed a monthly gift that they never proved to be theirs."""
    if pledge.standing is Standing.PROVED:
        return
    key = f"{UNPROVED_CHANGE}:{what}:{pledge.subscription}:{int(ctx.clock().timestamp())}"
    await notify_staff(ctx, conn, key[:120], UNPROVED_CHANGE, pledge=pledge.subscription, what=what)


async def ask_earlier_donors(ctx: Context) -> int:
    """Ask donors to confirm legacy monthly gifts, each once; return how many messages."""
    deliveries: list[Delivery] = []
    async with ctx.db.write() as conn:
        for pledge in await rows.legacy_unasked(conn, ASK_EARLIER, _BATCH):
            asked = asked_mark(pledge.subscription)
            if pledge.supporter_id is None or not await impact_updates.record_once(
                conn, pledge.supporter_id, asked, ctx.clock()
            ):
                continue
            args: dict[str, object] = {"pledge": pledge.subscription, "campaign": pledge.campaign_id}
            deliveries += await monthly_news.service_messages(ctx, conn, pledge.supporter_id, ASK_EARLIER, args)
        await outbox.add(conn, deliveries)
    return len(deliveries)


async def earlier_donor_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the question about a legacy monthly gift. Raises Obsolete if it is answered or the gift has ended."""
    pledge = await monthly_news.live_pledge(ctx, delivery)
    if pledge.standing is not Standing.LEGACY or pledge.supporter_id != person.id:
        raise Obsolete("it is confirmed, or another person's")
    campaign = await monthly_news.campaign_of(ctx, delivery)
    confirm = Tap(action=f"mo:confirm:{pledge.subscription}")
    return messages.ask_earlier_donor(ctx.catalog, person.locale, campaign.authored, confirm, HOW_TO_END)
