"""New installations start with a small holdout; a comparison that has begun keeps its own."""

import pytest
from sqlalchemy import text

from bot.domain.nudges import PolicyName
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.usecases.nudges.policies import PolicyState, policy_states


async def migrated(db: Database) -> dict[PolicyName, PolicyState]:
    await migrate(db)
    async with db.read() as conn:
        return await policy_states(conn)


async def test_new_installation_holds_out_a_tenth(empty: Database) -> None:
    policies = await migrated(empty)
    assert {policy.held_out for policy in policies.values()} == {0.1}
    assert {policy.held_out_in_all for policy in policies.values()} == {0.1}


async def test_comparison_under_way_keeps_its_half(old: Database) -> None:
    """The dump has a decision about a second gift, which staff never changed."""
    policies = await migrated(old)
    second = policies[PolicyName.SECOND_GIFT]
    assert (second.held_out, second.on, second.texts) == (0.5, True, ())
    assert (second.numbers.after_days, second.numbers.until_days) == (10, 19)
    assert policies[PolicyName.LAST_DAY].held_out == 0.1, "it has drawn nobody yet"
    assert {policy.held_out_of_all for policy in policies.values()} == {0.05}, "the same people are held out of all"
    assert second.held_out_in_all == pytest.approx(0.525)


async def test_policy_set_by_staff_is_kept(old: Database) -> None:
    async with old.write() as conn:
        await conn.execute(text("UPDATE nudge_policy SET name = 'second_gift', held_out = 0.25"))
    second = (await migrated(old))[PolicyName.SECOND_GIFT]
    assert (second.held_out, second.wanted) == (0.25, False)
