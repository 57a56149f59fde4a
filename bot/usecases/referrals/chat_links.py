"""Chat links: a donor's own way into the charity's Telegram channel or Discord server, made when it is asked for.

A server of Discord's has room for 1,000 invites. So none is made before somebody wants one, and long before the end
those make room that have brought nobody for long. Where none can be made the donor has other ways, and what staff can
mend they are told once.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.people import PlatformName
from bot.domain.referrals import Invite, InviteLink
from bot.store.campaigns import places
from bot.store.campaigns.places import Place
from bot.store.db import Connection
from bot.store.referrals import arrivals as rows
from bot.store.referrals import invites
from bot.store.supporters import supporters
from bot.usecases.campaigns.live_cards import rights_lost
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.notify import notify_staff
from bot.usecases.ports import (
    CreatedInvite,
    Gone,
    InDoubt,
    InviteLimitReached,
    InvitingPlatform,
    JoinsNotVisible,
    MissingPermission,
    PlatformError,
    Rejected,
    RetryLater,
    Unreachable,
)

log = logging.getLogger(__name__)

MAKE_ROOM_FROM = 800  # links of ours into one Discord server, of the 1,000 invites that it may have in all
MOST = 950
IDLE = timedelta(days=30)  # a link that has brought nobody for so long may make room
_PATIENCE = 5.0  # seconds; somebody waits
_LOOK_AGAIN = timedelta(days=1)  # whether links that work would still tell us who comes
_TRY_AGAIN: Mapping[str, timedelta] = {
    rows.RIGHTS: timedelta(minutes=5),
    rows.PUBLIC: timedelta(hours=1),
    rows.GONE: timedelta(minutes=10),
    rows.FULL: timedelta(minutes=10),
    rows.BUSY: timedelta(seconds=30),
}


async def channel_link(ctx: Context, invite: Invite) -> str | None:
    """The address by which people come into the charity's Telegram channel or group through this donor.

    None where there is no private one in which the bot may invite: public ones do not tell who came by what.
    """
    return await _link(ctx, "telegram", invite)


async def discord_link(ctx: Context, invite: Invite) -> str | None:
    """The same for the charity's Discord server; None too where the bot can't see who joins."""
    return await _link(ctx, "discord", invite)


async def may_come(ctx: Context) -> bool:
    """Whether a link that could not be made just now may be made in a while, without anybody doing something."""
    async with ctx.db.read() as conn:
        public = [place for place in await places.of_purpose(conn, places.PUBLIC) if place.platform in ctx.inviting]
        known = await rows.of_places(conn, [place.id for place in public])
    troubles = [known[place.id].trouble if place.id in known else None for place in public]
    return any(trouble in (None, rows.BUSY) for trouble in troubles)


async def _link(ctx: Context, name: PlatformName, invite: Invite) -> str | None:
    platform = ctx.inviting.get(name)
    if platform is None or invite.code is None:
        return None
    async with ctx.db.read() as conn:
        public = [place for place in await places.of_purpose(conn, places.PUBLIC) if place.platform == name]
        known = await rows.of_places(conn, [place.id for place in public])
        mine = {link.place: link.code for link in await invites.links(conn, invite.id) if link.platform == name}
    for place in public:
        before = known.get(place.id)
        if before is not None and before.home in mine and before.trouble not in rows.UNTOLD:
            if await _still_tells(ctx, platform, place, before):
                return platform.invite_url(mine[before.home])
        elif not _rests(ctx, before) and (made := await _make(ctx, platform, place, invite)) is not None:
            return made
    return None


async def _still_tells(ctx: Context, platform: InvitingPlatform, place: Place, known: rows.InvitePlace) -> bool:
    """Whether links into a place are still worth something: it may be public by now, or our rights be gone."""
    if ctx.clock() < known.looked_at + _LOOK_AGAIN:
        return True
    try:
        async with asyncio.timeout(_PATIENCE):
            await platform.check_invites(place.chat_id)
    except (TimeoutError, RetryLater, InDoubt):
        return True
    except PlatformError as why:
        return await _failed(ctx, place, why) not in rows.UNTOLD
    async with ctx.db.write() as conn:
        await rows.works(conn, place.id, known.home or "", ctx.clock())
    return True


def _rests(ctx: Context, known: rows.InvitePlace | None) -> bool:
    """Whether making a link there has failed a short while ago."""
    if known is None or known.trouble is None:
        return False
    return ctx.clock() < known.looked_at + _TRY_AGAIN[known.trouble]


async def _make(ctx: Context, platform: InvitingPlatform, place: Place, invite: Invite) -> str | None:
    """Have a link made into one place; None where that fails, which is remembered, or they had many made."""
    if not await _allowed(ctx, invite):
        return None
    try:
        async with asyncio.timeout(_PATIENCE):
            if not await _has_room(ctx, platform, place):
                raise InviteLimitReached("as many links as we want there")
            made = await platform.create_invite(place.chat_id, f"Obole {(invite.code or '')[:4]}")
    except TimeoutError:
        log.warning("%s took too long to make an invite", place.platform)
        return None
    except PlatformError as why:
        log.warning("no invite into place %d on %s: %s", place.id, place.platform, why)
        await _failed(ctx, place, why)
        return None
    kept = await _keep(ctx, place, invite, made)
    if kept != made.code:  # they asked twice at once
        await _revoke(platform, made.home, made.code)
    return platform.invite_url(kept)


async def _allowed(ctx: Context, invite: Invite) -> bool:
    """Whether their account may have another link made: after `/forget` an invite is new, and has none."""
    async with ctx.db.write() as conn:
        accounts = await supporters.addresses_of(conn, [invite.supporter_id])
        if not accounts:
            return True
        return await rate_limits.take(ctx, conn, rate_limits.CHAT_LINKS, accounts[0].platform, accounts[0].external_id)


async def _keep(ctx: Context, place: Place, invite: Invite, made: CreatedInvite) -> str:
    """Keep a link that was made; the code of the one that counts, should there be one by now."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        await rows.works(conn, place.id, made.home, now)
        for link in await invites.links(conn, invite.id):
            if (link.platform, link.place) == (place.platform, made.home):
                return link.code
        new = InviteLink(
            id=ctx.ids.new(),
            invite_id=invite.id,
            platform=place.platform,
            place=made.home,
            code=made.code,
            made_at=now,
        )
        await invites.add_link(conn, new)
    return made.code


