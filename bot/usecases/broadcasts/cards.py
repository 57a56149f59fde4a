"""The cards of a broadcast: a template for private copies, a card for each channel, and one for withdrawn copies."""

import hashlib

from bot.domain.broadcasts import Broadcast
from bot.domain.campaigns import Campaign
from bot.domain.people import Contact, Locale, PlatformName
from bot.domain.staff import Member
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns.places import Place
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.join import find_or_join
from bot.usecases.giving import links
from bot.usecases.giving.campaign_cards import ask_tap, own_link_button, posted_choices, progress_of
from bot.usecases.ports import Copies
from content.addresses import Domains, unlinked
from content.broadcast import TOKEN, Message
from content.cards import Card, Picture, Tap
from content.catalog import LOCALES
from content.messages import broadcasts as messages
from content.messages.campaigns import MilestoneView, milestone_text
from content.rich import BadMarkup, Rich, parse, plain
from content.writer import Choice, OwnLinkButton
from payments.reference import Reference, Touch, TouchKind


async def template(
    ctx: Context, broadcast: Broadcast, campaign: Campaign, *, locale: Locale, platform: PlatformName, asks: bool
) -> Card:
    """Return the private copy in one language, with TOKEN in the URLs in place of the reader's reference."""
    picture, stop = await _picture(ctx, broadcast, campaign, locale), Tap(action=f"unsub:{broadcast.id}")
    allowed = await limits.domains(ctx)
    own = own_link_button(ctx, campaign, platform, Touch(TouchKind.BROADCAST, broadcast.id))
    return copy_card(ctx, broadcast.message, campaign, locale, allowed, own, asks=asks, picture=picture, stop=stop)


def copy_card(
    ctx: Context,
    message: Message,
    campaign: Campaign,
    locale: Locale,
    allowed: Domains,
    own: OwnLinkButton | None,
    *,
    asks: bool,
    picture: Picture | None,
    stop: Tap,
) -> Card:
    """Return the private copy of a message that need not be a broadcast yet.

    `allowed`: where its links may lead. `own`: how its reader gets links of their own.
    """
    asking = asks and message.amounts and campaign.is_open(ctx.clock())
    view = messages.CopyView(
        title=_title(message, campaign, locale),
        body=body(ctx, message, campaign, locale, allowed),
        picture=picture,
        choices=_choices(ctx, campaign, locale) if asking else (),
        other=_other(ctx, campaign, locale) if asking else None,
        stop=stop,
        sober=message.template == "crisis",
        own_link=own if asking else None,
        charity=ctx.charity,
    )
    return messages.copy(ctx.catalog, locale, view)


def previews(
    ctx: Context,
    message: Message,
    campaign: Campaign,
    allowed: Domains,
    own: OwnLinkButton | None,
    *,
    png: bytes | None,
    token: str,
    stop: Tap,
) -> tuple[Card, ...]:
    """Return the private copies in each written language, with one person's reference in the links."""

    def card(locale: Locale) -> Card:
        picture = as_picture(png, campaign.authored.name.get(locale)) if png is not None else None
        template_card = copy_card(ctx, message, campaign, locale, allowed, own, asks=True, picture=picture, stop=stop)
        return Copies(card=template_card, mark=TOKEN).for_one(token)

    written = [locale for locale in LOCALES if message.texts.get(locale) or message.template == "milestone"]
    return tuple(card(locale) for locale in written)


async def own_previews(
    ctx: Context, member: Member, message: Message, campaign: Campaign, *, png: bytes | None, stop: Tap
) -> tuple[Card, ...]:
    """Return the previews for a member of staff; their amounts are real links of that member."""
    contact = Contact(platform=member.platform, external_id=member.external_id, locale=member.locale, private=True)
    supporter = await find_or_join(ctx, contact)
    touch = Touch(TouchKind.COMMAND)
    token = ctx.keyring.sign(Reference(supporter.id, campaign.id, touch))
    own = own_link_button(ctx, campaign, contact.platform, touch)
    return previews(ctx, message, campaign, await limits.domains(ctx), own, png=png, token=token, stop=stop)


