"""The tour, recorded between us and all three services in both directions.

Nothing in it breaks a description; and of wrong versions of it, nearly all are noticed. What is not is listed in
`unnoticed.py`, with the reason.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot.demo.launch import demo_environment
from bot.demo.narration import Step
from bot.demo.scenario import SCENARIO
from bot.demo.scenario_state import ScenarioState
from tests.contract.check import violations
from tests.contract.descriptions import SERVICES, service
from tests.contract.exchanges import exchanges
from tests.contract.mutations import KINDS, scores
from tests.contract.recorder import Recorded, listening, only_webhooks

LEAST = 0.95  # of the mutations of each kind, for each service
MOST_OF_A_KIND = 120  # a random choice, always the same one


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """The recordings of one tour."""
    yield asyncio.run(_recorded(tmp_path_factory.mktemp("tour")))


async def _recorded(folder: Path) -> Recorded:
    async with listening(folder) as (between, files), demo_environment(between=between) as set_up:
        state = ScenarioState.begin()
        for name, title, play in SCENARIO:
            step = Step(name, title)
            await play(set_up, state, step)
            assert step.ok, step
    only_webhooks(files["telegram", True])
    return files


def test_nothing_in_the_tour_breaks_a_description(tour: Recorded) -> None:
    counted = Counter({key: len(exchanges(file)) for key, file in tour.items()})
    assert set(counted) == {(name, push) for name in SERVICES for push in (False, True)}
    assert all(counts > 5 for counts in counted.values()), counted  # there is something to judge, both ways
    assert {file.name: violations(file) for file in tour.values()} == {file.name: [] for file in tour.values()}


@pytest.mark.parametrize("name", SERVICES)
def test_wrong_versions_of_the_tour_are_noticed(tour: Recorded, name: str) -> None:
    recorded = [exchange for push in (False, True) for exchange in exchanges(tour[name, push])]
    found = scores(recorded, service(name), MOST_OF_A_KIND, Random(2026))
    assert {kind: score.made >= 10 for kind, score in found.items()} == dict.fromkeys(KINDS, True)
    assert [
        f"{kind}: {score.noticed:.1%} of {score.made}, not {score.missed[:20]}"
        for kind, score in found.items()
        if score.noticed < LEAST
    ] == []
