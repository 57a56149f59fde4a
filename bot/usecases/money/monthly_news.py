"""Unsolicited news to monthly donors: a failed renewal, an end, a closed campaign."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Pledge
from bot.domain.late import told_late
from bot.domain.people import Supporter
from bot.domain.quiet import ENDS_FOR_NUDGES, known_zone, quiet_until
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import outbox, switches
from bot.store.core.outbox import Delivery, Lane
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.store.monthly import pledges as rows
from bot.store.nudges import impact_updates, nudges
from bot.store.nudges.nudges import ReachableAddress
from bot.usecases.context import Context
from bot.usecases.core.isolate import each
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.core.stripe_login import LONGEST_URL
from content.cards import Card, Tap
from content.messages import monthly as monthly_messages
from payments.facts import RenewalFailed
from payments.money import Money

_FOR_AN_ANSWER = timedelta(minutes=1)
_TO_ASK = (
    "moved:"  # prefix, with a campaign's number: its monthly donors are still to be asked; value: the last one asked
)
_CHUNK = 50  # donors asked in one transaction


async def renewals_failed(
    ctx: Context, conn: Connection, failed: Sequence[RenewalFailed], pledges: Sequence[Pledge]
) -> list[tuple[Delivery, datetime]]:
    """Return one message for each failed renewal and when it failed, however often Stripe retries it."""
    by_name = {p.subscription: p for p in pledges}
    messages: list[tuple[Delivery, datetime]] = []
    for fact in failed:
        pledge = by_name.get(fact.pledge)
        if pledge is None or pledge.supporter_id is None or pledge.campaign_id is None:
            continue
        if not may(pledge.standing, Right.NEWS):
            continue
        if await impact_updates.record_once(conn, pledge.supporter_id, f"failed:{fact.invoice}", ctx.clock()):
            args: dict[str, object] = {
                "pledge": fact.pledge,
                "campaign": pledge.campaign_id,
                "minor": fact.money.minor,
                "currency": fact.money.currency,
                "mend": fact.invoice_url if fact.invoice_url and len(fact.invoice_url) <= LONGEST_URL else None,
            }
            args |= told_late(fact.at, ctx.clock())
            news = await service_messages(ctx, conn, pledge.supporter_id, "renewal_failed", args)
            messages += [(message, fact.at) for message in news]
    return messages


async def pledges_ended(ctx: Context, conn: Connection, pledges: Sequence[Pledge]) -> list[tuple[Delivery, datetime]]:
    """Return one message for each ended monthly gift and when it ended, wherever it was ended.

    Delayed, since Stripe may report an end in the bot before its reply is sent; `ended_card` drops it in that case.
    """
    messages: list[tuple[Delivery, datetime]] = []
    for pledge in pledges:
        if pledge.status != "canceled" or pledge.supporter_id is None or pledge.campaign_id is None:
            continue
        if not may(pledge.standing, Right.NEWS):
            continue
        if await impact_updates.record_once(conn, pledge.supporter_id, f"ended:{pledge.subscription}", ctx.clock()):
            args: dict[str, object] = {"campaign": pledge.campaign_id, "pledge": pledge.subscription}
            ended = pledge.said_at or ctx.clock()
            args |= told_late(ended, ctx.clock())
            who = pledge.supporter_id
            news = await service_messages(ctx, conn, who, "pledge_ended", args, wait=_FOR_AN_ANSWER)
            messages += [(message, ended) for message in news]
    return messages


async def note_end_answered(ctx: Context, conn: Connection, pledge: Pledge) -> None:
    """Record that they ended it here and were told so in the reply."""
    if pledge.supporter_id is not None:
        await impact_updates.record_once(conn, pledge.supporter_id, f"end_said:{pledge.subscription}", ctx.clock())


async def note_campaign_closed(ctx: Context, conn: Connection, campaign: Campaign) -> None:
    """Record, in the closing transaction, that a campaign's monthly donors must be asked what to do."""
    await switches.set_switch(conn, Switch(name=f"{_TO_ASK}{campaign.id}", on=True, value="", at=ctx.clock()))


async def ask_donors_of_closed(ctx: Context) -> int:
    """Ask the monthly donors of closed campaigns, once per campaign; return how many were asked.

    There may be thousands, so they are asked in small transactions, between which gifts are written.
    """
    async with ctx.db.read() as conn:
        noted = await switches.all_on(conn, _TO_ASK)

    asked: list[int] = []

    async def ask_all(note: Switch) -> None:
        while (chunk := await _ask_chunk(ctx, note.name)) is not None:
            asked.append(chunk)

    await each(ctx, "monthly donors", noted, ask_all, name=lambda note: note.name.removeprefix(_TO_ASK))
    if sum(asked):
        ctx.wake()
    return sum(asked)


