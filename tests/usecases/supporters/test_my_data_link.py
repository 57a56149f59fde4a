"""The one-time link to a person's own data: it opens once, for a day, for whoever presses first."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from bot.domain.people import Contact, Supporter
from bot.domain.staff import Role
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.staff.operations import generation
from bot.usecases.supporters import forgetting, my_data_link
from bot.usecases.supporters.my_data import MyData
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, hire, make_context
from tests.usecases.supporters.test_forgetting import everything
from tests.usecases.supporters.test_merging import become_one
from tests.usecases.supporters.test_my_data_handlers import hand_over, take

DAY = timedelta(hours=24)
NADIA = replace(CAMILLE, external_id="900")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock, public_url="https://don.example")


@pytest.fixture
async def person(ctx: Context) -> Supporter:
    return await find_or_join(ctx, CAMILLE)


async def opened(ctx: Context, token: str) -> MyData | None:
    """Press the button of a link's page."""
    data = await my_data_link.copy(ctx, token)
    return data if data is not None and await my_data_link.use(ctx, token) else None


async def token_for(ctx: Context, contact: Contact) -> str:
    """Ask for the copy, and return the token of the link."""
    reply = await hand_over(ctx, contact, await take(ctx, contact))
    (button,) = reply.card.buttons
    assert button.url is not None and not reply.more and reply.card.file is None
    return urlsplit(button.url).path.removeprefix("/mydata/")


@pytest.mark.parametrize("contact", [CAMILLE, ALEX], ids=["telegram", "discord"])
async def test_link_opens_once_and_looking_at_it_changes_nothing(ctx: Context, contact: Contact) -> None:
    await find_or_join(ctx, contact)
    token = await token_for(ctx, contact)
    assert [await my_data_link.works(ctx, token) for _ in range(3)] == [True] * 3
    data = await opened(ctx, token)
    assert data is not None
    assert [row["external_id"] for row in data.collected["accounts"]] == [contact.external_id]
    assert not await my_data_link.works(ctx, token)
    assert await opened(ctx, token) is None


async def test_of_many_who_press_at_once_one_gets_the_page(ctx: Context, person: Supporter) -> None:
    token = await token_for(ctx, CAMILLE)
    found = await asyncio.gather(*(opened(ctx, token) for _ in range(5)))
    assert sum(data is not None for data in found) == 1


async def test_link_is_stored_as_a_hash_and_expires_after_a_day(
    ctx: Context, clock: MovingClock, person: Supporter
) -> None:
    token = await token_for(ctx, CAMILLE)
    assert token not in await everything(ctx) and len(token.replace("-", "")) == 28
    clock.now += DAY - timedelta(seconds=1)
    assert await my_data_link.works(ctx, token)
    clock.now += timedelta(seconds=1)
    assert not await my_data_link.works(ctx, token)
    assert await opened(ctx, token) is None


async def test_link_counts_once_it_was_delivered_and_a_new_one_ends_it(ctx: Context, person: Supporter) -> None:
    lost = await take(ctx, CAMILLE)
    assert lost.copy is not None and lost.card.buttons[0].url
    await router.copy_not_delivered(ctx, CAMILLE, lost.copy)
    token = await token_for(ctx, CAMILLE)
    assert not await my_data_link.works(ctx, urlsplit(lost.card.buttons[0].url).path.rpartition("/")[2])
    again = await take(ctx, CAMILLE)
    assert again.copy is None and "s’ouvre une seule fois" in again.card.lines[0]
    assert await my_data_link.works(ctx, token)


async def test_link_follows_a_merge_and_ends_with_the_person(
    ctx: Context, clock: MovingClock, person: Supporter
) -> None:
    clock.now += timedelta(minutes=1)
    other = await find_or_join(ctx, ALEX)
    token = await token_for(ctx, ALEX)
    await become_one(ctx, person.id, other.id)
    assert await my_data_link.works(ctx, token)
    await forgetting.forget(ctx, person.id)
    assert not await my_data_link.works(ctx, token)
    assert await opened(ctx, token) is None


async def test_link_used_after_the_backup_stays_closed_in_the_restored_database(
    ctx: Context, person: Supporter
) -> None:
    token = await token_for(ctx, CAMILLE)
    await generation.mark_restored(ctx)
    assert await opened(ctx, token) is None


async def test_link_that_its_owner_pastes_does_not_reach_the_team(ctx: Context, person: Supporter) -> None:
    await hire(ctx, NADIA, Role.OWNER)  # who reads messages
    token = await token_for(ctx, CAMILLE)
    text = f"Je ne peux pas ouvrir {ctx.public_url}/mydata/{token}?l=fr, pourquoi?"
    await router.on_text(ctx, CAMILLE, text, None, None)
    stored = await everything(ctx)
    assert "/mydata/…?l=fr, pourquoi?" in stored and token not in stored
