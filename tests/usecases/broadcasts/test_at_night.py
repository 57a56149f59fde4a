"""Night is judged when a copy is claimed: a broadcast paused in the evening wakes no one at night."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.broadcasts import Quiet, Segment
from bot.domain.people import Contact, Preference
from bot.domain.quiet import asleep_at
from bot.domain.staff import Role
from bot.store.broadcasts import recipients
from bot.store.broadcasts.recipients import NightRule, Recipient
from bot.store.broadcasts.tables import recipient
from bot.store.db import Database
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts.plan import Spec, runs_into_night, submit
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.preferences.preferences import set_preferences
from content.broadcast import Message
from tests.conftest import MovingClock
from tests.usecase_setup import make_context, open_campaign

EVENING = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # 18:00 in Toronto, 15:00 in Vancouver, 8:00 in Tokyo
ZONES = (None, "America/Vancouver", None, "Asia/Tokyo", None)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    clock.now = EVENING
    return make_context(db, clock)


async def running(ctx: Context, clock: MovingClock, quiet: Quiet) -> int:
    """A broadcast to people of ZONES, whose recipients are written in the evening; return its id."""
    campaign = await open_campaign(ctx, ends_on=None)
    for number, zone in enumerate(ZONES):
        contact = Contact(platform="telegram", external_id=str(number), locale="fr", private=True)
        found = await find_or_join(ctx, contact)
        await set_preferences(ctx, found, [Preference.NEWS], True)
        async with ctx.db.write() as conn:
            await supporters.set_time_zone(conn, found.address_id, zone)
    async with ctx.db.write() as conn:
        nadia = await staff.add(
            conn, "telegram", "900", Role.EDITOR, label="Nadia", locale="fr", added_by=None, at=ctx.clock()
        )
    message = Message(texts={"fr": "Un repas", "en": "A meal"})
    spec = Spec(campaign_id=campaign.id, message=message, segment=Segment(), quiet=quiet, reason="inondation")
    broadcast = await submit(ctx, nadia, spec)
    assert broadcast is not None
    clock.move(minutes=5)
    for _ in range(3):
        await lifecycle.tick(ctx)
    return broadcast.id


async def claim(ctx: Context, broadcast_id: int, quiet: Quiet, limit: int = 10) -> list[Recipient]:
    async with ctx.db.write() as conn:
        night = NightRule(quiet, asleep_at(ctx.clock(), ctx.zone))
        return await recipients.claim(conn, broadcast_id, "telegram", ctx.clock(), limit, night)


async def waiting(ctx: Context) -> list[Any]:
    async with ctx.db.read() as conn:
        return list((await conn.execute(select(recipient).order_by(recipient.c.supporter_id))).all())


async def test_recipients_at_night_wait_for_morning(ctx: Context, clock: MovingClock) -> None:
    broadcast = await running(ctx, clock, Quiet.MORNING)
    clock.now = EVENING + timedelta(hours=4)  # 22:00 in Toronto
    first = await claim(ctx, broadcast, Quiet.MORNING, limit=1)
    assert [row.supporter_id for row in first] == [2], "the first is asleep, and all of their zone with them"
    morning = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
    assert [row.due_at for row in await waiting(ctx) if row.supporter_id % 2] == [morning] * 3
    assert {row.supporter_id for row in await claim(ctx, broadcast, Quiet.MORNING)} == {4}
    clock.now = morning
    assert {row.supporter_id for row in await claim(ctx, broadcast, Quiet.MORNING)} == {1, 3, 5}


async def test_recipients_at_night_get_silent_copies(ctx: Context, clock: MovingClock) -> None:
    broadcast = await running(ctx, clock, Quiet.SILENT)
    assert [row.silent for row in await waiting(ctx)] == [False, False, False, True, False]
    clock.now = EVENING + timedelta(hours=4)
    taken = await claim(ctx, broadcast, Quiet.SILENT)
    assert [row.silent for row in sorted(taken, key=lambda r: r.supporter_id)] == [True, False, True, False, True]


async def test_emergency_ignores_night(ctx: Context, clock: MovingClock) -> None:
    broadcast = await running(ctx, clock, Quiet.EMERGENCY)
    clock.now = EVENING + timedelta(hours=4)
    assert [row.silent for row in await claim(ctx, broadcast, Quiet.EMERGENCY)] == [False] * 5


def test_estimate_warns_of_night(ctx: Context) -> None:
    assert runs_into_night(ctx, EVENING, timedelta(hours=4))
    assert not runs_into_night(ctx, EVENING, timedelta(hours=2))
    assert not runs_into_night(ctx, EVENING + timedelta(hours=4), timedelta(hours=1)), "it is night from the start"