async def post_card(ctx: Context, broadcast: Broadcast, campaign: Campaign, place: Place) -> Card:
    """Return the card for a channel or group, in its language or both; amounts lead into private."""
    touch = Touch(TouchKind.BROADCAST, broadcast.id)
    asks = broadcast.message.amounts and campaign.is_open(ctx.clock())
    wanted = [locale for locale in LOCALES if locale in place.locales.split("+")] or list(LOCALES[:1])
    language = wanted[0] if len(wanted) == 1 else None
    allowed = await limits.domains(ctx)
    views = {
        locale: messages.CopyView(
            title=_title(broadcast.message, campaign, locale),
            body=body(ctx, broadcast.message, campaign, locale, allowed),
            picture=await _picture(ctx, broadcast, campaign, locale),
            choices=posted_choices(ctx, campaign, place.platform, touch, language) if asks else (),
            other=ask_tap(ctx, campaign, place.platform, touch) if asks else None,
            sober=broadcast.message.template == "crisis",
            charity=ctx.charity,
        )
        for locale in wanted
    }
    if len(views) > 1:
        return messages.bilingual_copy(ctx.catalog, views)
    return messages.copy(ctx.catalog, wanted[0], views[wanted[0]])


# --- by id, for delivery ----------------------------------------------------------------------------
async def copy_of(ctx: Context, platform: PlatformName, broadcast_id: int, locale: Locale, asks: bool) -> Card:
    """Return the current template of a broadcast."""
    broadcast, campaign = await _read(ctx, broadcast_id)
    return await template(ctx, broadcast, campaign, locale=locale, platform=platform, asks=asks)


async def post_of(ctx: Context, broadcast_id: int, place: Place) -> Card:
    """Return the current post of a broadcast."""
    return await post_card(ctx, *await _read(ctx, broadcast_id), place)


async def withdrawn_of(ctx: Context, broadcast_id: int, locale: Locale) -> Card:
    """Return the card that replaces a copy too old to delete."""
    return messages.withdrawn(ctx.catalog, locale, ctx.charity)


async def _read(ctx: Context, broadcast_id: int) -> tuple[Broadcast, Campaign]:
    async with ctx.db.read() as conn:
        broadcast = await broadcasts.get(conn, broadcast_id)
        assert broadcast is not None
        campaign = (await campaign_rows.by_ids(conn, [broadcast.campaign_id]))[broadcast.campaign_id]
    return broadcast, campaign


# --- parts --------------------------------------------------------------------------------------------
def _title(message: Message, campaign: Campaign, locale: Locale) -> str:
    return message.titles.get(locale) or campaign.authored.name.get(locale)


def body(ctx: Context, message: Message, campaign: Campaign, locale: Locale, allowed: Domains) -> Rich:
    """Return the text in one language. Text whose markup is no longer valid is shown as plain text.

    It was valid when approved, so a site has left the allow-list since: it must no longer be a link.
    """
    text = message.texts.get(locale)
    if text is None and message.template == "milestone":
        return plain(_milestone_text(ctx, message, campaign, locale))
    shown = text or next(iter(message.texts.values()), "")
    try:
        return parse(shown, allowed)
    except BadMarkup:
        return plain(unlinked(shown, allowed))


def _milestone_text(ctx: Context, message: Message, campaign: Campaign, locale: Locale) -> str:
    """Return the text of an announcement without words of its own: how far the campaign is now."""
    goal = campaign.authored.goal_minor
    crossed = [m for m in campaign.authored.milestones if m.threshold(goal) == message.threshold_minor]
    view = MilestoneView(
        campaign=campaign.authored, milestone=crossed[0] if crossed else None, progress=progress_of(campaign)
    )
    return milestone_text(ctx.catalog, locale, view)


def _choices(ctx: Context, campaign: Campaign, locale: Locale) -> tuple[Choice, ...]:
    urls = (
        (m, links.url_with_token(ctx, campaign.id, m.minor, TOKEN, locale))
        for m in links.payable_amounts(ctx, campaign)
    )
    return tuple(Choice(money=money, tap=Tap(url=url)) for money, url in urls if url is not None)


def _other(ctx: Context, campaign: Campaign, locale: Locale) -> Tap | None:
    url = links.url_with_token(ctx, campaign.id, links.ANY_AMOUNT, TOKEN, locale)
    return None if url is None else Tap(url=url)


async def _picture(ctx: Context, broadcast: Broadcast, campaign: Campaign, locale: Locale) -> Picture | None:
    async with ctx.db.read() as conn:
        png = await broadcasts.picture(conn, broadcast.id)
    return None if png is None else as_picture(png, campaign.authored.name.get(locale))


def as_picture(png: bytes, alt: str) -> Picture:
    """Return a stored picture. `alt`: its alternative text."""
    return Picture(name="image.png", png=png, alt=alt, key=hashlib.sha256(png).hexdigest())
