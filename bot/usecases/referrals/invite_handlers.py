"""Handlers for invites: their text and QR code, sharing a campaign, and notifying the inviter of a gift."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.campaigns import Campaign
from bot.domain.ids import read_id
from bot.domain.next_step import InviterIs
from bot.domain.people import Contact, Locale, Supporter
from bot.domain.referrals import Invite
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core.outbox import Delivery
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import staff_texts
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.giving import campaign_cards, give, links
from bot.usecases.referral_tree import thank_inviter
from bot.usecases.referrals import chat_links
from bot.usecases.referrals.invite import deep_link, invite_of, touch_of, web_address
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import giving
from content.messages import referrals as messages
from content.pictures.qr import qr_picture
from content.writer import Choice

INVITE = Tap(action="invite")


# --- a supporter's own invite ---------------------------------------------------------------------
async def show(ctx: Context, supporter: Supporter, own_words: str = "", *, is_staff: bool = False) -> Reply:
    """Handle `/invite`, optionally followed by the donor's own text."""
    own_text = " ".join(own_words.split())
    if len(own_text) > messages.MAX_WORDS:
        return Reply(card=messages.too_long(ctx.catalog, supporter.locale, len(own_text)))
    if own_text and is_staff:  # readers take it for the charity's own words
        problem = await staff_texts.refusal(ctx, supporter.locale, own_text)
        if problem:
            return Reply(card=messages.not_taken(ctx.catalog, supporter.locale, problem))
    invite = await invite_of(ctx, supporter)
    if own_text:
        async with ctx.db.write() as conn:
            await invites.set_words(conn, invite.id, own_text)
        invite = replace(invite, words=own_text)
    ways, campaign = await ways_of(ctx, invite), await give.first_open(ctx)
    text_to_send = invite.words or _default_text(ctx, supporter.locale, campaign)
    inline = supporter.platform == "telegram" and ctx.identity.telegram_inline
    view = messages.InviteView(
        words=text_to_send,
        ways=ways,
        send=_send(ways, text_to_send) if supporter.platform == "telegram" else None,
        pick=Tap(share="") if inline and campaign is not None else None,  # otherwise inline mode has nothing to offer
        qr=Tap(action="invite:qr"),
        circle=thank_inviter.CIRCLE,
        ready=Tap(action="invite:ready") if invite.words else None,
        saved=bool(own_text),
        later=bool(ways) or await chat_links.may_succeed_later(ctx),
    )
    return Reply(card=messages.invite(ctx.catalog, supporter.locale, view))


