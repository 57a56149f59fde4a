"""Arrivals: somebody joined the charity's channel, group or server; by whose invite, where that is told.

Telegram names the link in private chats, which is certain. Discord names none: its counts before and after are read
by the rules of `bot/domain/arrivals.py`, and where they leave a doubt it is unknown. Nobody is remembered who came by
no invite of ours, and no newcomer is written to.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.arrivals import Counts, Verdict
from bot.domain.people import Contact, Supporter
from bot.domain.referrals import How, InviteLink, ReferralOutcome
from bot.store.core import cursors, outbox
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Connection
from bot.store.referrals import arrivals as rows
from bot.store.referrals import invites
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.join import meet
from bot.usecases.referral_tree import refer
from bot.usecases.referrals.chat_links import tell_staff
from bot.usecases.referrals.invited_by import INVITED_BY, WHO_INVITED

_REMEMBERED = timedelta(days=400)  # that somebody has left
_AT_ONCE = 50  # newcomers in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who joined a server, `came_at` that time (UTC).

    `returned`: they had been there before, which brings nobody credit.
    """

    contact: Contact
    returned: bool = False
    came_at: datetime | None = None


# --- Telegram -------------------------------------------------------------------------------------
async def by_chat_link(ctx: Context, contact: Contact, url: str) -> ReferralOutcome | None:
    """Somebody who was outside joined the chat `contact.place` by an invite link. None: it is no link of ours."""
    async with ctx.db.read() as conn:
        if await invites.link_by_code(conn, "telegram", url) is None:
            return None
    async with ctx.db.write_money() as conn:
        link = await invites.link_by_code(conn, "telegram", url)
        assert link is not None
        await invites.set_uses(conn, link.id, link.uses + 1, ctx.clock())
        if await rows.has_left(conn, _digest(ctx, contact)):
            return ReferralOutcome.OLD
        return await _arrived(ctx, conn, contact, How.CHAT_LINK, link, certain=True)


async def left_chat(ctx: Context, contact: Contact) -> None:
    """Somebody left the chat `contact.place`: if they come back by a link, that is no arrival."""
    place = contact.place or ""
    async with ctx.db.read() as conn:
        if not await rows.is_invited_to(conn, contact.platform, place):
            return
    async with ctx.db.write() as conn:
        await rows.note_left(conn, _digest(ctx, contact), ctx.clock())


async def forget_departures(ctx: Context, conn: Connection, supporter_ids: Collection[int]) -> None:
    """Nothing tells any more that these people have left a chat. In the transaction that erases them."""
    people = await supporters.addresses_of(conn, supporter_ids)
    for chat in await rows.homes(conn, "telegram"):
        await rows.drop_left(conn, [_hash(ctx, one.platform, chat, one.external_id) for one in people])


async def tidy(ctx: Context) -> int:
    """Let go of what is remembered of departures long ago; how many. Run by the schedule."""
    async with ctx.db.write() as conn:
        return await rows.forget_left(conn, ctx.clock() - _REMEMBERED)


def _digest(ctx: Context, contact: Contact) -> str:
    return _hash(ctx, contact.platform, contact.place or "", contact.external_id)


def _hash(ctx: Context, platform: str, chat: str, external_id: str) -> str:
    """One person in one chat, so that nobody without our key can say who."""
    return ctx.keyring.mac("left", f"{platform}:{chat}:{external_id}".encode(), 12).hex()


# --- Discord --------------------------------------------------------------------------------------
async def watched(ctx: Context, guild: str) -> dict[str, int]:
    """The codes of our invites into a server with their uses when we last looked; empty: nothing to watch."""
    async with ctx.db.read() as conn:
        return {link.code: link.uses for link in await invites.links_into(conn, "discord", guild)}


async def last_look(ctx: Context, guild: str) -> datetime | None:
    """When the counts of a server were last read (UTC)."""
    async with ctx.db.read() as conn:
        return await cursors.read(conn, _cursor(guild), ctx.clock())


async def by_discord(
    ctx: Context,
    guild: str,
    newcomers: Sequence[Newcomer],
    verdict: Verdict,
    counts: Counts,
    *,
    confirmed: bool = False,
) -> list[ReferralOutcome]:
    """People joined a server, and its counts moved so: note who brought them.

    The counts are written with the last of them, so that after a crash they are looked into again, as people who came
    unheard. `confirmed`: Discord itself names the invite of the verdict. Nobody is noted where no invite of ours may
    have brought them.
    """
    noted = newcomers if verdict.code is not None or verdict.candidates else ()
    outcomes: list[ReferralOutcome] = []
    while len(noted) > _AT_ONCE:
        async with ctx.db.write_money() as conn:
            outcomes += await _note(ctx, conn, noted[:_AT_ONCE], verdict, confirmed)
        noted = noted[_AT_ONCE:]
    async with ctx.db.write_money() as conn:
        outcomes += await _note(ctx, conn, noted, verdict, confirmed)
        await _follow(ctx, conn, guild, counts)
    return outcomes


