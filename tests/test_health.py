"""A hung task turns readiness off; what is stuck is reported once, and once more when it works again."""

import asyncio
import math
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot import health as health_module
from bot.delivery.loop import DeliveryLoop
from bot.delivery.pace import TELEGRAM
from bot.delivery.pacer import Pacer
from bot.health import Health
from bot.heartbeats import HANGS_AFTER, Heartbeats
from bot.store.core import cursors
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.core.stuck import BACKUP, Stuck, notify_changes
from bot.usecases.money.intake import Intake
from bot.usecases.staff.notices import KINDS
from tests.conftest import MovingClock
from tests.usecase_setup import make_context, notices_of


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, seconds: Seconds) -> Context:
    return make_context(db, clock, heartbeats=Heartbeats(monotonic=seconds))


def test_hanging_is_noticed_within_half_a_minute() -> None:
    assert HANGS_AFTER < 30


async def test_hung_intake_turns_readiness_off(ctx: Context, seconds: Seconds, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, release = asyncio.Event(), asyncio.Event()

    async def hang(*_: Any) -> int:
        begun.set()
        await release.wait()
        return 0

    intake, health = Intake(ctx, [], livemode=False), Health(hung=ctx.heartbeats.hung)
    monkeypatch.setattr(intake, "_write", hang)
    running = asyncio.create_task(intake.run())
    seconds.now = 900.0
    assert health.readiness()["ok"] is True  # a quiet night: nothing came in
    done = asyncio.get_running_loop().create_future()
    intake._queue.put_nowait(cast(Any, SimpleNamespace(event=None, done=done, trace="")))
    await begun.wait()
    seconds.now += HANGS_AFTER + 1
    assert health.readiness() == {"ok": False, "hung": {"intake": 26}, "database": ""}
    release.set()
    await done
    await asyncio.sleep(0)
    assert health.readiness()["ok"] is True
    running.cancel()
    await asyncio.wait([running])


async def test_hung_outbox_turns_readiness_off(ctx: Context, seconds: Seconds, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, holding = asyncio.Event(), asyncio.Event()

    async def hang() -> int:
        begun.set()
        await asyncio.Event().wait()
        return 0

    platform = cast(Any, SimpleNamespace(name="telegram"))
    worker = DeliveryLoop(ctx, platform, Pacer(TELEGRAM, monotonic=seconds))
    monkeypatch.setattr(worker, "_run_once", hang)
    running = asyncio.create_task(worker.serve(holding))
    seconds.now = 900.0
    assert not ctx.heartbeats.hung()  # it stands by
    holding.set()
    await begun.wait()
    seconds.now += HANGS_AFTER + 1
    assert list(ctx.heartbeats.hung()) == ["outbox:telegram"]
    running.cancel()
    await asyncio.wait([running])


def test_task_is_late_after_ten_intervals_and_a_quarter_of_an_hour(seconds: Seconds) -> None:
    beats = Heartbeats(monotonic=seconds)
    beats.expect("often", every=1.0)
    beats.expect("hourly", every=3600.0)
    beats.expect("on demand", every=math.inf)
    for now, late in ((899.0, []), (901.0, ["often"]), (36_001.0, ["often", "hourly"])):
        seconds.now = now
        assert list(beats.late()) == late
    with pytest.raises(ValueError), beats.run("often"):
        raise ValueError
    assert "often" in beats.late()
    with beats.run("often"):
        pass
    assert list(beats.late()) == ["hourly"]


async def test_stuck_is_reported_once_and_again_when_it_works(ctx: Context) -> None:
    late, silent = Stuck(kind="task", name="fees", seconds=960), Stuck(kind="telegram", seconds=1200)
    assert await notify_changes(ctx, [late])
    assert not await notify_changes(ctx, [late])
    assert await notify_changes(ctx, [late, silent])
    assert await notify_changes(ctx, [silent])
    assert await notify_changes(ctx, [])
    assert not await notify_changes(ctx, [])
    stuck, recovered = await notices_of(ctx, "stuck"), await notices_of(ctx, "recovered")
    assert [[one["kind"] for one in notice.args["found"]] for notice in stuck] == [["task"], ["telegram"]]
    assert [notice.args["found"] for notice in recovered] == [["task:fees"], ["telegram:"]]
    assert any("“fees” has not succeeded for 16 minutes" in line for line in (await _card(ctx, stuck[0])).lines)
    assert (await _card(ctx, recovered[1])).lines == ("Telegram answers again.",)


async def _card(ctx: Context, notice: Any) -> Any:
    return await KINDS[notice.kind](ctx, notice, "en")


async def test_quiet_start_and_quiet_night_are_not_stuck(ctx: Context, clock: MovingClock, seconds: Seconds) -> None:
    contact = SimpleNamespace(last_update=None, last_contact=None)
    health = Health(contacts=lambda: cast(Any, {"discord": contact}))
    assert not await health.stuck(ctx)
    seconds.now = 1000.0
    contact.last_contact = clock() - timedelta(minutes=1)  # connected, though nobody wrote
    assert not await health.stuck(ctx)


async def test_silence_old_backup_and_full_disk_are_stuck(
    ctx: Context, clock: MovingClock, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = SimpleNamespace(last_update=None, last_contact=clock() - timedelta(minutes=16))
    health = Health(contacts=lambda: cast(Any, {"telegram": contact}))
    async with ctx.db.write() as conn:
        await cursors.write(conn, BACKUP, clock() - timedelta(days=3))
    monkeypatch.setattr(health_module, "free_disk", lambda _ctx: 1_000_000)
    seconds.now = 1000.0
    assert [one.kind for one in await health.stuck(ctx)] == ["telegram", "disk", "backup"]
    health.refused["telegram"] = "its token is wrong"  # reported already
    assert [one.kind for one in await health.stuck(ctx)] == ["disk", "backup"]


async def test_status_names_nobody_and_nothing_secret(ctx: Context) -> None:
    status = await Health().status(ctx)
    assert {"tasks", "stripe", "oldest_waiting", "free_disk", "backup", "platforms"} <= status.keys()
