"""The broadcast worker: every recipient reaches one final state. The correction worker: posts."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.delivery.pace import Pace, Priority
from bot.delivery.pacer import Pacer
from bot.delivery.sender import Sender
from bot.domain.broadcasts import BroadcastState
from bot.store.broadcasts import posts, recipients
from bot.store.broadcasts.tables import recipient
from bot.store.campaigns import places
from bot.store.core import notices, switches
from bot.store.core.outbox import State
from bot.store.core.switches import Switch
from bot.store.db import Database
from bot.store.supporters import supporters
from bot.store.supporters.tables import address, preference, supporter
from bot.usecases.campaigns.chat_moves import move_chat
from bot.usecases.context import Context
from bot.usecases.ports import InDoubt, PlatformError, Rejected, RetryLater, Unreachable
from payments.reference import TouchKind
from tests.conftest import MovingClock
from tests.delivery.running_broadcast import (
    BROADCAST,
    BroadcastWorkers,
    RecordingMassPlatform,
    add_post,
    change,
    post_row,
    rows,
    start_broadcast,
)
from tests.usecase_setup import make_context
from tests.waiting import until


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def states(ctx: Context) -> dict[str, int]:
    async with ctx.db.read() as conn:
        return {str(state): count for state, count in (await recipients.counts(conn, BROADCAST)).items()}


async def test_each_recipient_gets_one_copy_with_own_reference(ctx: Context) -> None:
    external_ids = await start_broadcast(ctx, 5)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await telegram.sends.step()
    await telegram.sends.step()
    assert sorted(chat for chat, _, _ in telegram.platform.copies) == external_ids
    assert await states(ctx) == {"sent": 5}
    assert (await rows(ctx, "chat_id", "message_id", "revision"))[0] == ("1000", "m1000", 1)


async def test_links_carry_the_broadcast_as_touch(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    await start_broadcast(ctx, 1)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    seen: list[str] = []
    send = telegram.platform.send_copy

    async def record(external_id: str, copies: object, reference: str, **rest: object) -> object:
        seen.append(copies.for_one(reference).buttons[0].url)  # type: ignore[attr-defined]
        return await send(external_id, copies, reference, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(telegram.platform, "send_copy", record)
    await telegram.sends.step()
    read = ctx.keyring.read(seen[0].split("/")[4])
    assert (read.supporter_id, read.touch.kind, read.touch.id) == (1000, TouchKind.BROADCAST, BROADCAST)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unreachable("blocked"), "unreachable"),
        (Rejected("no"), "failed"),
        (InDoubt("no answer"), "in_doubt"),
        (RetryLater(3), "waiting"),
        (RetryLater(2, everything=False), "waiting"),
    ],
)
async def test_failed_copy_ends_in_its_state(ctx: Context, error: PlatformError, state: str) -> None:
    await start_broadcast(ctx, 3)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform(fails={"1001": [error]}))
    await telegram.sends.step()
    assert await states(ctx) == Counter({"sent": 2, state: 1})
    async with ctx.db.read() as conn:
        person = await supporters.find(conn, "telegram", "1001")
    assert person is not None
    assert person.reachable is (state != "unreachable")


async def test_flood_wait_halts_sending_and_skips_nobody(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 3)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform(fails={"1001": [RetryLater(0.3)]}))
    await telegram.sends.step()
    assert await states(ctx) == {"sent": 2, "waiting": 1}
    clock.move(seconds=2)
    await telegram.sends.step()
    assert await states(ctx) == {"sent": 3}


async def test_recipient_who_opted_out_or_blocked_meanwhile_gets_nothing(ctx: Context) -> None:
    await start_broadcast(ctx, 4)
    async with ctx.db.write() as conn:
        await conn.execute(update(preference).where(preference.c.supporter_id == 1001).values(accepted=False))
        await conn.execute(update(address).where(address.c.id == 1002).values(reachable=False))
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await telegram.sends.step()
    assert await states(ctx) == {"sent": 2, "opted_out": 1, "unreachable": 1}
    assert len(telegram.platform.copies) == 2


async def test_opted_out_recipients_delay_no_other(ctx: Context, clock: MovingClock) -> None:
    external_ids = await start_broadcast(ctx, 300)
    async with ctx.db.write() as conn:
        some = preference.c.supporter_id < int(external_ids[-2])
        await conn.execute(update(preference).where(some).values(accepted=False))
        found = await recipients.claim(conn, BROADCAST, "telegram", clock(), 1)
    assert [row.external_id for row in found] == external_ids[-2:-1]
    assert await states(ctx) == {"opted_out": 298, "sending": 1, "waiting": 1}


async def test_quick_commits_keep_claims_small(ctx: Context) -> None:
    await start_broadcast(ctx, 30)
    slow = Pacer(Pace(overall=30), monotonic=time.monotonic)
    sends = BroadcastWorkers(ctx, RecordingMassPlatform(), pacer=slow).sends
    assert sends._batch == 1
    sends._commit_takes = 0.03
    assert sends._batch == 3
    sends._commit_takes = 2.0
    assert sends._batch == 6


async def test_copy_in_doubt_is_repeated_where_nonce_makes_it_harmless(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 1, "discord")
    discord = BroadcastWorkers(ctx, RecordingMassPlatform("discord", fails={"1000": [InDoubt("no answer")]}))
    await discord.sends.step()
    assert await states(ctx) == {"waiting": 1}
    clock.move(minutes=2)
    await discord.sends.step()
    assert await states(ctx) == {"sent": 1}
    assert len({nonce for _, _, nonce in discord.platform.copies}) == 1


@pytest.mark.parametrize(("platform", "state"), [("telegram", "in_doubt"), ("discord", "waiting")])
async def test_crash_while_sending_leaves_copy_in_doubt_or_waiting(ctx: Context, platform: str, state: str) -> None:
    await start_broadcast(ctx, 2, platform)  # type: ignore[arg-type]
    async with ctx.db.write() as conn:
        await recipients.claim(conn, BROADCAST, platform, ctx.clock(), 1)  # type: ignore[arg-type]
    await BroadcastWorkers(ctx, RecordingMassPlatform(platform)).sends.recover()  # type: ignore[arg-type]
    assert await states(ctx) == Counter({state: 1}) + Counter({"waiting": 1})


async def test_frozen_paused_or_not_due_broadcast_sends_nothing(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 1)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.FREEZE, on=True, at=clock()))
    await telegram.sends.step()
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.FREEZE, on=False, at=clock()))
    await change(ctx, state=BroadcastState.PAUSED)
    await telegram.sends.step()
    await change(ctx, state=BroadcastState.RUNNING)
    async with ctx.db.write() as conn:
        await conn.execute(update(recipient).values(due_at=clock.now.replace(hour=23)))
    await telegram.sends.step()
    assert telegram.platform.copies == []
    clock.move(hours=12)
    await telegram.sends.step()
    assert len(telegram.platform.copies) == 1


async def test_too_many_failures_pause_broadcast(ctx: Context) -> None:
    external_ids = await start_broadcast(ctx, 60)
    fails: dict[str, list[PlatformError]] = {chat: [Rejected("chat is sad")] for chat in external_ids[10:40]}
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform(fails=fails))
    telegram.sends._most_ahead = 30
    await telegram.sends.step()
    assert telegram.paused == [(BROADCAST, "chat is sad")]
    await telegram.sends.step()
    assert (await states(ctx))["waiting"] > 0


async def test_pause_names_error_of_its_own_broadcast(ctx: Context) -> None:
    await start_broadcast(ctx, 1)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await telegram.sends._load_jobs()
    failed = [
        recipients.Result(broadcast_id=BROADCAST, supporter_id=n, state=State.FAILED, error="chat is sad")
        for n in range(50)
    ]
    other = recipients.Result(broadcast_id=BROADCAST + 1, supporter_id=1, state=State.FAILED, error="of another one")
    await telegram.sends._pause_failing([*failed[:1], other])
    await telegram.sends._pause_failing([*failed[1:], other])
    assert telegram.paused == [(BROADCAST, "chat is sad")]


async def test_briefly_lost_lease_posts_nothing_twice(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 0, "discord")
    await add_post(ctx, "-100", "discord")
    discord = BroadcastWorkers(ctx, RecordingMassPlatform("discord"))
    post, arrived, answers = discord.platform.post, asyncio.Event(), asyncio.Event()

    async def slowly(*given: Any, **rest: Any) -> Any:
        ref = await post(*given, **rest)
        arrived.set()
        await answers.wait()
        return ref

    discord.platform.post = slowly  # type: ignore[method-assign]
    posting = asyncio.create_task(discord.corrections.step())
    await arrived.wait()
    clock.move(minutes=1)
    await discord.corrections.recover()
    answers.set()
    await posting
    await discord.corrections.step()
    assert discord.platform.posted == ["-100"]


async def test_blocked_recipients_are_not_failures(ctx: Context) -> None:
    external_ids = await start_broadcast(ctx, 30)
    telegram = BroadcastWorkers(
        ctx, RecordingMassPlatform(fails={chat: [Unreachable("blocked")] for chat in external_ids})
    )
    await telegram.sends.step()
    assert telegram.paused == []
    assert await states(ctx) == {"unreachable": 30}


async def test_discord_refusing_dms_halts_them_and_notifies_staff(ctx: Context) -> None:
    await start_broadcast(ctx, 3, "discord")
    stop = RetryLater(600, everything=False, dms="too_fast")
    dm_pacer = Pacer(Pace(overall=100_000), monotonic=time.monotonic)
    discord = BroadcastWorkers(
        ctx, RecordingMassPlatform("discord", fails={"1000": [stop], "1001": [stop], "1002": [stop]}), dm_pacer
    )
    await discord.sends.step()
    await discord.sends.step()
    assert await states(ctx) == {"waiting": 3}
    assert discord.pacer.halted_for == 0
    async with ctx.db.read() as conn:
        assert [notice.kind for notice in await notices.due(conn, ctx.clock(), 9)] == ["dms_stopped"]


async def test_copy_to_paused_chat_delays_no_other(ctx: Context) -> None:
    await start_broadcast(ctx, 4)
    pacer = Pacer(Pace(overall=1000, per_chat=0.01), monotonic=time.monotonic)
    for _ in range(2):
        await pacer.slot("1000", Priority.ANSWER)
    pacer.refused("1000", 300)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform(), pacer=pacer)
    telegram.sends._most_ahead = 1
    for _ in range(4):
        await telegram.sends.step()
    assert await states(ctx) == {"sent": 3, "waiting": 1}


async def test_stopping_releases_unsent_copies(ctx: Context) -> None:
    await start_broadcast(ctx, 3)
    telegram = BroadcastWorkers(
        ctx, RecordingMassPlatform(), pacer=Pacer(Pace(overall=1, window=60), monotonic=time.monotonic)
    )
    telegram.sends._most_ahead = 3
    running = asyncio.create_task(Sender(ctx, "telegram", [telegram.sends], holder="test").run())

    async def one_is_gone() -> bool:
        return len(telegram.platform.copies) == 1

    await until(one_is_gone)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await states(ctx) == {"sent": 1, "waiting": 2}


async def test_stopping_during_claim_releases_recipients(ctx: Context) -> None:
    await start_broadcast(ctx, 3)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    holding = asyncio.Event()
    holding.set()
    running = asyncio.create_task(telegram.sends.serve(holding))
    await until(lambda: telegram.sends._committing is not None, every=0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert telegram.platform.copies == []
    assert await states(ctx) == {"waiting": 3}


async def test_copy_refused_after_stop_is_dropped(ctx: Context) -> None:
    await start_broadcast(ctx, 3)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform(fails={"1001": [RetryLater(3)]}))
    send = telegram.platform.send_copy

    async def stopped_meanwhile(external_id: str, *given: Any, **rest: Any) -> Any:
        await change(ctx, state=BroadcastState.STOPPED)
        await telegram.sends._load_jobs()
        return await send(external_id, *given, **rest)

    telegram.platform.send_copy = stopped_meanwhile  # type: ignore[method-assign]
    await telegram.sends.step()
    assert await states(ctx) == {"sent": 2, "dropped": 1}


async def test_attempt_in_doubt_is_not_marked_dropped_by_stop(ctx: Context) -> None:
    await start_broadcast(ctx, 2, "discord")
    discord = BroadcastWorkers(ctx, RecordingMassPlatform("discord", fails={"1000": [InDoubt("no answer")]}))
    discord.sends._most_ahead = 1
    await discord.sends.step()
    async with ctx.db.write() as conn:
        await recipients.drop_waiting(conn, BROADCAST, "stopped", ctx.clock())
    assert await states(ctx) == {"in_doubt": 1, "dropped": 1}


async def test_crash_in_stopped_broadcast_leaves_nothing_waiting(ctx: Context) -> None:
    await start_broadcast(ctx, 1, "discord")
    await add_post(ctx, "-100", "discord")
    async with ctx.db.write() as conn:
        await recipients.claim(conn, BROADCAST, "discord", ctx.clock(), 1)
        await posts.claim(conn, BROADCAST, "discord", ctx.clock(), 1)
    await change(ctx, state=BroadcastState.STOPPED)
    discord = BroadcastWorkers(ctx, RecordingMassPlatform("discord"))
    await discord.sends.recover()
    await discord.corrections.recover()
    assert await states(ctx) == {"in_doubt": 1}
    assert (await post_row(ctx))[0] == "in_doubt"


async def test_recipient_who_gave_meanwhile_is_not_asked(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 3)
    async with ctx.db.write() as conn:
        gave = {1000: clock() - timedelta(hours=1), 1001: clock() - timedelta(days=8)}
        for external_ids, at in gave.items():
            await conn.execute(update(supporter).where(supporter.c.id == external_ids).values(last_gift_at=at))
    await BroadcastWorkers(ctx, RecordingMassPlatform()).sends.step()
    assert await rows(ctx, "supporter_id", "state", "asks") == [
        (1000, "sent", False),
        (1001, "sent", True),
        (1002, "sent", True),
    ]


# --- posts, corrections, withdrawals --------------------------------------------------------------


async def test_post_follows_migrated_group(ctx: Context) -> None:
    await start_broadcast(ctx, 0)
    place = await add_post(ctx, "-100")
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await telegram.corrections.step()
    assert await post_row(ctx) == ("sent", "-1009", "p1", 1)
    await move_chat(ctx, "telegram", "-100", "-1009")  # as the adapter does when Telegram names the new chat
    assert await post_row(ctx) == ("sent", "-1009", "p1", 1)
    async with ctx.db.read() as conn:
        assert (await places.by_ids(conn, [place.id]))[place.id].chat_id == "-1009"


async def test_lost_place_notifies_staff(ctx: Context) -> None:
    await start_broadcast(ctx, 0)
    await add_post(ctx, "-100")
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform(fails={"-100": [Unreachable("kicked")]}))
    await telegram.corrections.step()
    assert (await post_row(ctx))[0] == "failed"
    async with ctx.db.read() as conn:
        assert [notice.kind for notice in await notices.due(conn, ctx.clock(), 9)] == ["place_lost"]


async def test_disabled_place_gets_no_post(ctx: Context) -> None:
    await start_broadcast(ctx, 0)
    place = await add_post(ctx, "-100")
    async with ctx.db.write() as conn:
        await places.set_purpose(conn, place.id, places.STAFF, "fr")
    await BroadcastWorkers(ctx, RecordingMassPlatform()).corrections.step()
    assert await post_row(ctx) == ("dropped", None, None, 0)


async def test_post_refused_after_stop_is_dropped(ctx: Context) -> None:
    await start_broadcast(ctx, 0)
    await add_post(ctx, "-100")
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform(fails={"-100": [RetryLater(3)]}))
    post = telegram.platform.post

    async def stopped_meanwhile(*given: Any, **rest: Any) -> Any:
        await change(ctx, state=BroadcastState.STOPPED)
        return await post(*given, **rest)

    telegram.platform.post = stopped_meanwhile  # type: ignore[method-assign]
    await telegram.corrections.step()
    assert (await post_row(ctx))[0] == "dropped"
