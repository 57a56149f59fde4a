"""Reminders and monthly gifts on both platforms, recorded in both directions and judged by the descriptions."""

from datetime import time
from pathlib import Path

from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening, only_webhooks
from tests.journeys import test_giving_again as scenarios
from tests.journeys.environment import running_environment
from tests.journeys.people import new_person


async def test_nothing_in_giving_again_breaks_a_description(tmp_path: Path) -> None:
    async with listening(tmp_path) as (between, files), running_environment(tmp_path, between=between) as env:
        await scenarios.without_holdout(env)
        for platform, locale in (("telegram", "fr"), ("discord", "en")):
            scenarios.at(env, time(14))
            await scenarios.give_again_from_reminder(env, new_person(env, platform, locale))
        for platform, locale in (("telegram", "en"), ("discord", "fr")):
            scenarios.at(env, time(14))
            await scenarios.play_monthly_gift(env, new_person(env, platform, locale))
        await scenarios.change_and_pause_monthly_gift(env, new_person(env, "telegram", "fr"))
    only_webhooks(files["telegram", True])
    assert all(len(exchanges(file)) > 5 for file in files.values())
    assert {file.name: violations(file) for file in files.values()} == {file.name: [] for file in files.values()}
