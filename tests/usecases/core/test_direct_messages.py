"""Direct messages on Discord: only to people who wrote to the bot or installed it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.broadcasts import Quiet, Segment
from bot.domain.people import Contact, Preference
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Database
from bot.store.nudges import nudges
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.broadcasts.plan import audience
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete, OnHold
from bot.usecases.nudges import impact_updates
from bot.usecases.outbox_messages import render
from bot.usecases.preferences.preferences import set_preferences
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import ALEX, make_context, open_campaign

EVERYBODY = Segment()
WRITE_FIRST = "On Discord, the bot only writes to people who have written to it"


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def agree(ctx: Context, contact: Contact, *kinds: Preference) -> int:
    """Let someone agree to these in an answer that only they see, in a server. Return their id."""
    person = await find_or_join(ctx, contact)
    await set_preferences(ctx, person, list(kinds), True)
    return person.id


async def may_be_written(ctx: Context) -> bool:
    return (await find_or_join(ctx, ALEX)).may_be_written


async def test_agreeing_in_a_server_is_no_permission_for_direct_messages(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    person_id = await agree(ctx, ALEX, Preference.NEWS, Preference.REMINDERS)
    found = await audience(ctx, EVERYBODY, campaign.id, Quiet.SILENT, asks=True)
    assert (found.recipients, found.not_written, found.unreachable, found.asked_enough) == (0, 1, 0, 0)
    async with ctx.db.read() as conn:
        assert await nudges.reachable_addresses(conn, [person_id], appeals=True) == {}
        assert len((await nudges.reachable_addresses(conn, [person_id], appeals=False))[person_id]) == 1


@pytest.mark.parametrize(
    "contact",
    [replace(ALEX, in_dm=True), replace(ALEX, installed=True)],
    ids=["a command in the direct messages", "an installation"],
)
async def test_turning_to_the_bot_allows_direct_messages(ctx: Context, contact: Contact) -> None:
    campaign = await open_campaign(ctx)
    await agree(ctx, ALEX, Preference.NEWS)
    assert not await may_be_written(ctx)
    await router.on_command(ctx, contact, "help", "")
    assert await may_be_written(ctx)
    found = await audience(ctx, EVERYBODY, campaign.id, Quiet.SILENT, asks=True)
    assert (found.recipients, found.new_dms) == (1, int(contact.installed))


async def test_writing_schedules_the_reminders_that_could_not_reach_them(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    person_id = await agree(ctx, ALEX, Preference.REMINDERS)
    await give(ctx, campaign, person_id)
    async with ctx.db.write() as conn:
        await nudges.set_next_checks(conn, {person_id: None})
    await router.on_text(ctx, ALEX, "hello")
    async with ctx.db.write() as conn:
        assert [row.id for row in await nudges.due_candidates(conn, clock(), 5)] == [person_id]


async def test_installation_counts_until_a_message_is_refused(ctx: Context) -> None:
    await router.on_command(ctx, replace(ALEX, installed=True), "help", "")
    async with ctx.db.write() as conn:
        await supporters.set_reachable(conn, "discord", ALEX.external_id, False, ctx.clock())
    assert not await may_be_written(ctx)


async def test_preferences_tell_them_to_write_first(ctx: Context) -> None:
    assert WRITE_FIRST not in "".join((await router.on_command(ctx, ALEX, "preferences", "")).card.lines)
    shown = await router.on_action(ctx, ALEX, "pref:news:on")
    assert WRITE_FIRST in "".join(shown.card.lines)
    await router.on_text(ctx, ALEX, "hello")
    assert WRITE_FIRST not in "".join((await router.on_command(ctx, ALEX, "preferences", "")).card.lines)


async def test_first_donor_who_did_not_is_asked_on_their_next_visit(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    await give(ctx, campaign, (await find_or_join(ctx, ALEX)).id)
    clock.move(minutes=2)
    assert await impact_updates.ask_first_donors(ctx) == 1


async def test_service_message_is_parked_and_appeal_dropped_for_those_who_did_not(ctx: Context) -> None:
    await agree(ctx, ALEX, Preference.NEWS, Preference.REMINDERS)
    person = await find_or_join(ctx, ALEX)
    for lane, refusal in ((Lane.SERVICE, OnHold), (Lane.NUDGE, Obsolete)):
        message = Delivery(
            id=ctx.ids.new(), lane=lane, platform="discord", address_id=person.address_id, message="consent",
            args={}, due_at=ctx.clock() + timedelta(0),
        )  # fmt: skip
        with pytest.raises(refusal, match="neither written"):
            await render(ctx, message, person)
