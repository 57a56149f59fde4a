"""The lifecycle of a broadcast: counted, approved, counted down, prepared, sent, corrected, withdrawn."""

import asyncio
import random
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.broadcasts import COUNTDOWN, Audience, Broadcast, BroadcastState, Giving, Quiet, Segment
from bot.domain.campaigns import Campaign
from bot.domain.people import Contact, Preference, Supporter
from bot.domain.staff import Member, Role
from bot.store.broadcasts import recipients, segments
from bot.store.broadcasts.recipients import Result
from bot.store.broadcasts.tables import recipient
from bot.store.campaigns import places
from bot.store.core import audit, switches
from bot.store.core.tables import notice
from bot.store.db import Database
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.store.supporters.tables import address
from bot.usecases import router
from bot.usecases.broadcasts import corrections, lifecycle
from bot.usecases.broadcasts.plan import CannotSend, Spec, audience, estimate, local_time, selection, submit
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import freeze
from bot.usecases.core.join import find_or_join
from bot.usecases.preferences.preferences import set_preferences
from content.broadcast import Message
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import make_context, open_campaign

WORDS = Message(texts={"fr": "Des nouvelles", "en": "News"})
EVERYBODY = Segment()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def hire(ctx: Context, label: str, role: Role = Role.EDITOR) -> Member:
    async with ctx.db.write() as conn:
        return await staff.add(conn, "telegram", label, role, label=label, locale="fr", added_by=None, at=ctx.clock())


async def person(ctx: Context, number: int, *, agrees: bool = True, platform: Any = "telegram") -> Supporter:
    locale: Any = "fr" if number % 2 else "en"
    contact = Contact(platform=platform, external_id=str(5_000 + number), locale=locale, private=True)
    found = await find_or_join(ctx, contact, wrote=platform == "discord")
    if agrees:
        await set_preferences(ctx, found, [Preference.NEWS], True)
    return found


def spec(campaign: Campaign, **changes: Any) -> Spec:
    return replace(Spec(campaign_id=campaign.id, message=WORDS, segment=EVERYBODY), **changes)


async def written(ctx: Context) -> list[Any]:
    async with ctx.db.read() as conn:
        return list((await conn.execute(select(recipient).order_by(recipient.c.supporter_id))).all())


async def now(ctx: Context, broadcast: Broadcast) -> BroadcastState:
    async with ctx.db.read() as conn:
        found = await lifecycle.rows.get(conn, broadcast.id)
    assert found is not None
    return found.state


def move(ctx: Context, **by: float) -> None:
    assert isinstance(ctx.clock, MovingClock)
    ctx.clock.move(**by)


async def run(ctx: Context, times: int = 3) -> None:
    for _ in range(times):
        await lifecycle.tick(ctx)


async def submitted(ctx: Context, member: Member | None, what: Spec, **more: Any) -> Broadcast:
    broadcast = await submit(ctx, member, what, **more)
    assert broadcast is not None
    return broadcast


async def test_broadcast_reaches_each_once_after_countdown(ctx: Context, campaign: Campaign) -> None:
    for number in range(5):
        await person(ctx, number)
    broadcast = await submitted(ctx, await hire(ctx, "Nadia"), spec(campaign))
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.COUNTDOWN
    move(ctx, seconds=COUNTDOWN.total_seconds())
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.RUNNING
    assert [row.supporter_id for row in await written(ctx)] == [1, 2, 3, 4, 5]
    results = [Result(broadcast_id=broadcast.id, supporter_id=n, state=recipients.State.SENT) for n in range(1, 6)]
    async with ctx.db.write() as conn:
        await recipients.mark(conn, results, ctx.clock())
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.DONE


async def test_audience_states_who_is_left_out_and_why(ctx: Context, campaign: Campaign) -> None:
    people = [await person(ctx, number, agrees=number != 0) for number in range(6)]
    await give(ctx, campaign, people[1].id)
    async with ctx.db.write() as conn:
        await supporters.set_reachable(conn, "telegram", people[2].external_id, False, ctx.clock())
    found = await audience(ctx, EVERYBODY, campaign.id, Quiet.SILENT, asks=True)
    assert (found.no_consent, found.unreachable, found.recipients) == (1, 1, 4)
    assert (found.without_ask, found.asked_enough) == (1, 0)
    assert estimate(ctx, found) == timedelta(0)


