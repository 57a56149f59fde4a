"""What people see on Discord, over its wire: commands, taps, texts, slow and private answers."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.platforms.discord.app import DiscordApp
from bot.sandbox.discord import DiscordSandbox
from bot.usecases.context import Context
from bot.usecases.ports import Unreachable
from bot.usecases.reply import AwaitedGift
from content.cards import Button, Card
from content.commands import COMMANDS, STAFF_COMMANDS
from tests.platforms.discord.conftest import make_app
from tests.platforms.discord.fake_router import PAY, TAPS, FakeRouter
from tests.platforms.discord.test_discord_render import picture
from tests.waiting import until

SHARED = Card(title="card", lines=("shared",), picture=picture(), rows=(TAPS,))
PATIENCE, SLOW = 0.05, 0.15  # seconds


@pytest.fixture
async def hasty(ctx: Context, sandbox: DiscordSandbox, router: FakeRouter) -> AsyncIterator[DiscordApp]:
    """A bot that puts an answer off very soon."""
    app = make_app(ctx, sandbox, router, patience=PATIENCE)
    await app.start()
    yield app
    await app.stop()


def title(message: Any) -> str:
    return str(message["embeds"][0]["title"])


async def post(app: DiscordApp, channel: Any) -> str:
    return (await app.platform.post(channel["id"], SHARED, nonce="1")).message_id


async def test_commands_have_names_in_both_languages(
    app: DiscordApp, sandbox: DiscordSandbox, ana: Any, bob: Any
) -> None:
    french = {command["key"]: command["name"] for command in sandbox.commands(ana)}
    english = {command["name"]: command["description"] for command in sandbox.commands(bob)}
    assert french["give"] == "donner" and french["claim"] == "reclamer"
    assert english["give"] == "Give to a campaign"
    assert len(french) == len(english) == len([c for c in COMMANDS if c.ready]) + len(STAFF_COMMANDS)


@pytest.mark.parametrize("command", ["give", "donner"])
async def test_command_gets_private_answer_with_link_buttons(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any, bob: Any, command: str
) -> None:
    option = "montant" if command == "donner" else "amount"
    interaction = await sandbox.slash(ana, channel, command, {option: "7,50 $"})
    assert (interaction["kind"], interaction["message"]["ephemeral"]) == ("message", True)
    assert interaction["message"]["text"] == "command give [7,50 $]\nfr private"
    assert [button["url"] for button in interaction["message"]["buttons"][0]] == [button.url for button in PAY]
    assert sandbox.view(channel, viewer=bob) == []
    (contact,) = router.contacts
    assert (contact.platform, contact.external_id, contact.locale, contact.private) == (
        "discord",
        ana["id"],
        "fr",
        True,
    )


async def test_english_is_answered_in_english(app: DiscordApp, sandbox: DiscordSandbox, channel: Any, bob: Any) -> None:
    interaction = await sandbox.slash(bob, channel, "claim", {"code": "abc"})
    assert interaction["message"]["text"] == "command claim [abc]\nen private"


async def test_autocompletion_offers_campaigns(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any
) -> None:
    choices = await sandbox.autocomplete(ana, channel, "donner", "collecte", "hiver", {"montant": "5"})
    assert [(choice["name"], choice["value"]) for choice in choices] == [("Un hiver au chaud (fr)", "hiver")]


async def test_slow_answer_is_deferred_and_then_shown(
    hasty: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    router.slow, router.card = SLOW, SHARED
    interaction = await sandbox.slash(ana, channel, "give")
    assert (interaction["kind"], interaction["message"]["ephemeral"]) == ("deferred", True)
    answer = await sandbox.wait_message(channel, "shared", viewer=ana)
    assert answer["id"] == interaction["message"]["id"] and answer["ephemeral"]
    assert [file["filename"] for file in answer["files"]] == ["progress.png"]


async def test_slow_answer_to_tap_replaces_private_answer(
    hasty: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    await sandbox.slash(ana, channel, "give")
    first = await sandbox.wait_message(channel, "command give", viewer=ana)
    router.slow = SLOW
    assert (await sandbox.click(ana, first["id"], "Edit"))["kind"] == "deferred_edit"
    assert (await sandbox.wait_message(channel, "edit:1", viewer=ana))["id"] == first["id"]


async def test_slow_new_answer_to_tap_can_be_replaced_later(
    hasty: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    await sandbox.slash(ana, channel, "give")
    first = await sandbox.wait_message(channel, "command give", viewer=ana)
    router.slow, router.awaits_gift = SLOW, True
    await sandbox.click(ana, first["id"], "New")
    as_new = await sandbox.wait_message(channel, "new:1", viewer=ana)
    assert as_new["ephemeral"] and as_new["id"] != first["id"]
    await hasty.stop()
    await hasty.start()
    await hasty.platform.edit_private(router.kept[0][1], Card(title="thanks"))
    assert [title(m) for m in sandbox.view(channel, viewer=ana)] == ["command give []", "thanks"]


async def test_tap_on_shared_card_is_answered_to_tapper_only(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any, bob: Any
) -> None:
    posted = await post(app, channel)
    for label in ("Edit", "New"):
        interaction = await sandbox.click(ana, posted, label)
        assert (interaction["kind"], interaction["message"]["ephemeral"]) == ("message", True)
        assert title(interaction["message"]) == f"action {label.lower()}:1"
    (shared,) = sandbox.view(channel, viewer=bob)
    assert title(shared) == "card" and not shared["edited"]


async def test_tap_on_private_answer_replaces_it(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any
) -> None:
    first = (await sandbox.slash(ana, channel, "give"))["message"]
    edited = await sandbox.click(ana, first["id"], "Edit")
    assert (edited["kind"], edited["message"]["id"]) == ("edited", first["id"])
    added = await sandbox.click(ana, first["id"], "New")
    assert added["message"]["id"] != first["id"] and added["message"]["ephemeral"]


async def test_buttons_work_after_a_restart(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    posted = await post(app, channel)
    await app.stop()
    await app.start()
    assert title((await sandbox.click(ana, posted, "New"))["message"]) == "action new:1"
    assert app.platform.client is app.client


async def test_direct_message_answers_are_ordinary_messages(app: DiscordApp, sandbox: DiscordSandbox, ana: Any) -> None:
    interaction = await sandbox.slash(ana, "dm", "donner")
    assert (interaction["kind"], interaction["message"]["ephemeral"]) == ("message", False)
    edited = await sandbox.click(ana, interaction["message"]["id"], "Edit")
    assert (edited["kind"], title(edited["message"])) == ("edited", "action edit:1")


async def test_texts_are_answered_only_in_direct_messages(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    sandbox.say(ana, channel, "hello everybody")
    said = sandbox.dm(ana, "arr*tez @everyone")
    answer = await sandbox.wait_message(ana, "text", after=said)
    assert answer["text"] == "text arr\\*tez @\u200beveryone\nfr private"
    assert [contact.private for contact in router.contacts] == [True]


async def test_actions_of_one_person_are_handled_in_order(app: DiscordApp, sandbox: DiscordSandbox, ana: Any) -> None:
    for number in range(8):
        sandbox.dm(ana, f"n{number}")
    await sandbox.wait_message(ana, "n7")
    answers = [title(m) for m in sandbox.view(ana) if m["author"]["bot"]]
    assert answers == [f"text n{number}" for number in range(8)]


async def test_contact_says_whether_the_person_turned_to_the_bot(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    await sandbox.slash(ana, channel, "give")
    await sandbox.slash(ana, "dm", "give")
    sandbox.install_app(ana)
    await sandbox.slash(ana, channel, "give")
    told = [(contact.in_dm, contact.installed) for contact in router.contacts]
    assert told == [(False, False), (True, False), (False, True)]


async def test_user_install_works_in_server_without_bot(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter
) -> None:
    foreign = sandbox.add_guild("Elsewhere", bot=False)
    place, eve = sandbox.add_channel(foreign, "general"), sandbox.add_user("Eve", locale="en-US")
    other = sandbox.add_user("Zoe")
    for person in (eve, other):
        sandbox.join(person, foreign)
    sandbox.install_app(eve)
    interaction = await sandbox.slash(eve, place, "give")
    assert interaction["message"]["ephemeral"] and title(interaction["message"]) == "command give []"
    tapped = await sandbox.click(eve, interaction["message"]["id"], "Edit")
    assert tapped["kind"] == "edited"
    between = await sandbox.slash(eve, sandbox.add_dialog(eve, other), "give")
    assert between["message"]["ephemeral"]
    assert all(contact.private for contact in router.contacts)


async def test_user_text_never_pings(app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any) -> None:
    hostile = f"@everyone @here <@{ana['id']}> **bold** [x](https://evil.example) " * 100
    await app.platform.post(channel["id"], Card(title=hostile, lines=(hostile,), note=hostile), nonce="1")
    (message,) = sandbox.view(channel)
    assert message["pings"] == []
    assert "**" not in message["embeds"][0]["description"].replace("\\*", "")


@pytest.mark.parametrize(("command", "words"), [("donner", "désolé"), ("give", "sorry")])
async def test_failing_use_case_gets_apology(
    app: DiscordApp,
    sandbox: DiscordSandbox,
    channel: Any,
    ana: Any,
    bob: Any,
    command: str,
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    who, option = (ana, "montant") if command == "donner" else (bob, "amount")
    interaction = await sandbox.slash(who, channel, command, {option: "break"})
    assert (title(interaction["message"]), interaction["message"]["ephemeral"]) == (words, True)
    assert f"answers on discord failed at {interaction['interaction_id']}" in caplog.text


async def test_refused_card_gets_apology(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, bob: Any
) -> None:
    rows = tuple((Button(label="New", action=f"new:{number}"),) for number in range(6))  # Discord takes five
    router.card = Card(title="x", rows=rows)
    assert title((await sandbox.slash(bob, channel, "give"))["message"]) == "sorry"


async def test_server_error_loses_no_answer(app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any) -> None:
    sandbox.force_5xx(1, only="/callback")
    assert title((await sandbox.slash(ana, channel, "give"))["message"]) == "command give []"


async def test_answer_with_lost_receipt_is_not_repeated(
    app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    router.awaits_gift = True
    sandbox.drop_answers(1, only="/callback")
    await sandbox.slash(ana, channel, "give")
    await until(lambda: bool(router.kept))
    assert len(sandbox.view(channel, viewer=ana)) == len(router.kept) == 1


async def test_defer_with_lost_receipt_is_followed_by_answer(
    hasty: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    router.slow = SLOW
    sandbox.drop_answers(1, only="/callback")
    assert (await sandbox.slash(ana, channel, "give"))["kind"] == "deferred"
    await sandbox.wait_message(channel, "command give", viewer=ana)
    assert len(sandbox.view(channel, viewer=ana)) == 1


async def test_late_answer_is_only_logged(
    app: DiscordApp,
    sandbox: DiscordSandbox,
    router: FakeRouter,
    channel: Any,
    ana: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sandbox.patience, router.slow = 0.05, 0.1
    assert (await sandbox.slash(ana, channel, "give"))["kind"] == "failed"
    await until(lambda: "10062" in caplog.text)
    assert sandbox.view(channel, viewer=ana) == []


async def test_broken_database_gets_apology(
    ctx: Context,
    app: DiscordApp,
    sandbox: DiscordSandbox,
    router: FakeRouter,
    ana: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ctx.db, "read", lambda: 1 / 0)
    monkeypatch.setattr(router, "on_text", None)
    sandbox.dm(ana, "hello")
    assert title(await sandbox.wait_message(ana)) == "désolé"


async def test_thank_you_edits_private_answer(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    router.awaits_gift = True
    router.also = ((3, Card(title="waited")),)
    interaction = await sandbox.slash(ana, channel, "donner")
    await sandbox.wait_message(channel, "waited", viewer=ana)
    await app.stop()  # a restart in between changes nothing
    await app.start()
    ((gift, kept),) = router.kept
    assert (gift, router.shown_ids) == (AwaitedGift(int(ana["id"]), 7), [3])
    await app.platform.edit_private(kept, Card(title="thank you", picture=picture("done.png")))
    first, waited = sandbox.view(channel, viewer=ana)
    assert (title(first), title(waited), first["buttons"]) == ("thank you", "waited", [])
    assert [file["filename"] for file in first["files"]] == ["done.png"]
    sandbox.expire_token(interaction)
    with pytest.raises(Unreachable, match="50027"):
        await app.platform.edit_private(kept, Card(title="too late"))


async def test_lost_connection_loses_no_command(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any
) -> None:
    sandbox.drop_gateway(code=4000)
    await sandbox.wait_ready()
    assert title((await sandbox.slash(ana, channel, "give"))["message"]) == "command give []"


async def test_removed_command_is_answered(app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any) -> None:
    commands = sandbox.world.commands[None]
    commands[1] = next(iter(commands.values())) | {"id": "1", "name": "old", "name_localizations": None, "options": []}
    assert title((await sandbox.slash(ana, channel, "old"))["message"]) == "command old []"
