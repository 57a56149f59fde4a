"""Newcomers: people who join the charity's channel, group or server, and whose invite they used.

In private chats, Telegram names the link, which is certain. Discord names no invite, so the use counts before and
after are compared by the rules of `bot/domain/newcomers.py`; if these leave any doubt, the inviter is unknown. People
who came without one of our invites are not stored, and no newcomer gets a message.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.newcomers import Attribution, Counts
from bot.domain.people import Contact, Supporter
from bot.domain.referrals import InviteLink, JoinedVia, ReferralOutcome
from bot.store.core import cursors, outbox
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Connection
from bot.store.referrals import invite_places as rows
from bot.store.referrals import invites
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.join import join_if_new
from bot.usecases.referral_tree import refer
from bot.usecases.referrals.chat_links import notify_missing_rights
from bot.usecases.referrals.invited_by import INVITED_BY, WHO_INVITED

_KEEP_DEPARTURES = timedelta(days=400)
_CHUNK = 50  # newcomers in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A person who joined a server at `came_at` (UTC). `returned`: they had been there before, so it is no referral."""

    contact: Contact
    returned: bool = False
    came_at: datetime | None = None


# --- Telegram -------------------------------------------------------------------------------------
async def record_chat_join(ctx: Context, contact: Contact, url: str) -> ReferralOutcome | None:
    """Record that a person joined the chat `contact.place` by an invite link; return None if the link is not ours."""
    async with ctx.db.read() as conn:
        if await invites.link_by_code(conn, "telegram", url) is None:
            return None
    async with ctx.db.write_money() as conn:
        link = await invites.link_by_code(conn, "telegram", url)
        assert link is not None
        await invites.set_uses(conn, link.id, link.uses + 1, ctx.clock())
        if await rows.has_departed(conn, _digest(ctx, contact)):
            return ReferralOutcome.NOT_NEW
        return await _arrived(ctx, conn, contact, JoinedVia.CHAT_LINK, link, certain=True)


async def record_departure(ctx: Context, contact: Contact) -> None:
    """Record that a person left the chat `contact.place`, so that coming back by a link is no referral."""
    place = contact.place or ""
    async with ctx.db.read() as conn:
        if not await rows.has_invites_into(conn, contact.platform, place):
            return
    async with ctx.db.write() as conn:
        await rows.record_departure(conn, _digest(ctx, contact), ctx.clock())


async def forget_departures(ctx: Context, conn: Connection, supporter_ids: Collection[int]) -> None:
    """Delete every record that these supporters left a chat, in the transaction that erases them."""
    addresses = await supporters.addresses_of(conn, supporter_ids)
    for chat in await rows.invited_chats(conn, "telegram"):
        await rows.delete_departures(conn, [_hash(ctx, a.platform, chat, a.external_id) for a in addresses])


async def prune(ctx: Context) -> int:
    """Delete records of departures older than 400 days; return how many. A recurring job."""
    async with ctx.db.write() as conn:
        return await rows.delete_old_departures(conn, ctx.clock() - _KEEP_DEPARTURES)


def _digest(ctx: Context, contact: Contact) -> str:
    return _hash(ctx, contact.platform, contact.place or "", contact.external_id)


def _hash(ctx: Context, platform: str, chat: str, external_id: str) -> str:
    """Return a keyed hash of one person in one chat, which identifies nobody without the key."""
    return ctx.keyring.mac("left", f"{platform}:{chat}:{external_id}".encode(), 12).hex()


# --- Discord --------------------------------------------------------------------------------------
async def watched_codes(ctx: Context, guild: str) -> dict[str, int]:
    """Return the codes of our invites into a server with their last known uses; empty if there are none to watch."""
    async with ctx.db.read() as conn:
        return {link.code: link.uses for link in await invites.links_into(conn, "discord", guild)}


async def last_checked(ctx: Context, guild: str) -> datetime | None:
    """Return when a server's use counts were last read (UTC)."""
    async with ctx.db.read() as conn:
        return await cursors.read(conn, _cursor(guild), ctx.clock())


async def record_discord_joins(
    ctx: Context,
    guild: str,
    newcomers: Sequence[Newcomer],
    verdict: Attribution,
    counts: Counts,
    *,
    confirmed: bool = False,
) -> list[ReferralOutcome]:
    """Record who referred people who joined a server, from the change of its use counts.

    The counts are written with the last newcomers, so that after a crash the whole group is examined again.
    `confirmed`: Discord itself names the invite of the verdict. Nobody is recorded if none of our invites can have been
    used.
    """
    remaining = newcomers if verdict.code is not None or verdict.candidates else ()
    outcomes: list[ReferralOutcome] = []
    while len(remaining) > _CHUNK:
        async with ctx.db.write_money() as conn:
            outcomes += await _record(ctx, conn, remaining[:_CHUNK], verdict, confirmed)
        remaining = remaining[_CHUNK:]
    async with ctx.db.write_money() as conn:
        outcomes += await _record(ctx, conn, remaining, verdict, confirmed)
        await _store_counts(ctx, conn, guild, counts)
    return outcomes


