"""Beginning a monthly gift: the offered amounts, another one that the donor writes, and the payment page."""

import logging
from dataclasses import replace
from functools import partial

from bot.domain.campaigns import Campaign
from bot.domain.ids import read_id
from bot.domain.people import Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context
from bot.usecases.core import stripe_refusals
from bot.usecases.giving import awaited, give, links, own_links, typed_amounts
from bot.usecases.monthly import adult
from bot.usecases.monthly import confirm as confirming
from bot.usecases.reply import AwaitedGift, Reply
from content.cards import Tap
from content.messages import monthly as messages
from content.writer import Choice
from payments.money import Money
from payments.reference import Touch, TouchKind
from payments.stripe import GatewayError, GatewayRefused

log = logging.getLogger(__name__)
_TOUCH = Touch(TouchKind.COMMAND)


async def open_campaign(ctx: Context, name: str) -> Campaign | None:
    """Return the campaign with this number if it takes monthly gifts now."""
    campaign_id = read_id(name)
    if campaign_id is None:
        return None
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
    takes = campaign is not None and campaign.is_open(ctx.clock()) and campaign.authored.monthly
    return campaign if takes else None


async def show(ctx: Context, person: Supporter, campaign: Campaign, *, has_none: bool = False) -> Reply:
    """Offer a monthly gift. An amount that they write next is a monthly one."""
    if not campaign.authored.monthly:
        return Reply(card=messages.none(ctx.catalog, person.locale, confirming.HOW_TO_END))
    how_to_end = confirming.HOW_TO_END if has_none else None
    if (first := await adult.ask_first(ctx, person, campaign, how_to_end=how_to_end)) is not None:
        return first
    refused = await _are_links_refused(ctx, campaign)
    offered = choices(ctx, campaign, person)
    view = messages.OfferView(
        campaign=campaign.authored,
        choices=offered,
        has_none=has_none,
        other=_tap("other", campaign),
        back=None if has_none else give.show_tap(campaign),
        how_to_end=how_to_end,
        refused_contact=ctx.charity.contact if refused else None,
    )
    if offered:
        await awaited.expect(ctx, person, _what(campaign))
    card = messages.offer(ctx.catalog, person.locale, view)
    return Reply(card=card, awaited_gift=AwaitedGift(person.address_id, campaign.id))


async def _are_links_refused(ctx: Context, campaign: Campaign) -> bool:
    """Create the links that are missing; return whether Stripe refuses. Existing ones are shown all the same."""
    try:
        await links.ensure_monthly(ctx, campaign)
    except GatewayRefused as why:
        await stripe_refusals.report(ctx, "monthly", why)
        return True
    except GatewayError as why:
        log.warning("no links for monthly gifts to %s: %s", campaign.slug, why)
    return False


async def on_age(ctx: Context, person: Supporter, campaign: Campaign, minor: int, *, is_adult: bool) -> Reply:
    """Handle the answer to "Are you 18 or over?": go on to what they wanted, or say what is possible instead."""
    person = await adult.store(ctx, person, is_adult=is_adult)
    if not minor:
        return replace(await show(ctx, person, campaign), mode="edit")
    return replace(await begin(ctx, person, campaign, minor), mode="edit")


def choices(ctx: Context, campaign: Campaign, person: Supporter) -> tuple[Choice, ...]:
    """Return buttons for the monthly amounts that can be started right now."""
    buttons = []
    for minor in campaign.authored.amounts:
        url = _shared_url(ctx, campaign, minor, person)
        if url is not None:  # without a return page to prove the payment, each person who taps gets their own link
            tap = Tap(url=url) if ctx.public_url else _tap("begin", campaign, minor)
            buttons.append(Choice(money=Money(minor, campaign.goal.currency), tap=tap))
    return tuple(buttons)


