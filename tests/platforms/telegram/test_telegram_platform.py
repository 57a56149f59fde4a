"""The Platform port over Telegram's wire: what is sent, and the error of each failure."""

import asyncio
import struct
import zlib

import pytest
from telegram.error import BadRequest

from bot.domain.time import system_clock
from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.errors import platform_error
from bot.platforms.telegram.platform import TelegramPlatform
from bot.sandbox.telegram import TelegramSandbox
from bot.usecases.ports import (
    Gone,
    InDoubt,
    MessageRef,
    MissingPermission,
    PlatformError,
    PrivateReply,
    Rejected,
    RetryLater,
    TopicClosed,
    TopicDeleted,
    Unreachable,
)
from content.cards import Button, Card, File, Picture

HELLO = Card(title="Hello", lines=("there",))


def png(shade: int = 0) -> bytes:
    """The smallest real PNG: one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes([0, shade])))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


def picture(key: str, shade: int = 0) -> Picture:
    return Picture(name="bar.png", png=png(shade), alt="", key=key)


@pytest.fixture
def platform(app: TelegramApp) -> TelegramPlatform:
    return app.platform


@pytest.fixture
async def ana(app: TelegramApp, sandbox: TelegramSandbox) -> str:
    """Somebody who talks with the bot. Her id, which is her chat's."""
    user = sandbox.add_user("Ana")
    sandbox.press_start(user)
    await sandbox.wait_message(user)
    return str(user["id"])


def last(sandbox: TelegramSandbox, chat: str) -> dict[str, object]:
    return sandbox.view(int(chat))[-1]


@pytest.mark.parametrize("name", ["<b>x</b>", "</b>", "a & b", "&lt;", '<a href="x">', "<tg-spoiler>", "🪙<"])
async def test_hostile_names_arrive_as_written(
    platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str, name: str
) -> None:
    button = Button(label=name, url="https://give.example/5", style="primary")
    ref = await platform.send(ana, Card(title=name, lines=(name,), note=name, rows=((button,),)), nonce="1")
    message = last(sandbox, ana)
    assert (message["id"], message["text"]) == (int(ref.message_id), f"{name}\n\n{name}\n\n{name}")
    assert [[b["text"] for b in row] for row in message["buttons"]] == [[name]]  # type: ignore[attr-defined]  # JSON


async def test_longest_text_arrives(platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str) -> None:
    await platform.send(ana, Card(title="T", lines=("🪙<&" * 4000,), note="N"), nonce="1")
    text = str(last(sandbox, ana)["text"])
    assert text.endswith("…\n\nN")
    await platform.send(ana, Card(lines=("é & " * 500,), picture=picture("a")), nonce="2")
    assert last(sandbox, ana)["photo"] is None


async def test_picture_is_uploaded_once(platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str) -> None:
    card = Card(title="Half", picture=picture("half"))
    await asyncio.gather(*(platform.send(ana, card, nonce=str(n), silent=True) for n in range(4)))
    photos = {m["photo"] for m in sandbox.view(int(ana)) if m["photo"]}
    assert len(photos) == 1
    assert sandbox.photo(photos.pop()) == png()


async def test_picture_with_expired_file_id_is_uploaded_again(
    platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str
) -> None:
    platform._uploads.remember(picture("half"), "AgACAgQAAxkDAAI-never-given")
    await platform.send(ana, Card(picture=picture("half")), nonce="1")
    assert sandbox.photo(str(last(sandbox, ana)["photo"])) == png()


async def test_texts_and_pictures_can_be_edited(platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str) -> None:
    words = await platform.send(ana, HELLO, nonce="1")
    await platform.edit(words, HELLO)
    assert not last(sandbox, ana)["edited"]
    await platform.edit(words, Card(title="Changed", rows=((Button(label="x", action="y"),),)))
    assert last(sandbox, ana)["text"] == "Changed"
    assert last(sandbox, ana)["buttons"]
    await platform.edit(words, Card(title="No buttons"))
    assert not last(sandbox, ana)["buttons"]

    shown = await platform.send(ana, Card(title="0 %", picture=picture("0", 0)), nonce="2")
    await platform.edit(shown, Card(title="50 %", picture=picture("50", 99)))
    assert last(sandbox, ana)["text"] == "50 %"
    assert sandbox.photo(str(last(sandbox, ana)["photo"])) == png(99)
    await platform.edit(shown, Card(title="Closed", lines=("word " * 900,)))
    assert str(last(sandbox, ana)["text"]).startswith("Closed\n\nword")
    assert len(str(last(sandbox, ana)["text"])) <= 1024