async def _ask_chunk(ctx: Context, name: str) -> int | None:
    """Ask the next donors of one campaign and store the progress; None if none is left."""
    campaign_id = int(name.removeprefix(_TO_ASK))
    async with ctx.db.write() as conn:
        note = await switches.read(conn, name)
        if note is None or not note.on:
            return None
        pledges = await rows.of_campaign(conn, campaign_id, after=note.value, limit=_CHUNK)
        to_ask = [
            pledge
            for pledge in pledges
            if pledge.supporter_id is not None
            and not pledge.is_last  # it ends anyway: there is nothing to choose
            and may(pledge.standing, Right.NEWS)
            and await impact_updates.record_once(
                conn, pledge.supporter_id, f"moved:{pledge.subscription}:{campaign_id}", ctx.clock()
            )
        ]
        people = {pledge.supporter_id for pledge in to_ask if pledge.supporter_id is not None}
        addresses = await nudges.reachable_addresses(conn, people, appeals=False)
        messages = [
            _to(ctx, address, "pledge_moved", {"pledge": pledge.subscription, "campaign": campaign_id})
            for pledge in to_ask
            for address in addresses.get(pledge.supporter_id or 0, [])[:1]
        ]
        await outbox.add(conn, messages)
        reached = pledges[-1].subscription if pledges else ""
        await switches.set_switch(conn, replace(note, on=len(pledges) == _CHUNK, value=reached, at=ctx.clock()))
    return len(messages)


async def service_messages(
    ctx: Context,
    conn: Connection,
    supporter_id: int,
    message: str,
    args: dict[str, object],
    *,
    wait: timedelta = timedelta(),
) -> list[Delivery]:
    """Return a service message scheduled outside quiet hours, since it answers nothing the person just did."""
    addresses = (await nudges.reachable_addresses(conn, [supporter_id], appeals=False)).get(supporter_id, [])
    return [_to(ctx, address, message, args, wait=wait) for address in addresses[:1]]


def _to(
    ctx: Context, address: ReachableAddress, message: str, args: dict[str, object], *, wait: timedelta = timedelta()
) -> Delivery:
    at = ctx.clock() + wait
    return Delivery(
        id=ctx.ids.new(),
        lane=Lane.SERVICE,
        platform=address.platform,
        address_id=address.address_id,
        message=message,
        args=args,
        due_at=quiet_until(at, known_zone(address.time_zone, ctx.zone), ENDS_FOR_NUDGES) or at,
    )


# --- rendered when they are sent ------------------------------------------------------------------
async def failed_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Render the notice of a failed renewal. Raises Obsolete if the monthly gift has ended since."""
    pledge = await live_pledge(ctx, delivery)
    args = delivery.args
    money = Money(int(args["minor"]), str(args["currency"]))
    payable = args.get("mend") if may(pledge.standing, Right.CARD) else None  # Stripe's page reveals the payer
    new_card = Tap(url=str(payable)) if payable else Tap(action=f"mo:show:{pledge.subscription}")
    return monthly_messages.renewal_failed(
        ctx.catalog, person.locale, (await campaign_of(ctx, delivery)).authored, money, new_card
    )


async def ended_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Render the notice of an end. Raises Obsolete if they ended it here and know."""
    async with ctx.db.read() as conn:
        if await impact_updates.was_recorded(conn, person.id, f"end_said:{delivery.args['pledge']}"):
            raise Obsolete("they ended it here, and were answered")
    return monthly_messages.ended(ctx.catalog, person.locale, (await campaign_of(ctx, delivery)).authored)


async def moved_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Ask what to do after the campaign has ended. Raises Obsolete if the monthly gift has ended too."""
    pledge = await live_pledge(ctx, delivery)
    if pledge.is_last:
        raise Obsolete("it was ended at Stripe: nothing more will be charged")
    campaign = await campaign_of(ctx, delivery)
    following = await _following(ctx, campaign) if may(pledge.standing, Right.MOVE) else None
    money = await next_money(ctx, pledge, campaign)
    view = monthly_messages.MovedView(
        charity=ctx.charity,
        campaign=campaign.authored,
        money=money,
        end=Tap(action=f"mo:end:{pledge.subscription}"),
        following=following.authored if following is not None else None,
        agree=Tap(action=f"mo:move:{pledge.subscription}:{following.id if following is not None else 0}"),
    )
    return monthly_messages.moved(ctx.catalog, person.locale, view)


async def live_pledge(ctx: Context, delivery: Delivery) -> Pledge:
    """Return the monthly gift of a message. Raises Obsolete if it has ended or may not be theirs."""
    name = str(delivery.args["pledge"])
    async with ctx.db.read() as conn:
        pledge = await rows.get(conn, name)
    if pledge is None or pledge.status == "canceled":
        raise Obsolete("the monthly gift has ended")
    if not may(pledge.standing, Right.NEWS):
        raise Obsolete("nobody knows whether they are its payer")
    return pledge


async def campaign_of(ctx: Context, delivery: Delivery) -> Campaign:
    """Return the campaign of a message."""
    campaign_id = int(delivery.args["campaign"])
    async with ctx.db.read() as conn:
        return (await campaign_rows.by_ids(conn, [campaign_id]))[campaign_id]


async def _following(ctx: Context, campaign: Campaign) -> Campaign | None:
    """Return the campaign chosen by staff as the successor, if it is open and has the same currency."""
    slug = campaign.authored.monthly_goes_to
    if slug is None:
        return None
    async with ctx.db.read() as conn:
        successor = await campaign_rows.by_slug(conn, slug)
    fits = (
        successor is not None and successor.is_open(ctx.clock()) and successor.goal.currency == campaign.goal.currency
    )
    return successor if fits else None


async def next_money(ctx: Context, pledge: Pledge, campaign: Campaign) -> Money:
    """Return the amount of the next gift as last reported: rendering never calls Stripe."""
    minor = pledge.minor
    if minor is None:
        async with ctx.db.read() as conn:
            minor = await rows.last_amount(conn, pledge.subscription)
    return Money(minor or 0, campaign.goal.currency)
