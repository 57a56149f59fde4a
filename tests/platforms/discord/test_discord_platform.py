"""The Platform port over Discord's wire: what is sent, and the error of each refusal."""

import asyncio
from typing import Any

import pytest

from bot.delivery.pace import DISCORD
from bot.delivery.pacer import Pacer
from bot.domain.people import Contact
from bot.platforms.discord.app import DiscordApp
from bot.sandbox.discord import DiscordSandbox
from bot.store.supporters import conversations
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.ports import InDoubt, MessageRef, PrivateReply, Rejected, RetryLater, Unreachable
from content.cards import Button, Card, File
from tests.platforms.discord.conftest import make_app
from tests.platforms.discord.fake_router import FakeRouter
from tests.platforms.discord.test_discord_render import picture

CARD = Card(title="hello", lines=("there",))
MESSAGES = "POST /channels/{channel_id}/messages"


async def test_send_reaches_person(app: DiscordApp, sandbox: DiscordSandbox, ana: Any) -> None:
    ref = await app.platform.send(ana["id"], CARD, nonce="1", silent=True)
    (message,) = sandbox.view(ana)
    assert (message["id"], message["channel_id"]) == (ref.message_id, ref.chat_id)
    assert message["flags"] & 1 << 12  # arrives without a sound
    await app.platform.send(ana["id"], CARD, nonce="2")
    assert sum("users/@me/channels" in call for call in sandbox.calls) == 1


def opened(sandbox: DiscordSandbox) -> int:
    return sum("users/@me/channels" in call for call in sandbox.calls)


async def test_restart_opens_no_known_conversation_again(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, ana: Any
) -> None:
    await find_or_join(ctx, Contact(platform="discord", external_id=ana["id"], locale="fr", private=True))
    before = await app.platform.send(ana["id"], CARD, nonce="1")
    await app.stop()
    again = make_app(ctx, sandbox, router)
    await again.start()
    after = await again.platform.send(ana["id"], CARD, nonce="2")
    await again.stop()
    assert after.chat_id == before.chat_id
    assert opened(sandbox) == 1 and len(sandbox.view(ana)) == 2


async def test_channel_that_is_gone_is_opened_anew(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, ana: Any
) -> None:
    await find_or_join(ctx, Contact(platform="discord", external_id=ana["id"], locale="fr", private=True))
    async with ctx.db.write() as conn:
        await conversations.set_channel(conn, ana["id"], "1")
    ref = await app.platform.send(ana["id"], CARD, nonce="1")
    async with ctx.db.read() as conn:
        assert await conversations.channel_of(conn, ana["id"]) == ref.chat_id
    assert opened(sandbox) == len(sandbox.view(ana)) == 1


async def test_same_nonce_is_same_message(app: DiscordApp, sandbox: DiscordSandbox, ana: Any) -> None:
    refs = {(await app.platform.send(ana["id"], CARD, nonce=nonce)).message_id for nonce in ("7", "7", "x" * 40)}
    assert len(refs) == len(sandbox.view(ana)) == 2


async def test_lost_answer_is_in_doubt_and_repeat_is_harmless(
    app: DiscordApp, sandbox: DiscordSandbox, ana: Any
) -> None:
    sandbox.drop_answers(1, only=MESSAGES)
    with pytest.raises(InDoubt):
        await app.platform.send(ana["id"], CARD, nonce="7")
    await app.platform.send(ana["id"], CARD, nonce="7")
    assert len(sandbox.view(ana)) == 1


async def test_unreachable_people_raise_unreachable(app: DiscordApp, sandbox: DiscordSandbox, ana: Any) -> None:
    sandbox.close_dms(ana)
    with pytest.raises(Unreachable, match="50007"):
        await app.platform.send(ana["id"], CARD, nonce="1")
    stranger = sandbox.add_user("Stranger")
    with pytest.raises(Unreachable, match=r"50278|50007"):
        await app.platform.send(stranger["id"], CARD, nonce="2")


async def test_flagged_bot_pauses_only_dms(app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any) -> None:
    sandbox.flag_bot()
    with pytest.raises(RetryLater) as later:
        await app.platform.send(ana["id"], CARD, nonce="1")
    assert later.value.dms == "flagged" and not later.value.everything
    await app.platform.post(channel["id"], CARD, nonce="2")


async def test_opening_too_many_dms_pauses_only_dms(app: DiscordApp, sandbox: DiscordSandbox, server: Any) -> None:
    sandbox.limit_dms(1)
    people = [sandbox.add_user(f"P{number}") for number in range(2)]
    for person in people:
        sandbox.join(person, server)
    await app.platform.send(people[0]["id"], CARD, nonce="1")
    with pytest.raises(RetryLater) as later:
        await app.platform.send(people[1]["id"], CARD, nonce="2")
    assert later.value.after >= 600 and later.value.dms == "too_fast" and not later.value.everything