async def ask_amount(ctx: Context, person: Supporter, campaign: Campaign) -> Reply:
    """Handle "Other amount": ask for it."""
    if (first := await adult.ask_first(ctx, person, campaign)) is not None:
        return first
    view = messages.AskView(campaign=campaign.authored, back=_tap("offer", campaign))
    card = messages.ask_amount(ctx.catalog, person.locale, view)
    return await awaited.ask(ctx, person, _what(campaign), Reply(card=card, mode="edit"))


async def on_amount(ctx: Context, person: Supporter, name: str, text: str) -> Reply | None:
    """Handle the amount that was asked for, or written under the offer; None if the text is no amount."""
    campaign = await open_campaign(ctx, name)
    if campaign is None:
        return await give.by_amount(ctx, person, text)
    if not typed_amounts.is_amount(text, campaign):
        return None
    reading = typed_amounts.read(text, campaign)
    if isinstance(reading, Money):
        return await begin(ctx, person, campaign, reading.minor, once=True)
    return typed_amounts.problem(
        ctx,
        person,
        campaign,
        reading,
        choose=lambda money: _tap("begin", campaign, money.minor),
        choices=tuple(_each_begins(campaign)),
        other=_tap("other", campaign),
    )


async def by_amount(ctx: Context, person: Supporter, text: str) -> Reply | None:
    """Offer a monthly gift of an amount written with "a month", unasked; None if the text is no amount."""
    async with ctx.db.read() as conn:
        open_now = await campaign_rows.open_campaigns(conn, ctx.clock())
    campaign = next((each for each in open_now if each.authored.monthly), next(iter(open_now), None))
    if campaign is None or not typed_amounts.is_amount(text, campaign):
        return None
    if not campaign.authored.monthly:
        return await show(ctx, person, campaign)
    return await on_amount(ctx, person, str(campaign.id), text)


async def begin(ctx: Context, person: Supporter, campaign: Campaign, minor: int, *, once: bool = False) -> Reply:
    """Reply with the payment page for a chosen monthly amount; their own link where its page proves that they paid.

    `once`: the amount was written, so offer to give it once instead.
    """
    checked = typed_amounts.check(campaign, minor)
    if not isinstance(checked, Money):
        choose = partial(_begin_tap, campaign)
        return typed_amounts.problem(
            ctx, person, campaign, checked, choose=choose, choices=tuple(_each_begins(campaign))
        )
    if (first := await adult.ask_first(ctx, person, campaign, minor)) is not None:
        return first
    url = await own_links.url_for(ctx, campaign, minor, person, _TOUCH, monthly=True)
    if url is None and await links.ensure_for_typed_amount(ctx, campaign, minor, person, monthly=True):
        url = _shared_url(ctx, campaign, minor, person)
    view = messages.OfferView(
        campaign=campaign.authored,
        choices=(Choice(money=checked, tap=Tap(url=url)),) if url is not None else (),
        once=give.show_tap(campaign, minor) if once else None,
        other=_tap("other", campaign),
        back=_tap("offer", campaign),
    )
    card = messages.offer(ctx.catalog, person.locale, view)
    return Reply(card=card, mode="new" if once else "edit", awaited_gift=AwaitedGift(person.address_id, campaign.id))


def _shared_url(ctx: Context, campaign: Campaign, minor: int, person: Supporter) -> str | None:
    return links.personal_url(
        ctx, campaign.id, minor, supporter_id=person.id, touch=_TOUCH, locale=person.locale, monthly=True
    )


def _each_begins(campaign: Campaign) -> list[Choice]:
    amounts = [Money(minor, campaign.goal.currency) for minor in campaign.authored.amounts]
    return [Choice(money=money, tap=_begin_tap(campaign, money)) for money in amounts]


def _begin_tap(campaign: Campaign, money: Money) -> Tap:
    return _tap("begin", campaign, money.minor)


def _tap(verb: str, campaign: Campaign, minor: int | None = None) -> Tap:
    return Tap(action=f"mo:{verb}:{campaign.id}" + ("" if minor is None else f":{minor}"))


def _what(campaign: Campaign) -> str:
    return f"begin:{campaign.id}"
