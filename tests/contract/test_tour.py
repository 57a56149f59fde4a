"""The whole tour recorded between us and all three services, in both directions, and judged by their descriptions."""

from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from bot.demo.stage import stage
from bot.demo.story import STORY, Tale
from bot.demo.telling import Step
from tests.contract_tools import exchanges, needs_contract, recording, violations


@needs_contract
async def test_nothing_in_the_tour_breaks_a_description(tmp_path: Path) -> None:
    files: dict[tuple[str, bool], Path] = {}
    async with AsyncExitStack() as stack:

        async def listen(service: str, address: str, push: bool) -> str:
            out = files[service, push] = tmp_path / f"{service}-{'push' if push else 'api'}.jsonl"
            return await stack.enter_async_context(recording(service, address, out, push=push))

        async with stage(between=listen) as set_up:
            tale = await Tale.begin(set_up)
            for name, title, play in STORY:
                step = Step(name, title)
                await play(set_up, tale, step)
                assert step.ok, step
    people = files["telegram", True]  # Telegram calls our public address, and so do people's browsers
    pushed = [line for line in people.read_text().splitlines() if '"path": "/webhooks/telegram"' in line]
    people.write_text("\n".join(pushed))
    counted = Counter({key: len(exchanges(file)) for key, file in files.items()})
    assert all(counts > 5 for counts in counted.values()), counted  # there is something to judge, both ways
    assert {file.name: violations(file) for file in files.values()} == {file.name: [] for file in files.values()}
