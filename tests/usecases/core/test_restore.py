"""A restored backup: nothing is sent twice, and erased people stay erased."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.broadcasts import COUNTDOWN, BroadcastState
from bot.domain.campaigns import Campaign
from bot.domain.people import Locale, Supporter
from bot.domain.staff import Member, Role
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import places
from bot.store.core import notices, switches
from bot.store.core.switches import Switch
from bot.store.db import Database
from bot.store.erasure_file import KEPT, ErasureFile
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.broadcasts import lifecycle
from bot.usecases.campaigns import milestones
from bot.usecases.context import Context
from bot.usecases.core import erasures, freeze
from bot.usecases.core.join import find_or_join
from bot.usecases.money.record import ReceivedEvent, apply_set
from bot.usecases.nudges import impact_updates, plan
from bot.usecases.staff.notices import KINDS
from bot.usecases.staff.operations import generation
from bot.usecases.supporters import forgetting
from payments.facts import read_event
from tests.conftest import MovingClock
from tests.giving import give
from tests.no_holdout import ask_everyone_again
from tests.payments import stripe_json as stripe
from tests.usecase_setup import CAMILLE, hire, make_context, metadata, queued, signed
from tests.usecases.core.test_late import NADIA, camille, campaign, scheduled, state
from tests.usecases.money.test_record import take

__all__ = ["camille", "campaign"]  # fixtures for this module's tests

OMAR = replace(NADIA, external_id="901")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, tmp_path: Path) -> Context:
    return replace(make_context(db, clock), erasures=ErasureFile(tmp_path / "obole.erasures"))


@pytest.fixture
async def nadia(ctx: Context) -> Member:
    await hire(ctx, OMAR, label="Omar")
    return await hire(ctx, NADIA, Role.OWNER)


async def paid(ctx: Context, campaign: Campaign, number: int, *, at: datetime | None = None) -> None:
    """Stripe says that a gift was paid, now or earlier."""
    await take(ctx, await payment(ctx, campaign, number, at=at))


async def payment(ctx: Context, campaign: Campaign, number: int, *, at: datetime | None = None) -> dict[str, Any]:
    _, token = await signed(ctx, campaign)
    session = stripe.session(
        id=f"cs_{number}", payment_intent=f"pi_{number}", client_reference_id=token, metadata=metadata(campaign)
    )
    created = int((at or ctx.clock()).timestamp())
    return stripe.event("checkout.session.completed", session, id=f"evt_{number}", created=created)


async def test_broadcasts_of_a_backup_are_not_sent_again(
    ctx: Context, clock: MovingClock, campaign: Campaign, nadia: Member, camille: Supporter
) -> None:
    running = await scheduled(ctx, campaign, nadia, starts_at=ctx.clock() + COUNTDOWN)
    clock.move(minutes=6)
    for _ in range(2):
        await lifecycle.tick(ctx)
    just_due = await scheduled(ctx, campaign, nadia, starts_at=ctx.clock() + timedelta(minutes=10))
    later = await scheduled(ctx, campaign, nadia, starts_at=ctx.clock() + timedelta(days=2))
    clock.move(minutes=20)  # the backup is of twenty minutes ago: nothing in it is an hour late
    done = await generation.mark_restored(ctx)
    assert done.stopped == 2
    await lifecycle.tick(ctx)
    await freeze.lift(ctx, nadia)
    clock.move(minutes=10)
    await lifecycle.tick(ctx)

    assert await state(ctx, running) is BroadcastState.PAUSED
    assert await state(ctx, just_due) is BroadcastState.HELD
    assert await state(ctx, later) is BroadcastState.COUNTDOWN
    async with ctx.db.read() as conn:
        moved = [n for n in await notices.due(conn, ctx.clock(), 99) if n.args.get("why") == "restored"]
    said: tuple[tuple[Locale, str], ...] = (("fr", "sauvegarde a été restaurée"), ("en", "backup was restored"))
    for locale, words in said:
        for notice in moved:
            card = await KINDS[notice.kind](ctx, notice, locale)
            assert words in " ".join(card.lines)
    assert {notice.kind for notice in moved} == {"broadcast_moved", "frozen"}


async def test_thanks_from_before_the_restore_wait_for_an_owner(
    ctx: Context, clock: MovingClock, campaign: Campaign, nadia: Member
) -> None:
    await paid(ctx, campaign, 1)
    assert await queued(ctx) == {"waiting": 1}  # it had not left when the backup was made
    clock.move(minutes=20)
    created = ctx.clock()
    clock.move(minutes=5)
    done = await generation.mark_restored(ctx)
    assert done.held == 1
    clock.move(minutes=1)
    await paid(ctx, campaign, 2, at=created)  # after the backup was made, and thanked then; Stripe still lists it
    assert await queued(ctx) == {"held": 2}
    await paid(ctx, campaign, 3)
    assert await queued(ctx) == {"held": 2, "waiting": 1}

    await router.on_action(ctx, OMAR, "lt:send")
    assert (await queued(ctx))["held"] == 2
    card = (await router.on_action(ctx, NADIA, "lt:show")).card
    assert any("sauvegarde a été restaurée" in line for line in card.lines)
    await router.on_action(ctx, NADIA, "lt:drop")
    assert await queued(ctx) == {"dropped": 2, "waiting": 1}


async def test_old_event_does_not_hold_the_thanks_of_new_ones_in_its_batch(
    ctx: Context, clock: MovingClock, campaign: Campaign, nadia: Member
) -> None:
    old, clock.now = ctx.clock(), ctx.clock() + timedelta(minutes=5)
    await generation.mark_restored(ctx)
    clock.move(minutes=1)
    payments = [await payment(ctx, campaign, number, at=at) for number, at in ((1, old), (2, ctx.clock()))]
    events = [read_event(json.dumps(one).encode()) for one in payments]
    await apply_set(
        ctx, [ReceivedEvent(id=e.id, type=e.type, created=e.created, facts=e.facts, body=b"{}") for e in events]
    )
    assert await queued(ctx) == {"held": 1, "waiting": 1}


async def test_milestone_crossed_before_the_restore_waits_for_approval(
    ctx: Context, clock: MovingClock, campaign: Campaign, nadia: Member, camille: Supporter
) -> None:
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.MILESTONES_AT_ONCE, on=True, at=ctx.clock()))
        await places.save(conn, "telegram", "-1", title="Canal", purpose=places.PUBLIC, locales="fr", at=ctx.clock())
    await give(ctx, campaign, camille.id, campaign.goal.minor // 2)
    clock.move(minutes=20)
    await generation.mark_restored(ctx)
    await freeze.lift(ctx, nadia)
    assert await milestones.tick(ctx) == 1
    async with ctx.db.read() as conn:
        assert [made.state for made in await broadcasts.latest(conn, 5)] == [BroadcastState.APPROVAL]


async def test_reminders_and_updates_are_not_repeated(
    ctx: Context, clock: MovingClock, campaign: Campaign, nadia: Member, camille: Supporter
) -> None:
    await give(ctx, campaign, camille.id)
    await impact_updates.send_gift_updates(ctx)
    clock.move(days=31)
    await generation.mark_restored(ctx)
    await freeze.lift(ctx, nadia)
    assert await plan.tick(ctx) == 0
    assert await impact_updates.send_gift_updates(ctx) == 0
    assert await impact_updates.ask_first_donors(ctx) == 0


@pytest.mark.parametrize(("restored", "asked"), [(False, 1), (True, 0)])
async def test_reminder_due_at_the_restore_is_not_sent(
    ctx: Context, clock: MovingClock, campaign: Campaign, nadia: Member, camille: Supporter, restored: bool, asked: int
) -> None:
    await ask_everyone_again(ctx)
    await give(ctx, campaign, camille.id)
    assert await plan.tick(ctx) == 0
    clock.move(days=12)
    if restored:
        await generation.mark_restored(ctx)
        await freeze.lift(ctx, nadia)
    assert await plan.tick(ctx) == asked


@pytest.mark.parametrize(("restored", "asked"), [(False, 1), (True, 0)])
async def test_first_donor_before_the_restore_is_not_asked_for_consent(
    ctx: Context, clock: MovingClock, campaign: Campaign, nadia: Member, restored: bool, asked: int
) -> None:
    await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    clock.move(minutes=2)
    if restored:
        await generation.mark_restored(ctx)
        await freeze.lift(ctx, nadia)
    assert await impact_updates.ask_first_donors(ctx) == asked


async def test_erased_people_of_a_backup_are_erased_again(ctx: Context, clock: MovingClock, camille: Supporter) -> None:
    other = await find_or_join(ctx, replace(CAMILLE, external_id="43"))
    clock.move(minutes=5)
    async with ctx.db.write() as conn:
        await erasures.record(ctx, conn, [camille.id])  # the backup does not know that it happened
    clock.move(minutes=5)
    assert (await generation.mark_restored(ctx)).erased == 1
    async with ctx.db.read() as conn:
        assert await supporters.find(conn, "telegram", CAMILLE.external_id) is None
        assert await supporters.find(conn, "telegram", other.external_id) is not None
    assert (await generation.mark_restored(ctx)).erased == 0


async def test_person_who_returned_after_their_erasure_stays(
    ctx: Context, clock: MovingClock, camille: Supporter
) -> None:
    clock.move(minutes=5)
    await forgetting.forget(ctx, camille.id)
    clock.move(minutes=5)
    await find_or_join(ctx, CAMILLE)
    assert (await generation.mark_restored(ctx)).erased == 0
    async with ctx.db.read() as conn:
        assert await supporters.find(conn, "telegram", CAMILLE.external_id) is not None


async def test_erasure_is_recorded_for_each_account_and_identifies_nobody(ctx: Context, camille: Supporter) -> None:
    await forgetting.forget(ctx, camille.id)
    assert ctx.erasures is not None
    (line,) = ctx.erasures.read()
    assert len(line.hash) == 48 and line.hash != "42"
    assert "telegram" not in ctx.erasures.path.read_text()


def test_record_of_erasures_drops_lines_after_a_year(tmp_path: Path, clock: MovingClock) -> None:
    record = ErasureFile(tmp_path / "obole.erasures")
    assert record.read() == []
    record.add(["a" * 48], clock())
    record.add(["b" * 48, "c" * 48], clock() + KEPT)
    record.add(["d" * 48], clock() + KEPT + timedelta(seconds=1))
    assert [one.hash[0] for one in record.read()] == ["b", "c", "d"]
    assert list(tmp_path.iterdir()) == [record.path]