async def test_long_rate_limit_pauses_channel_and_short_one_is_waited_out(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any
) -> None:
    sandbox.force_429(1, retry_after=0.05, only=MESSAGES)
    await app.platform.post(channel["id"], CARD, nonce="1")
    sandbox.force_429(1, retry_after=120, only=MESSAGES)
    with pytest.raises(RetryLater) as later:
        await app.platform.post(channel["id"], CARD, nonce="2")
    assert (later.value.after, later.value.flood, later.value.everything) == (120, True, False)


@pytest.mark.parametrize(("everywhere", "halted"), [(False, 0), (True, 120)])
async def test_only_global_limit_pauses_all_of_discord(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, everywhere: bool, halted: float
) -> None:
    pacer = Pacer(DISCORD, monotonic=lambda: 0.0)
    app = make_app(ctx, sandbox, router, pacing=pacer)
    await app.start()
    try:
        sandbox.force_429(1, retry_after=120, everywhere=everywhere, only=MESSAGES)
        with pytest.raises(RetryLater) as later:
            await app.platform.post(channel["id"], CARD, nonce="1")
    finally:
        await app.stop()
    pacer.on_retry_later(channel["id"], later.value)
    assert (pacer.halted_for, pacer.paused_for(channel["id"])) == (halted, 120)


async def test_discord_trouble_raises_retry_later_or_in_doubt(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any
) -> None:
    posted = await app.platform.post(channel["id"], CARD, nonce="1")
    sandbox.force_5xx(1, status=503)
    with pytest.raises(InDoubt, match="503"):
        await app.platform.post(channel["id"], CARD, nonce="2")
    sandbox.force_5xx(1, status=503)  # to edit twice is harmless
    with pytest.raises(RetryLater):
        await app.platform.edit(posted, Card(title="new"))


async def test_refused_connection_means_not_sent(app: DiscordApp, sandbox: DiscordSandbox, channel: Any) -> None:
    await sandbox.stop()
    with pytest.raises(RetryLater) as later:
        await app.platform.post(channel["id"], CARD, nonce="1")
    assert not later.value.everything


async def test_places_without_permission_raise_missing_permission(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any
) -> None:
    sandbox.allow(channel, deny=["send_messages"])
    with pytest.raises(Rejected, match=r"permission.*50013"):
        await app.platform.post(channel["id"], CARD, nonce="1")
    sandbox.allow(channel, deny=["view_channel"])
    with pytest.raises(Rejected, match="50001"):
        await app.platform.post(channel["id"], CARD, nonce="2")
    with pytest.raises(Rejected, match="10003"):
        await app.platform.post("123", CARD, nonce="3")
    with pytest.raises(Rejected, match="@dons"):
        await app.platform.post("@dons", CARD, nonce="4")


async def test_edit_replaces_whole_message(app: DiscordApp, sandbox: DiscordSandbox, channel: Any) -> None:
    full = Card(title="25 %", picture=picture("25.png"), rows=((Button(label="5 $", action="give:1:500"),),))
    posted = await app.platform.post(channel["id"], full, nonce="1")
    (message,) = sandbox.view(channel)
    (file,) = message["files"]
    assert (file["filename"], file["description"]) == ("25.png", "42 %")
    assert message["attachments"] == []  # it stands in the embed, and nowhere else
    assert sandbox.file(file["url"]) == picture().png
    await app.platform.edit(posted, Card(title="50 %", picture=picture("50.png"), rows=full.rows))
    await app.platform.edit(posted, Card(title="50 %", picture=picture("50.png"), rows=full.rows))
    (message,) = sandbox.view(channel)
    assert [file["filename"] for file in message["files"]] == ["50.png"]
    assert message["buttons"][0][0]["custom_id"] == "o:give:1:500"
    await app.platform.edit(posted, Card(title="closed"))
    (message,) = sandbox.view(channel)
    assert (message["files"], message["buttons"], message["text"]) == ([], [], "closed")


async def test_gone_or_impossible_action_is_refused(app: DiscordApp, channel: Any) -> None:
    with pytest.raises(Rejected, match="10008"):
        await app.platform.edit(MessageRef(chat_id=channel["id"], message_id="5"), CARD)
    with pytest.raises(Rejected, match="neither"):
        await app.platform.post(channel["id"], Card(), nonce="1")
    with pytest.raises(Unreachable, match="10015"):
        gone = PrivateReply(token="unknown", expires_at=app._ctx.clock())
        await app.platform.edit_private(gone, CARD)


async def test_many_concurrent_sends_arrive(app: DiscordApp, sandbox: DiscordSandbox, channel: Any) -> None:
    await asyncio.gather(*(app.platform.post(channel["id"], CARD, nonce=str(n)) for n in range(20)))
    assert len(sandbox.view(channel)) == 20


async def test_file_is_attached(app: DiscordApp, sandbox: DiscordSandbox, ana: Any) -> None:
    await app.platform.send(ana["id"], Card(title="a", file=File(name="mydata.zip", content=b"PK")), nonce="1")
    (attached,) = sandbox.view(ana)[-1]["attachments"]
    assert (attached["filename"], attached["size"]) == ("mydata.zip", 2)
