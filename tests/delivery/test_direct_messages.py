"""Direct messages on Discord: a daily cap on new conversations, and a stop after Discord refuses one."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.delivery import dm_refusals
from bot.delivery.loop import DeliveryLoop
from bot.delivery.pace import Pace
from bot.delivery.paced import PacedPlatform
from bot.delivery.pacer import Pacer
from bot.domain.ids import Ids
from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.store.broadcasts import recipients
from bot.store.core import audit, outbox, switches
from bot.store.core.outbox import Delivery, Lane
from bot.store.core.switches import Switch
from bot.store.db import Database
from bot.store.supporters.tables import address
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import direct_messages
from bot.usecases.core.join import find_or_join
from bot.usecases.core.limits import MOST_NEW_DMS
from bot.usecases.core.send_errors import Deferred, OnHold
from bot.usecases.ports import DmRefusal, PlatformError, Rejected, RetryLater
from bot.usecases.staff.notices import KINDS
from content.cards import Card
from tests.conftest import MovingClock
from tests.delivery.running_broadcast import (
    BROADCAST,
    BroadcastWorkers,
    RecordingMassPlatform,
    add_post,
    start_broadcast,
)
from tests.delivery.test_loop import RecordingPlatform, loop_for, record_gift
from tests.usecase_setup import ALEX, CAMILLE, hire, make_context, notices_of, queued

MONTREAL = ZoneInfo("America/Toronto")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def processes(db: Database, url: str, clock: MovingClock) -> AsyncIterator[tuple[Context, Context]]:
    other = Database(url)
    yield make_context(db, clock), make_context(other, clock, ids=Ids(clock, random.Random(2)))
    await other.close()


def refused(why: DmRefusal = "too_fast") -> RetryLater:
    return RetryLater(600, everything=False, dms=why)


def workers(ctx: Context, fails: dict[str, list[PlatformError]] | None = None) -> BroadcastWorkers:
    """Build the workers of Discord, as a process does when it starts."""
    dm_pacer = Pacer(Pace(overall=100_000), monotonic=time.monotonic)
    return BroadcastWorkers(ctx, RecordingMassPlatform("discord", fails=fails or {}), dm_pacer)


async def send_all(workers: BroadcastWorkers, steps: int = 20) -> None:
    for _ in range(steps):
        await workers.sends.step()


async def states(ctx: Context) -> dict[str, int]:
    async with ctx.db.read() as conn:
        return {str(state): count for state, count in (await recipients.counts(conn, BROADCAST)).items()}


async def set_cap(ctx: Context, number: int) -> None:
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.NEW_DMS, on=True, value=number, at=ctx.clock()))


async def is_stopped(ctx: Context) -> bool:
    async with ctx.db.read() as conn:
        return await direct_messages.current_stop(conn) is not None


def at(clock: MovingClock, *local: int) -> None:
    """Move to a local time in Montréal: year, month, day, hour, minute."""
    clock.now = datetime(*local, tzinfo=MONTREAL).astimezone(clock.now.tzinfo)  # type: ignore[arg-type, misc]


# --- the cap --------------------------------------------------------------------------------------
async def test_a_day_opens_ten_conversations_and_the_next_day_ten_more(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 25, "discord", wrote=False)
    await send_all(workers(ctx), 30)
    assert await states(ctx) == {"sent": MOST_NEW_DMS, "waiting": 15}
    clock.move(days=1)
    await send_all(workers(ctx), 30)
    assert await states(ctx) == {"sent": 20, "waiting": 5}


async def test_people_who_wrote_are_not_counted(ctx: Context) -> None:
    await set_cap(ctx, 0)
    await start_broadcast(ctx, 5, "discord")
    await send_all(workers(ctx))
    assert await states(ctx) == {"sent": 5}


async def test_second_message_opens_no_conversation(ctx: Context) -> None:
    await set_cap(ctx, 1)
    (who,) = await start_broadcast(ctx, 1, "discord", wrote=False)
    await send_all(workers(ctx), 2)
    async with ctx.db.write() as conn:
        await direct_messages.admit(ctx, conn, "discord", who, unsolicited=True)


async def test_day_ends_at_midnight_of_the_charity_not_of_utc(ctx: Context, clock: MovingClock) -> None:
    await set_cap(ctx, 1)
    await start_broadcast(ctx, 2, "discord", wrote=False)
    at(clock, 2026, 11, 24, 18, 50)  # 23:50 UTC
    await send_all(workers(ctx), 4)
    at(clock, 2026, 11, 24, 23, 59)  # the next day in UTC
    await send_all(workers(ctx), 4)
    assert await states(ctx) == {"sent": 1, "waiting": 1}
    at(clock, 2026, 11, 25, 0, 1)
    await send_all(workers(ctx), 4)
    assert await states(ctx) == {"sent": 2}


async def test_restart_does_not_reset_the_cap(ctx: Context) -> None:
    await set_cap(ctx, 3)
    await start_broadcast(ctx, 8, "discord", wrote=False)
    for _ in range(4):
        await send_all(workers(ctx), 2)  # a new process each time
    assert await states(ctx) == {"sent": 3, "waiting": 5}


async def test_two_processes_share_one_cap(processes: tuple[Context, Context]) -> None:
    first, other = processes
    await set_cap(first, 7)
    ids = await start_broadcast(first, 30, "discord", wrote=False)

    async def try_one(ctx: Context, who: str) -> bool:
        try:
            async with ctx.db.write() as conn:
                await direct_messages.admit(ctx, conn, "discord", who, unsolicited=True)
        except Deferred:
            return False
        return True

    tries = [(ctx, who) for who in ids for ctx in (first, other)]  # both try each person
    admitted = await asyncio.gather(*(try_one(*each) for each in tries))
    assert len({who for (_, who), is_admitted in zip(tries, admitted, strict=True) if is_admitted}) == 7
    async with first.db.read() as conn:
        opened = (await conn.execute(select(address.c.id).where(address.c.dm_at.is_not(None)))).all()
    assert len(opened) == 7


async def test_telegram_has_no_cap(ctx: Context) -> None:
    await set_cap(ctx, 0)
    await start_broadcast(ctx, 3)
    telegram = BroadcastWorkers(ctx, RecordingMassPlatform())
    await send_all(telegram, 5)
    assert await states(ctx) == {"sent": 3}


# --- thank-yous -----------------------------------------------------------------------------------
async def thank_alex(ctx: Context, platform: RecordingPlatform, contact: Contact = ALEX) -> DeliveryLoop:
    """Let Alex, who has installed the bot, give; run the outbox once."""
    await find_or_join(ctx, replace(contact, installed=True))
    await record_gift(ctx, contact)
    loop = loop_for(ctx, platform)
    await loop.step()
    return loop


async def test_thank_you_beyond_the_cap_is_shown_on_the_next_visit(ctx: Context) -> None:
    await set_cap(ctx, 0)
    platform = RecordingPlatform("discord")
    await thank_alex(ctx, platform)
    assert (await queued(ctx), platform.sent) == ({"parked": 1}, [])
    assert len((await router.on_command(ctx, ALEX, "help", "")).also) == 1


async def test_thank_you_beyond_the_cap_leaves_the_next_morning(ctx: Context, clock: MovingClock) -> None:
    at(clock, 2026, 11, 24, 12, 0)
    await set_cap(ctx, 1)
    (_,) = await start_broadcast(ctx, 1, "discord", wrote=False)
    await send_all(workers(ctx), 2)
    platform = RecordingPlatform("discord")
    loop = await thank_alex(ctx, platform)
    assert await direct_messages.release_parked(ctx) == 0, "the cap is used up"
    at(clock, 2026, 11, 25, 3, 0)
    assert await direct_messages.release_parked(ctx) == 0, "nobody is woken"
    at(clock, 2026, 11, 25, 9, 30)
    assert await direct_messages.release_parked(ctx) == 1
    await loop.step()
    assert [who for who, *_ in platform.sent] == [ALEX.external_id]


async def test_refused_thank_you_waits_for_a_visit_or_for_staff(ctx: Context, clock: MovingClock) -> None:
    at(clock, 2026, 11, 24, 12, 0)
    platform = RecordingPlatform("discord")
    platform.trouble = [refused("flagged")]
    loop = await thank_alex(ctx, platform)
    assert (await queued(ctx), await is_stopped(ctx)) == ({"parked": 1}, True)
    assert await direct_messages.release_parked(ctx) == 0
    await direct_messages.resume(ctx, await hire(ctx, CAMILLE))
    assert await direct_messages.release_parked(ctx) == 1
    await loop.step()
    assert (await queued(ctx))["sent"] == 1


async def test_person_who_wrote_is_thanked_during_a_stop(ctx: Context) -> None:
    async with ctx.db.write() as conn:
        await direct_messages.stop(ctx, conn, "flagged", [])
    await router.on_text(ctx, ALEX, "hello")
    platform = RecordingPlatform("discord")
    await thank_alex(ctx, platform)
    assert [who for who, *_ in platform.sent] == [ALEX.external_id]


async def test_reminder_waits_during_a_stop(ctx: Context) -> None:
    person = await find_or_join(ctx, ALEX, wrote=True)
    async with ctx.db.write() as conn:
        await direct_messages.stop(ctx, conn, "too_fast", [])
        with pytest.raises(Deferred):
            await direct_messages.admit(ctx, conn, "discord", person.external_id, unsolicited=True)
        await direct_messages.admit(ctx, conn, "discord", person.external_id, unsolicited=False)
        with pytest.raises(OnHold):
            await direct_messages.admit(ctx, conn, "discord", "nobody known", unsolicited=False)


# --- the stop -------------------------------------------------------------------------------------
@pytest.mark.parametrize("why", ["flagged", "too_fast"])
async def test_refusal_in_the_middle_stops_the_broadcast_and_loses_nobody(ctx: Context, why: DmRefusal) -> None:
    await start_broadcast(ctx, 6, "discord", wrote=False)
    discord = workers(ctx, {"1002": [refused(why)]})
    discord.sends._most_ahead = 1
    await send_all(discord)
    assert await states(ctx) == {"sent": 2, "waiting": 4}
    assert await is_stopped(ctx)
    await send_all(restarted := workers(ctx))  # another process reads the stop from the database
    assert restarted.platform.copies == []
    await direct_messages.resume(ctx, await hire(ctx, CAMILLE))
    ctx.clock.move(minutes=11)  # type: ignore[attr-defined]
    await send_all(workers(ctx))
    assert await states(ctx) == {"sent": 6}


async def test_staff_are_notified_once_however_many_are_refused(ctx: Context, clock: MovingClock) -> None:
    ids = await start_broadcast(ctx, 6, "discord", wrote=False)
    discord = workers(ctx, {who: [refused(), refused()] for who in ids})
    discord.sends._most_ahead = 6
    for _ in range(3):
        await send_all(discord, 2)
        clock.move(hours=1)
    assert len(await notices_of(ctx, "dms_stopped")) == 1
    assert await states(ctx) == {"waiting": 6}
    async with ctx.db.read() as conn:
        assert [act.details for act in await audit.latest(conn, 9, action="dms.stopped")] == [{"why": "too_fast"}]


async def test_refused_conversation_was_not_opened(ctx: Context) -> None:
    await start_broadcast(ctx, 1, "discord", wrote=False)
    await send_all(workers(ctx, {"1000": [refused()]}), 2)
    async with ctx.db.read() as conn:
        assert (await conn.execute(select(address.c.dm_at))).scalars().all() == [None]


async def test_channels_go_on_during_a_stop(ctx: Context) -> None:
    await start_broadcast(ctx, 2, "discord")
    await add_post(ctx, "99", "discord")
    async with ctx.db.write() as conn:
        await direct_messages.stop(ctx, conn, "flagged", [])
    discord = workers(ctx)
    await send_all(discord, 2)
    await discord.corrections.step()
    assert (discord.platform.posted, discord.platform.copies) == (["99"], [])


async def test_refusal_outside_the_workers_stops_them_too(ctx: Context) -> None:
    pacer = Pacer(Pace(overall=100), monotonic=time.monotonic)
    platform = RecordingPlatform("discord")
    platform.trouble = [refused("flagged")]
    with pytest.raises(RetryLater):
        await PacedPlatform(platform, pacer).send("1", Card(title="To staff"), nonce="1")
    assert await dm_refusals.store(ctx, pacer) == 1
    assert await dm_refusals.store(ctx, pacer) == 0
    assert await is_stopped(ctx)


async def test_refusal_is_kept_while_the_database_fails(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    pacer = Pacer(Pace(overall=100), monotonic=time.monotonic)
    pacer.on_retry_later("1", refused())

    async def fail(*_: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(direct_messages, "stop", fail)
        with pytest.raises(OSError, match="away"):
            await dm_refusals.store(ctx, pacer)
    assert await dm_refusals.store(ctx, pacer) == 1


# --- what staff see -------------------------------------------------------------------------------
async def test_editor_lets_them_go_on_after_a_confirmation(ctx: Context) -> None:
    await hire(ctx, CAMILLE, Role.EDITOR, label="Camille")
    async with ctx.db.write() as conn:
        await direct_messages.stop(ctx, conn, "flagged", [])
    (notice,) = await notices_of(ctx, "dms_stopped")
    card = await KINDS[notice.kind](ctx, notice, "en")
    assert "flagged the bot" in card.lines[0]
    assert [button.action for button in card.buttons] == ["dm:resume"]
    sure = await router.on_action(ctx, CAMILLE, "dm:resume")
    assert await is_stopped(ctx) and sure.card.buttons[0].action == "dm:resume!"
    await router.on_action(ctx, CAMILLE, "dm:resume!")
    await router.on_action(ctx, CAMILLE, "dm:resume!")
    assert not await is_stopped(ctx)
    assert [n.args for n in await notices_of(ctx, "dms_resumed")] == [{"by": "Camille"}]
    assert not (await KINDS[notice.kind](ctx, notice, "en")).buttons


async def test_viewer_cannot_let_them_go_on(ctx: Context) -> None:
    await hire(ctx, CAMILLE, Role.VIEWER)
    async with ctx.db.write() as conn:
        await direct_messages.stop(ctx, conn, "flagged", [])
    await router.on_action(ctx, CAMILLE, "dm:resume!")
    assert await is_stopped(ctx)


async def test_second_stop_is_a_second_notice(ctx: Context) -> None:
    member = await hire(ctx, CAMILLE)
    for _ in range(2):
        async with ctx.db.write() as conn:
            await direct_messages.stop(ctx, conn, "too_fast", [])
        await direct_messages.resume(ctx, member)
    assert len(await notices_of(ctx, "dms_stopped")) == 2


# --- channels first -------------------------------------------------------------------------------
@pytest.mark.parametrize("fails", [False, True])
async def test_discord_people_come_after_the_channels(ctx: Context, fails: bool) -> None:
    await start_broadcast(ctx, 2, "discord")
    await add_post(ctx, "99", "discord")
    discord = workers(ctx, {"99": [Rejected("no") if fails else RetryLater(60, everything=False)]})
    await send_all(discord, 3)
    assert discord.platform.copies == []
    await discord.corrections.step()
    await send_all(discord, 3)
    assert len(discord.platform.copies) == 2, "a channel that cannot be posted to holds nobody up"


async def test_telegram_channel_holds_nobody_up_on_discord(ctx: Context) -> None:
    await start_broadcast(ctx, 1, "discord")
    await add_post(ctx, "-100", "telegram")
    discord = workers(ctx)
    await send_all(discord, 3)
    assert len(discord.platform.copies) == 1


async def test_parked_message_for_another_reason_is_not_released(ctx: Context, clock: MovingClock) -> None:
    at(clock, 2026, 11, 24, 12, 0)
    person = await find_or_join(ctx, ALEX, wrote=True)
    message = Delivery(
        id=ctx.ids.new(), lane=Lane.SERVICE, platform="discord", address_id=person.address_id, message="consent",
        args={}, due_at=clock() - timedelta(hours=1),
    )  # fmt: skip
    async with ctx.db.write() as conn:
        await outbox.add(conn, [message])
        await outbox.claim(conn, "discord", clock(), 1)
        await outbox.mark(conn, [outbox.SendOutcome(id=message.id, state=outbox.State.PARKED, error="else")], clock())
    assert await direct_messages.release_parked(ctx) == 0
