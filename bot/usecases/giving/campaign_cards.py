"""Campaign cards: personal links in private; actions or deep links where a card is shared."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from urllib.parse import quote, urlencode

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.deeplink import ask_payload, deep_link, give_payload
from bot.domain.people import Locale, PlatformName, Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import switches
from bot.usecases.context import Context
from bot.usecases.giving import links, minors, own_amounts, own_links
from bot.usecases.matching import matching
from content.cards import Card, Picture, Tap
from content.messages import giving as messages
from content.pictures.progress import ProgressView, progress_picture
from content.writer import CampaignProgress, Choice, OwnLinkButton
from payments.money import Money
from payments.reference import NOBODY, Reference, Touch, TouchKind

JUST_GIVEN = timedelta(seconds=60)  # how long a posted card says that someone has just given
_FEW = 5  # donors; with fewer, the line would reveal who gave


def progress_of(campaign: Campaign) -> CampaignProgress:
    """Return how far the campaign is, by its counters."""
    return CampaignProgress(
        raised=campaign.raised, goal=campaign.goal, donors=campaign.donor_count, outside=campaign.offline
    )


async def picture(ctx: Context, campaign: Campaign, locale: Locale) -> Picture:
    """Return the progress picture, drawn in a thread once per state of the campaign and language."""
    drawn = _known_picture(campaign.id, campaign.version, locale)
    if not drawn:
        async with ctx.db.read() as conn:
            backdrop = await campaign_rows.picture(conn, campaign.id)
        view = ProgressView(
            locale=locale,
            charity=ctx.charity.name,
            campaign=campaign.authored.name.get(locale),
            progress=progress_of(campaign),
            crisis=campaign.authored.crisis,
            backdrop=backdrop,
        )
        new_picture = await asyncio.to_thread(progress_picture, ctx.catalog, view)
        drawn.append(new_picture)
    return drawn[0]


@lru_cache(maxsize=64)
def _known_picture(campaign_id: int, version: int, locale: Locale) -> list[Picture]:
    """Return the cache slot for the picture of this state; empty until it is drawn."""
    return []


def personal_choices(
    ctx: Context, campaign: Campaign, supporter: Supporter, touch: Touch, amounts: Sequence[Money] | None = None
) -> tuple[Choice, ...]:
    """Return payable amounts (default: the campaign's own), each a link with this supporter's reference."""
    choices = []
    most = minors.limited(campaign, supporter).cap.minor
    token = ctx.keyring.sign(Reference(supporter.id, campaign.id, touch))
    for money in links.payable_amounts(ctx, campaign) if amounts is None else amounts:
        if supporter.adult is False and money.minor > most:
            continue
        url = links.url_with_token(ctx, campaign.id, money.minor, token, supporter.locale)
        if url is not None:
            choices.append(Choice(money=money, tap=Tap(url=url)))
    return tuple(choices)


def other_amount(ctx: Context, campaign: Campaign, supporter: Supporter, touch: Touch) -> Tap | None:
    """Return a link to Stripe's page that asks for the amount, or None; under 18, the bot asks, and has a limit."""
    if supporter.adult is False:
        return Tap(action=f"ask:{campaign.id}:{touch.kind}{touch.id}")
    url = links.personal_url(
        ctx, campaign.id, links.ANY_AMOUNT, supporter_id=supporter.id, touch=touch, locale=supporter.locale
    )
    return None if url is None else Tap(url=url)


async def own_choices(
    ctx: Context, campaign: Campaign, supporter: Supporter, touch: Touch, amounts: Sequence[Money] | None = None
) -> tuple[tuple[Choice, ...], Tap | None]:
    """Return `personal_choices` and `other_amount`, with links for this person alone where a proof is needed."""
    choices = personal_choices(ctx, campaign, supporter, touch, amounts)
    other = other_amount(ctx, campaign, supporter, touch)
    shown = [choice.money.minor for choice in choices] + ([links.ANY_AMOUNT] if other and other.url else [])
    own = await own_links.urls_for(ctx, campaign, shown, supporter, touch)
    personal = tuple(replace(choice, tap=Tap(url=own.get(choice.money.minor, choice.tap.url))) for choice in choices)
    return personal, Tap(url=own[links.ANY_AMOUNT]) if links.ANY_AMOUNT in own else other


def own_link_button(
    ctx: Context,
    campaign: Campaign,
    platform: PlatformName,
    touch: Touch,
    money: Money | None = None,
    *,
    sent: bool = False,
) -> OwnLinkButton | None:
    """Return the button by which a reader of a private card gets links of their own; None where not needed.

    Forwarded Telegram messages keep their links, which thank the first reader; on Discord, buttons of ours cannot be
    forwarded. `sent`: to many people, so its links are shared ones, which prove nothing without a return page.
    """
    proves = not ctx.public_url
    if platform == "discord" and not proves:
        return None
    tap = shared_tap(ctx, campaign, platform, None, touch)
    return None if tap is None else OwnLinkButton(tap=tap, proves=proves)


def can_invite(ctx: Context) -> bool:
    """Return whether personal invites lead anywhere."""
    return bool(ctx.public_url or ctx.identity.telegram_username or ctx.inviting)


def share(ctx: Context, campaign: Campaign, locale: Locale) -> Tap | None:
    """Return a button to Telegram's share page, with the campaign's deep link and a text that can be edited."""
    url = _public_address(ctx, campaign)
    if url is None:
        return None
    text = messages.share_text(ctx.catalog, locale, campaign.authored)
    return telegram_share(url, text)


def telegram_share(url: str, text: str) -> Tap:
    """Return Telegram's share page. Its iPhone app shows "+" in a text literally, hence %20 for spaces."""
    return Tap(url=f"https://t.me/share/url?{urlencode({'url': url, 'text': text}, quote_via=quote)}")


def _public_address(ctx: Context, campaign: Campaign) -> str | None:
    username = ctx.identity.telegram_username
    if username is not None:
        return deep_link(username, give_payload(campaign.id))
    return ctx.public_url or None


async def private_card(ctx: Context, campaign: Campaign, supporter: Supporter, touch: Touch) -> Card:
    """Render the card for one supporter: every amount is one tap away from Stripe's page."""
    amounts = await own_amounts.suggest(ctx, campaign, supporter)
    choices, other = await own_choices(ctx, campaign, supporter, touch, amounts)
    view = messages.CampaignCardView(
        campaign=campaign.authored,
        progress=progress_of(campaign),
        choices=choices,
        picture=await picture(ctx, campaign, supporter.locale),
        other=other,
        monthly=Tap(action=f"mo:offer:{campaign.id}") if campaign.authored.monthly_on_card else None,
        share=Tap(action="invite") if can_invite(ctx) else None,
        ends_on=campaign.last_day,
        extended=campaign.extended,
        match=await match_line(ctx, campaign),
    )
    return messages.campaign_card(ctx.catalog, supporter.locale, view)


async def match_line(ctx: Context, campaign: Campaign) -> messages.MatchLine | None:
    """Return the sponsor matching gifts right now and what is left of the pool; free if there never was a match."""
    if not campaign.has_match:
        return None
    async with ctx.db.read() as conn:
        period = await matching.active(conn, campaign, ctx.clock())
    return None if period is None else messages.MatchLine(sponsor=period.sponsor, left=period.left)


async def _just_given(ctx: Context, campaign: Campaign) -> bool:
    """Return whether the card says that someone has just given: if staff want it and enough people gave."""
    recent = campaign.given_at is not None and ctx.clock() - campaign.given_at < JUST_GIVEN
    if not recent or campaign.donor_count < _FEW:
        return False
    async with ctx.db.read() as conn:
        return await switches.is_on(conn, switches.GIVING_LINE)


async def shared_card(
    ctx: Context, campaign: Campaign, platform: PlatformName, locales: str, post_id: int | None
) -> Card:
    """Render the card for a channel or group (`locales`: fr, en or fr+en), whose readers are unknown.

    Discord answers a tap with a private message; Telegram's buttons lead into the bot's chat.
    """
    closed = not campaign.is_open(ctx.clock())
    paused = closed and campaign.state is CampaignState.PAUSED
    touch = Touch(TouchKind.CARD, post_id) if post_id else Touch(TouchKind.COMMAND)
    main: Locale = "en" if locales == "en" else "fr"
    view = messages.CampaignCardView(
        campaign=campaign.authored,
        progress=progress_of(campaign),
        choices=() if closed else posted_choices(ctx, campaign, platform, touch, None if locales == "fr+en" else main),
        picture=await picture(ctx, campaign, main),
        other=None if closed else ask_tap(ctx, campaign, platform, touch),
        share=None if closed else share(ctx, campaign, main),
        ends_on=campaign.last_day,
        extended=campaign.extended,
        match=None if closed else await match_line(ctx, campaign),
        just_given=post_id is not None and await _just_given(ctx, campaign),
        ended=closed and not paused,
        paused=paused,
    )
    if locales == "fr+en":
        return messages.bilingual_campaign_card(ctx.catalog, view)
    return messages.campaign_card(ctx.catalog, main, view)


def shared_choices(ctx: Context, campaign: Campaign, platform: PlatformName, touch: Touch) -> tuple[Choice, ...]:
    """Return amounts for a channel or group, each leading into private with the touch of the post."""
    taps = ((m, shared_tap(ctx, campaign, platform, m, touch)) for m in links.payable_amounts(ctx, campaign))
    return tuple(Choice(money=money, tap=tap) for money, tap in taps if tap is not None)


def posted_choices(
    ctx: Context, campaign: Campaign, platform: PlatformName, touch: Touch, locale: Locale | None
) -> tuple[Choice, ...]:
    """Return amounts for a card that the charity posts: shared ones, or if staff want it, the payment page at once.

    Who gives there is unknown until they claim the gift on the page after paying, so this needs a web address.
    `locale`: the place's language; None: it has both.
    """
    if not campaign.authored.direct_from_channels or not ctx.public_url:
        return shared_choices(ctx, campaign, platform, touch)
    token, amounts = ctx.keyring.sign(Reference(NOBODY, campaign.id, touch)), links.payable_amounts(ctx, campaign)
    urls = ((m, links.url_with_token(ctx, campaign.id, m.minor, token, locale)) for m in amounts)
    return tuple(Choice(money=money, tap=Tap(url=url)) for money, url in urls if url is not None)


def shared_tap(
    ctx: Context, campaign: Campaign, platform: PlatformName, money: Money | None, touch: Touch
) -> Tap | None:
    """Return one amount (None: any) for a channel or group: a deep link on Telegram, an action on Discord."""
    minor = money.minor if money else None
    if platform == "telegram":
        username = ctx.identity.telegram_username
        return Tap(url=deep_link(username, give_payload(campaign.id, minor, touch))) if username else None
    return Tap(action=f"give:{campaign.id}:{minor or 0}:{touch.kind}{touch.id}")


def ask_tap(ctx: Context, campaign: Campaign, platform: PlatformName, touch: Touch) -> Tap | None:
    """Return "Other amount" for a channel or group: the bot asks for the amount in private."""
    if platform == "telegram":
        username = ctx.identity.telegram_username
        return Tap(url=deep_link(username, ask_payload(campaign.id, touch))) if username else None
    return Tap(action=f"ask:{campaign.id}:{touch.kind}{touch.id}")
