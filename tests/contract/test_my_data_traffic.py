"""A person's copy of their data, recorded in both directions and judged by the services' descriptions."""

from pathlib import Path

from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening
from tests.contract.test_joins import described
from tests.journeys.environment import running_environment
from tests.journeys.test_my_data import copies_are_sent, files_are_deleted


async def test_nothing_about_a_copy_breaks_a_description(tmp_path: Path) -> None:
    async with (
        listening(tmp_path) as (between, files),
        running_environment(tmp_path, between=between, public=False) as env,
    ):
        await copies_are_sent(env)
        await files_are_deleted(env)
    # Only without a web address is the copy a file. What such a bot asks of Stripe is another matter.
    judged = {key: described(file) for key, file in files.items() if key[0] != "stripe"}
    called = {exchange.path.rpartition("/")[2] for exchange in exchanges(judged["telegram", False])}
    assert {"sendDocument", "deleteMessage"} <= called
    assert {key: violations(lines) for key, lines in judged.items()} == {key: [] for key in judged}
