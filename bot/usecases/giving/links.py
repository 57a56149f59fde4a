"""The links behind the amount buttons. Showing one costs neither a Stripe call nor a database write."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.people import Locale, Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import switches
from bot.store.giving import links as link_rows
from bot.store.giving.links import StoredLink
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.isolate import each_at_stripe
from bot.usecases.giving import link_closing
from content.messages.web import link_texts, paused_text
from payments.gateway_errors import concerns_all
from payments.money import Money
from payments.reference import BadReference, Reference, Touch
from payments.stripe import GatewayError, GatewayRefused, GatewayUnavailable, LinkSpec, link_url

log = logging.getLogger(__name__)
_PATIENCE = 5.0  # seconds that a person waits for a link of their own; then they type the amount on Stripe's page
_HOURS = 24  # within which each link for an amount typed by hand is looked at
ANY_AMOUNT = 0  # the link on whose page the donor types the amount


async def load(ctx: Context) -> None:
    """Learn the active links from the database."""
    async with ctx.db.read() as conn:
        ctx.links.replace(await link_rows.active(conn))


def payable_amounts(ctx: Context, campaign: Campaign) -> list[Money]:
    """The campaign's suggested amounts that can be paid right now."""
    suggested = campaign.authored.amounts
    return [Money(m, campaign.authored.currency) for m in suggested if ctx.links.get(campaign.id, m)]


def personal_url(
    ctx: Context,
    campaign_id: int,
    minor: int,
    *,
    supporter_id: int,
    touch: Touch,
    locale: Locale,
    monthly: bool = False,
) -> str | None:
    """The address that one supporter's button opens, with their reference in it; None where no link is warm."""
    token = ctx.keyring.sign(Reference(supporter_id, campaign_id, touch))
    return url_with_token(ctx, campaign_id, minor, token, locale, monthly=monthly)


def url_with_token(
    ctx: Context, campaign_id: int, minor: int, token: str, locale: Locale, *, monthly: bool = False
) -> str | None:
    """The address with a reference that is signed already, or with what stands for one; None where no link is warm."""
    link = ctx.links.get(campaign_id, minor, monthly=monthly)
    if link is None:
        return None
    if ctx.public_url:
        return f"{ctx.public_url}/g/{token}/{minor}?l={locale}" + ("&m=1" if monthly else "")
    return link_url(link.url, reference=token, locale=locale)


async def redirect_target(ctx: Context, token: str, minor: int, locale: Locale, *, monthly: bool = False) -> str | None:
    """Where our short address leads: Stripe's page, or None when the campaign takes no gifts any more.

    A reference that cannot be read names no campaign, and a link for no campaign cannot be found.
    """
    try:
        reference = ctx.keyring.read(token)
    except BadReference:
        return None
    link = ctx.links.get(reference.campaign_id, minor, monthly=monthly)
    if link is None and monthly:  # never a single gift where a monthly one was meant
        return None
    if link is not None:
        return link_url(link.url, reference=token, locale=locale)
    open_amount = ctx.links.get(reference.campaign_id, ANY_AMOUNT)
    if open_amount is None:
        return None
    return link_url(open_amount.url, reference=token, locale=locale, prefilled_minor=minor)


def _spec(ctx: Context, campaign: Campaign, minor: int, *, monthly: bool = False) -> LinkSpec:
    authored = campaign.authored
    texts = link_texts(ctx.catalog, authored)
    return_url = f"{ctx.public_url}/thanks?session={{CHECKOUT_SESSION_ID}}" if ctx.public_url else None
    return LinkSpec(
        campaign_id=campaign.id,
        campaign_slug=campaign.slug,
        product_name=texts.product_name,
        minor=None if minor == ANY_AMOUNT else minor,
        currency=authored.currency,
        interval="month" if monthly else None,
        return_url=return_url,
        thanks_message=texts.thanks,
        image_url=None,
        minimum_minor=authored.least.minor,
        maximum_minor=authored.cap_minor,
        inactive_message=texts.inactive,
    )


def spec_for_one(
    ctx: Context,
    campaign: Campaign,
    minor: int,
    number: int,
    *,
    return_url: str | None,
    thanks: str,
    monthly: bool,
) -> LinkSpec:
    """Return what to ask of Stripe for a link that one person gets for one payment.

    `return_url`: where its page leads after paying; without one it shows `thanks`.
    """
    spec = _spec(ctx, campaign, minor, monthly=monthly)
    return replace(spec, own_link=number, return_url=return_url, thanks_message=thanks)


