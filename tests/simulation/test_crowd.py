"""No cap, quiet hour or consent is ever broken, whatever a crowd does; and a season replays exactly from its seed.

The judge below knows the promises made to donors and nothing of how they are kept.
"""

import random
from collections import defaultdict
from datetime import time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.ids import Ids
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.store.nudges.tables import decision
from tests.conftest import MovingClock
from tests.machine import FULL
from tests.simulation.crowd import START, STEP, Seen, play
from tests.world import make_context, open_campaign

DAY = timedelta(days=1)
SEEDS = (2026, 11, 23)
PEOPLE, DAYS = (5_000, 120) if FULL else (800, 60)


async def season(folder: Path, seed: int, people: int, days: int) -> tuple[Seen, list[tuple[object, ...]], str]:
    """One season on a database of its own: what was seen, and every decision."""
    db = Database(f"sqlite:///{folder / f'{seed}.sqlite3'}")
    try:
        await migrate(db)
        clock = MovingClock(START)
        ctx = make_context(db, clock)
        ctx = make_context(db, clock, ids=Ids(clock, random.Random(seed)))
        campaign = await open_campaign(ctx, ends_on=None)
        seen, _ = await play(ctx, campaign, seed=seed, people=people, days=days)
        async with db.read() as conn:
            rows = [tuple(row) for row in await conn.execute(select(decision).order_by(decision.c.id))]
        return seen, rows, ctx.zone
    finally:
        await db.close()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
async def test_every_promise_is_kept(tmp_path: Path, seed: int) -> None:
    seen, rows, zone = await season(tmp_path, seed, people=PEOPLE, days=DAYS)
    assert len(seen.sent) > PEOPLE / 25, "a season in which nobody is asked shows nothing"
    for one in seen.sent:
        here = one.at.astimezone(seen.zone(one.supporter_id, zone))
        assert time(9) <= here.time() < time(21), f"{one} arrived at {here}"
        assert seen.agreed(one.supporter_id, one.at), f"{one} had not agreed"
        gifts = seen.gave[one.supporter_id]
        assert not any(timedelta() <= one.at - gift < 7 * DAY for gift in gifts), f"{one} had just given"
    _judge_caps(seen)
    _judge_arms(seen, rows)


def _judge_caps(seen: Seen) -> None:
    by_person = defaultdict(list)
    for one in seen.sent:
        by_person[one.supporter_id].append(one.at)
    for who, times in by_person.items():
        assert all(later - earlier >= 14 * DAY for earlier, later in pairwise(sorted(times))), who
        assert all(sum(at <= other < at + 90 * DAY for other in times) <= 3 for at in times), who


def _judge_arms(seen: Seen, rows: list[tuple[object, ...]]) -> None:
    """Both arms are there, once for each reason, and what was sent are decisions of the arm that is sent to."""
    by_id = {row[0]: row for row in rows}
    columns = {column.name: place for place, column in enumerate(decision.c)}
    arms = [row[columns["arm"]] for row in rows]
    assert 0.4 < arms.count("held_out") / len(arms) < 0.65
    reasons = [(row[columns["supporter_id"]], row[columns["reason"]]) for row in rows]
    assert len(reasons) == len(set(reasons))
    assert all(by_id[one.decision_id][columns["arm"]] == "sent" for one in seen.sent)
    assert len({one.decision_id for one in seen.sent}) == len(seen.sent), "one decision, one message"
    arm_of: dict[object, set[object]] = defaultdict(set)
    for row in rows:
        arm_of[row[columns["supporter_id"]], row[columns["policy"]]].add(row[columns["arm"]])
    assert all(len(arms) == 1 for arms in arm_of.values()), "somebody changed arms"


async def test_a_season_replays_exactly(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first = await season(tmp_path, 7, people=150, days=60)
    second = await season(tmp_path / "again", 7, people=150, days=60)
    assert first[1] == second[1]
    assert first[0].sent == second[0].sent
    assert STEP < DAY