async def on_tap(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    """Handle `invite` (show it), `invite:qr` (show its QR code) and `invite:ready` (restore the default text)."""
    if argument == "qr":
        return await _qr(ctx, supporter)
    if argument != "ready":
        return await show(ctx, supporter)
    invite = await invite_of(ctx, supporter)
    async with ctx.db.write() as conn:
        await invites.set_words(conn, invite.id, None)
    return replace(await show(ctx, supporter), mode="edit")


async def ways_of(ctx: Context, invite: Invite) -> list[tuple[messages.Way, str]]:
    """Return every address of an invite; missing links into channel and server are created now, concurrently."""
    channel, server = await asyncio.gather(chat_links.channel_link(ctx, invite), chat_links.discord_link(ctx, invite))
    ways: list[tuple[messages.Way, str | None]] = [
        ("telegram", deep_link(ctx, invite)),
        ("channel", channel),
        ("discord", server),
        ("web", web_address(ctx, invite)),
    ]
    return [(way, url) for way, url in ways if url is not None]


def _default_text(ctx: Context, locale: Locale, campaign: Campaign | None) -> str:
    return messages.ready_words(ctx.catalog, locale, campaign.authored if campaign else None, ctx.charity)


async def ready_texts(ctx: Context) -> list[str]:
    """Return the texts that donors send with their invite unless they write their own, in both languages."""
    async with ctx.db.read() as conn:
        open_now = await campaign_rows.open_campaigns(conn, ctx.clock())
    locales: tuple[Locale, ...] = ("fr", "en")
    return [_default_text(ctx, locale, campaign) for locale in locales for campaign in (None, *open_now)]


def _send(ways: Sequence[tuple[messages.Way, str]], text: str) -> Tap | None:
    """Return a button that opens Telegram's share page, with a link straight into the bot if there is one."""
    if not ways:
        return None
    url = dict(ways).get("telegram") or ways[0][1]
    return campaign_cards.telegram_share(url, text)


async def _qr(ctx: Context, supporter: Supporter) -> Reply:
    """Reply with the address that opens on any phone, as a QR code."""
    invite = await invite_of(ctx, supporter)
    url = web_address(ctx, invite) or deep_link(ctx, invite) or await chat_links.discord_link(ctx, invite)
    if url is None:
        return await show(ctx, supporter)
    picture = await asyncio.to_thread(qr_picture, url, messages.qr_alt(ctx.catalog, supporter.locale))
    return Reply(card=messages.qr(ctx.catalog, supporter.locale, url, picture, INVITE))


# --- sharing a campaign ---------------------------------------------------------------------------
async def share(ctx: Context, supporter: Supporter, _argument: str) -> Reply:
    """Handle `/share`: on Discord, everyone in the conversation sees the card; Telegram has inline mode for that."""
    if supporter.platform == "telegram":
        return await show(ctx, supporter)
    campaign = await give.first_open(ctx)
    if campaign is None:
        return Reply(
            card=giving.nothing_open(ctx.catalog, supporter.locale),
            alone=True,
        )
    invite = await invite_of(ctx, supporter)
    server, telegram, web = (
        await chat_links.discord_link(ctx, invite),
        deep_link(ctx, invite, campaign.id),
        web_address(ctx, invite, campaign.id),
    )
    beneath = messages.SharedLinks(
        give=Tap(url=telegram) if telegram and not web else None,
        discord=Tap(url=server) if server else None,
        web=Tap(url=web) if web else None,
    )
    choices = campaign_cards.shared_choices(ctx, campaign, "discord", touch_of(invite))
    card = await shown_elsewhere(ctx, campaign, supporter.locale, choices, with_picture=True)
    async with ctx.db.write() as conn:
        await invites.count(conn, invite.id, "shared", ctx.clock(), campaign.id)
    return Reply(card=messages.shared(ctx.catalog, supporter.locale, card, beneath))


async def shown_elsewhere(
    ctx: Context, campaign: Campaign, locale: Locale, choices: Sequence[Choice], *, with_picture: bool
) -> Card:
    """Return a campaign's card for readers who may not know the charity."""
    view = giving.CampaignCardView(
        campaign=campaign.authored,
        progress=campaign_cards.progress_of(campaign),
        choices=tuple(choices),
        picture=await campaign_cards.picture(ctx, campaign, locale) if with_picture else None,
        ends_on=campaign.last_day,
        extended=campaign.extended,
        match=await campaign_cards.match_line(ctx, campaign),
    )
    return giving.campaign_card(ctx.catalog, locale, view)


# --- Telegram's inline mode -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One result of inline mode. `id`: what Telegram reports when it is sent."""

    id: str
    title: str
    description: str
    card: Card


_MAX_OFFERS = 10
_OFFER = re.compile(r"c[0-9]{1,18}")


async def offers(ctx: Context, contact: Contact, typed: str) -> list[Offer]:
    """Return the open campaigns whose name contains what was typed, with the links of the person typing.

    A person who is no supporter is not stored for typing the bot's name: their card contains no invite.
    """
    async with ctx.db.read() as conn:
        known = await supporters.find(conn, contact.platform, contact.external_id)
        open_now = await campaign_rows.open_campaigns(conn, ctx.clock())
    invite = None if known is None else await invite_of(ctx, known)
    locale = contact.locale if known is None else known.locale
    wanted = typed.strip().casefold()
    matching = [c for c in open_now if wanted in c.slug or wanted in c.authored.name.get(locale).casefold()]
    return [await _offer(ctx, campaign, locale, invite) for campaign in (matching or open_now)[:_MAX_OFFERS]]


async def _offer(ctx: Context, campaign: Campaign, locale: Locale, invite: Invite | None) -> Offer:
    if invite is None:
        choices = campaign_cards.shared_choices(ctx, campaign, "telegram", give.COMMAND)
        general = campaign_cards.shared_tap(ctx, campaign, "telegram", None, give.COMMAND)
        beneath = messages.SharedLinks(give=general)
    else:
        choices = _choices(ctx, campaign, invite)
        into, web = deep_link(ctx, invite, campaign.id), web_address(ctx, invite, campaign.id)
        beneath = messages.SharedLinks(give=Tap(url=into) if into else None, web=Tap(url=web) if web else None)
    card = await shown_elsewhere(ctx, campaign, locale, choices, with_picture=False)
    return Offer(
        id=f"c{campaign.id}",
        title=campaign.authored.name.get(locale),
        description=messages.inline_description(ctx.catalog, locale),
        card=messages.shared(ctx.catalog, locale, card, beneath),
    )


def _choices(ctx: Context, campaign: Campaign, invite: Invite) -> tuple[Choice, ...]:
    """Return amount buttons that lead into the bot through this invite."""
    amounts = links.payable_amounts(ctx, campaign)
    addresses = ((money, deep_link(ctx, invite, campaign.id, money.minor)) for money in amounts)
    return tuple(Choice(money=money, tap=Tap(url=url)) for money, url in addresses if url is not None)


async def count_sent_offer(ctx: Context, contact: Contact, offer_id: str) -> None:
    """Count that a supporter sent a result of inline mode, as Telegram reports."""
    if not _OFFER.fullmatch(offer_id):
        return
    async with ctx.db.read() as conn:
        known = await supporters.find(conn, contact.platform, contact.external_id)
        invite = None if known is None else await invites.of_supporter(conn, known.id)
        campaign = (await campaign_rows.by_ids(conn, [int(offer_id[1:])])).get(int(offer_id[1:]))
    if invite is not None and campaign is not None:
        async with ctx.db.write() as conn:
            await invites.count(conn, invite.id, "shared", ctx.clock(), campaign.id)


# --- letting the inviter know ---------------------------------------------------------------------
async def inviter_step(conn: Connection, person: Supporter) -> InviterIs | None:
    """Return what a donor can do about their inviter: let them know, once, or name one who is unknown; or None."""
    referral = await referrals.referral(conn, person.id)
    if referral is None or referral.told_at is not None:
        return None
    if referral.inviter_id is not None:
        return "uninformed" if await _inviter(conn, referral.inviter_id) else None
    return "unknown" if referral.settled_at is None else None


async def notify_inviter(ctx: Context, person: Supporter, argument: str) -> Reply:
    """Handle `tell:<gift>` (« Lui dire que j'ai donné »): notify the inviter once, without name or amount."""
    gift_id = read_id(argument)
    notified = gift_id is not None and await _notify_inviter(ctx, person, gift_id)
    if notified:
        ctx.wake()
    return Reply(card=messages.inviter_notified(ctx.catalog, person.locale, done=notified))


async def _notify_inviter(ctx: Context, person: Supporter, gift_id: int) -> bool:
    async with ctx.db.write() as conn:
        referral = await referrals.referral(conn, person.id)
        gift = await gifts.by_id(conn, gift_id)
        if referral is None or referral.inviter_id is None or referral.told_at is not None:
            return False
        if gift is None or gift.supporter_id != person.id or not gift.book.counted.is_positive:
            return False
        inviter = await _inviter(conn, referral.inviter_id)
        if inviter is None or not await referrals.record_inviter_notified(conn, person.id, ctx.clock()):
            return False
        await thank_inviter.add_service_message(ctx, conn, inviter, "friend_gave", {"gift": gift.id})
        return True


async def _inviter(conn: Connection, supporter_id: int) -> Supporter | None:
    """Return the inviter, after merges; None if they were erased or cannot be reached."""
    current_id = (await supporters.current_ids(conn, [supporter_id])).get(supporter_id)
    return None if current_id is None else await thank_inviter.best_address(conn, current_id)


async def friend_gave_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the inviter's message, sent by day only. Raises Deferred, or Obsolete if the gift was refunded."""
    thank_inviter.defer_to_daytime(ctx, person)
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, int(delivery.args["gift"]))
        if gift is None or gift.disowned_at is not None or not gift.book.counted.is_positive:
            raise Obsolete("nothing was given after all")
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    return messages.friend_gave(ctx.catalog, person.locale, campaign.authored)
