"""Invites into servers, and who joins by which: the use counts of a server's invites, before and after.

Discord's join event names no invite. So we wait until no one has joined for a moment, read all counts of the server,
and let the rules of bot/domain/newcomers.py interpret them. Events arrive in order over one connection, and a resumed
connection replays what it missed; only after a new one (`refresh`) can there be joins without an event.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
from discord.http import Route

from bot.domain.newcomers import Attribution, Counts, explain
from bot.domain.people import Contact
from bot.platforms.discord.errors import translated
from bot.usecases.context import Context
from bot.usecases.ports import (
    CreatedInvite,
    InviteLimitReached,
    MissingPermission,
    PlatformError,
    Rejected,
    RetryLater,
)
from bot.usecases.referrals import newcomers
from bot.usecases.referrals.newcomers import Newcomer
from content.catalog import pick_locale

logger = logging.getLogger(__name__)

QUIET_SECONDS = 2.0  # joins closer together than this cannot be distinguished
_COUNT_LAG_SECONDS = 0.5  # a join may be counted before its event arrives
_MOST_READS = 3  # while people keep joining
_EXPECTED_SECONDS = 30.0
_PATIENCE = 20.0  # seconds for one request to Discord
_PAUSE, _LONGEST_PAUSE = 2.0, 60.0  # seconds until a failed request is repeated
_MOST_MEMBERS = 20_000  # searched for people who joined while we were disconnected
_UNKNOWN_INVITE = 10006


@dataclass(slots=True)
class _Server:
    """The state of one server."""

    counts: Counts | None = None  # as last read; None: the uses of other invites are unknown
    connection: int = 0  # during which the counts were read
    waiting: list[discord.Member] = field(default_factory=list)  # joined, not attributed yet
    expected: Attribution = field(default_factory=Attribution)  # uses counted before their join events arrived
    expected_until: float = 0.0  # by the event loop's clock
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    task: asyncio.Task[None] | None = None


class Joins:
    """Watches the servers of one bot. `quiet_seconds`: seconds without a join before the counts are read."""

    def __init__(self, ctx: Context, client: discord.Client, *, quiet_seconds: float) -> None:
        self._ctx = ctx
        self._client = client
        self._quiet_seconds = quiet_seconds
        self._servers: defaultdict[int, _Server] = defaultdict(_Server)
        self._running: set[asyncio.Task[Any]] = set()  # event handlers, which discord.py does not wait for
        self._connection = 0  # number of the connection; a resumed one is the same
        self._is_stopped = False  # handlers that start later do nothing: the database closes

    # --- events -----------------------------------------------------------------------------------
    def joined(self, member: discord.Member) -> None:
        """Note a new member. Bots use no invite."""
        if not member.bot:
            self._servers[member.guild.id].waiting.append(member)
            self._wake(member.guild)

    async def deleted(self, invite: discord.Invite) -> None:
        """Record a deleted invite: revoked, or used up by someone whose join event is still to come."""
        if self._is_stopped:
            return
        with self._tracked():
            await newcomers.record_deleted_invite(self._ctx, invite.code)
        if isinstance(invite.guild, discord.Guild):
            self._wake(invite.guild)

    def connected(self) -> None:
        """Note a new connection, which makes all counts outdated."""
        self._connection += 1

    async def refresh(self, guild: discord.Guild) -> None:
        """Read the counts again, once per connection, if the server has invites of ours. Discord announces each server
        twice; joins in between have events, and reading twice would make their inviters unknown."""
        if self._is_stopped:
            return
        server = self._servers[guild.id]
        with self._tracked():
            await self._refresh(guild, server)

    async def _refresh(self, guild: discord.Guild, server: _Server) -> None:
        async with server.lock:
            if server.counts is not None and server.connection == self._connection:
                return
            server.counts, server.expected_until, server.connection = None, 0.0, self._connection
            if await newcomers.watched_codes(self._ctx, str(guild.id)):
                try:
                    await self._take_baseline(guild, server)
                except PlatformError as error:
                    await self._on_unreadable_counts(guild, error)

    def watches(self, guild: discord.Guild) -> bool:
        """Return whether the next join in a server can be compared with earlier counts."""
        return self._servers[guild.id].counts is not None

    def lost(self, guild: discord.Guild) -> None:
        """Note that a server is unavailable, so that joins have no events."""
        self._servers[guild.id].counts = None

    async def stop(self, within: float) -> None:
        """Stop. Joins not attributed within `within` seconds count as missed at the next start."""
        self._is_stopped = True
        if self._running:
            await asyncio.wait(self._running, timeout=within)
        tasks = [server.task for server in self._servers.values() if server.task is not None] + [*self._running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @contextmanager
    def _tracked(self) -> Iterator[None]:
        """Make `stop` wait for the current task, since the database closes after it."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            yield
        finally:
            self._running.discard(task)

    # --- creating invites -------------------------------------------------------------------------
    async def check(self, guild: discord.Guild) -> None:
        """Check that the counts of a server can be read. Raises MissingPermission."""
        try:
            await self._read_counts(guild)
        except Rejected as error:
            raise _translated_refusal(error) from error

    async def make(self, channel: discord.abc.GuildChannel, name: str) -> CreatedInvite:
        """Create a separate, permanent invite. Raises MissingPermission, also if its uses could not be read."""
        guild = channel.guild
        server = self._servers[guild.id]
        try:
            async with server.lock:
                if server.counts is None or not await newcomers.watched_codes(self._ctx, str(guild.id)):
                    await self._take_baseline(guild, server)
            async with translated(_PATIENCE, repeatable=True):
                made = await channel.create_invite(max_age=0, max_uses=0, unique=True, reason=name)
        except Rejected as error:
            raise _translated_refusal(error) from error
        return CreatedInvite(destination=str(guild.id), code=made.code)

    async def _take_baseline(self, guild: discord.Guild, server: _Server) -> None:
        """Read the counts to compare the next join with. People who joined meanwhile get an unknown inviter."""
        ours = await newcomers.watched_codes(self._ctx, str(guild.id))
        after = await self._read_counts(guild)
        risen = tuple(code for code, uses in ours.items() if after.uses.get(code, 0) > uses)
        missed = await self._missed_joins(guild) if risen else []
        await newcomers.record_discord_joins(self._ctx, str(guild.id), missed, Attribution(candidates=risen), after)
        server.counts = after
        if not ours:
            server.waiting.clear()  # they joined before our first invite

    # --- attributing joins ------------------------------------------------------------------------
    def _wake(self, guild: discord.Guild) -> None:
        server = self._servers[guild.id]
        if not self._is_stopped and (server.task is None or server.task.done()):
            server.task = asyncio.create_task(self._explain(guild, server), name=f"joins:{guild.id}")

    async def _explain(self, guild: discord.Guild, server: _Server) -> None:
        """Attribute joins until none is waiting; retry while Discord does not answer."""
        pause = _PAUSE
        while True:
            try:
                await self._wait_until_quiet(server)
                async with server.lock:
                    await self._explain_once(guild, server)
                if not server.waiting:
                    return
                pause = _PAUSE
            except RetryLater as error:
                pause = min(max(error.after, pause * 2), _LONGEST_PAUSE)
                await asyncio.sleep(pause)
            except PlatformError as error:
                server.waiting.clear()
                await self._on_unreadable_counts(guild, error)
                return
            except Exception as error:
                self._ctx.failures.report(error, "newcomers on discord", f"server {guild.id}")
                pause = min(pause * 2, _LONGEST_PAUSE)
                await asyncio.sleep(pause)

    async def _wait_until_quiet(self, server: _Server) -> None:
        """Wait until no one has joined for `quiet_seconds`."""
        before = -1
        while len(server.waiting) != before:
            before = len(server.waiting)
            await asyncio.sleep(self._quiet_seconds)

    async def _explain_once(self, guild: discord.Guild, server: _Server) -> None:
        ours = await newcomers.watched_codes(self._ctx, str(guild.id))
        if not ours:
            server.waiting.clear()
            return
        after, members = await self._read_counts_when_quiet(guild, server)
        before = _with_ours(server.counts, ours)
        if not members:  # only an invite is gone; new uses belong to joins whose events are still to come
            kept = {code: uses for code, uses in before.uses.items() if code in after.uses}
            server.counts = Counts(uses={**after.uses, **kept}, ending=after.ending, vanity=before.vanity)
            return
        verdict = explain(before, after, ours, len(members))
        if server.counts is None and verdict.code is not None:
            verdict = Attribution(candidates=(verdict.code,))
        verdict, confirmed = await self._with_evidence(server, members, verdict)
        people = [_newcomer(member) for member in members]
        await newcomers.record_discord_joins(self._ctx, str(guild.id), people, verdict, after, confirmed=confirmed)
        server.counts, server.expected = after, verdict
        server.expected_until = asyncio.get_running_loop().time() + _EXPECTED_SECONDS
        del server.waiting[: len(members)]

    async def _read_counts_when_quiet(
        self, guild: discord.Guild, server: _Server
    ) -> tuple[Counts, list[discord.Member]]:
        """Return the counts and the members who joined until then. Read again if someone joined meanwhile."""
        for _ in range(_MOST_READS):
            after = await self._read_counts(guild)
            waiting_before = len(server.waiting)
            await asyncio.sleep(min(_COUNT_LAG_SECONDS, self._quiet_seconds))
            if len(server.waiting) == waiting_before:
                break
        return after, list(server.waiting)

    async def _with_evidence(
        self, server: _Server, members: Sequence[discord.Member], verdict: Attribution
    ) -> tuple[Attribution, bool]:
        """Return the verdict after further evidence, and whether Discord's search confirms it."""
        if verdict.code is not None:
            found_code = await self._search(members[0])
            if found_code in (None, verdict.code):
                return verdict, found_code is not None
            return Attribution(candidates=(verdict.code,)), False
        late = server.expected.owed and server.expected_until > asyncio.get_running_loop().time()
        if late and not verdict.candidates:
            left = max(server.expected.owed - len(members), 0)
            return Attribution(candidates=server.expected.candidates, owed=left), False
        return verdict, False

    # --- requests ---------------------------------------------------------------------------------
    async def _read_counts(self, guild: discord.Guild) -> Counts:
        """Return all current counts of a server. Raises Rejected if the bot may not read them."""
        async with translated(_PATIENCE, repeatable=True):
            there = await guild.invites()
            vanity = None
            if "VANITY_URL" in guild.features:
                vanity = int((await self._client.http.get_vanity_code(guild.id)).get("uses", 0))
        return Counts(
            uses={invite.code: invite.uses or 0 for invite in there},
            ending=frozenset(i.code for i in there if i.max_uses and (i.uses or 0) + 1 >= i.max_uses),
            vanity=vanity,
        )

    async def _search(self, member: discord.Member) -> str | None:
        """Return the invite that Discord's member search names for a member, or None if it does not answer.

        The search is undocumented, so it only confirms what the counts show, or casts doubt on it.
        """
        route = Route("POST", "/guilds/{guild_id}/members-search", guild_id=member.guild.id)
        asked: dict[str, Any] = {"and_query": {"user_id": {"or_query": [str(member.id)]}}, "limit": 1}
        try:
            async with translated(_PATIENCE, repeatable=True):
                answer = await self._client.http.request(route, json=asked)
        except PlatformError:
            return None
        found = answer.get("members") if isinstance(answer, dict) else None
        code = found[0].get("source_invite_code") if found else None
        return str(code) if code else None

    async def _missed_joins(self, guild: discord.Guild) -> list[Newcomer]:
        """Return who joined since the counts were last read; no one if Discord does not say."""
        since = await newcomers.last_checked(self._ctx, str(guild.id))
        if since is None:
            return []
        try:
            async with translated(_PATIENCE, repeatable=True):
                members = [member async for member in guild.fetch_members(limit=_MOST_MEMBERS)]
        except Rejected as error:
            logger.warning("the members who joined server %d meanwhile are unknown: %s", guild.id, error)
            return []
        recent = [m for m in members if m.joined_at is not None and m.joined_at > since and not m.bot]
        return [_newcomer(member) for member in recent]

    async def _on_unreadable_counts(self, guild: discord.Guild, error: PlatformError) -> None:
        logger.warning("the invites of server %d cannot be read: %s", guild.id, error)
        if isinstance(error, Rejected):
            await newcomers.record_hidden_invites(self._ctx, str(guild.id))


