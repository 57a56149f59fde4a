"""The adapter judged by simcord: discord.py unmodified on somebody else's idea of Discord.

It knows permissions, visibility, validation and the life of an interaction. What simcord 3.2.1 cannot judge is tested
over the wire instead (test_discord_wire.py):

- there is no wire: no HTTP, no gateway, no rate-limit headers, no lost answers, no login that fails;
- the locale is always en-US and owners of an interaction are empty; `base_payload` is wrapped here to set them;
- a command cannot be invoked by its localised name;
- the nonce is ignored, so a repeated send is a second message;
- direct messages to strangers succeed; `inject_error` stands in for closed ones;
- members-search answers 501, and nobody joins by an invite;
- background loops in the bot's scope stall it, and the clock stands still: an answer that is deferred because it
  takes its time is only seen in real time.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import simcord
import simcord.interactions

from bot.platforms.discord.app import DiscordApp
from bot.usecases.context import Context
from bot.usecases.ports import MessageRef, Rejected, RetryLater, Unreachable
from bot.usecases.reply import AwaitedGift, Form
from content.cards import Card
from content.commands import COMMANDS
from tests.platforms.discord.fake_router import PAY, TAPS, FakeRouter
from tests.platforms.discord.test_discord_render import picture

SHARED = Card(title="card", picture=picture(), rows=(TAPS,))


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What interactions carry besides what simcord gives them."""
    changes: dict[str, Any] = {"locale": "en-US"}
    original = simcord.interactions.base_payload

    def base_payload(*args: Any, **kwargs: Any) -> Any:
        record, payload = original(*args, **kwargs)
        return record, payload | changes

    monkeypatch.setattr(simcord.interactions, "base_payload", base_payload)
    yield changes


@pytest.fixture
def app(ctx: Context, router: FakeRouter) -> DiscordApp:
    return DiscordApp(ctx, "simcord", router=router, patience=0.05, sees_joins=False)


@pytest.fixture
async def env(app: DiscordApp, said: dict[str, Any]) -> AsyncIterator[simcord.Env]:
    env = simcord.Env(app.client)
    await env.start()
    await app.sync_commands()
    yield env
    await env.shutdown()
    assert env.errors == []  # discord.py swallows what its callbacks raise


@pytest.fixture
def channel(env: simcord.Env) -> Any:
    return env.create_guild().create_text_channel("general")


@pytest.fixture
def ana(env: simcord.Env, channel: Any) -> Any:
    return env.guild.add_member(env.create_user("ana"))


async def test_server_command_is_answered_privately(channel: Any, ana: Any) -> None:
    result = await ana.slash(channel, "give", amount="5 $", campaign="repas")
    assert result.ephemeral
    (embed,) = result.response.embeds
    assert (embed.title, embed.description) == ("command give [5 $ repas]", "en private")
    assert links(result.response) == [(button.label, button.url) for button in PAY]


@pytest.mark.parametrize(("locale", "expected"), [("fr", "fr private"), ("en-GB", "en private"), ("de", "en private")])
async def test_locale_comes_from_interaction(
    channel: Any, ana: Any, said: dict[str, Any], locale: str, expected: str
) -> None:
    said["locale"] = locale
    assert (await ana.slash(channel, "help")).response.embeds[0].description == expected


async def test_commands_are_known_with_both_names_everywhere(env: Any, channel: Any, ana: Any) -> None:
    assert set(ana.available_commands(channel)) == {
        command.en for command in COMMANDS if command.ready
    }  # none of the staff's
    calls = [call for call in env.http_requests if call.path.endswith("/commands") and call.method == "PUT"]
    give = next(command for command in calls[-1].json if command["name"] == "give")
    assert give["name_localizations"]["fr"] == "donner"
    assert (give["contexts"], give["integration_types"]) == ([0, 1, 2], [0, 1])
    amount, campaign = give["options"]
    assert (amount["name_localizations"]["fr"], campaign["name_localizations"]["fr"]) == ("montant", "collecte")
    assert campaign["autocomplete"] and not amount.get("autocomplete")


async def test_autocompletion_in_the_persons_language(channel: Any, ana: Any, said: dict[str, Any]) -> None:
    said["locale"] = "fr"
    choices = await ana.autocomplete(channel, "give", "campaign", "hiver")
    assert [(choice["name"], choice["value"]) for choice in choices] == [("Un hiver au chaud (fr)", "hiver")]


async def test_tap_on_shared_card_is_answered_privately(app: DiscordApp, channel: Any, ana: Any) -> None:
    posted = await app.platform.post(str(channel.id), SHARED, nonce="1")
    for label in ("Edit", "New"):  # what everybody sees is never edited
        result = await ana.click(channel.last_message, label=label)
        assert result.ephemeral
        assert result.response.embeds[0].title == f"action {label.lower()}:1"
    assert str(channel.last_message.id) == posted.message_id
    assert channel.last_message.embeds[0].title == "card"


async def test_tap_on_private_answer_edits_it_or_adds_one(channel: Any, ana: Any) -> None:
    first = await ana.slash(channel, "give")
    edited = await ana.click(first.response.message, label="Edit")
    assert first.response.embeds[0].title == "action edit:1"
    added = await ana.click(first.response.message, label="New")
    assert added.response.id != first.response.id and added.ephemeral
    assert edited.response is None or edited.response.id == first.response.id


