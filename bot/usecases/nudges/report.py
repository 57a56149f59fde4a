"""Whether reminders work, as staff may look at it any day: both arms, lift with its interval, and what it cost."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.lift import Arm, Lift, MoneyLift, MoneyStratum, Stratum, compare, compare_money
from bot.domain.nudges import PolicyName
from bot.store.db import Connection
from bot.store.nudges import figures
from bot.store.nudges.figures import ArmMoney, Cell
from bot.usecases.context import Context
from bot.usecases.nudges.policies import PolicyState, policy_states

SOON = timedelta(days=14)
LATER = timedelta(days=90)  # shows gifts that were merely pulled forward
MONEY_CAP = 50_000  # minor units: no supporter counts for more
_WORK = 5_000_000  # values drawn at most by one bootstrap

DEFINITIONS: Mapping[str, str] = {
    "assigned": "supporters who were due, by their first decision, sent to or held out",
    "gave": "assigned supporters with a gift within the window after they were due, whatever its link",
    "lift": "share of givers among those sent to, less the share among those held out; by intention to treat",
    "interval": "95 %; holds however often one looks (asymptotic confidence sequence)",
    "smallest": "the smallest difference that this many supporters could show",
    "money": f"net money per assigned supporter, zeros included, at most {MONEY_CAP} minor units each; bootstrap, "
    "95 %, which holds for one look that was settled on beforehand, not for looking every day",
    "stopped": "turned reminders off by its button, or in another way within three days of it",
    "blocked": "could not be reached when it came, or blocked the bot within three days of it",
    "credited": "gifts whose own link was a reminder's; not a measure of effect",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Both arms over one window after the due time."""

    days: int
    lift: Lift
    money: Mapping[str, MoneyLift]  # by currency


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReport:
    """All that can be said of one policy."""

    standing: PolicyState
    windows: Sequence[Window]
    texts: Lift | None  # the second text against the first, among those sent to; None where there is one text
    credited: Sequence[tuple[str, int, int]]
    ends: Mapping[str, int]


async def report(ctx: Context) -> list[PolicyReport]:
    """Every policy that has decided anything."""
    async with ctx.db.snapshot() as conn:
        found = [await _policy(ctx, conn, standing) for standing in (await policy_states(conn)).values()]
    return [one for one in found if one.windows[0].lift.sent.assigned or one.ends["sent"] or one.standing.wanted]


async def _policy(ctx: Context, conn: Connection, standing: PolicyState) -> PolicyReport:
    windows = [await _window(ctx, conn, standing.name, span) for span in (SOON, LATER)]
    return PolicyReport(
        standing=standing,
        windows=windows,
        texts=await _texts(ctx, conn, standing.name) if standing.has_two_texts else None,
        credited=await figures.credited(conn, standing.name),
        ends=await figures.ends(conn, standing.name),
    )


async def _window(ctx: Context, conn: Connection, name: PolicyName, span: timedelta) -> Window:
    cells = await figures.cells(conn, name, span, ctx.clock())
    money: dict[str, MoneyLift] = {}
    for code in await figures.currencies(conn, name):
        strata = _money_strata(await figures.money(conn, name, span, ctx.clock(), code))
        values = sum(s.assigned for s in strata)
        rounds = max(200, min(1_000, _WORK // max(values, 1)))
        seed = f"{name}:{span.days}:{code}:{values}"  # the same figures give the same interval
        found = compare_money(strata, cap=MONEY_CAP, rng=random.Random(seed), rounds=rounds)
        if found is not None:
            money[code] = found
    return Window(days=span.days, lift=compare(_strata(cells)), money=money)


def _strata(cells: Sequence[Cell]) -> list[Stratum]:
    """By chance of being sent to: arms are compared only within it."""
    arms: defaultdict[float, dict[str, tuple[int, int]]] = defaultdict(dict)
    for cell in cells:
        assigned, gave = arms[cell.propensity].get(cell.arm, (0, 0))
        arms[cell.propensity][cell.arm] = (assigned + cell.assigned, gave + cell.gave)
    return [Stratum(sent=_arm(by.get("sent")), held_out=_arm(by.get("held_out"))) for by in arms.values()]


def _money_strata(found: Sequence[ArmMoney]) -> list[MoneyStratum]:
    by_chance: defaultdict[float, dict[str, list[int]]] = defaultdict(lambda: {"sent": [], "held_out": []})
    for one in found:
        by_chance[one.propensity][one.arm] += [one.minor] * one.supporters
    return [MoneyStratum(sent=arms["sent"], held_out=arms["held_out"]) for arms in by_chance.values()]


async def _texts(ctx: Context, conn: Connection, name: PolicyName) -> Lift:
    """The two texts as equal halves: `sent` is the second, `held_out` the first.

    Only since staff last changed the texts: who had the one text before there were two, or another wording, was never
    drawn for this comparison.
    """
    since = await figures.texts_at(conn, name)
    cells = await figures.cells(conn, name, SOON, ctx.clock(), since)
    halves = {t: [c for c in cells if c.arm == "sent" and c.text == t] for t in (0, 1)}
    first, second = (
        Arm(assigned=sum(c.assigned for c in half), gave=sum(c.gave for c in half)) for half in halves.values()
    )
    return compare([Stratum(sent=second, held_out=first)])


def _arm(found: tuple[int, int] | None) -> Arm:
    assigned, gave = found or (0, 0)
    return Arm(assigned=assigned, gave=gave)


def as_json(found: Sequence[PolicyReport]) -> dict[str, Any]:
    """For the terminal and other programs."""
    return {"policies": {one.standing.name.value: _json(one) for one in found}, "definitions": DEFINITIONS}


def _json(one: PolicyReport) -> dict[str, Any]:
    return {
        "on": one.standing.on,
        "held_out_share": one.standing.held_out,
        "windows": {f"{w.days}_days": _window_json(w) for w in one.windows},
        "texts": _lift_json(one.texts) if one.texts is not None else None,
        "credited": [{"currency": c, "gifts": n, "minor": m} for c, n, m in one.credited],
        "ends": dict(one.ends),
    }


def _window_json(window: Window) -> dict[str, Any]:
    money = {
        code: {"per_supporter_minor": round(m.lift, 2), "low": round(m.low, 2), "high": round(m.high, 2), "cap": m.cap}
        for code, m in window.money.items()
    }
    return _lift_json(window.lift) | {"money": money}


def _lift_json(lift: Lift) -> dict[str, Any]:
    return {
        "sent": {"assigned": lift.sent.assigned, "gave": lift.sent.gave},
        "held_out": {"assigned": lift.held_out.assigned, "gave": lift.held_out.gave},
        "lift": round(lift.lift, 4),
        "low": round(lift.low, 4),
        "high": round(lift.high, 4),
        "smallest": round(lift.smallest, 4),
        "shown": lift.is_shown,
    }
