"""Rate limits, for each account and for all accounts together, on whatever costs other people something.

Accounts are counted by a keyed hash of their platform id, so that `/forget` resets nothing and no row identifies a
person. Restrictions set by staff (blocked, name hidden) are stored under the same hash for 30 days after `/forget`, and
restored if the person returns. `/privacy`, `/forget` and SECURITY.md state this.
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
    """A limit per `within`: `each` for one account, `everybody` for all together (None: no limit)."""

    kind: str
    each: int
    everybody: int | None
    within: timedelta


WORDS = Rate(kind="words", each=10, everybody=300, within=timedelta(hours=1))  # messages that are passed on to staff
UNHEARD = Rate(kind="unheard", each=10, everybody=None, within=timedelta(hours=1))  # the same from blocked people
LINKS = Rate(kind="link", each=5, everybody=60, within=timedelta(hours=1))  # payment links made for a typed amount
# Links for one person, used without a return page; beyond the limit people get the shared link.
OWN_LINKS = Rate(kind="own_link", each=10, everybody=300, within=timedelta(hours=1))
# The same for amounts that a card merely shows, which leaves some for amounts tapped or typed.
OWN_LINKS_SHOWN = Rate(kind="own_link", each=8, everybody=200, within=timedelta(hours=1))
CARDS = Rate(kind="card", each=5, everybody=200, within=timedelta(hours=1))  # pages that save a card
CHAT_LINKS = Rate(kind="chat_link", each=10, everybody=600, within=timedelta(hours=1))  # into channel and server
GUESSES = Rate(kind="guess", each=5, everybody=1_000, within=timedelta(hours=1))  # wrong codes of another account
# Wrong codes for staff: enough that strangers cannot lock colleagues out.
STAFF_GUESSES = Rate(kind="staff_guess", each=5, everybody=1_000, within=timedelta(hours=1))
REFUNDS = Rate(kind="refund", each=2, everybody=20, within=timedelta(days=1))  # ordered by donors
COPIES = Rate(kind="my_data", each=1, everybody=None, within=timedelta(days=1))  # of one's own data, once delivered
# The same while they are being sent; a crash meanwhile costs a person these minutes, not their day.
COPIES_ON_THE_WAY = Rate(kind="my_data_sent", each=1, everybody=None, within=timedelta(minutes=5))
_ALL = (WORDS, UNHEARD, LINKS, OWN_LINKS, CARDS, CHAT_LINKS, GUESSES, STAFF_GUESSES, REFUNDS, COPIES, COPIES_ON_THE_WAY)
DECLINED, WARNED = "declined", "fraud_warning"  # counted without account: bot.usecases.giving.card_testing
_LONGEST = max(rate.within for rate in _ALL)


async def is_spent(ctx: Context, conn: Connection, rate: Rate, platform: PlatformName, external_id: str) -> bool:
    """Return whether this account, or all accounts together, have reached the limit."""
    since = ctx.clock() - rate.within
    mine = await account_limits.count(conn, rate.kind, since, _hashes(ctx, platform, external_id))
    if mine >= rate.each:
        return True
    return rate.everybody is not None and await account_limits.count(conn, rate.kind, since) >= rate.everybody


async def spend(ctx: Context, conn: Connection, rate: Rate, platform: PlatformName, external_id: str) -> None:
    """Count one use by an account."""
    await account_limits.add(conn, _hashes(ctx, platform, external_id)[0], rate.kind, ctx.clock())


async def undo(ctx: Context, conn: Connection, rate: Rate, platform: PlatformName, external_id: str) -> None:
    """Count none of an account's uses any more."""
    await account_limits.undo(conn, _hashes(ctx, platform, external_id), rate.kind)


async def take(ctx: Context, conn: Connection, rate: Rate, platform: PlatformName, external_id: str) -> bool:
    """Count one use and return True, or return False if the limit is reached."""
    if await is_spent(ctx, conn, rate, platform, external_id):
        return False
    await spend(ctx, conn, rate, platform, external_id)
    return True


async def save_restrictions(ctx: Context, conn: Connection, supporter_ids: list[int]) -> None:
    """Before people are forgotten, store the restrictions on them under each of their accounts."""
    set_here = [
        kind
        for kind, is_set in ((_BLOCKED, inbox.is_blocked), (_NAME_HIDDEN, inbox.is_name_hidden))
        if any([await is_set(conn, supporter_id) for supporter_id in supporter_ids])
    ]
    for address in await supporters.addresses_of(conn, supporter_ids):
        for kind in set_here:
            account = _hashes(ctx, address.platform, address.external_id)[0]
            await account_limits.save_restriction(conn, account, kind, ctx.clock())


async def restore_restrictions(
    ctx: Context, conn: Connection, supporter_id: int, platform: PlatformName, external_id: str
) -> None:
    """Restore the restrictions that a new account had before it was forgotten."""
    now = ctx.clock()
    restrictions = await account_limits.take_restrictions(conn, _hashes(ctx, platform, external_id), now - REMEMBERED)
    if _BLOCKED in restrictions:
        await inbox.block(conn, supporter_id, None, now)
    if _NAME_HIDDEN in restrictions:
        await inbox.hide_name(conn, supporter_id, None, now)


async def prune(ctx: Context) -> None:
    """Delete counts and restrictions that no longer matter. Run by the schedule."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        await account_limits.delete_before(conn, now - _LONGEST, now - REMEMBERED)


def _hashes(ctx: Context, platform: PlatformName, external_id: str) -> list[str]:
    """Return an account's keyed hashes by each of our secrets, the newest first: a new secret resets no limit."""
    return [mac.hex() for mac in ctx.keyring.macs("account", f"{platform}:{external_id}".encode(), 24)]
