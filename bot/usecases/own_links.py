"""Links for one person and one payment, whose page hands the payer a one-time code: a proof without any typing.

Made only where there is no return page of ours (no public address) that could prove it. Telegram's payer comes back
into the bot by the page itself; on Discord the page shows a code to be typed. Whoever opens the payment page and lets
somebody else finish it may learn the code as well (SECURITY.md).
"""

import asyncio
import logging
import random
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.campaigns import Campaign
from bot.domain.codes import hashed, new_code
from bot.domain.gifts import Gift
from bot.domain.ids import read_id
from bot.domain.people import Supporter
from bot.store import campaigns as campaign_rows
from bot.store import gifts as gift_rows
from bot.store import own_links as rows
from bot.store import proofs
from bot.store.db import Connection
from bot.store.own_links import OwnLink
from bot.usecases import cases, link_closing, links, rates
from bot.usecases.campaign_cards import deep_link
from bot.usecases.context import Context
from bot.usecases.isolate import each_at_stripe
from content.messages_web import link_texts, own_link_thanks
from payments.facts import Fact, GiftPaid, GiftPending
from payments.reference import Reference, Touch
from payments.stripe import GatewayError, GatewayRefused, GatewayUnavailable, link_url

log = logging.getLogger(__name__)
PURPOSE = "own link"  # of the codes
_GOOD_FOR = timedelta(hours=24)  # until an unused link is closed
_REUSED_FOR = timedelta(hours=12)
_PATIENCE = 5.0  # seconds that a person waits for a link of their own
_BATCH = 100
_SECRETS = random.SystemRandom()


async def url_for(
    ctx: Context, campaign: Campaign, minor: int, person: Supporter, touch: Touch, *, monthly: bool = False
) -> str | None:
    """Return the address of a link made for this person alone.

    None where it is not needed, not allowed (links for one person are limited) or not to be had right now.
    """
    if ctx.public_url or minor == links.ANY_AMOUNT or (not monthly and await _is_known(ctx, person)):
        return None
    link = await _of(ctx, campaign, minor, person, monthly=monthly)
    if link is None:
        return None
    token = ctx.keyring.sign(Reference(person.id, campaign.id, touch))
    return link_url(link.url, reference=token, locale=person.locale)


async def _is_known(ctx: Context, person: Supporter) -> bool:
    """Whether they have proved a card before: it vouches for what else it pays, and no link has to be made."""
    async with ctx.db.read() as conn:
        return await proofs.has_any(conn, person.id)


async def _of(ctx: Context, campaign: Campaign, minor: int, person: Supporter, *, monthly: bool) -> OwnLink | None:
    since = ctx.clock() - _REUSED_FOR
    async with ctx.db.read() as conn:
        known = await rows.unused(conn, person.id, campaign.id, minor, since, monthly=monthly)
    if known is not None:
        return known
    async with ctx.db.write() as conn:
        if not await rates.take(ctx, conn, rates.OWN_LINKS, person.platform, person.external_id):
            return None
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _make(ctx, campaign, minor, person, monthly=monthly)
    except (GatewayUnavailable, GatewayRefused, TimeoutError) as error:
        log.warning("no link for one person: %s", error or "Stripe is slow")
        return None


async def _make(ctx: Context, campaign: Campaign, minor: int, person: Supporter, *, monthly: bool) -> OwnLink:
    code, number = new_code(_SECRETS), ctx.ids.new()
    username = ctx.whereabouts.telegram_username if person.platform == "telegram" else None
    page = deep_link(username, f"k_{code}") if username else None
    thanks = own_link_thanks(ctx.catalog, person.locale, code)
    spec = links.spec_for_one(ctx, campaign, minor, number, return_url=page, thanks=thanks, monthly=monthly)
    made = await ctx.gateway.create_link(spec, idempotency_key=f"obole-own-link-{number}")
    link = OwnLink(
        id=number,
        supporter_id=person.id,
        campaign_id=campaign.id,
        minor=minor,
        monthly=monthly,
        code_hash=hashed(code, PURPOSE),
        stripe_id=made.stripe_id,
        url=made.url,
        made_at=ctx.clock(),
    )
    async with ctx.db.write() as conn:
        await rows.add(conn, link)
    return link


async def paid(ctx: Context, conn: Connection, facts: Iterable[Fact], gifts: Iterable[Gift]) -> None:
    """Note what was paid through such links. A second payment through one is a case, and its code proves nothing then.

    `gifts`: those of the facts.
    """
    by_name = {name: gift for gift in gifts for name in gift.names}
    found: dict[int, Gift] = {}
    for fact in facts:
        if not isinstance(fact, GiftPaid | GiftPending):
            continue
        number, gift = read_id(fact.metadata.get("own_link", "")), by_name.get(fact.key)
        if number is not None and gift is not None:
            found[number] = gift
    known = await rows.by_ids(conn, found) if found else {}
    for number, link in known.items():
        await _note(ctx, conn, link, found[number])


async def _note(ctx: Context, conn: Connection, link: OwnLink, gift: Gift) -> None:
    if link.gift_id is None:
        await rows.note_gift(conn, link.id, gift.id)
    elif link.gift_id != gift.id:
        first = await gift_rows.by_id(conn, link.gift_id)
        renewal = first is not None and gift.book.pledge is not None and gift.book.pledge == first.book.pledge
        who = link.supporter_id or gift.supporter_id
        if renewal:
            return
        await rows.drop_code(conn, link.id)  # two payers have it, so it proves nothing of either
        if who is not None:
            await cases.open_one(ctx, conn, gift_id=gift.id, supporter_id=who, kind="second_payment")


async def close_old(ctx: Context) -> int:
    """Switch off links that nobody used within a day; how many. Run by the schedule."""
    return await close_before(ctx, ctx.clock() - _GOOD_FOR)


async def close_before(ctx: Context, before: datetime) -> int:
    """Switch off a batch of the links that were made before then (UTC); how many.

    Raises GatewayError where no link could be switched off now.
    """
    async with ctx.db.read() as conn:
        old = await rows.to_close(conn, before, _BATCH)
        of = await campaign_rows.by_ids(conn, {link.campaign_id for link in old})
    return await each_at_stripe(
        ctx,
        "links for one",
        old,
        lambda link: _close(ctx, link, of[link.campaign_id]),
        name=lambda link: link.stripe_id,
    )


async def close_campaign(ctx: Context, campaign: Campaign) -> None:
    """Switch off the links for a campaign that has ended; what fails now is done within a day by `close_old`."""
    async with ctx.db.read() as conn:
        left = await rows.of_campaign(conn, campaign.id)
    with suppress(GatewayError):
        await each_at_stripe(
            ctx, "links for one", left, lambda link: _close(ctx, link, campaign), name=lambda link: link.stripe_id
        )


async def _close(ctx: Context, link: OwnLink, campaign: Campaign) -> bool:
    message = link_texts(ctx.catalog, campaign.authored).inactive
    await link_closing.close(ctx, link.stripe_id, message, lambda conn: rows.close(conn, link.id))
    return True
