"""Invites into servers, and who joins by which: the counts of a server's invites, before and after.

Discord's event of a join carries no invite. So we wait until nobody else has joined for a moment, read all counts of
that server, and let the rules of bot/domain/arrivals.py say what they show. Events come in order over one connection,
and a connection that resumes replays what it missed; only after a new one (`refresh`) are there joins of which nobody
told us.
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

from bot.domain.arrivals import Attribution, Counts, explain
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
from bot.usecases.referrals import arrivals
from bot.usecases.referrals.arrivals import Newcomer
from content.catalog import pick_locale

logger = logging.getLogger(__name__)

SETTLE_SECONDS = 2.0  # joins closer to each other than this cannot be told apart
_LATE_SECONDS = 0.5  # a join may be counted before we hear of it
_LOOKS = 3  # at one crowd, while people go on arriving
_OWED_SECONDS = 30.0
_PATIENCE = 20.0  # seconds for one question to Discord
_PAUSE, _LONGEST_PAUSE = 2.0, 60.0  # seconds until it is asked again
_MOST_MEMBERS = 20_000  # looked through for those who came while we were away
_UNKNOWN_INVITE = 10006


@dataclass(slots=True)
class _Server:
    """What we hold of one server."""

    counts: Counts | None = None  # when we last looked; None: we don't know what other invites do
    connection: int = 0  # since which of them we have looked
    waiting: list[discord.Member] = field(default_factory=list)  # joined, and not explained yet
    owed: Attribution = field(
        default_factory=Attribution
    )  # uses that were seen and whose joins we are about to hear of
    owed_until: float = 0.0  # by the loop's clock
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    task: asyncio.Task[None] | None = None


class Joins:
    """Watches the servers of one bot. `settle`: seconds without another join before we look."""

    def __init__(self, ctx: Context, client: discord.Client, *, settle: float) -> None:
        self._ctx = ctx
        self._client = client
        self._settle = settle
        self._servers: defaultdict[int, _Server] = defaultdict(_Server)
        self._at_work: set[asyncio.Task[Any]] = set()  # events of discord.py, which it does not wait for
        self._connection = 0  # counted; one that resumes is the same
        self._is_over = False  # what discord.py has not begun by then must not begin: the database closes

    # --- what Discord tells -----------------------------------------------------------------------
    def joined(self, member: discord.Member) -> None:
        """Somebody has joined a server. Bots come by no invite."""
        if not member.bot:
            self._servers[member.guild.id].waiting.append(member)
            self._wake(member.guild)

    async def deleted(self, invite: discord.Invite) -> None:
        """An invite is no more: taken away, or used up by somebody of whom we are about to hear."""
        if self._is_over:
            return
        with self._busy():
            await arrivals.record_deleted_invite(self._ctx, invite.code)
        if isinstance(invite.guild, discord.Guild):
            self._wake(invite.guild)

    def connected(self) -> None:
        """There is a new connection: what was counted during another proves nothing any more."""
        self._connection += 1

    async def refresh(self, guild: discord.Guild) -> None:
        """Look anew, once a connection, where there are invites of ours. We are told of each server and then of all
        together: who joined in between was heard, and a second look would call it unknown who brought them."""
        if self._is_over:
            return
        server = self._servers[guild.id]
        with self._busy():
            await self._refresh(guild, server)

    async def _refresh(self, guild: discord.Guild, server: _Server) -> None:
        async with server.turn:
            if server.counts is not None and server.connection == self._connection:
                return
            server.counts, server.owed_until, server.connection = None, 0.0, self._connection
            if await arrivals.watched_codes(self._ctx, str(guild.id)):
                try:
                    await self._begin(guild, server)
                except PlatformError as error:
                    await self._could_not_look(guild, error)

    def watches(self, guild: discord.Guild) -> bool:
        """Whether the next join in a server can be compared with what was before."""
        return self._servers[guild.id].counts is not None

    def lost(self, guild: discord.Guild) -> None:
        """A server is out of order: nobody tells us who joins."""
        self._servers[guild.id].counts = None

    async def stop(self, within: float) -> None:
        """Look no more; what is not explained within so many seconds is unheard at the next start."""
        self._is_over = True
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=within)
        tasks = [server.task for server in self._servers.values() if server.task is not None] + [*self._at_work]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        """What runs in here is waited for by `stop`: the database closes after it."""
        task = asyncio.current_task()
        assert task is not None
        self._at_work.add(task)
        try:
            yield
        finally:
            self._at_work.discard(task)

    # --- making invites ---------------------------------------------------------------------------
    async def check(self, guild: discord.Guild) -> None:
        """See whether the counts of a server may be read. Raises NoRight where not."""
        try:
            await self._look(guild)
        except Rejected as error:
            raise _named(error) from error

    async def make(self, channel: discord.abc.GuildChannel, name: str) -> CreatedInvite:
        """An invite of its own that lasts. Raises NoRight also where its uses could not be read."""
        guild = channel.guild
        server = self._servers[guild.id]
        try:
            async with server.turn:
                if server.counts is None or not await arrivals.watched_codes(self._ctx, str(guild.id)):
                    await self._begin(guild, server)
            async with translated(_PATIENCE, repeatable=True):
                made = await channel.create_invite(max_age=0, max_uses=0, unique=True, reason=name)
        except Rejected as error:
            raise _named(error) from error
        return CreatedInvite(destination=str(guild.id), code=made.code)

    async def _begin(self, guild: discord.Guild, server: _Server) -> None:
        """Take the counts with which the next join is compared. Who joined since we last looked came unheard, and by
        whom is unknown."""
        ours = await arrivals.watched_codes(self._ctx, str(guild.id))
        after = await self._look(guild)
        risen = tuple(code for code, uses in ours.items() if after.uses.get(code, 0) > uses)
        unheard = await self._unheard(guild) if risen else []
        await arrivals.record_discord_joins(self._ctx, str(guild.id), unheard, Attribution(candidates=risen), after)
        server.counts = after
        if not ours:
            server.waiting.clear()  # they came before there was an invite of ours

    # --- explaining -------------------------------------------------------------------------------
    def _wake(self, guild: discord.Guild) -> None:
        server = self._servers[guild.id]
        if not self._is_over and (server.task is None or server.task.done()):
            server.task = asyncio.create_task(self._explain(guild, server), name=f"joins:{guild.id}")

    async def _explain(self, guild: discord.Guild, server: _Server) -> None:
        """Explain who joined, until nobody waits; a Discord that does not answer is asked again."""
        pause = _PAUSE
        while True:
            try:
                await self._quiet(server)
                async with server.turn:
                    await self._explain_once(guild, server)
                if not server.waiting:
                    return
                pause = _PAUSE
            except RetryLater as error:
                pause = min(max(error.after, pause * 2), _LONGEST_PAUSE)
                await asyncio.sleep(pause)
            except PlatformError as error:
                server.waiting.clear()
                await self._could_not_look(guild, error)
                return
            except Exception:
                logger.exception("who brought newcomers to server %d could not be written down", guild.id)
                pause = min(pause * 2, _LONGEST_PAUSE)
                await asyncio.sleep(pause)

    async def _quiet(self, server: _Server) -> None:
        """Until nobody has joined for a while."""
        before = -1
        while len(server.waiting) != before:
            before = len(server.waiting)
            await asyncio.sleep(self._settle)

    async def _explain_once(self, guild: discord.Guild, server: _Server) -> None:
        ours = await arrivals.watched_codes(self._ctx, str(guild.id))
        if not ours:
            server.waiting.clear()
            return
        after, newcomers = await self._look_in_peace(guild, server)
        before = _with_ours(server.counts, ours)
        if not newcomers:  # only an invite is gone; uses that we see belong to joins we are about to hear of
            kept = {code: uses for code, uses in before.uses.items() if code in after.uses}
            server.counts = Counts(uses={**after.uses, **kept}, ending=after.ending, vanity=before.vanity)
            return
        verdict = explain(before, after, ours, len(newcomers))
        if server.counts is None and verdict.code is not None:
            verdict = Attribution(candidates=(verdict.code,))
        verdict, confirmed = await self._weighed(server, newcomers, verdict)
        people = [_newcomer(member) for member in newcomers]
        await arrivals.record_discord_joins(self._ctx, str(guild.id), people, verdict, after, confirmed=confirmed)
        server.counts, server.owed = after, verdict
        server.owed_until = asyncio.get_running_loop().time() + _OWED_SECONDS
        del server.waiting[: len(newcomers)]

    async def _look_in_peace(self, guild: discord.Guild, server: _Server) -> tuple[Counts, list[discord.Member]]:
        """The counts, and who has joined up to then. Once more where somebody came meanwhile, counted or not."""
        for _ in range(_LOOKS):
            after = await self._look(guild)
            heard = len(server.waiting)
            await asyncio.sleep(min(_LATE_SECONDS, self._settle))
            if len(server.waiting) == heard:
                break
        return after, list(server.waiting)

    async def _weighed(
        self, server: _Server, newcomers: Sequence[discord.Member], verdict: Attribution
    ) -> tuple[Attribution, bool]:
        """The verdict after what else is known, and whether Discord itself says the same."""
        if verdict.code is not None:
            said = await self._search(newcomers[0])
            if said in (None, verdict.code):
                return verdict, said is not None
            return Attribution(candidates=(verdict.code,)), False
        late = server.owed.owed and server.owed_until > asyncio.get_running_loop().time()
        if late and not verdict.candidates:
            left = max(server.owed.owed - len(newcomers), 0)
            return Attribution(candidates=server.owed.candidates, owed=left), False
        return verdict, False

    # --- asking Discord ---------------------------------------------------------------------------
    async def _look(self, guild: discord.Guild) -> Counts:
        """All counts of a server right now. Raises Rejected where the bot may not read them."""
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
        """By which invite Discord's own search says that somebody came; None where it does not answer.

        It is described nowhere, so nothing rests on it: it can confirm what the counts show, or cast doubt on it.
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

    async def _unheard(self, guild: discord.Guild) -> list[Newcomer]:
        """Who has joined since we last looked; nobody where that can't be told."""
        since = await arrivals.last_checked(self._ctx, str(guild.id))
        if since is None:
            return []
        try:
            async with translated(_PATIENCE, repeatable=True):
                everybody = [member async for member in guild.fetch_members(limit=_MOST_MEMBERS)]
        except Rejected as error:
            logger.warning("who joined server %d meanwhile can't be told: %s", guild.id, error)
            return []
        recent = [m for m in everybody if m.joined_at is not None and m.joined_at > since and not m.bot]
        return [_newcomer(member) for member in recent]

    async def _could_not_look(self, guild: discord.Guild, error: PlatformError) -> None:
        logger.warning("the invites of server %d can't be read: %s", guild.id, error)
        if isinstance(error, Rejected):
            await arrivals.record_hidden_invites(self._ctx, str(guild.id))


