"""Campaign cards as different readers get them: personal links in private, actions or deep links where it is shared."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from urllib.parse import quote, urlencode

from bot.domain.campaigns import Campaign, CampaignState
from bot.domain.deeplink import deep_link, give_payload
from bot.domain.people import Locale, PlatformName, Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import switches
from bot.usecases.context import Context
from bot.usecases.giving import links, own_amounts, own_links
from bot.usecases.matching import matching
from content.cards import Card, Picture, Tap
from content.messages import giving as words
from content.pictures.progress import ProgressView, progress_picture
from content.writer import Choice, OwnLinkButton, Standing
from payments.money import Money
from payments.reference import Touch, TouchKind

JUST_GIVEN = timedelta(seconds=60)  # for which a posted card says that somebody has just given
_FEW = 5  # people who gave, below which that would say who


def standing(campaign: Campaign) -> Standing:
    """Where the campaign stands, by the ledger's counters."""
    return Standing(raised=campaign.raised, goal=campaign.goal, donors=campaign.donor_count)


async def picture(ctx: Context, campaign: Campaign, locale: Locale) -> Picture:
    """The progress picture; drawn in a thread, once for each state of the campaign and language."""
    drawn = _known_picture(campaign.id, campaign.version, locale)
    if not drawn:
        async with ctx.db.read() as conn:
            backdrop = await campaign_rows.picture(conn, campaign.id)
        view = ProgressView(
            locale=locale,
            charity=ctx.charity.name,
            campaign=campaign.authored.name.get(locale),
            standing=standing(campaign),
            crisis=campaign.authored.crisis,
            backdrop=backdrop,
        )
        made = await asyncio.to_thread(progress_picture, ctx.catalog, view)
        drawn.append(made)
    return drawn[0]


@lru_cache(maxsize=64)
def _known_picture(campaign_id: int, version: int, locale: Locale) -> list[Picture]:
    """A place for the picture of this state; empty until somebody has drawn it."""
    return []


def personal_choices(
    ctx: Context, campaign: Campaign, supporter: Supporter, touch: Touch, amounts: Sequence[Money] | None = None
) -> tuple[Choice, ...]:
    """Amounts that can be paid now, the campaign's own by default, each a link with this supporter's reference."""
    choices = []
    for money in links.payable_amounts(ctx, campaign) if amounts is None else amounts:
        url = links.personal_url(
            ctx, campaign.id, money.minor, supporter_id=supporter.id, touch=touch, locale=supporter.locale
        )
        if url is not None:
            choices.append(Choice(money=money, tap=Tap(url=url)))
    return tuple(choices)


def other_amount(ctx: Context, campaign: Campaign, supporter: Supporter, touch: Touch) -> Tap | None:
    """Straight to Stripe's page, which asks for the amount."""
    url = links.personal_url(
        ctx, campaign.id, links.ANY_AMOUNT, supporter_id=supporter.id, touch=touch, locale=supporter.locale
    )
    return None if url is None else Tap(url=url)


async def own_choices(
    ctx: Context, campaign: Campaign, supporter: Supporter, touch: Touch, amounts: Sequence[Money] | None = None
) -> tuple[tuple[Choice, ...], Tap | None]:
    """Return `personal_choices` and `other_amount`, by links for this person alone where they are needed to prove."""
    choices = personal_choices(ctx, campaign, supporter, touch, amounts)
    other = other_amount(ctx, campaign, supporter, touch)
    shown = [choice.money.minor for choice in choices] + ([links.ANY_AMOUNT] if other is not None else [])
    own = await own_links.urls_for(ctx, campaign, shown, supporter, touch)
    mine = tuple(replace(choice, tap=Tap(url=own.get(choice.money.minor, choice.tap.url))) for choice in choices)
    return mine, Tap(url=own[links.ANY_AMOUNT]) if links.ANY_AMOUNT in own else other


def own_link_button(ctx: Context, campaign: Campaign, platform: PlatformName, touch: Touch) -> OwnLinkButton | None:
    """Return the button by which a reader of a broadcast or reminder gets links of their own, or None.

    The amounts of such a message thank its first reader, also after it was forwarded on Telegram; in one forwarded
    on Discord no button works. Without a page of ours after Stripe's, only links made for one person prove a payment.
    """
    proves = not ctx.public_url
    if platform == "discord" and not proves:
        return None
    tap = shared_tap(ctx, campaign, platform, None, touch)
    return None if tap is None else OwnLinkButton(tap=tap, proves=proves)


def can_invite(ctx: Context) -> bool:
    """Whether an invite of somebody's own leads anywhere at all."""
    return bool(ctx.public_url or ctx.identity.telegram_username or ctx.inviting)


