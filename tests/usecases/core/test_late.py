"""Anything automatic that is more than an hour late waits for staff: broadcasts, milestones, reminders, updates."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.broadcasts import COUNTDOWN, BroadcastState, Segment
from bot.domain.campaigns import Campaign
from bot.domain.gifts import GiftChange
from bot.domain.late import LATE_AFTER
from bot.domain.people import Contact, Locale, Preference, Supporter
from bot.domain.staff import Member
from bot.store.broadcasts import broadcasts, recipients
from bot.store.campaigns import places
from bot.store.core import outbox, switches
from bot.store.core.outbox import Delivery, Lane
from bot.store.core.switches import Switch
from bot.store.db import Database
from bot.usecases import outbox_messages, router
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.campaigns import milestones
from bot.usecases.context import Context
from bot.usecases.core import freeze, late
from bot.usecases.core.join import find_or_join
from bot.usecases.nudges import plan
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.staff.notices import KINDS
from content.broadcast import Message
from content.cards import Card
from content.messages import broadcasts_live
from tests.conftest import MovingClock
from tests.giving import give, paid, write
from tests.no_holdout import ask_everyone_again
from tests.payments import stripe_json as stripe
from tests.usecase_setup import (
    ALEX,
    CAMILLE,
    hire,
    make_context,
    metadata,
    notices_of,
    open_campaign,
    queued,
    rendered,
    signed,
)
from tests.usecases.money.test_record import take

WORDS = Message(texts={"fr": "Ce soir à 19 h", "en": "Tonight at 7"})
NADIA = Contact(platform="telegram", external_id="900", locale="fr", private=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


@pytest.fixture
async def editor(ctx: Context) -> Member:
    return await hire(ctx, NADIA)


@pytest.fixture
async def camille(ctx: Context) -> Supporter:
    found = await find_or_join(ctx, CAMILLE)
    await set_preferences(ctx, found, [Preference.NEWS, Preference.REMINDERS], True)
    return found


async def scheduled(ctx: Context, campaign: Campaign, editor: Member, **changes: Any) -> int:
    tonight = ctx.clock() + timedelta(hours=3)
    spec = Spec(campaign_id=campaign.id, message=WORDS, segment=Segment(), starts_at=tonight)
    broadcast = await submit(ctx, editor, replace(spec, **changes))
    assert broadcast is not None
    return broadcast.id


async def state(ctx: Context, number: int) -> BroadcastState:
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, number)
    assert found is not None
    return found.state


async def notified(ctx: Context, kind: str, locale: Locale = "fr") -> list[Card]:
    return [await KINDS[kind](ctx, notice, locale) for notice in await notices_of(ctx, kind)]


def text(card: Card) -> str:
    return "\n".join([card.title, *card.lines])


def actions(card: Card) -> list[str]:
    return [button.action or "" for button in card.buttons]


# --- broadcasts -------------------------------------------------------------------------------------
async def overdue_broadcast(ctx: Context, clock: MovingClock, campaign: Campaign, editor: Member) -> int:
    """Return a broadcast whose time passed while the bot was off for four days."""
    number = await scheduled(ctx, campaign, editor)
    clock.move(days=4)
    await lifecycle.tick(ctx)
    return number


async def test_broadcast_for_tonight_is_held_after_four_days_off(
    ctx: Context, clock: MovingClock, campaign: Campaign, editor: Member, camille: Supporter
) -> None:
    number = await scheduled(ctx, campaign, editor)
    await lifecycle.tick(ctx)
    clock.move(days=4)
    for _ in range(3):
        await lifecycle.tick(ctx)

    assert await state(ctx, number) is BroadcastState.HELD
    async with ctx.db.read() as conn:
        assert not await recipients.counts(conn, number)
    said: tuple[tuple[Locale, str], ...] = (("fr", "plus d’une heure de retard"), ("en", "more than an hour late"))
    for locale, says in said:
        held = [c for c in await notified(ctx, "broadcast_moved", locale) if f"bs:{number}:send" in actions(c)]
        assert len(held) == 1
        assert f"bs:{number}:stop" in actions(held[0])
        assert says in text(held[0])


async def test_broadcast_an_hour_late_still_leaves(
    ctx: Context, clock: MovingClock, campaign: Campaign, editor: Member, camille: Supporter
) -> None:
    number = await scheduled(ctx, campaign, editor)
    clock.move(hours=3, seconds=LATE_AFTER.total_seconds())
    await lifecycle.tick(ctx)
    await lifecycle.tick(ctx)
    assert await state(ctx, number) is BroadcastState.RUNNING


async def test_held_broadcast_leaves_after_a_countdown_once_staff_send_it(
    ctx: Context, clock: MovingClock, campaign: Campaign, editor: Member, camille: Supporter
) -> None:
    number = await overdue_broadcast(ctx, clock, campaign, editor)
    shown = await router.on_action(ctx, NADIA, f"bs:{number}")
    assert actions(shown.card)[:3] == [f"bs:{number}:{what}" for what in ("look", "send", "stop")]

    await router.on_action(ctx, NADIA, f"bs:{number}:send")
    assert await state(ctx, number) is BroadcastState.COUNTDOWN
    clock.move(seconds=COUNTDOWN.total_seconds() + 1)
    await lifecycle.tick(ctx)
    await lifecycle.tick(ctx)
    assert await state(ctx, number) is BroadcastState.RUNNING


async def test_held_broadcast_can_be_dropped(
    ctx: Context, clock: MovingClock, campaign: Campaign, editor: Member, camille: Supporter
) -> None:
    number = await overdue_broadcast(ctx, clock, campaign, editor)
    await router.on_action(ctx, NADIA, f"bs:{number}:stop")
    clock.move(days=1)
    await lifecycle.tick(ctx)
    assert await state(ctx, number) is BroadcastState.STOPPED


async def test_running_broadcast_is_paused_after_an_interruption(
    ctx: Context, clock: MovingClock, campaign: Campaign, editor: Member, camille: Supporter
) -> None:
    number = await scheduled(ctx, campaign, editor)
    clock.move(hours=3)
    await lifecycle.tick(ctx)
    await lifecycle.tick(ctx)
    assert await state(ctx, number) is BroadcastState.RUNNING
    clock.move(hours=2)
    async with ctx.db.read() as conn:
        assert await late.broadcasts_wait(conn, ctx.clock())  # the senders stop even before the lifecycle's job runs
    await lifecycle.tick(ctx)
    await lifecycle.tick(ctx)

    assert await state(ctx, number) is BroadcastState.PAUSED
    (card,) = [c for c in await notified(ctx, "broadcast_moved") if f"bs:{number}:resume" in actions(c)]
    assert "plus d’une heure de retard" in text(card)
    await lifecycle.resume(ctx, editor, number)
    await lifecycle.tick(ctx)
    assert await state(ctx, number) is BroadcastState.RUNNING


async def test_running_broadcast_continues_after_a_freeze_is_lifted(
    ctx: Context, clock: MovingClock, campaign: Campaign, editor: Member, camille: Supporter
) -> None:
    number = await scheduled(ctx, campaign, editor)
    clock.move(hours=3)
    await lifecycle.tick(ctx)
    await lifecycle.tick(ctx)
    await freeze.freeze(ctx, editor, "")
    clock.move(hours=2)
    await lifecycle.tick(ctx)
    await freeze.lift(ctx, editor)
    await lifecycle.tick(ctx)
    assert await state(ctx, number) is BroadcastState.RUNNING


async def test_broadcast_whose_time_passed_in_a_freeze_is_held(
    ctx: Context, clock: MovingClock, campaign: Campaign, editor: Member, camille: Supporter
) -> None:
    number = await scheduled(ctx, campaign, editor)
    await freeze.freeze(ctx, editor, "")
    clock.move(days=4)
    await freeze.lift(ctx, editor)
    clock.move(seconds=COUNTDOWN.total_seconds() + 1)
    await lifecycle.tick(ctx)
    assert await state(ctx, number) is BroadcastState.HELD


def test_every_reason_and_offer_of_a_late_broadcast_has_words() -> None:
    assert {"send", "resume", "stop"} <= broadcasts_live._OFFERS.keys()
    assert "late" in broadcasts_live._WHY


# --- milestones -------------------------------------------------------------------------------------
async def announce_at_once(ctx: Context) -> None:
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.MILESTONES_AT_ONCE, on=True, at=ctx.clock()))
        await places.save(conn, "telegram", "-1001", title="Canal", purpose=places.PUBLIC, locales="fr", at=ctx.clock())


@pytest.mark.parametrize(
    ("delay", "expected"), [(MINUTE, BroadcastState.COUNTDOWN), (timedelta(days=4), BroadcastState.APPROVAL)]
)
async def test_milestone_crossed_while_the_bot_was_off_waits_for_approval(
    ctx: Context,
    clock: MovingClock,
    campaign: Campaign,
    camille: Supporter,
    delay: timedelta,
    expected: BroadcastState,
) -> None:
    await announce_at_once(ctx)
    gift = paid(ctx, campaign, camille.id, campaign.goal.minor // 2)
    clock.move(seconds=delay.total_seconds())
    await write(ctx, [GiftChange(event_id="evt_1", before=None, after=gift)])
    assert await milestones.tick(ctx) == 1
    async with ctx.db.read() as conn:
        (broadcast,) = await broadcasts.latest(conn, 5)
    assert broadcast.state is expected


# --- reminders and updates ----------------------------------------------------------------------------
async def held(ctx: Context) -> dict[str, int]:
    async with ctx.db.read() as conn:
        return await outbox.held(conn)


def reminder(ctx: Context, person: Supporter, lane: Lane = Lane.NUDGE, message: str = "bilan") -> Delivery:
    return Delivery(id=ctx.ids.new(), lane=lane, platform="telegram", address_id=person.address_id, message=message,
                    args={}, due_at=ctx.clock())  # fmt: skip


async def outbox_runs(ctx: Context) -> list[Delivery]:
    """What the outbox worker does about once a second."""
    async with ctx.db.write() as conn:
        await late.hold_overdue(ctx, conn, "telegram")
        return await outbox.claim(conn, "telegram", ctx.clock(), 50)


async def overdue_reminder(ctx: Context, clock: MovingClock, person: Supporter) -> None:
    """Let a reminder become due while the bot is off for five hours."""
    await outbox_runs(ctx)
    async with ctx.db.write() as conn:
        await outbox.add(conn, [reminder(ctx, person)])
    clock.move(hours=5)
    await outbox_runs(ctx)


async def test_reminders_due_while_the_bot_was_off_are_held_and_thanks_leave(
    ctx: Context, clock: MovingClock, editor: Member, camille: Supporter
) -> None:
    await outbox_runs(ctx)
    async with ctx.db.write() as conn:
        await outbox.add(conn, [reminder(ctx, camille), reminder(ctx, camille, Lane.THANKS, "thanks")])
    clock.move(hours=5)
    assert [delivery.message for delivery in await outbox_runs(ctx)] == ["thanks"]
    assert await outbox_runs(ctx) == []
    assert await held(ctx) == {"bilan": 1}
    (card,) = await notified(ctx, late.NOTICE)
    assert actions(card) == ["lt:send", "lt:drop"]
    assert "il y a plus d’une heure" in text(card)
    assert "more than an hour ago" in text((await notified(ctx, late.NOTICE, "en"))[0])


async def test_backlog_of_a_running_bot_is_not_late(ctx: Context, clock: MovingClock, camille: Supporter) -> None:
    async with ctx.db.write() as conn:
        await outbox.add(conn, [reminder(ctx, camille)])
        await late.note_run(conn, "outbox:telegram", ctx.clock())
    for _ in range(4):
        clock.move(minutes=30)
        async with ctx.db.write() as conn:
            await late.hold_overdue(ctx, conn, "telegram")
    assert await held(ctx) == {}


@pytest.mark.parametrize(("tap", "left"), [("lt:send", {"waiting": 1}), ("lt:drop", {"dropped": 1})])
async def test_held_messages_are_sent_or_dropped_by_one_tap(
    ctx: Context, clock: MovingClock, editor: Member, camille: Supporter, tap: str, left: dict[str, int]
) -> None:
    await overdue_reminder(ctx, clock, camille)
    await router.on_action(ctx, NADIA, tap)
    assert await held(ctx) == {}
    assert await queued(ctx) == left
    assert "Plus rien" in text((await router.on_action(ctx, NADIA, tap)).card)


async def test_stranger_cannot_decide_about_late_messages(ctx: Context, clock: MovingClock, camille: Supporter) -> None:
    await overdue_reminder(ctx, clock, camille)
    await router.on_action(ctx, CAMILLE, "lt:send")
    assert await held(ctx) == {"bilan": 1}


async def test_reminders_decided_after_an_interruption_are_held(
    ctx: Context, clock: MovingClock, campaign: Campaign, camille: Supporter
) -> None:
    await ask_everyone_again(ctx)
    other = await find_or_join(ctx, ALEX, wrote=True)
    await set_preferences(ctx, other, [Preference.REMINDERS], True)
    for person in (camille, other):
        await give(ctx, campaign, person.id, 1_000)
    await plan.tick(ctx)
    clock.move(days=12)
    assert await plan.tick(ctx) == 2
    assert await held(ctx) == {"nudge": 2}
    assert await queued(ctx) == {"held": 2, "waiting": 2}  # the thank-yous


async def test_reminders_that_staff_held_themselves_leave_when_they_let_them(
    ctx: Context, clock: MovingClock, campaign: Campaign, editor: Member, camille: Supporter
) -> None:
    await ask_everyone_again(ctx)
    await give(ctx, campaign, camille.id, 1_000)
    await plan.tick(ctx)
    assert await queued(ctx) == {"waiting": 1}  # the thank-you
    for on in (True, False):
        async with ctx.db.write() as conn:
            await switches.set_switch(conn, Switch(name=plan.HELD, on=on, at=ctx.clock(), by=editor.id))
        if on:
            clock.move(days=12)
    assert await plan.tick(ctx) == 1
    assert await queued(ctx) == {"waiting": 2}


# --- service messages leave, and name the day -------------------------------------------------------
async def debit(ctx: Context, clock: MovingClock, kind: str, heard_after: timedelta) -> str:
    """Let a bank debit have an outcome that the bot hears of some time later; return the message about it."""
    campaign = await open_campaign(ctx, ends_on=None)
    _, token = await signed(ctx, campaign)
    promised = stripe.session(client_reference_id=token, metadata=metadata(campaign), payment_status="unpaid")
    happened = int(ctx.clock().timestamp())
    clock.move(seconds=heard_after.total_seconds())
    await take(ctx, stripe.event(kind, promised, created=happened))
    async with ctx.db.write() as conn:
        (delivery,) = await outbox.claim(conn, "telegram", ctx.clock(), 9)
    return text(await rendered(ctx, delivery))


@pytest.mark.parametrize(("heard_after", "named"), [(timedelta(minutes=1), False), (timedelta(days=4), True)])
async def test_service_message_about_an_earlier_day_names_it(
    ctx: Context, clock: MovingClock, heard_after: timedelta, named: bool
) -> None:
    said = await debit(ctx, clock, "checkout.session.completed", heard_after)
    assert ("Cela date du 23\u00a0novembre" in said or "Cela date du 23 novembre" in said) is named


def test_every_service_message_about_an_event_names_its_day() -> None:
    """Those that are not listed report nothing that happened: questions, replies by staff, thanks to inviters."""
    about_events = {name for name in outbox_messages.MESSAGES if name != "thanks"}
    assert about_events <= set(outbox_messages._NAME_THEIR_DAY)
    assert {"renewal_failed", "pledge_ended"} <= set(outbox_messages.APART_FROM_GIFTS)
