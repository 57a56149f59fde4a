"""Card testing: many declined payments, or fraud reported by banks, within an hour. Staff are notified once.

Thieves test stolen cards on charities' pages, since small gifts of any amount raise no suspicion, and each working card
may cost the charity a dispute. Counted by Stripe's time, so that late events raise no alarm about now. Owners set the
thresholds (`limits.py`).
"""

from collections.abc import Iterable
from datetime import timedelta

from bot.domain.payment_set import Verdict
from bot.store.core import account_limits, switches
from bot.store.core.switches import PAYMENT_ALARM, Switch
from bot.store.db import Connection
from bot.store.money import events
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.notify import notify_staff
from bot.usecases.core.rate_limits import DECLINED, WARNED
from payments.facts import Fact, FraudWarning, GiftFailed, PaymentFailed, RenewalFailed

_HOUR = timedelta(hours=1)
_QUIET_FOR = timedelta(hours=6)  # after a notice
_PAID = "checkout.session.completed"


async def watch(ctx: Context, conn: Connection, verdicts: Iterable[Verdict]) -> None:
    """Count declined payments and fraud warnings in the events' transaction, and notify staff above a threshold."""
    counted = False
    for verdict in verdicts:
        for fact in verdict.event.facts if verdict.state == "applied" else ():
            if (kind := _kind(fact)) is not None:
                await account_limits.add(conn, "", kind, fact.at)
                counted = True
    if counted:
        await _check_thresholds(ctx, conn)


def _kind(fact: Fact) -> str | None:
    match fact:
        case PaymentFailed() if fact.ours:
            return DECLINED
        case GiftFailed():
            return DECLINED
        case RenewalFailed() if fact.first:
            return DECLINED
        case FraudWarning():
            return WARNED
        case _:
            return None


async def _check_thresholds(ctx: Context, conn: Connection) -> None:
    now = ctx.clock()
    since = now - _HOUR
    declined = await account_limits.count(conn, DECLINED, since)
    warned = await account_limits.count(conn, WARNED, since)
    limit = await limits.read(ctx, conn)
    # Busy hours have genuine declines too.
    many_declined = declined >= limit.declined and 2 * declined > await events.received_since(conn, _PAID, since)
    if not many_declined and warned < limit.warned:
        return
    last = await switches.read(conn, PAYMENT_ALARM)
    if (last is not None and last.at > now - _QUIET_FOR) or await switches.payments_paused(conn):
        return
    await switches.set_switch(conn, Switch(name=PAYMENT_ALARM, on=True, at=now))
    await notify_staff(ctx, conn, f"card_testing:{ctx.ids.new()}", "card_testing", declined=declined, warned=warned)
