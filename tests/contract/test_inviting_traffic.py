"""Inviting on both platforms, recorded in both directions and judged by the services' descriptions."""

from pathlib import Path

from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import listening, only_webhooks
from tests.journeys import test_inviting as scenarios
from tests.journeys.environment import running_environment
from tests.journeys.people import new_person


async def test_nothing_in_inviting_breaks_a_description(tmp_path: Path) -> None:
    async with listening(tmp_path) as (between, files), running_environment(tmp_path, between=between) as env:
        await scenarios.test_inline_mode_shares_into_a_chat(env)
        await scenarios.test_discord_shows_a_campaign_in_another_conversation(env)
        await scenarios.test_friend_on_discord_names_the_inviter(env)
        await scenarios.test_two_accounts_of_one_person_are_merged(env)
        for platform, locale in (("telegram", "fr"), ("discord", "en")):
            await scenarios.test_invite_is_sent_as_a_picture(env, new_person(env, platform, locale))
        await scenarios.test_friend_joins_by_deep_link_gives_and_shares_it(env)
    only_webhooks(files["telegram", True])
    assert all(len(exchanges(file)) > 3 for file in files.values())
    assert {file.name: violations(file) for file in files.values()} == {file.name: [] for file in files.values()}