async def ensure(
    ctx: Context, campaign: Campaign, minor: int, *, suggested: bool = False, monthly: bool = False
) -> StoredLink:
    """The link for an amount, made at Stripe if there is none. Raises GatewayUnavailable or GatewayRefused.

    Stripe takes its time: where the campaign was closed meanwhile, the new link is switched off with the others. While
    payments are paused it is made switched off, before anybody else knows of it.
    """
    async with ctx.links.creation_lock(campaign.id, minor, monthly=monthly):
        known = ctx.links.get(campaign.id, minor, monthly=monthly)
        if known is not None:
            return known
        spec = _spec(ctx, campaign, minor, monthly=monthly)
        link_id = ctx.ids.new()
        made = await ctx.gateway.create_link(spec, idempotency_key=f"obole-link-{link_id}")
        link = StoredLink(
            id=link_id,
            campaign_id=campaign.id,
            minor=minor,
            currency=campaign.authored.currency,
            params_hash=spec.params_hash,
            stripe_id=made.stripe_id,
            url=made.url,
            suggested=suggested,
            monthly=monthly,
        )
        now = await _keep(ctx, campaign, link)
        if now.state is CampaignState.CLOSED:
            await _switch_off(ctx, now, link)
            return link
        ctx.links.put(link)
        return link


async def _keep(ctx: Context, campaign: Campaign, link: StoredLink) -> Campaign:
    """Keep a link that was just made, switched on or off as payments are; return its campaign as it is now."""
    is_on = True
    while True:
        async with ctx.db.read() as conn:
            paused = await switches.payments_paused(conn)
        if paused and is_on:
            await ctx.gateway.deactivate_link(link.stripe_id, paused_text(ctx.catalog, campaign.authored))
        elif not paused and not is_on:
            await ctx.gateway.activate_link(link.stripe_id)
        is_on = not paused
        async with ctx.db.write() as conn:
            if await switches.payments_paused(conn) == paused:
                await link_rows.add(conn, link, ctx.clock())
                return (await campaign_rows.by_ids(conn, [campaign.id]))[campaign.id]


async def ensure_suggested(ctx: Context, campaign: Campaign) -> None:
    """Make the links that a campaign's card shows: its amounts, and the one where the donor types the amount.

    A link whose parameters have changed since is made anew; the old one still takes gifts, for it lives in chats.
    """
    await _ensure_each(ctx, campaign, _suggested(campaign))


def _suggested(campaign: Campaign) -> list[tuple[int, bool]]:
    """The amounts that a campaign's card shows, each with whether it is monthly."""
    authored = campaign.authored
    wanted = [(minor, False) for minor in (*authored.amounts, ANY_AMOUNT)]
    return wanted + [(minor, True) for minor in authored.amounts if authored.monthly_on_card]


async def ensure_monthly(ctx: Context, campaign: Campaign) -> None:
    """Make the links for monthly gifts of the suggested amounts; the first who asks for them waits a moment."""
    await _ensure_each(ctx, campaign, [(minor, True) for minor in campaign.authored.amounts])


async def _ensure_each(ctx: Context, campaign: Campaign, wanted: Sequence[tuple[int, bool]]) -> None:
    for minor, monthly in wanted:
        known = ctx.links.get(campaign.id, minor, monthly=monthly)
        if known is not None and known.params_hash != _spec(ctx, campaign, minor, monthly=monthly).params_hash:
            ctx.links.drop(known.stripe_id)
        await ensure(ctx, campaign, minor, suggested=True, monthly=monthly)


async def ensure_for_typed_amount(ctx: Context, campaign: Campaign, minor: int, person: Supporter) -> bool:
    """Whether an amount typed by hand can be paid by a link of its own, making it where that is allowed.

    So many an hour for each account and for all together: a guard against card testers' scripts.
    """
    if ctx.links.get(campaign.id, minor) is not None:
        return True
    async with ctx.db.write() as conn:
        if not await rate_limits.take(ctx, conn, rate_limits.LINKS, person.platform, person.external_id):
            return False
    try:
        async with asyncio.timeout(_PATIENCE):
            await ensure(ctx, campaign, minor)
    except (GatewayUnavailable, GatewayRefused, TimeoutError) as error:
        log.warning("no link for %s: %s", minor, error or "Stripe is slow")
    return ctx.links.get(campaign.id, minor) is not None


