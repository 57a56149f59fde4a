"""After a backup was put in place, before the bot starts: nothing is sent twice, and erased people stay erased.

The database cannot know what was sent since the backup was made. So everything automatic is frozen until an owner lifts
it, and every message that waits, or that follows from a payment before now, is held until an owner decides.
"""

from dataclasses import dataclass, replace

from bot.domain.nudges import APART
from bot.store.broadcasts import broadcasts
from bot.store.core import outbox, switches
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.store.nudges import nudges
from bot.store.supporters import my_data_links, supporters
from bot.usecases.broadcasts import lifecycle
from bot.usecases.context import Context
from bot.usecases.core import erasures, freeze, late
from bot.usecases.core.access import TERMINAL
from bot.usecases.nudges import impact_updates
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.supporters import forgetting
from payments.gateway_errors import GatewayRefused

REASON = "restored"
_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was done. `held`: messages; `stopped`: broadcasts that wait for staff; `erased` and
    `opted_out`: people, again; `refused`: people who are not erased, since Stripe refuses to end their monthly gifts.

    `missing`: erasures that Stripe counted and the record does not hold, so that these people are back.
    """

    held: int = 0
    stopped: int = 0
    erased: int = 0
    opted_out: int = 0
    refused: int = 0
    missing: int = 0


async def hold(ctx: Context, conn: Connection, *, erasures_known: int = 0, counter: int = 0) -> Restored:
    """Freeze everything automatic and hold what waits. It needs nothing from outside, so that an outage at Stripe or
    an unreadable record of erasures never delays it.

    `erasures_known`: how many Stripe counted; all count as missing until `repeat_withdrawals`. `counter`: Stripe's,
    by which the copy was recognized.
    """
    now = ctx.clock()
    await freeze.freeze_in(ctx, conn, TERMINAL, REASON)
    value = {"missing": max(erasures_known, await _missing(conn)), "counter": counter}
    await switches.set_switch(conn, Switch(name=switches.RESTORED, on=True, value=value, at=now))
    held = await outbox.hold_all(conn)
    await nudges.postpone_checks(conn, now, now + APART)
    await impact_updates.skip_until_now(ctx, conn)
    await my_data_links.forget_all(conn)  # those used since the backup would open a second time
    if held:
        await late.notify(ctx, conn)
    begun = await broadcasts.in_states(conn, lifecycle.ALIVE)
    stopped = sum([await lifecycle.hold_restored(ctx, conn, broadcast) for broadcast in begun])
    return Restored(held=held, stopped=stopped)


async def is_held(conn: Connection, counter: int) -> bool:
    """Return whether a copy that was recognized by this counter is held already."""
    restored = await switches.read(conn, switches.RESTORED)
    return restored is not None and restored.value.get("counter") == counter


async def lacks_erasures(conn: Connection) -> bool:
    """Return whether the record did not hold all erasures when they were last repeated."""
    return await _missing(conn) > 0


async def _missing(conn: Connection) -> int:
    restored = await switches.read(conn, switches.RESTORED)
    return 0 if restored is None else int(restored.value["missing"])


async def repeat_withdrawals(ctx: Context, done: Restored, *, erasures_known: int) -> Restored:
    """Erase people and withdraw consent again, in a database that is held; return `done` with the numbers of these.

    May be repeated. Raises GatewayUnavailable if a monthly gift of an erased person cannot be ended now, OSError or
    ValueError if the record of erasures cannot be read.
    """
    opted_out = await _opt_out_again(ctx)
    erased, refused = await _erase_again(ctx)
    missing = max(0, erasures_known - (0 if ctx.erasures is None else len(ctx.erasures.erased())))
    async with ctx.db.write() as conn:
        restored = await switches.read(conn, switches.RESTORED)
        if restored is not None:
            await switches.set_switch(conn, replace(restored, value=restored.value | {"missing": missing}))
    return replace(done, erased=erased, opted_out=opted_out, refused=refused, missing=missing)


async def _erase_again(ctx: Context) -> tuple[int, int]:
    """Erase everybody in the record of erasures whom the backup brought back; return how many, and how many could not
    be, since Stripe refuses for good to end a monthly gift. These are reported."""
    if ctx.erasures is None:
        return 0, 0
    latest = {erasure.hash: erasure for erasure in ctx.erasures.erased()}  # oldest first
    above, erased, refused = 0, 0, 0
    while latest:
        async with ctx.db.read() as conn:
            accounts = await supporters.addresses_above(conn, above, _BATCH)
        if not accounts:
            break
        # a person may have two accounts
        people = {account.id for account in accounts if erasures.is_erased(ctx, account, latest)}
        for supporter_id in people:
            try:
                await forgetting.forget(ctx, supporter_id)
            except GatewayRefused as error:
                ctx.failures.report(error, "erasing people again", str(supporter_id))
                refused += 1
            else:
                erased += 1
        above = accounts[-1].address_id
    return erased, refused


async def _opt_out_again(ctx: Context) -> int:
    """Withdraw each consent that was withdrawn after it was given, and that the backup brought back; return of how many
    accounts. Consent given again after that, and lost with the database, is not known: they are asked again."""
    if ctx.erasures is None:
        return 0
    recorded = {(one.hash, one.preference): one.at for one in ctx.erasures.read() if one.preference}  # oldest first
    above, changed = 0, 0
    while recorded:
        async with ctx.db.read() as conn:
            accounts = await supporters.addresses_above(conn, above, _BATCH)
            agreed = await supporters.agreed_since(conn, [account.id for account in accounts])
        if not accounts:
            break
        for account in accounts:
            since = agreed.get(account.id, {})
            off = erasures.opt_outs(ctx, account, recorded)
            kinds = [kind for kind, at in since.items() if kind in off and off[kind] > at]
            if kinds:
                await set_preferences(ctx, account, kinds, False)
                changed += 1
        above = accounts[-1].address_id
    return changed
