"""The links behind the amount buttons. Showing one costs neither a Stripe call nor a database write."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from urllib.parse import urlencode

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.people import Locale, Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import switches
from bot.store.giving import links as link_rows
from bot.store.giving.links import StoredLink
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.isolate import each_at_stripe
from bot.usecases.giving import link_closing, minors
from bot.usecases.giving.link_creation import Allowance, create_within
from content.catalog import LOCALES
from content.messages.web import inactive_text, link_texts, paused_text
from payments.gateway_errors import concerns_all
from payments.money import Money, chargeable_at_most, is_chargeable
from payments.reference import BadReference, Reference, Touch
from payments.stripe import GatewayError, LinkSpec, link_url

_HOURS = 24  # in which each link for a typed amount is checked once
ANY_AMOUNT = 0  # the link on whose page the donor types the amount
# Beyond these, the donor types the amount on Stripe’s page.
_TYPED = Allowance(rate=rate_limits.LINKS, patience=5.0)


async def load(ctx: Context) -> None:
    """Load the active links from the database."""
    async with ctx.db.read() as conn:
        ctx.links.replace(await link_rows.active(conn))


def payable_amounts(ctx: Context, campaign: Campaign) -> list[Money]:
    """Return the campaign's suggested amounts that have an active link."""
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
    """Return the URL of one supporter's button, with their reference; None without an active link."""
    token = ctx.keyring.sign(Reference(supporter_id, campaign_id, touch))
    return url_with_token(ctx, campaign_id, minor, token, locale, monthly=monthly)


def url_with_token(
    ctx: Context, campaign_id: int, minor: int, token: str, locale: Locale | None, *, monthly: bool = False
) -> str | None:
    """Return the URL with a signed reference, or a placeholder for one; None without an active link.

    `locale`: None leaves the language to the browser, which needs a public address.
    """
    link = ctx.links.get(campaign_id, minor, monthly=monthly, locale=locale)
    if link is None:
        return None
    if ctx.public_url:
        query = urlencode(({"l": locale} if locale else {}) | ({"m": "1"} if monthly else {}))
        return f"{ctx.public_url}/g/{token}/{minor}" + (f"?{query}" if query else "")
    return link_url(link.url, reference=token, locale=locale or "fr")


async def redirect_target(ctx: Context, token: str, minor: int, locale: Locale, *, monthly: bool = False) -> str | None:
    """Return the Stripe page that a short link leads to, or None if the campaign takes no gifts any more.

    An unreadable reference names no campaign, so it leads nowhere. The person for whom it was made may have said since
    that they are under 18: then only the page of an amount that they may give is left.
    """
    try:
        reference = ctx.keyring.read(token)
    except BadReference:
        return None
    is_minor = await _is_minor(ctx, reference.supporter_id)
    if is_minor and (monthly or not await _may_minors_give(ctx, reference.campaign_id, minor)):
        return None
    link = ctx.links.get(reference.campaign_id, minor, monthly=monthly, locale=locale)
    if link is None and (monthly or is_minor):  # never a single gift where a monthly one was meant, nor any amount
        return None
    if link is not None:
        return link_url(link.url, reference=token, locale=locale)
    open_amount = ctx.links.get(reference.campaign_id, ANY_AMOUNT, locale=locale)
    if open_amount is None:
        return None
    return link_url(open_amount.url, reference=token, locale=locale, prefilled_minor=minor)


async def _is_minor(ctx: Context, supporter_id: int) -> bool:
    async with ctx.db.read() as conn:
        current = (await supporters.current_ids(conn, [supporter_id])).get(supporter_id)
        return current is not None and await supporters.is_adult(conn, current) is False


async def _may_minors_give(ctx: Context, campaign_id: int, minor: int) -> bool:
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
    most = None if campaign is None else minors.most(campaign.goal.currency)
    return most is not None and ANY_AMOUNT < minor <= most.minor


def _spec(ctx: Context, campaign: Campaign, minor: int, locale: Locale, *, monthly: bool = False) -> LinkSpec:
    """Return the specification of a shared link; its page and the one after it are in the donor's language."""
    authored = campaign.authored
    texts = link_texts(ctx.catalog, authored, locale)
    return_url = f"{ctx.public_url}/thanks?session={{CHECKOUT_SESSION_ID}}&l={locale}" if ctx.public_url else None
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
        minimum_minor=authored.minimum.minor,
        maximum_minor=(chargeable_at_most(campaign.cap) or campaign.cap).minor,
        inactive_message=inactive_text(ctx.catalog, authored),
        identity_reason=texts.identity_reason if _is_receipted(ctx, campaign, minor) else "",
    )


def _is_receipted(ctx: Context, campaign: Campaign, minor: int) -> bool:
    """Whether the charity issues official receipts for gifts of this amount, for which it needs name and address.

    Where donors type the amount on Stripe's page, they are not asked: it may be a small one.
    """
    least = campaign.authored.receipts_from_minor
    return bool(ctx.charity.registration) and least is not None and minor >= least


