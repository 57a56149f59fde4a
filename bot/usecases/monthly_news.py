"""What a monthly donor is told without having asked: a renewal that failed, an end, a campaign that closed."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Pledge
from bot.domain.people import Supporter
from bot.domain.quiet import ENDS_FOR_NUDGES, known_zone, quiet_until
from bot.domain.rights import Right, may
from bot.store import campaigns as campaign_rows
from bot.store import look_back, nudges, outbox
from bot.store import pledges as rows
from bot.store.db import Connection
from bot.store.outbox import Delivery, Lane
from bot.usecases.context import Context
from bot.usecases.outgoing import OutOfDate
from content import messages_monthly as words
from content.cards import Card, Tap
from payments.facts import RenewalFailed
from payments.money import Money

_FOR_AN_ANSWER = timedelta(minutes=1)
LONGEST_URL = 500  # Discord's buttons take 512


async def renewals_failed(
    ctx: Context, conn: Connection, failed: Sequence[RenewalFailed], pledges: Sequence[Pledge]
) -> list[Delivery]:
    """Each renewal that did not pass is told once, however often Stripe tries again."""
    by_name = {p.subscription: p for p in pledges}
    made: list[Delivery] = []
    for fact in failed:
        pledge = by_name.get(fact.pledge)
        if pledge is None or pledge.supporter_id is None or pledge.campaign_id is None:
            continue
        if not may(pledge.standing, Right.NEWS):
            continue
        if await look_back.once(conn, pledge.supporter_id, f"failed:{fact.invoice}", ctx.clock()):
            args = {
                "pledge": fact.pledge,
                "campaign": pledge.campaign_id,
                "minor": fact.money.minor,
                "currency": fact.money.currency,
                "mend": fact.mend_url if fact.mend_url and len(fact.mend_url) <= LONGEST_URL else None,
            }
            made += await delivery(ctx, conn, pledge.supporter_id, "renewal_failed", args)
    return made


async def ended(ctx: Context, conn: Connection, pledges: Sequence[Pledge]) -> list[Delivery]:
    """Monthly gifts that ended, wherever that was done; each is told once, where they did not end it here and were
    answered. Stripe may say so before that answer is given, so this waits for it.
    """
    made: list[Delivery] = []
    for pledge in pledges:
        if pledge.status != "canceled" or pledge.supporter_id is None or pledge.campaign_id is None:
            continue
        if not may(pledge.standing, Right.NEWS):
            continue
        if await look_back.once(conn, pledge.supporter_id, f"ended:{pledge.subscription}", ctx.clock()):
            args = {"campaign": pledge.campaign_id, "pledge": pledge.subscription}
            made += await delivery(ctx, conn, pledge.supporter_id, "pledge_ended", args, wait=_FOR_AN_ANSWER)
    return made


async def answered_its_end(ctx: Context, conn: Connection, pledge: Pledge) -> None:
    """They ended it here, and read so in the answer."""
    if pledge.supporter_id is not None:
        await look_back.once(conn, pledge.supporter_id, f"end_said:{pledge.subscription}", ctx.clock())


async def campaign_closed(ctx: Context, conn: Connection, campaign: Campaign) -> None:
    """Ask its monthly donors where their gift should go from now on, in the transaction that closes it.

    Asked once for each campaign.
    """
    made: list[Delivery] = []
    for pledge in await rows.of_campaign(conn, campaign.id):
        who = pledge.supporter_id
        asked = f"moved:{pledge.subscription}:{campaign.id}"
        if (
            who is None
            or not may(pledge.standing, Right.NEWS)
            or not await look_back.once(conn, who, asked, ctx.clock())
        ):
            continue
        args = {"pledge": pledge.subscription, "campaign": campaign.id}
        made += await delivery(ctx, conn, who, "pledge_moved", args)
    await outbox.add(conn, made)


async def delivery(
    ctx: Context,
    conn: Connection,
    supporter_id: int,
    message: str,
    args: dict[str, object],
    *,
    wait: timedelta = timedelta(),
) -> list[Delivery]:
    """A service message, at a decent hour: none of them answers what the person has just done."""
    at = ctx.clock() + wait
    homes = (await nudges.homes(conn, [supporter_id])).get(supporter_id, [])
    return [
        Delivery(
            id=ctx.ids.new(),
            lane=Lane.SERVICE,
            platform=home.platform,
            address_id=home.address_id,
            message=message,
            args=args,
            due_at=quiet_until(at, known_zone(home.time_zone, ctx.zone), ENDS_FOR_NUDGES) or at,
        )
        for home in homes[:1]
    ]


# --- as they are written when they are sent -------------------------------------------------------
async def failed_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """A renewal did not pass. Raises OutOfDate where the monthly gift has ended since."""
    pledge = await alive(ctx, delivery)
    args = delivery.args
    money = Money(int(args["minor"]), str(args["currency"]))
    payable = args.get("mend") if may(pledge.standing, Right.CARD) else None  # Stripe's page says who pays
    mend = Tap(url=str(payable)) if payable else Tap(action=f"mo:show:{pledge.subscription}")
    return words.renewal_failed(ctx.catalog, person.locale, (await campaign_of(ctx, delivery)).authored, money, mend)


async def ended_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """It has ended. Raises OutOfDate where they ended it here, and know."""
    async with ctx.db.read() as conn:
        if await look_back.had(conn, person.id, f"end_said:{delivery.args['pledge']}"):
            raise OutOfDate("they ended it here, and were answered")
    return words.ended(ctx.catalog, person.locale, (await campaign_of(ctx, delivery)).authored)


async def moved_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Its campaign has ended. Raises OutOfDate where the monthly gift ended too."""
    pledge = await alive(ctx, delivery)
    campaign = await campaign_of(ctx, delivery)
    following = await _following(ctx, campaign) if may(pledge.standing, Right.MOVE) else None
    money = await next_money(ctx, pledge, campaign)
    view = words.MovedView(
        charity=ctx.charity,
        campaign=campaign.authored,
        money=money,
        end=Tap(action=f"mo:end:{pledge.subscription}"),
        following=following.authored if following is not None else None,
        agree=Tap(action=f"mo:move:{pledge.subscription}:{following.id if following is not None else 0}"),
    )
    return words.moved(ctx.catalog, person.locale, view)