async def revoke(client: discord.Client, code: str) -> None:
    """Nobody joins by it any more; a no-op where it is gone."""
    try:
        async with translated(_PATIENCE, repeatable=True):
            await client.delete_invite(code)
    except Rejected as error:
        if _code(error) != _UNKNOWN_INVITE:
            raise


def _with_ours(counts: Counts | None, ours: Mapping[str, int]) -> Counts:
    """The counts before, those of our own invites as they were written down."""
    before = counts or Counts()
    return Counts(uses={**before.uses, **ours}, ending=before.ending, vanity=before.vanity)


def _newcomer(member: discord.Member) -> Newcomer:
    """A join names no language: the server's, until they use the bot."""
    contact = Contact(
        platform="discord",
        external_id=str(member.id),
        locale=pick_locale(str(member.guild.preferred_locale)),
        private=False,
        guild=str(member.guild.id),
    )
    return Newcomer(contact=contact, returned=member.flags.did_rejoin, came_at=member.joined_at)


def _named(error: Rejected) -> Rejected:
    """What staff can mend, and what they can't."""
    match _code(error):
        case 50001 | 50013:
            return MissingPermission("View Channel, Create Invite and Manage Server are needed")
        case 30016:
            return InviteLimitReached("the server has as many invites as Discord allows")
        case _:
            return error


def _code(error: PlatformError) -> int:
    return error.__cause__.code if isinstance(error.__cause__, discord.HTTPException) else 0