async def _record(
    ctx: Context, conn: Connection, newcomers: Sequence[Newcomer], verdict: Attribution, confirmed: bool
) -> list[ReferralOutcome]:
    link = await invites.link_by_code(conn, "discord", verdict.code) if verdict.code is not None else None
    owners = {await _owner(conn, code) for code in verdict.candidates}
    candidates = sorted(owner for owner in owners if owner is not None)
    if link is None and not candidates:
        return []
    return [await _joined_discord(ctx, conn, newcomer, link, candidates, confirmed) for newcomer in newcomers]


async def _owner(conn: Connection, code: str) -> int | None:
    """Return the supporter who owns a Discord invite, or None."""
    link = await invites.link_by_code(conn, "discord", code)
    invite = None if link is None else await invites.by_id(conn, link.invite_id)
    return None if invite is None else invite.supporter_id


async def _store_counts(ctx: Context, conn: Connection, guild: str, counts: Counts) -> None:
    """Store the use counts of our invites, and drop the invites that no longer exist."""
    now, links = ctx.clock(), await invites.links_into(conn, "discord", guild)
    for link in links:
        uses = counts.uses.get(link.code)
        if uses is not None and uses != link.uses:
            await invites.set_uses(conn, link.id, uses, now if uses > link.uses else None)
    await invites.drop_links(conn, [link.id for link in links if link.code not in counts.uses], now)
    await cursors.write(conn, _cursor(guild), now)


async def _joined_discord(
    ctx: Context,
    conn: Connection,
    newcomer: Newcomer,
    link: InviteLink | None,
    candidates: Sequence[int],
    certain: bool,
) -> ReferralOutcome:
    if newcomer.returned:
        return ReferralOutcome.NOT_NEW
    at = newcomer.came_at
    return await _arrived(
        ctx, conn, newcomer.contact, JoinedVia.DISCORD, link, certain=certain, candidates=candidates, at=at
    )


async def record_deleted_invite(ctx: Context, code: str) -> None:
    """Record that someone deleted a Discord invite."""
    async with ctx.db.read() as conn:
        link = await invites.link_by_code(conn, "discord", code)
    if link is not None and link.gone_at is None:
        async with ctx.db.write() as conn:
            await invites.drop_links(conn, [link.id], ctx.clock())


async def record_hidden_invites(ctx: Context, guild: str) -> None:
    """Record that the bot may not read a server's invites: it creates no more there, and staff are notified once."""
    async with ctx.db.write() as conn:
        for place_id, title in (await rows.places_into(conn, "discord", guild)).items():
            if await rows.note_failure(conn, place_id, rows.RIGHTS, ctx.clock()):
                await notify_missing_rights(ctx, conn, "discord", place_id, title)


def _cursor(guild: str) -> str:
    return f"invites:{guild}"


# --- both -------------------------------------------------------------------------------------------
async def _arrived(
    ctx: Context,
    conn: Connection,
    contact: Contact,
    how: JoinedVia,
    link: InviteLink | None,
    *,
    certain: bool,
    candidates: Sequence[int] = (),
    at: datetime | None = None,
) -> ReferralOutcome:
    """Store a newcomer and their inviter. Staff and people who were supporters before are no referrals.

    `at`: when they joined according to the platform (UTC). A supporter who joined the bot later than that is new.
    """
    if await staff.find(conn, contact.platform, contact.external_id) is not None:
        return ReferralOutcome.NOT_NEW
    known = await supporters.find(conn, contact.platform, contact.external_id)
    if known is not None and (at is None or known.joined_at <= at):
        return ReferralOutcome.NOT_NEW
    newcomer = known or await join_if_new(ctx, conn, contact)
    if known is None and contact.platform == "telegram":  # a bot may not write to people who never wrote to it
        await supporters.set_reachable(conn, "telegram", contact.external_id, False, ctx.clock())
    invite = None if link is None else await invites.by_id(conn, link.invite_id)
    outcome = await refer.record_referral(
        ctx,
        conn,
        newcomer.id,
        None if invite is None else invite.supporter_id,
        how,
        certain=certain,
        invite_id=None if invite is None else invite.id,
        candidates=candidates,
        at=at,
    )
    if outcome is ReferralOutcome.RECORDED and invite is not None:
        await invites.count(conn, invite.id, "joined", ctx.clock())
    if outcome is ReferralOutcome.RECORDED:
        await _park(ctx, conn, newcomer, INVITED_BY)
    if outcome is ReferralOutcome.UNKNOWN and contact.platform == "discord":
        await _park(ctx, conn, newcomer, WHO_INVITED)
    return outcome


async def _park(ctx: Context, conn: Connection, newcomer: Supporter, message: str) -> None:
    """Store a message about their inviter that is sent when they first use the bot, like other missed messages."""
    delivery = Delivery(
        id=ctx.ids.new(),
        lane=Lane.SERVICE,
        platform=newcomer.platform,
        address_id=newcomer.address_id,
        message=message,
        args={},
        due_at=ctx.clock(),
    )
    state = outbox.State.PARKED if newcomer.platform == "discord" else outbox.State.UNREACHABLE
    await outbox.add(conn, [delivery])
    await outbox.mark(conn, [outbox.SendOutcome(id=delivery.id, state=state)], ctx.clock())
