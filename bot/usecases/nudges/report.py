"""The effect of reminders, valid however often staff look: both arms, lift with its interval, and side effects."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.domain.lift import Arm, Lift, MoneyLift, MoneyStratum, Stratum, compare, compare_money, useful_size
from bot.domain.nudges import PolicyName
from bot.store.db import Connection
from bot.store.nudges import figures
from bot.store.nudges.figures import ArmMoney, Cell
from bot.usecases.context import Context
from bot.usecases.nudges.policies import PolicyState, policy_states

SOON = timedelta(days=14)
LATER = timedelta(days=90)  # reveals gifts that were merely made earlier
MONEY_CAP = 50_000  # minor units: larger sums of one supporter are capped
_MAX_DRAWS = 5_000_000  # values drawn by one bootstrap

DEFINITIONS: Mapping[str, str] = {
    "assigned": "supporters who were due, by their first decision, sent to or held out",
    "gave": "assigned supporters with a gift within the window after they were due, whatever its link",
    "lift": "share of givers among those sent to, less the share among those held out; by intention to treat",
    "interval": "95 %; holds however often one looks (asymptotic confidence sequence)",
    "smallest": "the smallest difference that this many supporters could show",
    "useful_size": "about how many supporters it takes to show a difference of ten points at a rate of 20 %",
    "money": f"net money per assigned supporter, zeros included, at most {MONEY_CAP} minor units each; bootstrap, "
    "95 %, which holds for one look that was settled on beforehand, not for looking every day",
    "stopped": "turned reminders off by its button, or in another way within three days of it",
    "blocked": "could not be reached when it came, or blocked the bot within three days of it",
    "credited": "gifts whose own link was a reminder's; not a measure of effect",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Both arms within one window after the due time."""

    days: int
    lift: Lift
    money: Mapping[str, MoneyLift]  # by currency


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReport:
    """The figures of one policy."""

    policy: PolicyState
    windows: Sequence[Window]
    texts: Lift | None  # the second text against the first, among those sent to; None with one text
    credited: Sequence[tuple[str, int, int]]
    ends: Mapping[str, int]

    @property
    def has_data(self) -> bool:
        """Whether anyone was drawn long enough ago to count, or got a reminder."""
        lift = self.windows[0].lift
        return bool(lift.sent.assigned or lift.held_out.assigned or self.ends["sent"])

    @property
    def useful(self) -> int:
        """About how many supporters it takes to show a large effect with the policy's holdout."""
        return useful_size(self.policy.held_out_in_all)


async def report(ctx: Context) -> list[PolicyReport]:
    """Return the report of every policy that is on or has ever decided anything."""
    async with ctx.db.snapshot() as conn:
        reports = [await _policy(ctx, conn, policy) for policy in (await policy_states(conn)).values()]
    return [r for r in reports if r.has_data or r.policy.wanted]


async def _policy(ctx: Context, conn: Connection, policy: PolicyState) -> PolicyReport:
    windows = [await _window(ctx, conn, policy.name, span) for span in (SOON, LATER)]
    return PolicyReport(
        policy=policy,
        windows=windows,
        texts=await _texts(ctx, conn, policy.name) if policy.has_two_texts else None,
        credited=await figures.credited(conn, policy.name),
        ends=await figures.ends(conn, policy.name),
    )