def spec_for_one(
    ctx: Context,
    campaign: Campaign,
    minor: int,
    number: int,
    locale: Locale,
    *,
    return_url: str | None,
    thanks: str,
    monthly: bool,
) -> LinkSpec:
    """Return the specification of a Stripe link for one person and one payment.

    `return_url`: where its page leads after paying; without one, the page shows `thanks`.
    """
    spec = _spec(ctx, campaign, minor, locale, monthly=monthly)
    return replace(spec, own_link=number, return_url=return_url, thanks_message=thanks)


async def ensure(
    ctx: Context, campaign: Campaign, minor: int, locale: Locale, *, suggested: bool = False, monthly: bool = False
) -> StoredLink:
    """Return the link for an amount in a language, creating it at Stripe if needed.

    Raises GatewayUnavailable or GatewayRefused.

    If the campaign closes meanwhile, the new link is deactivated with the others. While payments are paused, it is
    deactivated before anyone can know of it.
    """
    async with ctx.links.creation_lock(campaign.id, minor, monthly=monthly, locale=locale):
        known = ctx.links.exact(campaign.id, minor, monthly=monthly, locale=locale)
        if known is not None:
            return known
        spec = _spec(ctx, campaign, minor, locale, monthly=monthly)
        link_id = ctx.ids.new()
        created = await ctx.gateway.create_link(spec, idempotency_key=f"obole-link-{link_id}")
        link = StoredLink(
            id=link_id,
            campaign_id=campaign.id,
            minor=minor,
            currency=campaign.authored.currency,
            params_hash=spec.params_hash,
            stripe_id=created.stripe_id,
            url=created.url,
            suggested=suggested,
            monthly=monthly,
            locale=locale,
        )
        now = await _store(ctx, campaign, link)
        if now.state is CampaignState.CLOSED:
            await _deactivate(ctx, now, link)
            return link
        ctx.links.put(link)
        return link


async def _store(ctx: Context, campaign: Campaign, link: StoredLink) -> Campaign:
    """Store a new link, active at Stripe unless payments are paused; return its campaign as it is now."""
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
    """Create the links that a campaign's card shows: its amounts, and the one where the donor types the amount.

    A link whose parameters have changed is created again; the old one still takes gifts, since chats contain it.
    """
    await _ensure_each(ctx, campaign, _suggested(campaign))


def _suggested(campaign: Campaign) -> list[tuple[int, bool]]:
    """Return the amounts on a campaign's card, each with whether it is monthly."""
    authored = campaign.authored
    amounts = _chargeable(campaign)
    wanted = [(minor, False) for minor in (*amounts, ANY_AMOUNT)]
    return wanted + [(minor, True) for minor in amounts if authored.monthly_on_card]


def _chargeable(campaign: Campaign) -> list[int]:
    """Return the suggested amounts that Stripe charges, in minor units; older campaigns may have others."""
    authored = campaign.authored
    return [minor for minor in authored.amounts if is_chargeable(Money(minor, authored.currency))]


async def ensure_monthly(ctx: Context, campaign: Campaign) -> None:
    """Create the links for monthly gifts of the suggested amounts; only the first request waits for it."""
    await _ensure_each(ctx, campaign, [(minor, True) for minor in _chargeable(campaign)])


async def _ensure_each(ctx: Context, campaign: Campaign, wanted: Sequence[tuple[int, bool]]) -> None:
    for (minor, monthly), locale in product(wanted, LOCALES):
        _drop_outdated(ctx, campaign, minor, locale, monthly=monthly)
        await ensure(ctx, campaign, minor, locale, suggested=True, monthly=monthly)


def _drop_outdated(ctx: Context, campaign: Campaign, minor: int, locale: Locale, *, monthly: bool) -> None:
    """Offer a link no longer whose parameters have changed; it still takes gifts, since chats contain it."""
    known = ctx.links.exact(campaign.id, minor, monthly=monthly, locale=locale)
    if known is not None and known.params_hash != _spec(ctx, campaign, minor, locale, monthly=monthly).params_hash:
        ctx.links.drop(known.stripe_id)


async def ensure_for_typed_amount(
    ctx: Context, campaign: Campaign, minor: int, person: Supporter, *, monthly: bool = False
) -> bool:
    """Return whether a typed amount has a link, creating it within the limits.

    Limited per hour for each account and for all together, against scripts that test cards.
    """
    locale = person.locale
    if _is_receipted(ctx, campaign, minor):  # one from before may not ask for name and address
        _drop_outdated(ctx, campaign, minor, locale, monthly=monthly)
    if ctx.links.exact(campaign.id, minor, monthly=monthly, locale=locale) is None:
        create = partial(ensure, ctx, campaign, locale=locale, monthly=monthly)
        await create_within(ctx, person, _TYPED, [minor], create)
    return ctx.links.get(campaign.id, minor, monthly=monthly) is not None