async def test_text_message_can_be_edited_to_picture(
    platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str
) -> None:
    words = await platform.send(ana, HELLO, nonce="1")
    await platform.edit(words, Card(title="Look", picture=picture("a")))
    assert last(sandbox, ana)["photo"] is not None


async def test_posting_by_name_and_by_id(platform: TelegramPlatform, sandbox: TelegramSandbox) -> None:
    channel = sandbox.add_chat("channel", "News", username="tablee_news")
    for place in ("@tablee_news", str(channel["id"])):
        ref = await platform.post(place, HELLO, nonce="1")
        assert ref == MessageRef(chat_id=str(channel["id"]), message_id=ref.message_id)
    assert [m["text"] for m in sandbox.view(channel) if m["text"]] == ["Hello\n\nthere"] * 2


async def test_migrated_group_is_followed(platform: TelegramPlatform, sandbox: TelegramSandbox) -> None:
    group = sandbox.add_chat("group", "Friends")
    await platform.post(str(group["id"]), HELLO, nonce="1")
    moved = sandbox.migrate(group)
    after = await platform.post(str(group["id"]), HELLO, nonce="2")
    assert after.chat_id == str(moved["id"])


async def test_message_of_a_migrated_group_is_never_touched_in_the_new_one(
    sandbox: TelegramSandbox, platform: TelegramPlatform
) -> None:
    heard: list[tuple[str, str]] = []

    async def on_moved(old: str, new: str) -> None:
        heard.append((old, new))

    following = TelegramPlatform(platform._bot, on_moved)
    group = sandbox.add_chat("group", "Friends")
    before = [await following.post(str(group["id"]), HELLO, nonce=str(n)) for n in range(9)]
    moved = sandbox.migrate(group)
    theirs = [await following.post(str(moved["id"]), Card(title=f"new {n}"), nonce=str(n)) for n in range(9)]
    same = next(ref for ref in before if ref.message_id in [other.message_id for other in theirs])
    seen = sandbox.view(moved)
    with pytest.raises(Gone):
        await following.edit(same, Card(title="overwritten"))
    with pytest.raises(Gone):
        await following.delete(same)
    assert sandbox.view(moved) == seen
    assert heard == [(str(group["id"]), str(moved["id"]))] * 2


async def test_reply_in_a_migrated_group_quotes_nothing(platform: TelegramPlatform, sandbox: TelegramSandbox) -> None:
    group = sandbox.add_chat("group", "Friends")
    before = await platform.post(str(group["id"]), HELLO, nonce="1")
    moved = sandbox.migrate(group)
    for n in range(9):
        await platform.post(str(moved["id"]), HELLO, nonce=str(n))
    answer = await platform.reply(before, HELLO)
    assert next(m for m in sandbox.view(moved) if str(m["id"]) == answer.message_id)["reply_to"] is None


async def test_topics_are_written_in_and_their_troubles_named(
    platform: TelegramPlatform, sandbox: TelegramSandbox
) -> None:
    group = sandbox.add_chat("supergroup", "Friends")
    thread = sandbox.add_topic(group, "Gifts")
    pictured = Card(title="0 %", picture=picture("0"))
    for card in (HELLO, pictured):
        ref = await platform.post(str(group["id"]), card, nonce="1", thread=str(thread))
        assert next(m for m in sandbox.view(group) if str(m["id"]) == ref.message_id)["thread"] == thread
    sandbox.close_topic(group, thread)
    with pytest.raises(TopicClosed):
        await platform.post(str(group["id"]), HELLO, nonce="2", thread=str(thread))
    sandbox.close_topic(group, thread, closed=False)
    await platform.post(str(group["id"]), HELLO, nonce="3", thread=str(thread))
    sandbox.delete_topic(group, thread)
    with pytest.raises(TopicDeleted):
        await platform.post(str(group["id"]), HELLO, nonce="4", thread=str(thread))