async def _window(ctx: Context, conn: Connection, name: PolicyName, span: timedelta) -> Window:
    cells = await figures.cells(conn, name, span, ctx.clock())
    money: dict[str, MoneyLift] = {}
    for code in await figures.currencies(conn, name):
        strata = _money_strata(await figures.money(conn, name, span, ctx.clock(), code))
        values = sum(s.assigned for s in strata)
        rounds = max(200, min(1_000, _MAX_DRAWS // max(values, 1)))
        seed = f"{name}:{span.days}:{code}:{values}"  # the same figures give the same interval
        money_lift = compare_money(strata, cap=MONEY_CAP, rng=random.Random(seed), rounds=rounds)
        if money_lift is not None:
            money[code] = money_lift
    return Window(days=span.days, lift=_lift(_strata(cells)), money=money)


def _lift(strata: Sequence[Stratum]) -> Lift:
    """Compare both arms; while one is empty, nothing is compared, but all supporters are counted."""
    lift = compare(strata)
    if lift.sent.assigned:
        return lift
    return replace(lift, sent=_total([s.sent for s in strata]), held_out=_total([s.held_out for s in strata]))


def _total(arms: Sequence[Arm]) -> Arm:
    return Arm(assigned=sum(a.assigned for a in arms), gave=sum(a.gave for a in arms))


def _strata(cells: Sequence[Cell]) -> list[Stratum]:
    """Group by propensity: arms are compared only within the same one."""
    arms: defaultdict[float, dict[str, tuple[int, int]]] = defaultdict(dict)
    for cell in cells:
        assigned, gave = arms[cell.propensity].get(cell.arm, (0, 0))
        arms[cell.propensity][cell.arm] = (assigned + cell.assigned, gave + cell.gave)
    return [Stratum(sent=_arm(by.get("sent")), held_out=_arm(by.get("held_out"))) for by in arms.values()]


def _money_strata(rows: Sequence[ArmMoney]) -> list[MoneyStratum]:
    by_propensity: defaultdict[float, dict[str, list[int]]] = defaultdict(lambda: {"sent": [], "held_out": []})
    for row in rows:
        by_propensity[row.propensity][row.arm] += [row.minor] * row.supporters
    return [MoneyStratum(sent=arms["sent"], held_out=arms["held_out"]) for arms in by_propensity.values()]


async def _texts(ctx: Context, conn: Connection, name: PolicyName) -> Lift:
    """Compare the two texts: `sent` is the second, `held_out` the first.

    Only decisions since staff last changed the texts count: earlier ones were not drawn for this comparison.
    """
    since = await figures.texts_at(conn, name)
    cells = await figures.cells(conn, name, SOON, ctx.clock(), since)
    halves = {t: [c for c in cells if c.arm == "sent" and c.text == t] for t in (0, 1)}
    first, second = (
        Arm(assigned=sum(c.assigned for c in half), gave=sum(c.gave for c in half)) for half in halves.values()
    )
    return compare([Stratum(sent=second, held_out=first)])


def _arm(counts: tuple[int, int] | None) -> Arm:
    assigned, gave = counts or (0, 0)
    return Arm(assigned=assigned, gave=gave)


def as_json(reports: Sequence[PolicyReport]) -> dict[str, Any]:
    """Return the reports for the terminal and other programs."""
    return {"policies": {r.policy.name.value: _json(r) for r in reports}, "definitions": DEFINITIONS}


def _json(report: PolicyReport) -> dict[str, Any]:
    return {
        "on": report.policy.on,
        "held_out_share": round(report.policy.held_out_in_all, 4),
        "useful_size": report.useful,
        "windows": {f"{w.days}_days": _window_json(w) for w in report.windows},
        "texts": lift_json(report.texts) if report.texts is not None else None,
        "credited": [{"currency": c, "gifts": n, "minor": m} for c, n, m in report.credited],
        "ends": dict(report.ends),
    }


def _window_json(window: Window) -> dict[str, Any]:
    money = {
        code: {"per_supporter_minor": round(m.lift, 2), "low": round(m.low, 2), "high": round(m.high, 2), "cap": m.cap}
        for code, m in window.money.items()
    }
    return lift_json(window.lift) | {"money": money}


def lift_json(lift: Lift) -> dict[str, Any]:
    """Return both arms and their difference, for other programs."""
    return {
        "sent": {"assigned": lift.sent.assigned, "gave": lift.sent.gave},
        "held_out": {"assigned": lift.held_out.assigned, "gave": lift.held_out.gave},
        "lift": round(lift.lift, 4),
        "low": round(lift.low, 4),
        "high": round(lift.high, 4),
        "smallest": round(lift.smallest, 4),
        "shown": lift.is_shown,
    }
