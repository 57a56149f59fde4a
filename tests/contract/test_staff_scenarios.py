"""The team's scenarios on both platforms, recorded in both directions and judged by the descriptions."""

from collections.abc import Awaitable, Callable
from datetime import time
from pathlib import Path

import pytest

from bot.domain.staff import Role
from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening, only_webhooks
from tests.journeys import test_campaign_lifecycle, test_staff_emergencies, test_staff_money
from tests.journeys.environment import Environment, new_environment, running_environment
from tests.journeys.people import new_person
from tests.journeys.team import Kind, new_member
from tests.journeys.test_giving_again import at

FRENCH: Kind = ("telegram", "fr")
ENGLISH: Kind = ("discord", "en")


async def play_bad_day(env: Environment) -> None:
    at(env, time(14))
    await test_staff_emergencies.play_bad_day(env, FRENCH, ENGLISH)


async def money(env: Environment) -> None:
    for kind in (FRENCH, ENGLISH):
        owner = await new_member(env, kind, "Nadia", Role.OWNER)
        await test_staff_money.owner_refunds(env, owner, new_person(env, *kind))
        await test_staff_money.confirm_duplicate(env, new_person(env, *kind))
    await test_staff_money.use_up_match(env, owner, new_person(env, *ENGLISH))


@pytest.mark.parametrize("scenario", [play_bad_day, money])
async def test_nothing_in_the_teams_days_breaks_a_description(
    tmp_path: Path, scenario: Callable[[Environment], Awaitable[None]]
) -> None:
    async with listening(tmp_path) as (between, files), running_environment(tmp_path, between=between) as env:
        await scenario(env)
    only_webhooks(files["telegram", True])
    judged = [file for file in files.values() if exchanges(file)]
    assert len(judged) >= 3 and {file.name: violations(file) for file in judged} == {file.name: [] for file in judged}


async def test_nothing_in_a_campaign_made_in_chat_breaks_a_description(tmp_path: Path) -> None:
    async with (
        listening(tmp_path) as (between, files),
        new_environment(tmp_path, between=between) as env,
        env.run_bot(),
    ):
        await test_campaign_lifecycle.play_campaign(env, FRENCH, ENGLISH)
    only_webhooks(files["telegram", True])
    assert all(len(exchanges(file)) > 5 for file in files.values())
    assert {file.name: violations(file) for file in files.values()} == {file.name: [] for file in files.values()}