async def deactivate_below_minimum(ctx: Context, campaign: Campaign) -> None:
    """Deactivate the links below the campaign's raised minimum, including those in chats."""
    async with ctx.db.read() as conn:
        stored = await link_rows.active(conn, campaign.id)
    current = {ctx.links.exact(campaign.id, ANY_AMOUNT, monthly=False, locale=locale) for locale in LOCALES} - {None}
    for link in stored:
        older = link.minor == ANY_AMOUNT and bool(current) and link not in current
        if older or ANY_AMOUNT < link.minor < campaign.minimum.minor:
            await _deactivate(ctx, campaign, link)


async def deactivate_all(ctx: Context, campaign: Campaign) -> None:
    """Deactivate all links of a campaign at Stripe, with a message that names the next step.

    If Stripe refuses one, the others are still deactivated and its GatewayError is raised at the end; an outage is
    raised at once.
    """
    async with ctx.db.read() as conn:
        links = await link_rows.active(conn, campaign.id)
    failed: GatewayError | None = None
    for link in links:
        try:
            await _deactivate(ctx, campaign, link)
        except GatewayError as why:
            if concerns_all(why):
                raise
            failed = why
    if failed is not None:
        raise failed


async def _deactivate(ctx: Context, campaign: Campaign, link: StoredLink) -> None:
    message = inactive_text(ctx.catalog, campaign.authored)
    await link_closing.close(
        ctx, link.stripe_id, message, lambda conn: link_rows.deactivate(conn, link.stripe_id, ctx.clock())
    )
    ctx.links.drop(link.stripe_id)


async def _forget_if_gone(ctx: Context, link: StoredLink) -> bool:
    """Drop a link that is inactive at Stripe; return whether it was dropped.

    A link that is inactive because payments were paused meanwhile is kept: resuming activates it again.
    """
    async with ctx.db.read() as conn:
        before = await switches.read(conn, switches.PAYMENTS)
    pausing = before is not None and (before.on or not before.value["told"])
    if pausing or await ctx.gateway.link_is_active(link.stripe_id):
        return False
    async with ctx.db.write() as conn:
        if await switches.read(conn, switches.PAYMENTS) != before:
            return False
        await link_rows.deactivate(conn, link.stripe_id, ctx.clock())
    ctx.links.drop(link.stripe_id)
    return True


async def repair(ctx: Context) -> int:
    """Recreate links that are gone at Stripe or have an outdated return page; return how many.

    Run by the schedule, first at start, so that a new public address takes effect. Also deactivates links that were
    being created while their campaign closed. Raises GatewayError in an outage.
    """
    async with ctx.db.read() as conn:
        stored = await link_rows.active(conn)
        open_now = await campaign_rows.open_campaigns(conn, ctx.clock())
        others = await campaign_rows.by_ids(conn, {link.campaign_id for link in stored} - {c.id for c in open_now})
    closed = [campaign for campaign in others.values() if campaign.state is CampaignState.CLOSED]
    recreated: list[StoredLink] = []

    async def remake(campaign: Campaign) -> None:
        async def make(wanted: tuple[int, bool]) -> None:
            await _ensure_each(ctx, campaign, [wanted])

        async def check(link: StoredLink) -> None:
            if await _forget_if_gone(ctx, link) and link.suggested and link.locale is not None:
                again = partial(ensure, ctx, campaign, link.minor, link.locale, monthly=link.monthly)
                recreated.append(await again(suggested=True))

        # Named by campaign: one notice a day, however many of its links fail.
        await each_at_stripe(ctx, "links", _suggested(campaign), make, name=lambda wanted: campaign.slug)
        of_campaign = [link for link in stored if link.campaign_id == campaign.id]
        await each_at_stripe(ctx, "links", _to_check(ctx, of_campaign), check, name=lambda link: campaign.slug)

    await each_at_stripe(ctx, "links", open_now, remake, name=lambda campaign: campaign.slug)
    await each_at_stripe(
        ctx, "links", closed, lambda campaign: deactivate_all(ctx, campaign), name=lambda campaign: campaign.slug
    )
    return len(recreated)


def _to_check(ctx: Context, stored: Sequence[StoredLink]) -> list[StoredLink]:
    """Return the links of a campaign to check this hour, because a dead one would be shown to people.

    Replaced links are shown to nobody. Links for typed amounts may be thousands, so each is checked once a day.
    """
    shown = [
        link
        for link in stored
        if ctx.links.exact(link.campaign_id, link.minor, monthly=link.monthly, locale=link.locale) == link
    ]
    typed = [link for link in shown if not link.suggested]
    hour = int(ctx.clock().timestamp()) // 3600
    return [link for link in shown if link.suggested] + typed[hour % _HOURS :: _HOURS]
