"""A broadcast sent, corrected and given to on both platforms, recorded in both directions and judged."""

from datetime import time
from pathlib import Path

from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening, only_webhooks
from tests.journeys import test_broadcast as scenarios
from tests.journeys.environment import running_environment
from tests.journeys.people import new_person
from tests.journeys.test_giving_again import at


async def test_nothing_in_a_broadcast_breaks_a_description(tmp_path: Path) -> None:
    async with listening(tmp_path) as (between, files), running_environment(tmp_path, between=between) as env:
        at(env, time(14))
        await scenarios.play_good_day(env, new_person(env, "telegram", "fr"), new_person(env, "discord", "en", "Alex"))
    only_webhooks(files["telegram", True])
    assert all(exchanges(file) for file in files.values())
    assert {file.name: violations(file) for file in files.values()} == {file.name: [] for file in files.values()}
