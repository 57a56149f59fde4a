"""Invite: a donor's own share code, its addresses, and what happens when someone follows them.

Any other code, be it forged or disabled, leads to the campaign all the same, so that the reply never reveals whether a
code exists.
"""

import asyncio
import logging
import string
from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.campaigns import Campaign
from bot.domain.deeplink import InvitePayload, invite_payload
from bot.domain.deeplink import deep_link as bot_link
from bot.domain.people import Contact, Preference, Supporter
from bot.domain.referrals import Invite, JoinedVia, ReferralOutcome
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Connection
from bot.store.inbox import inbox
from bot.store.referrals import invites
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.join import ensure_joined, join_if_new
from bot.usecases.giving import give
from bot.usecases.ports import PlatformError
from bot.usecases.referral_tree import refer
from bot.usecases.reply import Reply
from content.messages import referrals as messages
from content.names import displayable_name
from payments.reference import Touch, TouchKind

log = logging.getLogger(__name__)

CODE_LENGTH = 12  # of 62 characters: 71 bits
_ALPHABET = string.ascii_letters + string.digits
_NAME_WITHIN = 2.0  # seconds; a person waits for the reply
_SEE = Touch(TouchKind.COMMAND)


# --- the invite -----------------------------------------------------------------------------------
async def invite_of(ctx: Context, supporter: Supporter) -> Invite:
    """Return the supporter's invite, creating it the first time."""
    async with ctx.db.read() as conn:
        known = await invites.of_supporter(conn, supporter.id)
    if known is not None and known.code is not None:
        return known
    code = "".join(ctx.rng.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    new = Invite(id=ctx.ids.new(), supporter_id=supporter.id, code=code, made_at=ctx.clock())
    async with ctx.db.write() as conn:
        return await invites.create(conn, new)


def touch_of(invite: Invite) -> Touch:
    """Return the touch that an invite's links carry."""
    return Touch(TouchKind.INVITE, invite.id)


def deep_link(ctx: Context, invite: Invite, campaign_id: int | None = None, minor: int | None = None) -> str | None:
    """Return the address into the Telegram bot, optionally at a campaign and an amount; None without such a bot."""
    username = ctx.identity.telegram_username
    if username is None or invite.code is None:
        return None
    return bot_link(username, invite_payload(invite.code, campaign_id, minor))


def web_address(ctx: Context, invite: Invite, campaign_id: int | None = None) -> str | None:
    """Return the short web address, optionally at one campaign; None if no public URL is set."""
    if not ctx.public_url or not invite.code:
        return None
    return f"{ctx.public_url}/i/{invite.code}" + ("" if campaign_id is None else f"?c={campaign_id}")


async def inviter_name(ctx: Context, invite: Invite) -> str | None:
    """Return the inviter's current name on their platform, if they agreed to be named and staff have not hidden it.

    It is not stored.
    """
    async with ctx.db.read() as conn:
        inviter = (await supporters.current_ids(conn, [invite.supporter_id])).get(invite.supporter_id)
        if inviter is None or Preference.BEING_NAMED not in await supporters.preferences(conn, inviter):
            return None
        hidden = await inbox.is_name_hidden(conn, inviter)
        addresses = [] if hidden else await supporters.addresses_of(conn, [inviter])
    for address in addresses:
        if name := await name_now(ctx, address):
            return name
    return None


async def name_now(ctx: Context, person: Supporter) -> str | None:
    """Return a person's current name on their platform, fit for display, or None. It is never stored."""
    platform = ctx.naming.get(person.platform)
    if platform is None:
        return None
    try:
        async with asyncio.timeout(_NAME_WITHIN):
            name = await platform.name_of(person.external_id)
    except (PlatformError, TimeoutError) as error:
        log.info("%s returned no name: %s", person.platform, type(error).__name__)
        return None
    return displayable_name(name) if name else None


# --- following an invite --------------------------------------------------------------------------
async def on_deep_link(ctx: Context, contact: Contact, known: Supporter | None, payload: InvitePayload) -> Reply:
    """Handle `/start i_<code>`, optionally with a campaign and an amount. `known`: who follows it, if recorded."""
    async with ctx.db.read() as conn:
        invite = await invites.by_code(conn, payload.code)
        campaign = await _campaign(conn, payload.campaign_id)
    if invite is not None:
        await _count_opening(ctx, known, invite, campaign)
    if invite is not None and known is None:
        await record_newcomer(ctx, contact, invite, JoinedVia.DEEP_LINK, campaign)
    supporter = await ensure_joined(ctx, contact, known)
    touch = _SEE if invite is None or await _is_own(ctx, invite, supporter) else touch_of(invite)
    if campaign is not None:
        reply = await give.by_id(ctx, supporter, campaign.id, payload.minor, touch)
    else:
        reply = await give.by_choice(ctx, supporter, touch)
    return await _with_greeting(ctx, supporter, invite, reply) if known is None else reply


async def _with_greeting(ctx: Context, supporter: Supporter, invite: Invite | None, reply: Reply) -> Reply:
    name = await inviter_name(ctx, invite) if invite is not None else None
    card = messages.arrived(ctx.catalog, supporter.locale, reply.card, name)
    return replace(reply, card=card)


async def _campaign(conn: Connection, campaign_id: int | None) -> Campaign | None:
    if campaign_id is None:
        return None
    return (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)


async def _count_opening(ctx: Context, known: Supporter | None, invite: Invite, campaign: Campaign | None) -> None:
    """Count an opening of the invite, unless it is their own."""
    if known is None or not await _is_own(ctx, invite, known):
        async with ctx.db.write() as conn:
            await invites.count(conn, invite.id, "opened", ctx.clock(), campaign.id if campaign else 0)


async def is_own_code(ctx: Context, supporter: Supporter, code: str) -> bool:
    """Return whether a share code is the supporter's own."""
    async with ctx.db.read() as conn:
        invite = await invites.by_code(conn, code)
    return invite is not None and await _is_own(ctx, invite, supporter)


async def _is_own(ctx: Context, invite: Invite, supporter: Supporter) -> bool:
    """Whether the invite is the supporter's own, also if an account merged into theirs created it."""
    async with ctx.db.read() as conn:
        return (await supporters.current_ids(conn, [invite.supporter_id])).get(invite.supporter_id) == supporter.id


async def record_newcomer(
    ctx: Context, contact: Contact, invite: Invite, how: JoinedVia, campaign: Campaign | None
) -> ReferralOutcome:
    """Record a referral for a newcomer who followed an invite. Staff and known supporters are no referrals."""
    async with ctx.db.write_money() as conn:
        if await supporters.find(conn, contact.platform, contact.external_id) is not None:
            return ReferralOutcome.NOT_NEW
        if await staff.find(conn, contact.platform, contact.external_id) is not None:
            return ReferralOutcome.NOT_NEW
        newcomer = await join_if_new(ctx, conn, contact)
        about = None if campaign is None else campaign.id
        outcome = await refer.record_referral(
            ctx, conn, newcomer.id, invite.supporter_id, how, certain=True, invite_id=invite.id, campaign_id=about
        )
        if outcome is ReferralOutcome.RECORDED:
            await invites.count(conn, invite.id, "joined", ctx.clock(), about or 0)
    return outcome


async def on_shared_card(
    ctx: Context,
    contact: Contact,
    known: Supporter | None,
    campaign_id: int,
    touch: Touch,
    answer: Callable[[Supporter, Touch], Awaitable[Reply]],
) -> Reply:
    """Handle a tap on Discord on a card that a donor may have shared in a conversation.

    `answer`: the reply for the supporter and the touch, whatever the tap was.
    """
    invite = await _sharers_invite(ctx, touch)
    if invite is None:
        return await answer(await ensure_joined(ctx, contact, known), touch)
    async with ctx.db.read() as conn:
        campaign = await _campaign(conn, campaign_id) if known is None else None
    is_new = (
        known is None
        and await record_newcomer(ctx, contact, invite, JoinedVia.DISCORD, campaign) is ReferralOutcome.RECORDED
    )
    supporter = await ensure_joined(ctx, contact, known)
    own = await _is_own(ctx, invite, supporter)
    reply = await answer(supporter, _SEE if own else touch)
    return await _with_greeting(ctx, supporter, invite, reply) if is_new else reply


async def _sharers_invite(ctx: Context, touch: Touch) -> Invite | None:
    """Return the invite of the donor who shared a card; None if they were erased or no donor shared it."""
    if touch.kind is not TouchKind.INVITE:
        return None
    async with ctx.db.read() as conn:
        invite = await invites.by_id(conn, touch.id)
    return invite if invite is not None and invite.code is not None else None
