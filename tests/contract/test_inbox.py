"""What needs a person, on both platforms, recorded in both directions and judged by the descriptions."""

from pathlib import Path

import pytest

from bot.domain.people import PlatformName
from content.catalog import Locale
from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening
from tests.journeys import test_inbox as scenarios
from tests.journeys.environment import running_environment
from tests.journeys.people import new_person


@pytest.mark.parametrize(("platform", "locale"), [("telegram", "fr"), ("discord", "en")])
async def test_nothing_about_the_inbox_breaks_a_description(
    tmp_path: Path, platform: PlatformName, locale: Locale
) -> None:
    async with listening(tmp_path) as (between, files), running_environment(tmp_path, between=between) as env:
        inbox = await scenarios.open_inbox(env, platform, locale)
        await scenarios.play_case(inbox, new_person(env, platform, locale))
        await scenarios.message_and_answer(inbox, new_person(env, platform, locale, "Sam"))
        await scenarios.dispute_and_fraud_warning(inbox, new_person(env, platform, locale, "Alex"))
    judged = [files[platform, False], files["stripe", False], files["stripe", True]]
    assert all(exchanges(file) for file in judged)
    assert [violations(file) for file in judged] == [[]] * len(judged)