async def _has_room(ctx: Context, platform: InvitingPlatform, place: Place) -> bool:
    """Whether another link may be made there, after the one that has been idle for longest has made room."""
    async with ctx.db.read() as conn:
        known = (await rows.of_places(conn, [place.id])).get(place.id)
        if place.platform != "discord" or known is None or known.home is None:
            return True
        there = await invites.links_into(conn, place.platform, known.home)
    if len(there) < MAKE_ROOM_FROM:
        return True
    oldest = there[0]
    if (oldest.used_at or oldest.made_at) > ctx.clock() - IDLE:
        return len(there) < MOST
    await platform.revoke_invite(oldest.place, oldest.code)
    async with ctx.db.write() as conn:
        await invites.drop_links(conn, [oldest.id], ctx.clock())
    return True


async def take_back(ctx: Context, links: Sequence[InviteLink]) -> None:
    """Nobody comes in by these any more: whose they were is forgotten. Where a platform does not answer, one stays."""
    for link in links:
        platform = ctx.inviting.get(link.platform)
        if platform is None:
            continue
        try:
            async with asyncio.timeout(_PATIENCE):
                await platform.revoke_invite(link.place, link.code)
        except (PlatformError, TimeoutError) as why:
            log.warning("an invite of somebody who is forgotten stays: %s", type(why).__name__)
            continue
        async with ctx.db.write() as conn:
            await invites.drop_links(conn, [link.id], ctx.clock())


async def _revoke(platform: InvitingPlatform, home: str, code: str) -> None:
    try:
        await platform.revoke_invite(home, code)
    except PlatformError as why:
        log.info("an invite that nobody needs stays: %s", why)


async def _failed(ctx: Context, place: Place, why: PlatformError) -> str:
    """Remember why, so that not every donor asks again; what staff can mend they hear once. What it was."""
    match why:
        case MissingPermission():
            trouble = rows.RIGHTS
        case JoinsNotVisible():
            trouble = rows.PUBLIC
        case Unreachable() | Gone():
            trouble = rows.GONE
        case Rejected():
            trouble = rows.FULL
        case _:
            trouble = rows.BUSY
    async with ctx.db.write() as conn:
        if trouble == rows.GONE:
            await rights_lost(ctx, conn, place.platform, place.chat_id)
        if await rows.fails(conn, place.id, trouble, ctx.clock()) and trouble == rows.RIGHTS:
            await tell_staff(ctx, conn, place.platform, place.id, place.title)
    return trouble


async def tell_staff(ctx: Context, conn: Connection, platform: PlatformName, place_id: int, title: str) -> None:
    """The bot lacks the rights for invites in a place: once, until they were there again."""
    key = f"invites_lost:{place_id}:{int(ctx.clock().timestamp())}"
    await notify_staff(ctx, conn, key, "invites_lost", place=place_id, title=title, platform=platform)