async def test_buttons_work_after_a_restart(
    env: simcord.Env, ctx: Context, router: FakeRouter, app: DiscordApp, channel: Any, ana: Any
) -> None:
    await app.platform.post(str(channel.id), SHARED, nonce="1")
    await env.restart_bot(DiscordApp(ctx, "simcord", router=router).client)
    assert (await ana.click(channel.last_message, label="New")).response.embeds[0].title == "action new:1"


async def test_answers_in_direct_messages_are_ordinary_messages(env: Any) -> None:
    bob = env.create_user("bob")
    result = await bob.slash("give", amount="5")
    assert not result.ephemeral
    assert result.response.embeds[0].title == "command give [5]"
    await bob.click(result.response.message, label="Edit")
    assert bob.dm_channel.last_message.embeds[0].title == "action edit:1"


async def test_direct_message_is_answered(env: Any, channel: Any, ana: Any, router: FakeRouter) -> None:
    await ana.send(channel, "hello everybody")
    assert router.contacts == []
    bob = env.create_user("bob")
    await bob.send_dm("arr*tez")
    answer = bob.dm_channel.last_message
    assert (answer.embeds[0].title, answer.embeds[0].description) == ("text arr\\*tez", "fr private")


async def test_user_text_never_pings(app: DiscordApp, env: Any, channel: Any, ana: Any) -> None:
    hostile = Card(title="@everyone", lines=(f"<@{ana.id}> @here **x**" * 300,), note="@everyone")
    await app.platform.post(str(channel.id), hostile, nonce="1")
    message = channel.last_message
    assert not message.mention_everyone and not message.mentions and not message.content
    sent = next(call for call in reversed(env.http_requests) if call.method == "POST")
    assert sent.json["allowed_mentions"] == {"parse": []}


async def test_failing_use_case_gets_apology(
    channel: Any, ana: Any, said: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    said["locale"] = "fr"
    result = await ana.slash(channel, "give", amount="break")
    assert (result.response.embeds[0].title, result.ephemeral) == ("désolé", True)
    assert "answers on discord failed at" in caplog.text


async def test_picture_is_sent_replaced_and_removed(app: DiscordApp, channel: Any) -> None:
    posted = await app.platform.post(str(channel.id), SHARED, nonce="1")
    (attachment,) = channel.last_message.attachments
    assert (attachment.filename, attachment.description) == ("progress.png", "42 %")
    await app.platform.edit(posted, Card(title="more", picture=picture("more.png")))
    assert [a.filename for a in channel.last_message.attachments] == ["more.png"]
    assert channel.last_message.components == []
    await app.platform.edit(posted, Card(title="closed"))
    assert channel.last_message.attachments == []


async def test_thank_you_replaces_private_answer(app: DiscordApp, channel: Any, ana: Any, router: FakeRouter) -> None:
    router.awaits_gift = True
    first = await ana.slash(channel, "give")
    ((gift, answer),) = router.kept
    assert gift == AwaitedGift(ana.id, 7)
    await app.platform.edit_private(answer, Card(title="thank you"))
    assert first.response.embeds[0].title == "thank you"
    assert first.ephemeral


async def test_parked_messages_follow_answer(channel: Any, ana: Any, router: FakeRouter) -> None:
    router.also = ((3, Card(title="waited")), (4, Card(title="waited too")))
    result = await ana.slash(channel, "mygifts")
    assert [m.embeds[0].title for m in result.followups] == ["waited", "waited too"]
    assert all(m.ephemeral for m in result.followups)
    assert router.shown_ids == [3, 4]


async def test_closed_direct_messages_are_unreachable(app: DiscordApp, env: simcord.Env) -> None:
    bob = env.create_user("bob")
    for code, expected in ((50007, Unreachable), (50278, Unreachable), (40003, RetryLater)):
        env.inject_error("POST", "/channels/*/messages", status=403, code=code)
        with pytest.raises(expected):
            await app.platform.send(str(bob.id), Card(title="x"), nonce="1")


async def test_edit_of_deleted_message_raises_gone(app: DiscordApp, channel: Any) -> None:
    with pytest.raises(Rejected, match="10008"):
        await app.platform.edit(MessageRef(chat_id=str(channel.id), message_id="1"), Card(title="x"))


async def test_user_install_works_in_foreign_server(channel: Any, ana: Any, said: dict[str, Any]) -> None:
    said |= {"authorizing_integration_owners": {"1": str(ana.id)}, "context": 2}
    result = await ana.slash(channel, "give")
    assert result.ephemeral


def links(message: Any) -> list[tuple[str, str]]:
    return [(b["label"], b["url"]) for row in message.components for b in row["components"] if "url" in b]


async def test_form_opens_and_is_submitted(router: FakeRouter, channel: Any, ana: Any) -> None:
    router.form = Form(answers="bc:17:fr", title="Le texte français", label="Ce que vous voulez dire", value="Bonjour")
    opened = await ana.slash(channel, "help")
    router.form = None
    answered = await ana.submit_modal(opened, {"text": "Merci"})
    assert answered.ephemeral
    assert answered.response.embeds[0].title == "answer to bc:17:fr: Merci"


async def test_interaction_carries_roles(router: FakeRouter, env: Any, channel: Any, ana: Any) -> None:
    await ana.slash(channel, "help")
    contact = router.contacts[-1]
    assert (contact.guild, contact.place, contact.roles) == (str(env.guild.id), str(channel.id), ())
    assert contact.place_title == "general" and contact.place_open
