"""Whether offering a monthly gift to new donors brings monthly gifts: some are left out, if an owner wants to know.

Only for charities with many new donors: with fewer, being left out costs gifts and tells nothing. The arm is drawn when
the offer would be made, by the holdout's keyed hash, and stored.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import holdout
from bot.domain.lift import Arm, Lift, Stratum, compare, useful_size
from bot.store.core import switches
from bot.store.db import Connection
from bot.store.nudges import nudges as rows
from bot.store.nudges import offer_draws
from bot.store.nudges.offer_draws import OfferCell, OfferDraw
from bot.store.reports import daily
from bot.usecases.context import Context, local_day
from bot.usecases.nudges.report import lift_json

FEWEST_NEW_DONORS = 2_000  # in the last year
WINDOW = timedelta(days=30)
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferReport:
    """Both arms, who of them began to give monthly within `WINDOW`, and how many people a useful answer takes."""

    percent: int  # left out now; 0: the test is off
    lift: Lift
    useful: int

    @property
    def people(self) -> int:
        """Both arms."""
        return self.lift.sent.assigned + self.lift.held_out.assigned


async def has_enough_donors(ctx: Context, conn: Connection) -> bool:
    """Whether more people gave for the first time in the last year than the test needs."""
    since = local_day(ctx, ctx.clock() - _YEAR)
    return await daily.new_donors_since(conn, since) > FEWEST_NEW_DONORS


async def percent_left_out(conn: Connection) -> int:
    """Return the percentage of new donors that an owner wants to be left out; 0: no test."""
    switch = await switches.read(conn, switches.MONTHLY_TEST)
    return int(switch.value) if switch is not None and switch.on else 0


async def may_offer(ctx: Context, supporter_id: int, at: datetime) -> bool:
    """Return whether a monthly gift is offered to this supporter, with a gift of this time: drawn once, then fixed.

    Once the test is off, people who were left out are offered one like everyone else, after their window.
    """
    async with ctx.db.read() as conn:
        percent = await percent_left_out(conn)
        known = await offer_draws.drawn_for(conn, supporter_id)
        is_on = percent > 0 and await has_enough_donors(ctx, conn)
    if known is not None:
        return known.arm == "sent" or (not is_on and at > known.at + WINDOW)
    if not is_on:
        return True
    async with ctx.db.write() as conn:
        fresh = ctx.keyring.mac("holdout secret", str(ctx.ids.new()).encode())
        secret = await rows.holdout_secret(conn, fresh)
        arm = holdout.draw_alone(secret, "monthly_offer", supporter_id, percent / 100)
        await offer_draws.store_draw(conn, supporter_id, OfferDraw(arm=arm, percent=percent, at=at))
    return arm == "sent"


async def report(ctx: Context) -> OfferReport | None:
    """Return the results; None if there was never a test."""
    async with ctx.db.snapshot() as conn:
        percent = await percent_left_out(conn)
        cells = await offer_draws.cells(conn, WINDOW, ctx.clock())
    if not percent and not cells:
        return None
    shares: defaultdict[int, dict[str, Arm]] = defaultdict(dict)
    for cell in cells:
        shares[cell.percent][cell.arm] = Arm(assigned=cell.assigned, gave=cell.began)
    strata = [Stratum(sent=_arm(arms, "sent"), held_out=_arm(arms, "held_out")) for arms in shares.values()]
    both = {arm: _total(cells, arm) for arm in ("sent", "held_out")}
    lift = replace(compare(strata), sent=both["sent"], held_out=both["held_out"])
    usual = percent or max(cell.percent for cell in cells)
    return OfferReport(percent=percent, lift=lift, useful=useful_size(usual / 100))


def as_json(report: OfferReport | None) -> dict[str, Any] | None:
    """Return the results for other programs; no difference before a useful size."""
    if report is None:
        return None
    is_useful = report.people >= report.useful
    return {
        "left_out_percent": report.percent,
        "useful_size": report.useful,
        "people": report.people,
        **(lift_json(report.lift) if is_useful else {}),
    }


def _arm(arms: Mapping[str, Arm], name: str) -> Arm:
    return arms.get(name, Arm(assigned=0, gave=0))


def _total(cells: Sequence[OfferCell], arm: str) -> Arm:
    mine = [cell for cell in cells if cell.arm == arm]
    return Arm(assigned=sum(cell.assigned for cell in mine), gave=sum(cell.began for cell in mine))