async def _note(
    ctx: Context, conn: Connection, newcomers: Sequence[Newcomer], verdict: Verdict, confirmed: bool
) -> list[ReferralOutcome]:
    link = await invites.link_by_code(conn, "discord", verdict.code) if verdict.code is not None else None
    owners = {await _owner(conn, code) for code in verdict.candidates}
    candidates = sorted(owner for owner in owners if owner is not None)
    if link is None and not candidates:
        return []
    return [await _came(ctx, conn, one, link, candidates, confirmed) for one in newcomers]


async def _owner(conn: Connection, code: str) -> int | None:
    """Whose invite a Discord invite belongs to."""
    link = await invites.link_by_code(conn, "discord", code)
    invite = None if link is None else await invites.by_id(conn, link.invite_id)
    return None if invite is None else invite.supporter_id


async def _follow(ctx: Context, conn: Connection, guild: str, counts: Counts) -> None:
    """Keep the counts of our invites, and let go of those that are no more."""
    now, links = ctx.clock(), await invites.links_into(conn, "discord", guild)
    for link in links:
        uses = counts.uses.get(link.code)
        if uses is not None and uses != link.uses:
            await invites.set_uses(conn, link.id, uses, now if uses > link.uses else None)
    await invites.drop_links(conn, [link.id for link in links if link.code not in counts.uses], now)
    await cursors.write(conn, _cursor(guild), now)


async def _came(
    ctx: Context, conn: Connection, one: Newcomer, link: InviteLink | None, candidates: Sequence[int], certain: bool
) -> ReferralOutcome:
    if one.returned:
        return ReferralOutcome.OLD
    at = one.came_at
    return await _arrived(ctx, conn, one.contact, How.DISCORD, link, certain=certain, candidates=candidates, at=at)


async def dropped(ctx: Context, code: str) -> None:
    """Somebody has taken a Discord invite away."""
    async with ctx.db.read() as conn:
        link = await invites.link_by_code(conn, "discord", code)
    if link is not None and link.gone_at is None:
        async with ctx.db.write() as conn:
            await invites.drop_links(conn, [link.id], ctx.clock())


async def cannot_look(ctx: Context, guild: str) -> None:
    """The bot may not read the counts of a server: no more invites into it, and staff hear it once."""
    async with ctx.db.write() as conn:
        for place_id, title in (await rows.places_into(conn, "discord", guild)).items():
            if await rows.fails(conn, place_id, rows.RIGHTS, ctx.clock()):
                await tell_staff(ctx, conn, "discord", place_id, title)


def _cursor(guild: str) -> str:
    return f"invites:{guild}"


# --- both -------------------------------------------------------------------------------------------
async def _arrived(
    ctx: Context,
    conn: Connection,
    contact: Contact,
    how: How,
    link: InviteLink | None,
    *,
    certain: bool,
    candidates: Sequence[int] = (),
    at: datetime | None = None,
) -> ReferralOutcome:
    """Remember a newcomer, and who brought them. Staff are no supporters, and who was one already is not brought.

    `at`: when the platform says that they came (UTC). Who used the bot right after that was faster than our look.
    """
    if await staff.find(conn, contact.platform, contact.external_id) is not None:
        return ReferralOutcome.OLD
    known = await supporters.find(conn, contact.platform, contact.external_id)
    if known is not None and (at is None or known.joined_at <= at):
        return ReferralOutcome.OLD
    newcomer = known or await meet(ctx, conn, contact)
    if known is None and contact.platform == "telegram":  # a bot may not write to who never wrote to it
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
    if outcome is ReferralOutcome.BROUGHT and invite is not None:
        await invites.count(conn, invite.id, "joined", ctx.clock())
    if outcome is ReferralOutcome.BROUGHT:
        await _say_in_time(ctx, conn, newcomer, INVITED_BY)
    if outcome is ReferralOutcome.UNKNOWN and contact.platform == "discord":
        await _say_in_time(ctx, conn, newcomer, WHO_INVITED)
    return outcome


async def _say_in_time(ctx: Context, conn: Connection, newcomer: Supporter, message: str) -> None:
    """Say by whom they came, or ask, the first time they use the bot by themselves: it waits like what was missed."""
    said = Delivery(
        id=ctx.ids.new(),
        lane=Lane.SERVICE,
        platform=newcomer.platform,
        address_id=newcomer.address_id,
        message=message,
        args={},
        due_at=ctx.clock(),
    )
    waits = outbox.State.PARKED if newcomer.platform == "discord" else outbox.State.UNREACHABLE
    await outbox.add(conn, [said])
    await outbox.mark(conn, [outbox.SendOutcome(id=said.id, state=waits)], ctx.clock())
