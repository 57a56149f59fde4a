"""Jobs: a failing one is logged with its traceback and runs again; a hung one is noticed by its age."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from bot.health import Health
from bot.heartbeats import Heartbeats
from bot.schedule import LONGEST_PAUSE, Schedule, Tick, pause_after
from bot.usecases.failures import Failures
from tests.logged import as_printed

SOON = timedelta(0)


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_failing_job_logs_its_traceback_and_stops_no_other() -> None:
    ran, enough = [0, 0], asyncio.Event()

    async def fail() -> None:
        ran[0] += 1
        raise ValueError("words")

    async def work() -> None:
        ran[1] += 1
        if ran[1] == 3:
            enough.set()

    jobs = [Tick(name="bad", every=SOON, run=fail), Tick(name="good", every=SOON, run=work)]
    schedule = Schedule(jobs, heartbeats=Heartbeats(), report=Failures().report)
    with as_printed() as printed:
        task = asyncio.create_task(schedule.run())
        await asyncio.wait_for(enough.wait(), 10)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert ran[0] >= 1
    assert "bad failed; error " in printed.getvalue()
    assert "in fail" in printed.getvalue()
    assert "ValueError\n" in printed.getvalue()


def test_pauses_grow_while_job_fails() -> None:
    assert [pause_after(n) for n in (0, 1, 2, 3, 50)] == [0.0, 1.0, 2.0, 4.0, LONGEST_PAUSE]


async def test_hung_job_is_noticed_by_its_age() -> None:
    seconds, begun, release, rested = Seconds(), *(asyncio.Event() for _ in range(3))

    async def hang() -> None:
        begun.set()
        await release.wait()
        asyncio.get_running_loop().call_soon(rested.set)

    tick = Tick(name="fees", every=timedelta(hours=1), run=hang, hangs_after=timedelta(minutes=10))
    heartbeats = Heartbeats(monotonic=seconds)
    schedule = Schedule([tick], heartbeats=heartbeats, report=Failures().report)
    health = Health(hung=heartbeats.hung)
    task = asyncio.create_task(schedule.run())
    await begun.wait()
    seconds.now = 600.0
    assert health.readiness()["ok"] is True
    seconds.now = 700.0
    assert health.readiness() == {"ok": False, "hung": {"fees": 700}, "database": ""}
    with as_printed() as printed:
        schedule.report_hung()
        schedule.report_hung()
    assert printed.getvalue().count("fees has been running for 700 s; it waits at") == 1
    assert "test_schedule.py:" in printed.getvalue()
    release.set()
    await asyncio.wait_for(rested.wait(), 10)
    assert health.readiness()["ok"] is True
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