@pytest.mark.parametrize(
    ("description", "error"),
    [
        ("Bad Request: TOPIC_CLOSED", TopicClosed),
        ("Bad Request: TOPIC_DELETED", TopicDeleted),
        ("Bad Request: message thread not found", TopicDeleted),
        ("Bad Request: not enough rights to send text messages to the chat", MissingPermission),
    ],
)
def test_topic_errors_are_told_apart_from_missing_rights(description: str, error: type[PlatformError]) -> None:
    assert type(platform_error(BadRequest(description))) is error


async def test_unreachable_person_raises_unreachable(
    platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str
) -> None:
    sandbox.block(int(ana))
    stranger = str(sandbox.add_user("Never wrote")["id"])
    for nobody in (ana, stranger, "424242"):
        with pytest.raises(Unreachable):
            await platform.send(nobody, HELLO, nonce="1")
    with pytest.raises(Unreachable):
        await platform.post("@no_such_channel", HELLO, nonce="1")
    with pytest.raises(Unreachable):
        await platform.edit_private(PrivateReply(token="x", expires_at=system_clock()), HELLO)


async def test_invalid_card_is_refused(platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str) -> None:
    with pytest.raises(Rejected):
        await platform.send(ana, Card(), nonce="1")
    with pytest.raises(Rejected):
        await platform.send(ana, Card(title="x", rows=((Button(label="x", url="not a url"),),)), nonce="1")
    ref = await platform.send(ana, HELLO, nonce="1")
    del sandbox.world.chats[int(ana)].messages[int(ref.message_id)]
    with pytest.raises(Rejected):
        await platform.edit(ref, HELLO)


async def test_flood_wait_is_left_to_the_pacer(platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str) -> None:
    sandbox.force_429(times=1, retry_after=7)
    with pytest.raises(RetryLater) as caught:
        await platform.send(ana, HELLO, nonce="1")
    assert (caught.value.after, caught.value.flood, caught.value.everything) == (7.0, True, False)


async def test_lost_answer_is_in_doubt_except_for_edits(
    platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str
) -> None:
    before = len(sandbox.view(int(ana)))
    sandbox.drop_answers(1)
    with pytest.raises(InDoubt):
        await platform.send(ana, HELLO, nonce="1")
    assert len(sandbox.view(int(ana))) == before + 1
    sandbox.force_5xx(1)
    with pytest.raises(InDoubt):
        await platform.send(ana, HELLO, nonce="1")
    ref = await platform.send(ana, HELLO, nonce="1")
    for trouble in (sandbox.drop_answers, sandbox.force_5xx):
        trouble(1)
        with pytest.raises(RetryLater) as caught:
            await platform.edit(ref, Card(title=trouble.__name__))
        assert not caught.value.everything


async def test_unreachable_telegram_is_retried_later(
    platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str
) -> None:
    await sandbox.stop()
    with pytest.raises(RetryLater) as caught:
        # The first attempt may meet a connection that was just closed, the second meets a closed door.
        for _ in range(3):
            try:
                await platform.send(ana, HELLO, nonce="1")
            except InDoubt:
                continue
    assert not caught.value.everything


async def test_file_is_sent_as_document(platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str) -> None:
    card = Card(title="Your <copy>", lines=("x" * 2000,), file=File(name="mydata.zip", content=b"PK"))
    await platform.send(ana, card, nonce="1")
    shown = sandbox.view(int(ana))[-1]
    assert shown["document"]["file_name"] == "mydata.zip" and shown["text"].startswith("Your <copy>")
    assert sandbox.document(shown["document"]["file_id"]) == b"PK"


async def test_file_neither_replaces_a_message_nor_goes_to_many(platform: TelegramPlatform, ana: str) -> None:
    ref, card = await platform.send(ana, HELLO, nonce="1"), Card(title="a", file=File(name="a.zip", content=b"PK"))
    with pytest.raises(Rejected, match="new message"):
        await platform.edit(ref, card)
    with pytest.raises(Rejected, match="one person"):
        platform.prepare(card, "MARK")
