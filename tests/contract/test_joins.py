"""Friends who join on both platforms, recorded in both directions and judged by the descriptions."""

import json
from pathlib import Path

from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening, only_webhooks
from tests.journeys import test_joining as scenarios
from tests.journeys.environment import running_environment

_UNDESCRIBED = "/members-search"  # Discord describes it nowhere; we ask it in passing and work without it


def described(file: Path) -> list[str]:
    """The exchanges for which there is a description."""
    return [line for line in file.read_text().splitlines() if _UNDESCRIBED not in json.loads(line)["path"]]


async def test_nothing_about_invites_and_joins_breaks_a_description(tmp_path: Path) -> None:
    for name, scenario in (("arrive", scenarios.friends_arrive), ("forbidden", scenarios.invites_are_forbidden)):
        (folder := tmp_path / name).mkdir()
        async with listening(folder) as (between, files), running_environment(folder, between=between) as env:
            await scenario(env)
        only_webhooks(files["telegram", True])
        judged = {key: described(file) for key, file in files.items()}
        assert all(exchanges(judged[key]) for key in (("telegram", True), ("telegram", False), ("discord", False)))
        assert {key: violations(lines) for key, lines in judged.items()} == {key: [] for key in judged}
