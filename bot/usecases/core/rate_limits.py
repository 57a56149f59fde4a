"""How often one account, and everybody together, may do what costs others something.

Accounts are counted by a keyed hash of their id on their platform, so that `/forget` resets nothing and nothing here
leads to anybody. What staff had set about a person (blocked, name hidden) is kept under the same hash for 30 days after
`/forget`, and set again if they come back. `/privacy`, `/forget` and SECURITY.md say so.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.people import PlatformName
from bot.store.core import account_limits
from bot.store.db import Connection
from bot.store.inbox import inbox
from bot.store.supporters import supporters
from bot.usecases.context import Context

REMEMBERED = timedelta(days=30)  # after /forget
_BLOCKED, _NAME_HIDDEN = "blocked", "name_hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So often in so long: `each` for one account, `everybody` for all together (None: no limit)."""

    kind: str
    each: int
    everybody: int | None
    within: timedelta


WORDS = Rate(kind="words", each=10, everybody=300, within=timedelta(hours=1))  # messages that are passed on to staff
UNHEARD = Rate(kind="unheard", each=10, everybody=None, within=timedelta(hours=1))  # the same of those who are blocked
LINKS = Rate(kind="link", each=5, everybody=60, within=timedelta(hours=1))  # payment links made for a typed amount
# Links made for one person, where there is no return page; beyond these the link that all share is given.
OWN_LINKS = Rate(kind="own_link", each=10, everybody=300, within=timedelta(hours=1))
# The same for the amounts of a card that is only looked at: the rest is left to those who tap or type one.
OWN_LINKS_SHOWN = Rate(kind="own_link", each=8, everybody=200, within=timedelta(hours=1))
CHAT_LINKS = Rate(kind="chat_link", each=10, everybody=600, within=timedelta(hours=1))  # into channel and server
GUESSES = Rate(kind="guess", each=5, everybody=1_000, within=timedelta(hours=1))  # wrong codes of another account
# Wrong codes for staff: not so few that strangers could keep colleagues out.
STAFF_GUESSES = Rate(kind="staff_guess", each=5, everybody=1_000, within=timedelta(hours=1))
REFUNDS = Rate(kind="refund", each=2, everybody=20, within=timedelta(days=1))  # that donors order by themselves
_ALL = (WORDS, UNHEARD, LINKS, OWN_LINKS, CHAT_LINKS, GUESSES, STAFF_GUESSES, REFUNDS)
DECLINED, WARNED = "declined", "fraud_warning"  # counted for no account: bot.usecases.giving.card_testing
_LONGEST = max(rate.within for rate in _ALL)


async def is_spent(ctx: Context, conn: Connection, rate: Rate, platform: PlatformName, external_id: str) -> bool:
    """Whether this account, or everybody together, has done it as often as they may for now."""
    since = ctx.clock() - rate.within
    mine = await account_limits.count(conn, rate.kind, since, _hashes(ctx, platform, external_id))
    if mine >= rate.each:
        return True
    return rate.everybody is not None and await account_limits.count(conn, rate.kind, since) >= rate.everybody


async def spend(ctx: Context, conn: Connection, rate: Rate, platform: PlatformName, external_id: str) -> None:
    """Count that an account did it."""
    await account_limits.add(conn, _hashes(ctx, platform, external_id)[0], rate.kind, ctx.clock())


async def take(ctx: Context, conn: Connection, rate: Rate, platform: PlatformName, external_id: str) -> bool:
    """Count it and return True, or return False where it is spent."""
    if await is_spent(ctx, conn, rate, platform, external_id):
        return False
    await spend(ctx, conn, rate, platform, external_id)
    return True


async def save_restrictions(ctx: Context, conn: Connection, supporter_ids: list[int]) -> None:
    """Before people are forgotten: remember what staff had set about them, under each of their accounts."""
    set_here = [
        kind
        for kind, is_set in ((_BLOCKED, inbox.is_blocked), (_NAME_HIDDEN, inbox.is_name_hidden))
        if any([await is_set(conn, one) for one in supporter_ids])
    ]
    for one in await supporters.addresses_of(conn, supporter_ids):
        for kind in set_here:
            account = _hashes(ctx, one.platform, one.external_id)[0]
            await account_limits.save_restriction(conn, account, kind, ctx.clock())


async def restore_restrictions(
    ctx: Context, conn: Connection, supporter_id: int, platform: PlatformName, external_id: str
) -> None:
    """Somebody is new here: set again what staff had set about this account before it was forgotten."""
    now = ctx.clock()
    found = await account_limits.take_restrictions(conn, _hashes(ctx, platform, external_id), now - REMEMBERED)
    if _BLOCKED in found:
        await inbox.block(conn, supporter_id, None, now)
    if _NAME_HIDDEN in found:
        await inbox.hide_name(conn, supporter_id, None, now)


async def prune(ctx: Context) -> None:
    """Let go of what counts no more. Run by the schedule."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        await account_limits.delete_before(conn, now - _LONGEST, now - REMEMBERED)


def _hashes(ctx: Context, platform: PlatformName, external_id: str) -> list[str]:
    """Return an account's keyed hashes by each of our secrets, the newest first: a new secret resets no limit."""
    return [mac.hex() for mac in ctx.keyring.macs("account", f"{platform}:{external_id}".encode(), 24)]