async def alive(ctx: Context, delivery: Delivery) -> Pledge:
    """The monthly gift that a message is about. Raises OutOfDate where it has ended, or is not known to be theirs."""
    name = str(delivery.args["pledge"])
    async with ctx.db.read() as conn:
        pledge = (await rows.known(conn, [name])).get(name)
    if pledge is None or pledge.status == "canceled":
        raise OutOfDate("the monthly gift has ended")
    if not may(pledge.standing, Right.NEWS):
        raise OutOfDate("nobody knows whether they are its payer")
    return pledge


async def campaign_of(ctx: Context, delivery: Delivery) -> Campaign:
    """The campaign that a message is about."""
    campaign_id = int(delivery.args["campaign"])
    async with ctx.db.read() as conn:
        return (await campaign_rows.by_ids(conn, [campaign_id]))[campaign_id]


async def _following(ctx: Context, campaign: Campaign) -> Campaign | None:
    """The campaign that staff chose for monthly gifts after this one, while it is open and of the same currency."""
    slug = campaign.authored.monthly_goes_to
    if slug is None:
        return None
    async with ctx.db.read() as conn:
        found = await campaign_rows.by_slug(conn, slug)
    fits = found is not None and found.is_open(ctx.clock()) and found.goal.currency == campaign.goal.currency
    return found if fits else None


async def next_money(ctx: Context, pledge: Pledge, campaign: Campaign) -> Money:
    """What its next gift will be, as far as we were told: rendering never calls Stripe."""
    minor = pledge.minor
    if minor is None:
        async with ctx.db.read() as conn:
            minor = await rows.last_amount(conn, pledge.subscription)
    return Money(minor or 0, campaign.goal.currency)
