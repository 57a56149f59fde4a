"""Links for one person and one payment, whose page gives the payer a one-time code: a proof without typing.

Created only without a return page (no public address), and only if a proof would tell something new: donors who have
proved the card of each gift so far pay by the shared links. On Telegram the page leads the payer back into the bot; on
Discord it shows a code to type. Someone who opens the payment page and lets another person pay may also learn the code
(SECURITY.md).
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.campaigns import Campaign
from bot.domain.codes import code_hash, new_code
from bot.domain.deeplink import deep_link
from bot.domain.gifts import Gift
from bot.domain.ids import read_id
from bot.domain.people import Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import switches
from bot.store.db import Connection
from bot.store.gifts import gifts as gift_rows
from bot.store.giving import own_links as rows
from bot.store.giving import proofs
from bot.store.giving.own_links import OwnLink
from bot.usecases.context import Context
from bot.usecases.core import cases, rate_limits
from bot.usecases.core.isolate import each_at_stripe
from bot.usecases.giving import link_closing, links
from bot.usecases.giving.link_creation import Allowance, create_within
from content.messages.web import inactive_text, own_link_thanks
from payments.facts import Fact, GiftPaid, GiftPending
from payments.reference import Reference, Touch
from payments.stripe import GatewayError, link_url

PURPOSE = "own link"  # of the keyed hash of codes
_GOOD_FOR = timedelta(hours=24)  # until an unused link is closed
_REUSED_FOR = timedelta(hours=12)
_BATCH = 500  # more than are created in an hour
_SECRETS = random.SystemRandom()


_CHOSEN = Allowance(rate=rate_limits.OWN_LINKS, patience=5.0)  # for an amount tapped or typed
_SHOWN = Allowance(rate=rate_limits.OWN_LINKS_SHOWN, patience=2.0)  # for amounts that a card shows


async def url_for(
    ctx: Context, campaign: Campaign, minor: int, person: Supporter, touch: Touch, *, monthly: bool = False
) -> str | None:
    """Return the URL of a link for this person alone.

    None if it is not needed, exceeds the limits, or Stripe does not create it in time.
    """
    urls = await _urls(ctx, campaign, [minor], person, touch, _CHOSEN, monthly=monthly)
    return urls.get(minor)


async def urls_for(
    ctx: Context, campaign: Campaign, amounts: Sequence[int], person: Supporter, touch: Touch
) -> dict[int, str]:
    """Return such URLs for the amounts on a card, as many as limits and Stripe allow."""
    return await _urls(ctx, campaign, amounts, person, touch, _SHOWN)


async def _urls(
    ctx: Context,
    campaign: Campaign,
    amounts: Sequence[int],
    person: Supporter,
    touch: Touch,
    allowance: Allowance,
    *,
    monthly: bool = False,
) -> dict[int, str]:
    if ctx.public_url or not amounts:
        return {}
    since = ctx.clock() - _REUSED_FOR
    async with ctx.db.read() as conn:
        if not monthly and not await proofs.is_needed(conn, person.id):
            return {}
        known = {m: await rows.unused(conn, person.id, campaign.id, m, since, monthly=monthly) for m in amounts}
    missing = [minor for minor, link in known.items() if link is None]

    async def create(minor: int) -> OwnLink | None:
        return await _make(ctx, campaign, minor, person, monthly=monthly)

    created = await create_within(ctx, person, allowance, missing, create)
    token = ctx.keyring.sign(Reference(person.id, campaign.id, touch))
    return {
        minor: link_url(link.url, reference=token, locale=person.locale)
        for minor, link in (known | created).items()
        if link is not None
    }


async def _make(ctx: Context, campaign: Campaign, minor: int, person: Supporter, *, monthly: bool) -> OwnLink | None:
    """Create one such link; None if payments were paused meanwhile: the pause closes it, and nobody has its URL."""
    code, number = new_code(_SECRETS), ctx.ids.new()
    username = ctx.identity.telegram_username if person.platform == "telegram" else None
    page = deep_link(username, f"k_{code}") if username else None
    thanks = own_link_thanks(ctx.catalog, person.locale, code)
    spec = links.spec_for_one(
        ctx, campaign, minor, number, person.locale, return_url=page, thanks=thanks, monthly=monthly
    )
    created = await ctx.gateway.create_link(spec, idempotency_key=f"obole-own-link-{number}")
    link = OwnLink(
        id=number,
        supporter_id=person.id,
        campaign_id=campaign.id,
        minor=minor,
        monthly=monthly,
        code_hash=code_hash(code, PURPOSE),
        stripe_id=created.stripe_id,
        url=created.url,
        made_at=ctx.clock(),
    )
    async with ctx.db.write() as conn:
        await rows.add(conn, link)
        return None if await switches.payments_paused(conn) else link


async def record_payments(ctx: Context, conn: Connection, facts: Iterable[Fact], gifts: Iterable[Gift]) -> None:
    """Record payments through such links. A second payment opens a case and invalidates the link's code.

    `gifts`: those of the facts.
    """
    by_name = {name: gift for gift in gifts for name in gift.stripe_ids}
    found: list[tuple[int, Gift]] = []  # several people may have paid through one link while we were off
    for fact in facts:
        if not isinstance(fact, GiftPaid | GiftPending):
            continue
        number, gift = read_id(fact.metadata.get("own_link", "")), by_name.get(fact.key)
        if number is not None and gift is not None:
            found.append((number, gift))
    known = await rows.by_ids(conn, {number for number, _ in found}) if found else {}
    for number, gift in found:
        if number in known:
            known[number] = await _note(ctx, conn, known[number], gift)


async def _note(ctx: Context, conn: Connection, link: OwnLink, gift: Gift) -> OwnLink:
    """Record one payment through a link; return the link as it is then."""
    if link.gift_id is None:
        await rows.note_gift(conn, link.id, gift.id)
        return replace(link, gift_id=gift.id)
    if link.gift_id != gift.id:
        first = await gift_rows.by_id(conn, link.gift_id)
        renewal = first is not None and gift.book.pledge is not None and gift.book.pledge == first.book.pledge
        who = link.supporter_id or gift.supporter_id
        if renewal:
            return link
        await rows.drop_code(conn, link.id)  # two payers have it, so it proves nothing
        if who is not None:
            await cases.open_case(ctx, conn, gift_id=gift.id, supporter_id=who, kind="second_payment")
    return link


async def close_unused(ctx: Context) -> int:
    """Deactivate links that were not used within a day; return how many. Run by the schedule."""
    return await close_before(ctx, ctx.clock() - _GOOD_FOR)


async def close_before(ctx: Context, before: datetime) -> int:
    """Deactivate a batch of the links created before then (UTC); return how many.

    Raises GatewayError if no link could be deactivated now.
    """
    async with ctx.db.read() as conn:
        old = await rows.to_close(conn, before, _BATCH)
        campaigns = await campaign_rows.by_ids(conn, {link.campaign_id for link in old})
    return await _close_all(ctx, old, campaigns)


async def close_campaign(ctx: Context, campaign: Campaign) -> None:
    """Deactivate the links for a campaign that has ended; `close_unused` retries failures within a day."""
    async with ctx.db.read() as conn:
        open_links = await rows.of_campaign(conn, campaign.id)
    with suppress(GatewayError):
        await _close_all(ctx, open_links, {campaign.id: campaign})


async def close_below_minimum(ctx: Context, campaign: Campaign) -> None:
    """Deactivate the links below the campaign's raised minimum; `close_unused` retries failures within a day."""
    async with ctx.db.read() as conn:
        open_links = await rows.of_campaign(conn, campaign.id)
    # The link for any amount (0) had the old minimum.
    small = [link for link in open_links if link.minor < campaign.minimum.minor]
    with suppress(GatewayError):
        await _close_all(ctx, small, {campaign.id: campaign})


async def _close_all(ctx: Context, old: Sequence[OwnLink], campaigns: Mapping[int, Campaign]) -> int:
    """Deactivate links, each in isolation; return how many. Raises GatewayError if none could be deactivated now."""
    return await each_at_stripe(
        ctx,
        "links for one",
        old,
        lambda link: _close(ctx, link, campaigns[link.campaign_id]),
        name=lambda link: link.stripe_id,
    )


async def _close(ctx: Context, link: OwnLink, campaign: Campaign) -> bool:
    message = inactive_text(ctx.catalog, campaign.authored)
    await link_closing.close(ctx, link.stripe_id, message, lambda conn: rows.close(conn, link.id))
    return True
