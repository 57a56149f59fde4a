"""Commands, private answers, buttons and modals, by the real discord.py."""

from datetime import timedelta
from typing import Any

import discord
import pytest
from discord import ui

from bot.sandbox.discord import DiscordSandbox, VerbError
from tests.sandbox.discord.conftest import AdjustableClock, Names, Persistent, connected


async def test_french_command_is_answered_privately(sandbox: DiscordSandbox) -> None:
    guild = sandbox.add_guild("Tablée", locale="fr")
    channel = sandbox.add_channel(guild, "général")
    ana, bo = sandbox.add_user("Ana", "fr"), sandbox.add_user("Bo", "en-GB")
    for user in (ana, bo):
        sandbox.join(user, guild)
    async with connected(sandbox) as bot:
        await bot.tree.set_translator(Names())
        await bot.tree.sync()
        assert [c["name"] for c in sandbox.commands(ana, channel)] == ["donner"]
        assert [c["description"] for c in sandbox.commands(bo, channel)] == ["Give to a campaign"]
        answer = await sandbox.slash(ana, channel, "donner", {"montant": "5"})
    message = answer["message"]
    assert answer["kind"] == "message"
    assert message["content"] == "5 fr fr [0] True False"
    assert message["ephemeral"]
    assert message["buttons"][0][0]["url"] == "https://give.example/5"
    assert len(sandbox.view(channel, ana)) == 1
    assert sandbox.view(channel, bo) == []
    assert await sandbox.click(ana, message, "5 $") == {"kind": "url", "url": "https://give.example/5"}
    with pytest.raises(VerbError, match="does not see"):
        await sandbox.click(bo, message, "Other")


async def test_button_works_after_a_restart(sandbox: DiscordSandbox) -> None:
    guild = sandbox.add_guild("Tablée")
    channel = sandbox.add_channel(guild, "général")
    ana = sandbox.add_user("Ana")
    sandbox.join(ana, guild)
    async with connected(sandbox) as bot:
        card = ui.View(timeout=None)
        for what in ("give", "edit", "slow", "ask", "silent"):
            card.add_item(Persistent(what))
        await bot.get_partial_messageable(int(channel["id"])).send("a card", view=card)
    post = sandbox.view(channel)[0]
    async with connected(sandbox):
        answer = await sandbox.click(ana, post, "Do give")
        assert answer["message"]["content"] == "for you: give"
        assert answer["message"]["ephemeral"]
        form = await sandbox.click(ana, post, "o:ask")
        assert form["modal"]["fields"][0]["label"] == "Code"
        assert (await sandbox.submit_modal(ana, form, {"Code": "AB12"}))["message"]["content"] == "claimed AB12"
        assert (await sandbox.click(ana, post, "o:slow"))["kind"] == "deferred_edit"
        assert (await sandbox.wait_message(channel, "slowly changed"))["id"] == post["id"]
        assert (await sandbox.click(ana, post, "o:silent"))["kind"] == "failed"
        edited = await sandbox.click(ana, post, "o:edit")
        assert (edited["kind"], edited["message"]["content"], edited["message"]["buttons"]) == ("edited", "changed", [])


async def test_deferred_answer_is_completed(sandbox: DiscordSandbox) -> None:
    ana, channel = _ana_in_a_server(sandbox)
    async with connected(sandbox) as bot:
        await bot.tree.sync()
        answer = await sandbox.slash(ana, channel, "give", {"amount": "later"})
        assert answer["kind"] == "deferred"
        done = await sandbox.wait_message(ana, "done")
        assert done["id"] == answer["message"]["id"]
        assert not done["edited"]
        suggested = await sandbox.autocomplete(ana, channel, "give", "campaign", "Tabl")
        assert suggested == [{"name": "Tablées", "value": "1"}]


def _ana_in_a_server(sandbox: DiscordSandbox) -> tuple[Any, Any]:
    guild = sandbox.add_guild("Tablée")
    channel = sandbox.add_channel(guild, "général")
    ana = sandbox.add_user("Ana")
    sandbox.join(ana, guild)
    return ana, channel


async def test_user_installed_app_is_available_everywhere(sandbox: DiscordSandbox) -> None:
    foreign = sandbox.add_guild("Elsewhere", locale="en-US", bot=False)
    channel = sandbox.add_channel(foreign, "chat")
    ana, bo = sandbox.add_user("Ana"), sandbox.add_user("Bo")
    sandbox.join(ana, foreign)
    dialog = sandbox.add_dialog(ana, bo)
    async with connected(sandbox) as bot:
        await bot.tree.sync()
        with pytest.raises(VerbError, match="no command"):
            await sandbox.slash(ana, channel, "give")
        sandbox.install_app(ana)
        there = await sandbox.slash(ana, channel, "give")
        assert there["message"]["content"] == "fr en-US [0] False True"
        private = await sandbox.slash(ana, dialog, "give")
        assert private["message"]["content"] == "fr None [2] False True"
        own = await sandbox.slash(ana, "dm", "give")
        assert own["message"]["content"] == "fr None [1] False True"


async def test_interaction_tokens_expire(sandbox: DiscordSandbox, clock: AdjustableClock) -> None:
    ana, channel = _ana_in_a_server(sandbox)
    async with connected(sandbox) as bot:
        await bot.tree.sync()
        answer = await sandbox.slash(ana, channel, "give")
        kept = sandbox.world.interactions[int(answer["interaction_id"])]
        hook = discord.Webhook.partial(sandbox.application_id, kept.token, client=bot)
        await hook.edit_message("@original", content="thank you")  # type: ignore[call-overload]  # a webhook takes it too
        assert sandbox.view(channel, ana)[0]["content"] == "thank you"
        clock.ahead = timedelta(minutes=15)
        with pytest.raises(discord.HTTPException) as over:
            await hook.edit_message("@original", content="late")  # type: ignore[call-overload]  # the same
        assert over.value.code == 50027


async def test_first_answer_is_due_in_three_seconds_and_only_once(
    sandbox: DiscordSandbox, clock: AdjustableClock
) -> None:
    ana, channel = _ana_in_a_server(sandbox)
    codes = []

    async def twice(interaction: discord.Interaction[Any]) -> None:
        if interaction.type is not discord.InteractionType.component:
            return
        clock.ahead += timedelta(seconds=4 if "late" in str(interaction.data) else 0)
        for _ in range(2):
            interaction.response._response_type = None
            try:
                await interaction.response.send_message("hello")
            except discord.HTTPException as error:
                codes.append(error.code)

    async with connected(sandbox) as bot:
        bot.on_interaction = twice  # type: ignore[attr-defined]
        view = ui.View().add_item(ui.Button(label="now", custom_id="now"))
        view.add_item(ui.Button(label="late", custom_id="late"))
        post = await bot.get_partial_messageable(int(channel["id"])).send("x", view=view)
        assert (await sandbox.click(ana, post.id, "now"))["kind"] == "message"
        assert (await sandbox.click(ana, post.id, "late"))["kind"] == "failed"
    assert codes == [40060, 10062, 10062]
