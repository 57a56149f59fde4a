"""The web page of a donor's invite: what it may say, for existing and unknown codes.

The page never reveals whether a code exists: look-ups and text are the same, unless the inviter agreed to be named.
After many unknown codes from one visitor, their codes are not looked up for a while.
"""

import hashlib
import re
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.campaigns import Campaign
from bot.domain.people import Preference
from bot.domain.referrals import Invite
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places
from bot.store.db import Connection
from bot.store.inbox import inbox
from bot.store.referrals import invites
from bot.store.referrals.invites import day_number
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.referrals import chat_links, invite
from payments.reference import Touch, TouchKind

CODE = re.compile(r"[A-Za-z0-9]{12}")
_NOBODY = 0  # no supporter has this id; looked up too, so that a wrong code takes as long
_MISSES = 20  # unknown codes after which a visitor's codes are no longer looked up
_MISSES_WITHIN = timedelta(minutes=10)
_NAME_KEPT = timedelta(minutes=5)
_NAMES_KEPT = 1_000
_VISITORS_KEPT = 20_000  # whose misses, or openings of a day, are kept in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteFacts:
    """What the page shows. `invite` is None for an unknown code; `inviter`: their name, if they agreed to be named."""

    campaign: Campaign | None
    invite: Invite | None
    inviter: str | None
    touch: Touch
    on_discord: bool  # whether there is a server to join


class VisitorHashes:
    """Visitors by an irreversible hash, whose salt changes every day and is kept in memory only."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._day = -1
        self._salt = b""

    def digest(self, visitor: str, about: str = "") -> bytes:
        """Return the hash of one visitor on the current day."""
        today = day_number(self._ctx.clock())
        if today != self._day:
            self._day, self._salt = today, self._ctx.rng.randbytes(16)
        seen = f"{visitor}\x1f{about}".encode(errors="surrogateescape")  # a user agent may contain any byte
        return hashlib.blake2b(seen, key=self._salt, digest_size=12).digest()


class Misses:
    """Visitors who tried unknown codes, and when."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._strangers = VisitorHashes(ctx)
        self._at: OrderedDict[bytes, deque[datetime]] = OrderedDict()

    def too_many(self, address: str) -> bool:
        """Whether a visitor from this address has tried too many unknown codes."""
        at = self._at.get(self._strangers.digest(address))
        while at and at[0] <= self._ctx.clock() - _MISSES_WITHIN:
            at.popleft()
        return at is not None and len(at) >= _MISSES

    def note(self, address: str) -> None:
        """Count an unknown code.

        Codes that were not looked up do not count: people share addresses (a school, a carrier), and each of them would
        restart the wait.
        """
        visitor = self._strangers.digest(address)
        self._at.setdefault(visitor, deque(maxlen=_MISSES)).append(self._ctx.clock())
        self._at.move_to_end(visitor)
        if len(self._at) > _VISITORS_KEPT:
            self._at.popitem(last=False)


class Openings:
    """Openings of invites since the last write, once for each visitor and day. A crash loses one second of them."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._strangers = VisitorHashes(ctx)
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._counted: Counter[tuple[int, int]] = Counter()

    def note(self, invite_id: int, campaign_id: int, visitor: str) -> None:
        """Count that a visitor opened the page of an invite."""
        digest = self._strangers.digest(visitor, str(invite_id))
        if digest in self._seen:
            return
        self._seen[digest] = None
        if len(self._seen) > _VISITORS_KEPT:
            self._seen.popitem(last=False)
        self._counted[invite_id, campaign_id] += 1

    async def write(self) -> None:
        """Write the counts to the database; keep them if that fails."""
        counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            async with self._ctx.db.write() as conn:
                for (invite_id, campaign_id), number in counted.items():
                    await invites.count(conn, invite_id, "opened", self._ctx.clock(), campaign_id, number)
        except Exception:
            self._counted.update(counted)
            raise


class Names:
    """Names of inviters, cached in memory for five minutes."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._known: OrderedDict[int, tuple[datetime, str | None]] = OrderedDict()

    async def of(self, found: Invite) -> str | None:
        """Return the inviter's name, from the platform if it is not cached, or None."""
        until, name = self._known.get(found.id, (self._ctx.clock(), None))
        if until > self._ctx.clock():
            return name
        name = await invite.inviter_name(self._ctx, found)
        self._known[found.id] = self._ctx.clock() + _NAME_KEPT, name
        if len(self._known) > _NAMES_KEPT:
            self._known.popitem(last=False)
        return name


class Visits:
    """What invite pages keep in memory about visitors and inviters."""

    def __init__(self, ctx: Context) -> None:
        self.misses = Misses(ctx)
        self.names = Names(ctx)


async def facts(ctx: Context, code: str, campaign_id: int | None, visits: Visits, address: str) -> InviteFacts:
    """Return what the page shows. `campaign_id`: the shared campaign; if it is closed, the newest open one is shown."""
    slowed = visits.misses.too_many(address)
    async with ctx.db.read() as conn:
        open_now = await campaign_rows.open_campaigns(conn, ctx.clock())
        found = await invites.by_code(conn, code) if CODE.fullmatch(code) and not slowed else None
        may_be_named = await _may_be_named(conn, found.supporter_id if found else _NOBODY)
        public = await places.of_purpose(conn, places.PUBLIC)
    if found is None and not slowed:
        visits.misses.note(address)
    return InviteFacts(
        campaign=next((c for c in open_now if c.id == campaign_id), open_now[0] if open_now else None),
        invite=found,
        inviter=await visits.names.of(found) if found and may_be_named else None,
        touch=Touch(TouchKind.INVITE, found.id) if found else Touch(TouchKind.NONE),
        on_discord="discord" in ctx.inviting and any(place.platform == "discord" for place in public),
    )


async def _may_be_named(conn: Connection, supporter_id: int) -> bool:
    """Whether an inviter agreed to be named and staff have not hidden their name. Checked for every view."""
    current_id = (await supporters.current_ids(conn, [supporter_id])).get(supporter_id, _NOBODY)
    agreed = Preference.BEING_NAMED in await supporters.preferences(conn, current_id)
    return not await inbox.is_name_hidden(conn, current_id) and agreed


async def discord_link(ctx: Context, code: str, visits: Visits, address: str) -> str | None:
    """Return the donor's link into the charity's server, created now if necessary, or None."""
    if not CODE.fullmatch(code) or visits.misses.too_many(address):
        return None
    async with ctx.db.read() as conn:
        found = await invites.by_code(conn, code)
    if found is None:
        visits.misses.note(address)
        return None
    return await chat_links.discord_link(ctx, found)