async def revoke(client: discord.Client, code: str) -> None:
    """Revoke an invite; a no-op if it does not exist."""
    try:
        async with translated(_PATIENCE, repeatable=True):
            await client.delete_invite(code)
    except Rejected as error:
        if _code(error) != _UNKNOWN_INVITE:
            raise


def _with_ours(counts: Counts | None, ours: Mapping[str, int]) -> Counts:
    """Return the previous counts, with those of our own invites as stored."""
    before = counts or Counts()
    return Counts(uses={**before.uses, **ours}, ending=before.ending, vanity=before.vanity)


def _newcomer(member: discord.Member) -> Newcomer:
    """Return the newcomer. A join carries no language, so it is the server's until they use the bot."""
    contact = Contact(
        platform="discord",
        external_id=str(member.id),
        locale=pick_locale(str(member.guild.preferred_locale)),
        private=False,
        guild=str(member.guild.id),
    )
    return Newcomer(contact=contact, returned=member.flags.did_rejoin, came_at=member.joined_at)


def _translated_refusal(error: Rejected) -> Rejected:
    """Translate refusals: those that staff can fix, and the invite limit."""
    match _code(error):
        case 50001 | 50013:
            return MissingPermission("View Channel, Create Invite and Manage Server are needed")
        case 30016:
            return InviteLimitReached("the server has as many invites as Discord allows")
        case _:
            return error


def _code(error: PlatformError) -> int:
    return error.__cause__.code if isinstance(error.__cause__, discord.HTTPException) else 0
