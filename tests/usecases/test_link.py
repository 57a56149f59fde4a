"""A one-time code makes one supporter of two accounts; codes end, are good once, and cannot be guessed."""

from dataclasses import replace

import pytest

from bot.store import supporters
from bot.store.db import Database
from bot.usecases import link, rates
from bot.usecases.context import Context
from bot.usecases.join import who
from bot.usecases.link import Linked
from tests.conftest import MovingClock
from tests.world import ALEX, CAMILLE, make_context


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def test_two_accounts_become_one(ctx: Context, clock: MovingClock) -> None:
    elder = await who(ctx, CAMILLE)
    clock.move(days=1)
    code = await link.offer(ctx, ALEX)
    assert await link.redeem(ctx, CAMILLE, code.lower().replace("-", " ")) is Linked.DONE
    assert (await who(ctx, ALEX)).id == elder.id
    async with ctx.db.read() as conn:
        assert {a.platform for a in await supporters.addresses_of(conn, [elder.id])} == {"telegram", "discord"}
    assert await link.redeem(ctx, CAMILLE, code) is Linked.WRONG, "it was good once"


async def test_a_code_ends_after_ten_minutes(ctx: Context, clock: MovingClock) -> None:
    code = await link.offer(ctx, ALEX)
    clock.move(minutes=10)
    assert await link.redeem(ctx, CAMILLE, code) is Linked.WRONG


async def test_asking_twice_leaves_the_first_code_good_and_one_use_ends_both(ctx: Context) -> None:
    first, second = await link.offer(ctx, ALEX), await link.offer(ctx, ALEX)
    assert await link.redeem(ctx, CAMILLE, first) is Linked.DONE
    assert await link.redeem(ctx, replace(CAMILLE, external_id="77"), second) is Linked.WRONG


async def test_ones_own_code(ctx: Context) -> None:
    code = await link.offer(ctx, ALEX)
    assert await link.redeem(ctx, ALEX, code) is Linked.SAME
    assert await link.redeem(ctx, CAMILLE, code) is Linked.DONE, "that mistake did not use it up"


async def test_nobody_goes_on_guessing(ctx: Context, clock: MovingClock) -> None:
    code = await link.offer(ctx, ALEX)
    for number in range(rates.GUESSES.each):
        assert await link.redeem(ctx, CAMILLE, f"NOPE-{number}") is Linked.WRONG
    assert await link.redeem(ctx, CAMILLE, code) is Linked.TOO_MANY, "not even with the right one"
    clock.now += rates.GUESSES.within
    fresh = await link.offer(ctx, ALEX)
    assert await link.redeem(ctx, CAMILLE, fresh) is Linked.DONE
