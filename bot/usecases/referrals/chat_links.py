"""Chat links: a donor's own link into the charity's Telegram channel or Discord server, created on demand.

A Discord server can hold 1,000 invites. So links are created only when a donor asks for one, and well below the limit
the longest unused ones are revoked to make room. If no link can be created, the donor still has their other links, and
staff are notified once of what they can fix.
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
from bot.store.referrals import invite_places as rows
from bot.store.referrals import invites
from bot.store.supporters import supporters
from bot.usecases.campaigns.live_cards import record_lost_rights
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

MAKE_ROOM_FROM = 800  # links of ours into one Discord server, which can have 1,000 invites in total
MOST = 950
IDLE = timedelta(days=30)  # a link unused for this long may be revoked to make room
_TIMEOUT = 5.0  # seconds; a person waits for the reply
_CHECK_AGAIN = timedelta(days=1)  # whether working links still let us see who joins
_TRY_AGAIN: Mapping[str, timedelta] = {
    rows.RIGHTS: timedelta(minutes=5),
    rows.PUBLIC: timedelta(hours=1),
    rows.GONE: timedelta(minutes=10),
    rows.FULL: timedelta(minutes=10),
    rows.BUSY: timedelta(seconds=30),
}


async def channel_link(ctx: Context, invite: Invite) -> str | None:
    """Return this donor's link into the charity's Telegram channel or group.

    None without a private one in which the bot may invite: public chats do not reveal which link was used.
    """
    return await _link(ctx, "telegram", invite)


async def discord_link(ctx: Context, invite: Invite) -> str | None:
    """Return this donor's link into the charity's Discord server, or None, also if the bot can't see who joins."""
    return await _link(ctx, "discord", invite)


async def may_succeed_later(ctx: Context) -> bool:
    """Whether a link that cannot be created now may be possible later without anyone doing something."""
    async with ctx.db.read() as conn:
        public = [place for place in await places.of_purpose(conn, places.PUBLIC) if place.platform in ctx.inviting]
        known = await rows.attempts(conn, [place.id for place in public])
    troubles = [known[place.id].trouble if place.id in known else None for place in public]
    return any(trouble in (None, rows.BUSY) for trouble in troubles)


async def _link(ctx: Context, name: PlatformName, invite: Invite) -> str | None:
    platform = ctx.inviting.get(name)
    if platform is None or invite.code is None:
        return None
    async with ctx.db.read() as conn:
        public = [place for place in await places.of_purpose(conn, places.PUBLIC) if place.platform == name]
        known = await rows.attempts(conn, [place.id for place in public])
        mine = {link.place: link.code for link in await invites.links(conn, invite.id) if link.platform == name}
    for place in public:
        before = known.get(place.id)
        if before is not None and before.home in mine and before.trouble not in rows.JOINS_NOT_VISIBLE:
            if await _joins_are_visible(ctx, platform, place, before):
                return platform.invite_url(mine[before.home])
        elif not _failed_recently(ctx, before) and (url := await _create(ctx, platform, place, invite)) is not None:
            return url
    return None


async def _joins_are_visible(ctx: Context, platform: InvitingPlatform, place: Place, known: rows.InviteAttempt) -> bool:
    """Whether links into a place still show us who joins: it may be public by now, or the bot may lack rights."""
    if ctx.clock() < known.looked_at + _CHECK_AGAIN:
        return True
    try:
        async with asyncio.timeout(_TIMEOUT):
            await platform.check_invites(place.chat_id)
    except (TimeoutError, RetryLater, InDoubt):
        return True
    except PlatformError as error:
        return await _record_failure(ctx, place, error) not in rows.JOINS_NOT_VISIBLE
    async with ctx.db.write() as conn:
        await rows.note_success(conn, place.id, known.home or "", ctx.clock())
    return True


def _failed_recently(ctx: Context, known: rows.InviteAttempt | None) -> bool:
    """Whether creating a link there failed too recently to try again."""
    if known is None or known.trouble is None:
        return False
    return ctx.clock() < known.looked_at + _TRY_AGAIN[known.trouble]


