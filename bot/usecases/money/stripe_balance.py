"""Compare the ledger's Stripe balance with Stripe's own at quiet moments, and report each lasting difference once.

They are equal but for what was on the balance before Obole, of which the books have only what later payouts consist of.
So Stripe's balance less the ledger's, plus what was booked of that time, never changes: it is the opening balance. Two
comparisons that agree establish it; from then on any other result is a difference.

A moment is quiet if nothing was booked and nothing moved at Stripe for an hour, and all older movements were read. On a
busy account that may be rare, and nothing is claimed until then.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.ids import id_at
from bot.store.core import switches
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.money import payouts as rows
from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff
from bot.usecases.money import payouts
from payments.payouts import movement_books

_QUIET = timedelta(hours=1)
_EVERY = timedelta(hours=6)  # the comparison reads all postings
_LASTING = timedelta(hours=12)  # Stripe may book late; what goes away by itself is nobody's concern
_CLOCKS = timedelta(minutes=2)  # by which ours may be behind Stripe's


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the comparisons until now came to. Minor units by currency, without zeros.

    off: Stripe's balance beyond what it should be, seen since the time `since` (ISO 8601, UTC); empty if it is right.
    """

    opening: Mapping[str, int]
    is_established: bool = False
    off: Mapping[str, int] = field(default_factory=dict)
    since: str = ""
    is_reported: bool = False


async def read_and_compare(ctx: Context) -> None:
    """Read what moved the balance, then compare if the moment is quiet. A recurring job.

    Raises GatewayUnavailable or GatewayRefused.
    """
    await payouts.read_movements(ctx)
    if not await _is_due(ctx):
        return
    balance = await ctx.gateway.balance()
    if await _has_moved(ctx):
        return
    async with ctx.db.snapshot() as conn:
        opening = Counter(balance)
        opening.subtract(await rows.stripe_in_books(conn))
        opening.update(await _booked_of_before(ctx, conn))
    await _note(ctx, {code: minor for code, minor in sorted(opening.items()) if minor})


async def latest(conn: Connection) -> tuple[Compared, datetime] | None:
    """Return what the comparisons came to and when the last one was (UTC), or None before the first."""
    stored = await switches.read(conn, switches.STRIPE_COMPARED)
    return None if stored is None else (Compared(**stored.value), stored.at)


async def _is_due(ctx: Context) -> bool:
    """Return whether it is time for a comparison, and all is read and booked for a while."""
    now = ctx.clock()
    async with ctx.db.read() as conn:
        before = await latest(conn)
        if before is not None and now - before[1] < _EVERY:
            return False
        return await payouts.is_read(ctx, conn) and not await gifts.has_booked(conn, id_at(now - _QUIET))


async def _has_moved(ctx: Context) -> bool:
    """Return whether Stripe lists movements of the last hour. Asked after the balance, which may have them."""
    now = ctx.clock()
    return bool([page async for page in ctx.gateway.movements(now - _QUIET, now + _CLOCKS) if page])


async def _booked_of_before(ctx: Context, conn: Connection) -> Counter[str]:
    """Return what the ledger's Stripe balance has of movements from before Obole."""
    start, sums = await payouts.since_known(ctx, conn), Counter[str]()
    for one in await rows.moved(conn, before=start) if start is not None else ():
        booked = movement_books(one.kind, one.gross, one.fee, one.presented, ours=one.is_ours)
        sums.update({code: minor for (account, code), minor in booked.items() if account == "stripe"})
    return sums


async def _note(ctx: Context, opening: Mapping[str, int]) -> None:
    now = ctx.clock()
    async with ctx.db.write() as conn:
        before = await latest(conn)
        found = judged(None if before is None else before[0], opening, now)
        if found.off and not found.is_reported and now - datetime.fromisoformat(found.since) >= _LASTING:
            await notify_staff(ctx, conn, f"stripe_differs:{found.since}", "stripe_differs", off=dict(found.off))
            found = replace(found, is_reported=True)
        switch = Switch(name=switches.STRIPE_COMPARED, on=not found.off, value=asdict(found), at=now)
        await switches.set_switch(conn, switch)


def judged(before: Compared | None, opening: Mapping[str, int], now: datetime) -> Compared:
    """Return what the comparisons come to after one more, which found this opening balance."""
    if before is None or not before.is_established:
        agrees = before is not None and before.opening == opening
        return Compared(opening=dict(opening), is_established=agrees)
    off = Counter(opening)
    off.subtract(before.opening)
    left = {code: minor for code, minor in sorted(off.items()) if minor}
    if not left:
        return Compared(opening=before.opening, is_established=True)
    if left == before.off:
        return before
    return replace(before, off=left, since=now.isoformat(), is_reported=False)
