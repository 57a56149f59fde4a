"""The latest payouts, and what is in the bank and still at Stripe by currency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.store.core import switches
from bot.store.db import Connection
from bot.store.reports import payouts as rows
from bot.store.reports.payouts import PaidOut
from bot.usecases.context import Context
from content.messages.payouts import PayoutParts, State
from payments.money import Money
from payments.payouts import Payout

_LOOKED_AT = 60  # latest payouts, among which each currency's last and next are


@dataclass(frozen=True, slots=True)
class InTheBank:
    """One currency: the last payout that arrived, the next one on its way, and the Stripe balance as last read."""

    last: PaidOut | None
    next: Payout | None
    at_stripe: Money | None


def parts_of(one: PaidOut) -> PayoutParts | None:
    """Return what a payout consists of, or None if Stripe does not say, or not yet."""
    parts, code = one.parts, one.payout.money.currency
    if parts is None:
        return None
    return PayoutParts(
        gross=Money(parts.gross, code),
        fees=Money(parts.fees, code),
        refunds=Money(parts.refunds, code),
        disputes=Money(parts.disputes, code),
        not_ours=Money(parts.not_ours, code),
        other=Money(parts.other, code),
    )


def state_of(payout: Payout, now: datetime) -> State:
    """Return whether a payout is at the bank, on its way, or never arrived."""
    if payout.is_gone:
        return "failed"
    return "paid" if payout.status == "paid" or payout.arrives_at <= now else "coming"


async def latest(ctx: Context, limit: int) -> Sequence[PaidOut]:
    """Return the latest payouts, the last to arrive first."""
    async with ctx.db.read() as conn:
        return await rows.latest(conn, limit)


async def in_the_bank(ctx: Context, conn: Connection) -> Mapping[str, InTheBank]:
    """Return the last payout, the next one and what is left at Stripe, by currency."""
    now = ctx.clock()
    sent = [one for one in await rows.latest(conn, _LOOKED_AT) if not one.payout.is_gone]
    balance = await switches.read(conn, switches.STRIPE_BALANCE)
    left = {code: Money(minor, code) for code, minor in (balance.value if balance else {}).items() if minor}
    found = {}
    for code in sorted({*left, *(one.payout.money.currency for one in sent)}):
        ours = [one for one in sent if one.payout.money.currency == code]
        arrived = [one for one in ours if one.payout.arrives_at <= now]
        coming = [one.payout for one in ours if one.payout.arrives_at > now]
        found[code] = InTheBank(next(iter(arrived), None), coming[-1] if coming else None, left.get(code))
    return found