async def deactivate_below_minimum(ctx: Context, campaign: Campaign) -> None:
    """Close the links that take less than the campaign does now, also those in chats: its minimum was raised."""
    async with ctx.db.read() as conn:
        stored = await link_rows.active(conn, campaign.id)
    current = ctx.links.get(campaign.id, ANY_AMOUNT)
    for link in stored:
        older = link.minor == ANY_AMOUNT and current is not None and link.stripe_id != current.stripe_id
        if older or ANY_AMOUNT < link.minor < campaign.least.minor:
            await _switch_off(ctx, campaign, link)


async def deactivate_all(ctx: Context, campaign: Campaign) -> None:
    """Close all links of a campaign at Stripe, with a message that names the next step.

    One that Stripe refuses keeps no other open; its GatewayError is raised after the last, that of an outage at once.
    """
    async with ctx.db.read() as conn:
        links = await link_rows.active(conn, campaign.id)
    failed: GatewayError | None = None
    for link in links:
        try:
            await _switch_off(ctx, campaign, link)
        except GatewayError as why:
            if concerns_all(why):
                raise
            failed = why
    if failed is not None:
        raise failed


async def _switch_off(ctx: Context, campaign: Campaign, link: StoredLink) -> None:
    message = link_texts(ctx.catalog, campaign.authored).inactive
    await link_closing.close(ctx, link.stripe_id, message, lambda conn: link_rows.deactivate(conn, link.stripe_id))
    ctx.links.drop(link.stripe_id)


async def _forget_if_gone(ctx: Context, link: StoredLink) -> bool:
    """Look at a link at Stripe and forget it where it takes no gifts; whether it was forgotten.

    One that takes none because payments were paused meanwhile is left alone: resuming switches it on again.
    """
    async with ctx.db.read() as conn:
        before = await switches.read(conn, switches.PAYMENTS)
    pausing = before is not None and (before.on or not before.value["told"])
    if pausing or await ctx.gateway.link_is_active(link.stripe_id):
        return False
    async with ctx.db.write() as conn:
        if await switches.read(conn, switches.PAYMENTS) != before:
            return False
        await link_rows.deactivate(conn, link.stripe_id)
    ctx.links.drop(link.stripe_id)
    return True


async def repair(ctx: Context) -> int:
    """Make again the links that are gone at Stripe, or were made for another return page; how many.

    Run by the schedule, first at start: then a public address that was set since takes effect. A link that was still
    being made while its campaign closed is switched off here at the latest. Raises GatewayError in an outage.
    """
    async with ctx.db.read() as conn:
        stored = await link_rows.active(conn)
        open_now = await campaign_rows.open_campaigns(conn, ctx.clock())
        others = await campaign_rows.by_ids(conn, {link.campaign_id for link in stored} - {c.id for c in open_now})
    closed = [campaign for campaign in others.values() if campaign.state is CampaignState.CLOSED]
    made: list[StoredLink] = []

    async def remake(campaign: Campaign) -> None:
        async def make(wanted: tuple[int, bool]) -> None:
            await _ensure_each(ctx, campaign, [wanted])

        async def look(link: StoredLink) -> None:
            if await _forget_if_gone(ctx, link) and link.suggested:
                made.append(await ensure(ctx, campaign, link.minor, suggested=True, monthly=link.monthly))

        # Named by the campaign: staff hear of it once a day, however many of its links fail.
        await each_at_stripe(ctx, "links", _suggested(campaign), make, name=lambda wanted: campaign.slug)
        of_campaign = [link for link in stored if link.campaign_id == campaign.id]
        await each_at_stripe(ctx, "links", _to_check(ctx, of_campaign), look, name=lambda link: campaign.slug)

    await each_at_stripe(ctx, "links", open_now, remake, name=lambda campaign: campaign.slug)
    await each_at_stripe(
        ctx, "links", closed, lambda one: deactivate_all(ctx, one), name=lambda campaign: campaign.slug
    )
    return len(made)


def _to_check(ctx: Context, stored: Sequence[StoredLink]) -> list[StoredLink]:
    """Return the links of a campaign that could lead somebody to a dead page from now on, this hour's share of them.

    Links that newer ones have replaced are shown to nobody. Those for amounts typed by hand may be thousands, so each
    is looked at once a day.
    """
    shown = [link for link in stored if ctx.links.get(link.campaign_id, link.minor, monthly=link.monthly) == link]
    typed = [link for link in shown if not link.suggested]
    hour = int(ctx.clock().timestamp()) // 3600
    return [link for link in shown if link.suggested] + typed[hour % _HOURS :: _HOURS]
