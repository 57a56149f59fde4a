"""The circle of friends, recorded in both directions and judged by the services' descriptions."""

from pathlib import Path

from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening, only_webhooks
from tests.contract.test_joins import described
from tests.journeys.environment import running_environment
from tests.journeys.test_circle_of_friends import play_circle_of_friends


async def test_nothing_in_a_circle_of_friends_breaks_a_description(tmp_path: Path) -> None:
    async with listening(tmp_path) as (between, files), running_environment(tmp_path, between=between) as env:
        await play_circle_of_friends(env, "en", "fr")
    only_webhooks(files["telegram", True])
    judged = {key: described(file) for key, file in files.items()}
    assert all(len(exchanges(lines)) > 10 for lines in judged.values())
    assert {key: violations(lines) for key, lines in judged.items()} == {key: [] for key in judged}
