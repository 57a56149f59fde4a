"""The whole tour recorded between us and all three services, in both directions, and judged by their descriptions."""

from collections import Counter
from pathlib import Path

from bot.demo.stage import stage
from bot.demo.story import STORY, Tale
from bot.demo.telling import Step
from tests.contract_tools import exchanges, listening, needs_contract, only_webhooks, violations


@needs_contract
async def test_nothing_in_the_tour_breaks_a_description(tmp_path: Path) -> None:
    async with listening(tmp_path) as (between, files), stage(between=between) as set_up:
        tale = await Tale.begin(set_up)
        for name, title, play in STORY:
            step = Step(name, title)
            await play(set_up, tale, step)
            assert step.ok, step
    only_webhooks(files["telegram", True])
    counted = Counter({key: len(exchanges(file)) for key, file in files.items()})
    assert all(counts > 5 for counts in counted.values()), counted  # there is something to judge, both ways
    assert {file.name: violations(file) for file in files.values()} == {file.name: [] for file in files.values()}