async def _create(ctx: Context, platform: InvitingPlatform, place: Place, invite: Invite) -> str | None:
    """Create a link into one place. Return None if that fails, which is recorded, or if they have had too many."""
    if not await _allowed(ctx, invite):
        return None
    try:
        async with asyncio.timeout(_TIMEOUT):
            if not await _has_room(ctx, platform, place):
                raise InviteLimitReached("the limit of links there")
            created = await platform.create_invite(place.chat_id, f"Obole {(invite.code or '')[:4]}")
    except TimeoutError:
        log.warning("%s took too long to make an invite", place.platform)
        return None
    except PlatformError as error:
        log.warning("no invite into place %d on %s: %s", place.id, place.platform, error)
        await _record_failure(ctx, place, error)
        return None
    code = await _store(ctx, place, invite, created)
    if code != created.code:  # they asked twice at the same time
        await _revoke(platform, created.destination, created.code)
    return platform.invite_url(code)


async def _allowed(ctx: Context, invite: Invite) -> bool:
    """Whether their account may have another link created. The limit holds across `/forget`, which resets invites."""
    async with ctx.db.write() as conn:
        accounts = await supporters.addresses_of(conn, [invite.supporter_id])
        if not accounts:
            return True
        return await rate_limits.take(ctx, conn, rate_limits.CHAT_LINKS, accounts[0].platform, accounts[0].external_id)


async def _store(ctx: Context, place: Place, invite: Invite, created: CreatedInvite) -> str:
    """Store a created link and return its code, or the code of the link that exists by now."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        await rows.note_success(conn, place.id, created.destination, now)
        for link in await invites.links(conn, invite.id):
            if (link.platform, link.place) == (place.platform, created.destination):
                return link.code
        new = InviteLink(
            id=ctx.ids.new(),
            invite_id=invite.id,
            platform=place.platform,
            place=created.destination,
            code=created.code,
            made_at=now,
        )
        await invites.add_link(conn, new)
    return created.code


async def _has_room(ctx: Context, platform: InvitingPlatform, place: Place) -> bool:
    """Whether another link may be created there; revokes the longest unused one if that makes room."""
    async with ctx.db.read() as conn:
        known = (await rows.attempts(conn, [place.id])).get(place.id)
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


async def revoke_links(ctx: Context, links: Sequence[InviteLink]) -> None:
    """Revoke the links of an erased supporter. A link stays if its platform does not answer."""
    for link in links:
        platform = ctx.inviting.get(link.platform)
        if platform is None:
            continue
        try:
            async with asyncio.timeout(_TIMEOUT):
                await platform.revoke_invite(link.place, link.code)
        except (PlatformError, TimeoutError) as error:
            log.warning("an invite of an erased supporter stays: %s", type(error).__name__)
            continue
        async with ctx.db.write() as conn:
            await invites.drop_links(conn, [link.id], ctx.clock())


async def _revoke(platform: InvitingPlatform, home: str, code: str) -> None:
    try:
        await platform.revoke_invite(home, code)
    except PlatformError as error:
        log.info("an unneeded invite stays: %s", error)


async def _record_failure(ctx: Context, place: Place, error: PlatformError) -> str:
    """Record and return the reason, so that not every donor triggers a retry; notify staff once if they can fix it."""
    match error:
        case MissingPermission():
            trouble = rows.RIGHTS
        case JoinsNotVisible():
            trouble = rows.PUBLIC
        case Unreachable() | Gone():
            trouble = rows.GONE
        case InviteLimitReached():
            trouble = rows.FULL
        case Rejected():  # for another reason: staff can do something about it
            trouble = rows.RIGHTS
        case _:
            trouble = rows.BUSY
    async with ctx.db.write() as conn:
        if trouble == rows.GONE:
            await record_lost_rights(ctx, conn, place.platform, place.chat_id, error)
        if await rows.note_failure(conn, place.id, trouble, ctx.clock()) and trouble == rows.RIGHTS:
            await notify_missing_rights(ctx, conn, place.platform, place.id, place.title)
    return trouble


async def notify_missing_rights(
    ctx: Context, conn: Connection, platform: PlatformName, place_id: int, title: str
) -> None:
    """Notify staff that the bot lacks the rights for invites in a place, once until they are restored."""
    key = f"invites_lost:{place_id}:{int(ctx.clock().timestamp())}"
    await notify_staff(ctx, conn, key, "invites_lost", place=place_id, title=title, platform=platform)