def share(ctx: Context, campaign: Campaign, locale: Locale) -> Tap | None:
    """A plain share: Telegram's share page with the campaign's deep link and words the sharer can change."""
    where = _door(ctx, campaign)
    if where is None:
        return None
    text = words.share_text(ctx.catalog, locale, campaign.authored)
    return telegram_share(where, text)


def telegram_share(url: str, text: str) -> Tap:
    """Telegram's page for sharing. Its app for iPhones shows a "+" for a space as it stands, hence %20."""
    return Tap(url=f"https://t.me/share/url?{urlencode({'url': url, 'text': text}, quote_via=quote)}")


def _door(ctx: Context, campaign: Campaign) -> str | None:
    username = ctx.identity.telegram_username
    if username is not None:
        return deep_link(username, give_payload(campaign.id))
    return ctx.public_url or None


async def private_card(ctx: Context, campaign: Campaign, supporter: Supporter, touch: Touch) -> Card:
    """The card that one supporter sees: every amount is one tap away from Stripe's page."""
    amounts = await own_amounts.suggest(ctx, campaign, supporter)
    choices, other = await own_choices(ctx, campaign, supporter, touch, amounts)
    view = words.CampaignCardView(
        campaign=campaign.authored,
        standing=standing(campaign),
        choices=choices,
        picture=await picture(ctx, campaign, supporter.locale),
        other=other,
        monthly=Tap(action=f"mo:offer:{campaign.id}") if campaign.authored.monthly_on_card else None,
        share=Tap(action="invite") if can_invite(ctx) else None,
        ends_on=campaign.last_day,
        extended=campaign.extended,
        match=await match_line(ctx, campaign),
    )
    return words.campaign_card(ctx.catalog, supporter.locale, view)


async def match_line(ctx: Context, campaign: Campaign) -> words.MatchLine | None:
    """Who adds as much as is given right now, and how much of it is left; costs nothing where nobody ever has."""
    if not campaign.has_match:
        return None
    async with ctx.db.read() as conn:
        period = await matching.active(conn, campaign, ctx.clock())
    return None if period is None else words.MatchLine(sponsor=period.sponsor, left=period.left)


async def _just_given(ctx: Context, campaign: Campaign) -> bool:
    """Whether the card says that somebody has just given: where staff want it, and never so few that it names one."""
    recent = campaign.given_at is not None and ctx.clock() - campaign.given_at < JUST_GIVEN
    if not recent or campaign.donor_count < _FEW:
        return False
    async with ctx.db.read() as conn:
        turned = await switches.read(conn, switches.GIVING_LINE)
    return turned is not None and turned.on


async def shared_card(
    ctx: Context, campaign: Campaign, platform: PlatformName, locales: str, post_id: int | None
) -> Card:
    """The card for a channel or group (`locales`: fr, en or fr+en), whose tapper is not known beforehand.

    Discord answers a tap with a private message; Telegram's buttons lead into the bot's chat.
    """
    silent = not campaign.is_open(ctx.clock())
    paused = silent and campaign.state is CampaignState.PAUSED
    touch = Touch(TouchKind.CARD, post_id) if post_id else Touch(TouchKind.COMMAND)
    main: Locale = "en" if locales == "en" else "fr"
    view = words.CampaignCardView(
        campaign=campaign.authored,
        standing=standing(campaign),
        choices=() if silent else shared_choices(ctx, campaign, platform, touch),
        picture=await picture(ctx, campaign, main),
        other=None if silent else shared_tap(ctx, campaign, platform, None, touch),
        share=None if silent else share(ctx, campaign, main),
        ends_on=campaign.last_day,
        extended=campaign.extended,
        match=None if silent else await match_line(ctx, campaign),
        just_given=post_id is not None and await _just_given(ctx, campaign),
        ended=silent and not paused,
        paused=paused,
    )
    if locales == "fr+en":
        return words.campaign_card_both(ctx.catalog, view)
    return words.campaign_card(ctx.catalog, main, view)


def shared_choices(ctx: Context, campaign: Campaign, platform: PlatformName, touch: Touch) -> tuple[Choice, ...]:
    """Amounts in a channel or group, each leading into private with the touch of the post."""
    taps = ((m, shared_tap(ctx, campaign, platform, m, touch)) for m in links.payable_amounts(ctx, campaign))
    return tuple(Choice(money=money, tap=tap) for money, tap in taps if tap is not None)


def shared_tap(
    ctx: Context, campaign: Campaign, platform: PlatformName, money: Money | None, touch: Touch
) -> Tap | None:
    """One amount in a channel or group, or any (`money` None): a deep link on Telegram, an action on Discord."""
    minor = money.minor if money else None
    if platform == "telegram":
        username = ctx.identity.telegram_username
        return Tap(url=deep_link(username, give_payload(campaign.id, minor, touch))) if username else None
    return Tap(action=f"give:{campaign.id}:{minor or 0}:{touch.kind}{touch.id}")