async def test_supporter_gets_at_most_four_asks_in_thirty_days(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    nadia = await hire(ctx, "Nadia")
    for _ in range(4):
        broadcast = await submitted(ctx, nadia, spec(campaign))
        move(ctx, minutes=5)
        await run(ctx)
        await lifecycle.stop(ctx, nadia, broadcast.id)
        async with ctx.db.write() as conn:
            await conn.execute(update(recipient).values(state="sent"))
    assert (await audience(ctx, EVERYBODY, campaign.id, Quiet.SILENT, asks=True)).asked_enough == 1
    with pytest.raises(CannotSend, match="nobody"):
        await submit(ctx, nadia, spec(campaign))
    news = spec(campaign, message=WORDS.model_copy(update={"amounts": False}))
    assert await submit(ctx, nadia, news) is not None, "news that do not ask still come"


async def test_merge_during_preparation_causes_no_second_copy(ctx: Context, campaign: Campaign) -> None:
    one, two, three = [await person(ctx, number) for number in (1, 2, 3)]
    nadia = await hire(ctx, "Nadia")
    broadcast = await submitted(ctx, nadia, spec(campaign))
    async with ctx.db.write() as conn:
        rule = await selection(ctx, conn, EVERYBODY, campaign.id, Quiet.SILENT, asks=True)
        await segments.write(conn, broadcast.id, rule, 0, one.id)
        await conn.execute(update(recipient).values(supporter_id=three.id, state="sent"))  # merged into the third
        await segments.write(conn, broadcast.id, rule, one.id, three.id)
    assert [(row.supporter_id, row.state) for row in await written(ctx)] == [(two.id, "waiting"), (three.id, "sent")]


@pytest.mark.parametrize("seed", range(4))
async def test_count_matches_written_recipients(ctx: Context, campaign: Campaign, seed: int) -> None:
    rng = random.Random(seed)
    zones = (None, "Asia/Tokyo", "America/Vancouver", "Europe/Paris")
    for number in range(25):
        platform = rng.choice(["telegram", "discord"])
        found = await person(ctx, number, agrees=rng.random() < 0.8, platform=platform)
        async with ctx.db.write() as conn:
            await supporters.set_time_zone(conn, found.address_id, rng.choice(zones))
            if rng.random() < 0.2:
                await supporters.set_reachable(conn, found.platform, found.external_id, False, ctx.clock())
        if rng.random() < 0.5:
            await give(ctx, campaign, found.id)
    move(ctx, days=rng.choice([1, 20]), hours=rng.randrange(24))
    chosen = Segment(
        giving=frozenset(rng.sample(list(Giving), rng.randrange(3))),
        locale=rng.choice([None, "fr"]),
        platform=rng.choice([None, "telegram"]),
    )
    quiet = rng.choice([Quiet.SILENT, Quiet.MORNING])
    before = await audience(ctx, chosen, campaign.id, quiet, asks=True)
    if not before.recipients:
        return
    await submitted(ctx, await hire(ctx, "Nadia"), spec(campaign, segment=chosen, quiet=quiet))
    move(ctx, minutes=5)
    again = await audience(ctx, chosen, campaign.id, quiet, asks=True)
    await run(ctx)
    rows = await written(ctx)
    assert len(rows) == again.recipients == len({row.supporter_id for row in rows})
    assert sum(not row.asks for row in rows) == again.without_ask
    asleep = sum(row.silent if quiet is Quiet.SILENT else row.due_at > ctx.clock() for row in rows)
    assert asleep == again.in_quiet_hours


async def test_broadcast_above_limit_needs_approval(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    await person(ctx, 2)
    nadia, luc = await hire(ctx, "Nadia", Role.OWNER), await hire(ctx, "Luc")
    async with ctx.db.write() as conn:
        limit = switches.Switch(name=switches.APPROVE_ABOVE, on=True, value=1, at=ctx.clock())
        await switches.set_switch(conn, limit)
    broadcast = await submitted(ctx, nadia, spec(campaign))
    assert broadcast.state is BroadcastState.APPROVAL
    with pytest.raises(lifecycle.NotPossible):
        await lifecycle.approve(ctx, nadia, broadcast.id)
    assert (await lifecycle.approve(ctx, luc, broadcast.id)).state is BroadcastState.COUNTDOWN
    hurry = await submitted(ctx, nadia, spec(campaign), override="inondation")
    assert hurry.state is BroadcastState.COUNTDOWN
    async with ctx.db.read() as conn:
        acts = await audit.latest(conn, 5, action="broadcast.submitted")
    assert acts[0].details["override"] == "inondation"


async def test_second_of_two_simultaneous_actions_is_refused(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    nadia, luc = await hire(ctx, "Nadia"), await hire(ctx, "Luc")
    broadcast = await submitted(ctx, nadia, spec(campaign))
    ends = await asyncio.gather(
        *(lifecycle.stop(ctx, member, broadcast.id) for member in (nadia, luc)), return_exceptions=True
    )
    assert sum(isinstance(end, lifecycle.NotPossible) for end in ends) == 1
    async with ctx.db.read() as conn:
        kinds = [row.kind for row in await conn.execute(select(notice.c.kind))]
    assert sorted(kinds) == ["broadcast_moved", "broadcast_submitted"]


async def test_freeze_stops_moves_until_lifted(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    nadia = await hire(ctx, "Nadia", Role.OWNER)
    broadcast = await submitted(ctx, nadia, spec(campaign))
    move(ctx, minutes=5)
    await freeze.freeze(ctx, nadia, "mauvais texte")
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.COUNTDOWN
    with pytest.raises(CannotSend, match="frozen"):
        await submit(ctx, nadia, spec(campaign))
    move(ctx, minutes=30)
    await freeze.lift(ctx, nadia)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.COUNTDOWN, "five minutes again, in which it can be stopped"
    move(ctx, minutes=5)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.RUNNING


async def test_pause_resume_correct_and_withdraw_change_state(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    nadia = await hire(ctx, "Nadia")
    broadcast = await submitted(ctx, nadia, spec(campaign))
    with pytest.raises(lifecycle.NotPossible):
        await corrections.propose(ctx, nadia, broadcast.id, "fr", "Mieux")  # what was approved is what is sent
    move(ctx, minutes=5)
    await run(ctx)
    assert (await lifecycle.pause(ctx, broadcast.id, why="failures")).state is BroadcastState.PAUSED
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.PAUSED
    await lifecycle.resume(ctx, nadia, broadcast.id)
    small = await corrections.propose(ctx, nadia, broadcast.id, "fr", "Mieux")
    await corrections.approve(ctx, nadia, small.id)
    assert (await lifecycle.withdraw(ctx, nadia, broadcast.id, "erreur")).state is BroadcastState.WITHDRAWN
    assert [row.state for row in await written(ctx)] == ["dropped"]
    with pytest.raises(lifecycle.NotPossible):
        await corrections.propose(ctx, nadia, broadcast.id, "fr", "Mieux")


async def test_milestone_is_announced_once(ctx: Context, campaign: Campaign) -> None:
    async with ctx.db.write() as conn:
        place = await places.save(
            conn, "telegram", "-100", title="Canal", purpose="public", locales="fr", at=ctx.clock()
        )
    words = Message(template="milestone", threshold_minor=5, amounts=False)
    milestone_spec = spec(
        campaign, message=words, segment=None, places=(place.id,), kind="milestone", once_key=f"{campaign.id}:5"
    )
    broadcasts = await asyncio.gather(*(submit(ctx, None, milestone_spec) for _ in range(3)))
    (only,) = [found for found in broadcasts if found is not None]
    assert only.state is BroadcastState.APPROVAL


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("past", {"starts_at": timedelta(hours=-1)}),
        ("far", {"starts_at": timedelta(days=500)}),
        ("reason", {"quiet": Quiet.EMERGENCY}),
        ("empty", {"message": Message()}),
        ("language", {"message": Message(texts={"fr": "Seulement"})}),
        ("nobody", {"segment": Segment(giving=frozenset({Giving.LAPSED}))}),
        ("place_lost", {"places": (99,)}),
        ("closed", {"campaign_id": 99}),
    ],
)
async def test_refused_broadcast_states_reason(
    ctx: Context, campaign: Campaign, kind: str, changes: dict[str, Any]
) -> None:
    for number in range(2):
        await person(ctx, number)
    given = {k: ctx.clock() + v if isinstance(v, timedelta) else v for k, v in changes.items()}
    with pytest.raises(CannotSend, match=kind):
        await submit(ctx, await hire(ctx, "Nadia"), spec(campaign, **given))
    assert await written(ctx) == []


def test_time_skipped_by_clock_change_is_refused(clock: MovingClock) -> None:
    ctx: Any = type("C", (), {"zone": "America/Toronto"})
    assert local_time(ctx, date(2026, 11, 24), time(18, 30)).hour == 23
    with pytest.raises(CannotSend, match="gap"):
        local_time(ctx, date(2027, 3, 14), time(2, 30))


async def test_unsubscribe_button_ends_news(ctx: Context, campaign: Campaign) -> None:
    someone = await person(ctx, 1)
    broadcast = await submitted(ctx, await hire(ctx, "Nadia"), spec(campaign))
    contact = Contact(platform="telegram", external_id=someone.external_id, locale="fr", private=True)
    await router.on_action(ctx, contact, f"unsub:{broadcast.id}")
    found: Audience = await audience(ctx, EVERYBODY, campaign.id, Quiet.SILENT, asks=True)
    assert found.recipients == 0
    async with ctx.db.read() as conn:
        assert [people for _, people in await lifecycle.rows.opt_outs(conn, broadcast.id)] == [1]
        assert (await conn.execute(select(address.c.id))).first() is not None


# --- the campaign ends ------------------------------------------------------------------------------
NEWS = WORDS.model_copy(update={"amounts": False})


async def test_news_after_campaign_end_are_sent_and_asks_refused(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    nadia = await hire(ctx, "Nadia")
    await publish.close(ctx, campaign)
    with pytest.raises(CannotSend, match="closed"):
        await submit(ctx, nadia, spec(campaign))
    broadcast = await submitted(ctx, nadia, spec(campaign, message=NEWS))
    move(ctx, minutes=5)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.RUNNING


async def test_ask_scheduled_after_last_day_is_refused(ctx: Context) -> None:
    short = await open_campaign(ctx, ends_on=ctx.clock().date())
    await person(ctx, 1)
    tomorrow = ctx.clock() + timedelta(days=1)
    with pytest.raises(CannotSend, match="ends_before"):
        await submit(ctx, await hire(ctx, "Nadia"), spec(short, starts_at=tomorrow))


async def test_broadcast_pauses_when_campaign_closes_until_amounts_are_removed(
    ctx: Context, campaign: Campaign
) -> None:
    await person(ctx, 1)
    nadia = await hire(ctx, "Nadia")
    broadcast = await submitted(ctx, nadia, spec(campaign))
    move(ctx, minutes=5)
    await run(ctx)
    await publish.close(ctx, campaign)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.PAUSED
    with pytest.raises(lifecycle.CampaignNotOpen):
        await lifecycle.resume(ctx, nadia, broadcast.id)
    went_on = await lifecycle.resume_without_amounts(ctx, nadia, broadcast.id)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.RUNNING
    assert (went_on.revision, went_on.message.amounts) == (2, False), "copies that were sent lose the amounts as well"
    assert [(row.state, row.asks) for row in await written(ctx)] == [("waiting", False)], "nobody is lost, or asked"


async def test_campaign_closing_in_countdown_asks_nobody(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    nadia = await hire(ctx, "Nadia")
    broadcast = await submitted(ctx, nadia, spec(campaign))
    await publish.close(ctx, campaign)
    move(ctx, minutes=5)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.PAUSED
    assert await written(ctx) == []
    await lifecycle.resume_without_amounts(ctx, nadia, broadcast.id)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.RUNNING and len(await written(ctx)) == 1


async def test_broadcast_grown_past_limit_waits_for_approval(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    nadia, luc = await hire(ctx, "Nadia"), await hire(ctx, "Luc")
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, switches.Switch(name=switches.APPROVE_ABOVE, on=True, value=2, at=ctx.clock()))
    broadcast = await submitted(ctx, nadia, spec(campaign, starts_at=ctx.clock() + timedelta(days=30)))
    for number in (2, 3):
        await person(ctx, number)
    move(ctx, days=30)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.APPROVAL and await written(ctx) == []
    await lifecycle.approve(ctx, luc, broadcast.id)
    move(ctx, minutes=5)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.RUNNING and len(await written(ctx)) == 3
