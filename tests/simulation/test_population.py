"""No cap, quiet hour or consent is ever broken, whatever supporters do; and a season replays exactly from its seed.

The checks below know the promises made to donors, not how they are implemented.
"""

import random
from collections import defaultdict
from datetime import time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.holdout import USUAL
from bot.domain.ids import Ids
from bot.store.db import Database
from bot.store.nudges.tables import decision
from tests.conftest import MovingClock
from tests.databases import migrated_file
from tests.machine import FULL
from tests.simulation.population import START, STEP, Observations, play
from tests.usecase_setup import make_context, open_campaign

DAY = timedelta(days=1)
SEEDS = (2026, 11, 23)
PEOPLE, DAYS = (5_000, 120) if FULL else (400, 35)
SHARE_OFF = 0.05 if FULL else 0.11  # three standard deviations of the share held out, of 70 decisions
AGAIN, DAYS_AGAIN = (150, 60) if FULL else (60, 30)  # played twice


async def season(folder: Path, seed: int, people: int, days: int) -> tuple[Observations, list[tuple[object, ...]], str]:
    """Run one season on a new database; return the observations, every decision, and the charity's time zone."""
    db = Database(await migrated_file(folder / f"{seed}.sqlite3"))
    try:
        clock = MovingClock(START)
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
async def test_reminders_respect_consent_caps_and_quiet_hours(tmp_path: Path, seed: int) -> None:
    seen, rows, zone = await season(tmp_path, seed, people=PEOPLE, days=DAYS)
    assert len(seen.sent) > PEOPLE / 25, "a season in which nobody is asked shows nothing"
    for reminder in seen.sent:
        local = reminder.at.astimezone(seen.zone(reminder.supporter_id, zone))
        assert time(9) <= local.time() < time(21), f"{reminder} arrived at {local}"
        assert seen.agreed(reminder.supporter_id, reminder.at), f"{reminder} had not agreed"
        gifts = seen.gave[reminder.supporter_id]
        assert not any(timedelta() <= reminder.at - gift < 7 * DAY for gift in gifts), f"{reminder} had just given"
    _check_caps(seen)
    _check_arms(seen, rows)


def _check_caps(seen: Observations) -> None:
    by_person = defaultdict(list)
    for reminder in seen.sent:
        by_person[reminder.supporter_id].append(reminder.at)
    for who, times in by_person.items():
        assert all(later - earlier >= 14 * DAY for earlier, later in pairwise(sorted(times))), who
        assert all(sum(at <= other < at + 90 * DAY for other in times) <= 3 for at in times), who


def _check_arms(seen: Observations, rows: list[tuple[object, ...]]) -> None:
    """Check that both arms occur, once for each reason, and that only decisions of the sent arm were sent."""
    by_id = {row[0]: row for row in rows}
    columns = {column.name: place for place, column in enumerate(decision.c)}
    arms = [row[columns["arm"]] for row in rows]
    assert arms.count("held_out") / len(arms) == pytest.approx(USUAL, abs=SHARE_OFF)
    reasons = [(row[columns["supporter_id"]], row[columns["reason"]]) for row in rows]
    assert len(reasons) == len(set(reasons))
    assert all(by_id[reminder.decision_id][columns["arm"]] == "sent" for reminder in seen.sent)
    assert len({reminder.decision_id for reminder in seen.sent}) == len(seen.sent), "one decision, one message"
    arm_of: dict[object, set[object]] = defaultdict(set)
    for row in rows:
        arm_of[row[columns["supporter_id"]], row[columns["policy"]]].add(row[columns["arm"]])
    assert all(len(arms) == 1 for arms in arm_of.values()), "a supporter changed arms"


async def test_season_replays_exactly_from_its_seed(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first = await season(tmp_path, 7, people=AGAIN, days=DAYS_AGAIN)
    second = await season(tmp_path / "again", 7, people=AGAIN, days=DAYS_AGAIN)
    assert first[1] == second[1]
    assert first[0].sent == second[0].sent
    assert STEP < DAY
