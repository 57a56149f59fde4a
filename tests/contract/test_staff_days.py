"""The staff's days on both platforms, recorded in both directions and judged by the descriptions."""

from pathlib import Path

from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening, only_webhooks
from tests.journeys import test_staff as scenarios
from tests.journeys.environment import running_environment
from tests.waiting import until


async def test_nothing_that_staff_do_breaks_a_description(tmp_path: Path) -> None:
    async with listening(tmp_path) as (between, files), running_environment(tmp_path, between=between) as env:
        await scenarios.play_bad_day(env, ("telegram", "fr"), ("discord", "en"))
        menus = env.telegram.sent
        await until(lambda: menus.total("setMyCommands") > 3, within=20)
    (tmp_path / "more").mkdir()
    async with (
        listening(tmp_path / "more") as (between, more),
        running_environment(tmp_path / "more", between=between) as env,
    ):
        await scenarios.play_discord_role(env)
    only_webhooks(files["telegram", True])
    judged = [files["telegram", True], files["telegram", False], files["discord", False], more["discord", False]]
    assert all(len(exchanges(file)) > 5 for file in judged)
    assert [violations(file) for file in judged] == [[]] * len(judged)
