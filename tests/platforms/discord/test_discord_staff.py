"""Staff features over Discord's wire: forms, pictures, replies, roles, and how commands look to others."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.domain.time import system_clock
from bot.platforms.discord import handlers
from bot.platforms.discord.app import DiscordApp
from bot.platforms.discord.forms import filled_in, window
from bot.platforms.replies import ReplyBudget
from bot.sandbox.discord import DiscordSandbox
from bot.usecases.context import Context
from bot.usecases.ports import PlatformError
from bot.usecases.reply import Form, OfferedCopy
from content.cards import Card, File
from content.commands import STAFF_COMMANDS
from tests.platforms.discord.conftest import make_app
from tests.platforms.discord.fake_router import FakeRouter
from tests.platforms.discord.test_discord_render import picture
from tests.waiting import until

ASKS = Form(answers="bc:17:fr", title="Le texte français", label="Ce que vous voulez dire", value="Bonjour", long=True)


async def test_form_opens_and_returns_answer(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    router.form = ASKS
    opened = await sandbox.slash(ana, channel, "give")
    assert opened["kind"] == "modal"
    assert opened["modal"]["title"] == "Le texte français"
    assert opened["modal"]["custom_id"].startswith("w:") and opened["modal"]["custom_id"].endswith(":bc:17:fr")
    assert opened["modal"]["fields"][0]["value"] == "Bonjour"
    answered = await sandbox.submit_modal(ana, opened, {"text": "Merci à tous\n@everyone"})
    assert answered["message"]["text"].startswith("answer to bc:17:fr: Merci à tous")
    assert answered["message"]["ephemeral"] and answered["message"]["pings"] == []


async def test_form_reports_how_long_its_window_was_open(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    router.form = replace(ASKS, answers="bc:" + "7" * 85)  # as long as it may be
    opened = await sandbox.slash(ana, channel, "give")
    sandbox.world.clock = lambda: system_clock() + timedelta(minutes=16)
    await sandbox.submit_modal(ana, opened, {"text": "Merci"})
    assert timedelta(minutes=15) < router.open_for < timedelta(minutes=17)


async def test_undated_window_counts_as_open_forever() -> None:
    modal = window(replace(ASKS, answers="bc:17:fr"), system_clock())
    submitted = SimpleNamespace(
        type=discord.InteractionType.modal_submit,
        created_at=system_clock(),
        data=modal.to_dict() | {"custom_id": "f:bc:17:fr"},
    )
    filled = filled_in(cast(discord.Interaction, submitted))
    assert filled is not None and (filled.answers, filled.open_for) == ("bc:17:fr", timedelta.max)


async def test_form_behind_button_replaces_message(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    first = (await sandbox.slash(ana, channel, "give"))["message"]
    router.form = ASKS
    opened = await sandbox.click(ana, first["id"], "New")
    answered = await sandbox.submit_modal(ana, opened, {"text": "Merci"})
    # The answer to a form cannot open another one: its card is shown.
    assert answered["kind"] == "edited" and answered["message"]["id"] == first["id"]


async def test_form_works_after_restart(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    router.form = ASKS
    opened = await sandbox.slash(ana, channel, "give")
    await app.stop()
    router.form = None
    again = make_app(ctx, sandbox, router)
    await again.start()
    answered = await sandbox.submit_modal(ana, opened, {"text": "Merci"})
    assert answered["message"]["text"].startswith("answer to bc:17:fr: Merci")
    await again.stop()


async def test_deferred_answer_asks_by_card(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    app = make_app(ctx, sandbox, router, patience=0.05)
    await app.start()
    router.form, router.slow = ASKS, 0.2
    answer = await sandbox.slash(ana, channel, "give")
    assert answer["kind"] == "deferred"
    assert await sandbox.wait_message(ana, "command give")
    await app.stop()


async def test_further_messages_are_as_private_as_the_card(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    router.more = (Card(title="second"), Card(title="third"))
    await sandbox.slash(ana, channel, "give")
    third = await sandbox.wait_message(ana, "third")
    assert third["ephemeral"]
    sandbox.dm(ana, "hello")
    assert await sandbox.wait_message(ana, "third", int(third["id"]))


async def test_card_comes_after_its_previews(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    router.previews = (Card(title="first"), Card(title="second"))
    await sandbox.slash(ana, channel, "give")
    last = await sandbox.wait_message(ana, "command give")
    shown = [m for m in sandbox.view(channel, ana) if m["ephemeral"]]
    assert [m["embeds"][0]["title"] for m in shown[:-1]] == ["first", "second"]
    assert shown[-1]["id"] == last["id"]
    sandbox.dm(ana, "hello")
    await sandbox.wait_message(ana, "hello", int(last["id"]))
    await until(lambda: len(sandbox.view(ana)) >= 4)
    *_, first, second, card = [m["embeds"][0]["title"] for m in sandbox.view(ana) if m["embeds"]]
    assert (first, second) == ("first", "second") and "hello" in card


async def test_copy_that_discord_takes_is_reported_and_any_other_is_apologized_for(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, ana: Any
) -> None:
    router.copy = OfferedCopy(1, "en", is_file=True)
    router.more = (Card(title="copy", file=File(name="mydata.zip", content=b"PK")),)
    await sandbox.slash(ana, "dm", "give")
    sent = await sandbox.wait_message(ana, "copy")
    await until(lambda: bool(router.delivered))
    assert [ref.message_id for ref in router.delivered if ref] == [sent["id"]]
    (ref,) = router.delivered
    assert ref is not None
    await app.platform.delete(ref)
    assert sent["id"] not in {message["id"] for message in sandbox.view(ana)}
    router.more = (Card(),)  # cannot be shown
    await sandbox.slash(ana, "dm", "give")
    assert await sandbox.wait_message(ana, "not delivered")
    assert len(router.delivered) == 1


async def test_picture_in_direct_message_reaches_router(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, ana: Any, monkeypatch: Any
) -> None:
    sandbox.dm(ana, "look", picture=picture().png)
    assert await sandbox.wait_message(ana, "text look")
    router.awaits = True
    sandbox.dm(ana, "", picture=picture().png)
    assert await sandbox.wait_message(ana, f"picture {len(picture().png)}")
    monkeypatch.setattr(handlers, "MOST_BYTES", 3)
    sandbox.dm(ana, "", picture=picture().png)
    assert await sandbox.wait_message(ana, "picture too large")


@pytest.mark.parametrize("file", ["voice-message.ogg", "recu.pdf", "message.txt"])
async def test_file_in_direct_message_is_answered(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, ana: Any, file: str
) -> None:
    sandbox.dm(ana, "", file=file)
    assert await sandbox.wait_message(ana, contains="attachment")
    sandbox.dm(ana, "Voici", file=file)
    assert await sandbox.wait_message(ana, contains="text Voici")
    origin = router.contacts[-1].origin
    assert origin is not None
    assert origin.attached


async def test_edited_direct_message_is_followed(app: DiscordApp, sandbox: DiscordSandbox, ana: Any) -> None:
    message = sandbox.dm(ana, "mardi")
    assert await sandbox.wait_message(ana, contains="text mardi")
    sandbox.edit(ana, message, "mercredi")
    assert await sandbox.wait_message(ana, contains="edited mercredi")


async def test_reply_to_our_message_reaches_router(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, ana: Any
) -> None:
    sandbox.dm(ana, "hello")
    message = await sandbox.wait_message(ana, "text hello")
    router.hears_replies = True
    sandbox.dm(ana, "yes", reply_to=message["id"])
    assert await sandbox.wait_message(ana, f"reply to {message['id']}: yes")
    assert router.contacts[-1].place == message["channel_id"]


async def test_reply_in_a_server_reaches_router_with_its_roles(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, server: Any, channel: Any, ana: Any
) -> None:
    role = sandbox.add_role(server, "Équipe")
    await until(lambda: (known := app.client.get_guild(int(server["id"]))) and known.get_role(int(role["id"])))
    sandbox.set_roles(ana, server, [role])
    posted = await app.platform.post(channel["id"], Card(title="A message"), nonce="1")
    router.hears_replies = True
    sandbox.say(ana, channel, "between us")
    sandbox.say(ana, channel, "no mention", reply_to=posted.message_id, ping=False)
    assert await sandbox.wait_message(channel, f"reply to {posted.message_id}: None")
    own = app.client.user
    assert own is not None
    said = sandbox.say(ana, channel, f"<@{own.id}> tell them yes", reply_to=posted.message_id)
    assert await sandbox.wait_message(channel, f"reply to {posted.message_id}: tell them yes")
    sandbox.edit(ana, said, f"<@{own.id}> tell them no")
    assert await sandbox.wait_message(channel, "edited tell them no")
    contact = router.contacts[-1]
    assert (contact.private, contact.guild, contact.roles) == (False, server["id"], (role["id"],))
    assert contact.place == channel["id"]
    assert len(router.contacts) == 3, "what is no reply to us is nobody's business"


async def test_contact_has_place_and_roles(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, server: Any, channel: Any, ana: Any
) -> None:
    role = sandbox.add_role(server, "Équipe")
    await until(lambda: (known := app.client.get_guild(int(server["id"]))) and known.get_role(int(role["id"])))
    sandbox.set_roles(ana, server, [role])
    await sandbox.slash(ana, channel, "give")
    contact = router.contacts[-1]
    assert (contact.guild, contact.place, contact.place_title) == (server["id"], channel["id"], "dons")
    assert contact.roles == (role["id"],) and contact.place_open and contact.name == "Ana"
    await sandbox.slash(ana, "dm", "give")
    assert (router.contacts[-1].guild, router.contacts[-1].roles, router.contacts[-1].place) == (None, (), None)
    router.guilds = (server["id"],)  # staff by a role before, so the current roles are looked up
    for has in ([role], []):
        sandbox.set_roles(ana, server, has)
        await sandbox.slash(ana, "dm", "give")
        assert (router.contacts[-1].guild, router.contacts[-1].roles) == (server["id"], tuple(r["id"] for r in has))
        sandbox.dm(ana, "hello")
        await sandbox.wait_message(ana, "text hello", int(sandbox.view(ana)[-1]["id"]))
        assert router.contacts[-1].roles == tuple(r["id"] for r in has)


async def test_channel_is_open_if_whole_server_can_read_it(
    app: DiscordApp, sandbox: DiscordSandbox, server: Any
) -> None:
    channel = sandbox.add_channel(server, "equipe")
    sandbox.hide(channel)
    await comes_to_know(app, channel, False)
    sandbox.hide(channel, hidden=False)
    await comes_to_know(app, channel, True)
    with pytest.raises(PlatformError):
        await app.platform.is_open("123456789012345678")


async def comes_to_know(app: DiscordApp, channel: Any, is_open: bool) -> None:
    """Wait until the bot has heard that a channel is open, or closed."""

    async def knows() -> bool:
        with suppress(PlatformError):  # it has not heard of the channel yet
            return await app.platform.is_open(channel["id"]) is is_open
        return False

    await until(knows)


async def test_staff_commands_are_hidden_in_servers(
    app: DiscordApp, sandbox: DiscordSandbox, server: Any, channel: Any, ana: Any
) -> None:
    theirs = {command.en for command in STAFF_COMMANDS}
    assert not theirs & {command["key"] for command in sandbox.commands(ana, channel)}
    sandbox.set_roles(ana, server, [sandbox.add_role(server, "Équipe", ["manage_guild"])])
    assert theirs <= {command["key"] for command in sandbox.commands(ana, channel)}
    assert (await sandbox.slash(ana, channel, "equipe", {"code": "AB12"}))["message"]["text"].startswith(
        "command team [AB12]"
    )


async def test_role_option_offers_server_roles(
    app: DiscordApp, sandbox: DiscordSandbox, server: Any, channel: Any, ana: Any
) -> None:
    crew = sandbox.add_role(server, "Équipe: tous", ["manage_guild"])
    sandbox.set_roles(ana, server, [crew])
    answer = await sandbox.slash(ana, channel, "equipe", {"role": crew["id"], "acces": "Lecture"})
    assert answer["message"]["text"].startswith(f"command team [role:{crew['id']}:viewer:Équipe: tous]")
    answer = await sandbox.slash(ana, channel, "team", {"role": crew["id"]})
    assert f"role:{crew['id']}:editor:" in answer["message"]["text"]


async def test_flood_of_direct_messages_is_handled_and_answered_within_budget(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, ana: Any
) -> None:
    app = make_app(ctx, sandbox, router, budget=ReplyBudget(every=1.0))
    await app.start()
    for number in range(18):
        sandbox.dm(ana, f"n{number}.")
    await sandbox.wait_message(ana, contains="n17.")
    await app.stop()
    assert len(router.contacts) == 18
    answers = [m["text"] for m in sandbox.view(ana) if m["author"]["bot"]]
    assert [next(n for n in range(18) if f"n{n}." in text) for text in answers] == [0, 1, 2, 17]
