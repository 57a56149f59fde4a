"""Inviting on both platforms, recorded in both directions and judged by the services' descriptions."""

from pathlib import Path

from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening, only_webhooks
from tests.journeys import test_inviting as stories
from tests.journeys.environment import running_environment
from tests.journeys.people import new_person


async def test_nothing_in_inviting_breaks_a_description(tmp_path: Path) -> None:
    async with listening(tmp_path) as (between, files), running_environment(tmp_path, between=between) as here:
        await stories.test_sharing_into_a_chat_by_inline_mode(here)
        await stories.test_on_discord_a_campaign_is_shown_in_somebody_elses_conversation(here)
        await stories.test_a_friend_on_discord_says_who_it_was(here)
        await stories.test_two_accounts_of_one_person(here)
        for platform, locale in (("telegram", "fr"), ("discord", "en")):
            await stories.test_the_invite_as_a_picture(here, new_person(here, platform, locale))
        await stories.test_a_friend_comes_by_deep_link_gives_and_lets_it_be_known(here)
    only_webhooks(files["telegram", True])
    assert all(len(exchanges(file)) > 3 for file in files.values())
    assert {file.name: violations(file) for file in files.values()} == {file.name: [] for file in files.values()}
