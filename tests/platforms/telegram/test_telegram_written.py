"""What people write besides plain text: pasted texts, edits, files, and anonymous administrators."""

import pytest

from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.pasted import PATIENCE_SECONDS
from bot.sandbox.telegram import TelegramSandbox
from bot.sandbox.telegram.attachments import cut
from bot.usecases.context import Context
from content.cards import Card
from tests.platforms.telegram.fake_router import FakeRouter
from tests.platforms.telegram.test_telegram_staff import png

LETTER = "\n\n".join(f"Paragraphe {number} : " + "des mots sans fin " * 20 for number in range(14))  # 4,900 or so


@pytest.mark.parametrize("kind", ["voice", "audio", "video", "video_note", "document", "location", "contact", "dice"])
async def test_file_without_text_is_answered(app: TelegramApp, sandbox: TelegramSandbox, kind: str) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.send(ana, kind)
    assert await sandbox.wait_message(ana, contains="attachment")


async def test_sticker_says_what_it_means(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.send(ana, "sticker", emoji="🎉")
    assert await sandbox.wait_message(ana, contains="attachment 🎉")


async def test_caption_of_a_file_is_read(app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.send(ana, "document", "Voici mon reçu")
    assert await sandbox.wait_message(ana, contains="text Voici mon reçu")
    origin = router.contacts[-1].origin
    assert origin is not None
    assert origin.attached


async def test_reports_of_telegram_in_private_are_not_answered(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    world = sandbox.world
    report = world.keep(world.chats[ana["id"]], {"from": ana, "message_auto_delete_timer_changed": {
        "message_auto_delete_time": 86_400}})  # fmt: skip
    world.updates.push("message", report)
    sandbox.say(ana, "hello")
    assert await sandbox.wait_message(ana, contains="text hello")
    assert sandbox.sent.total("sendMessage") == 1


async def test_pasted_text_is_read_as_one(app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    ana = sandbox.add_user("Ana")
    pieces = sandbox.paste(ana, LETTER)
    assert len(pieces) == 2
    sandbox.say(ana, "next")
    assert await sandbox.wait_message(ana, contains="text next")
    texts = [m["text"] for m in sandbox.view(ana) if m["from_bot"]]
    assert len(texts) == 2
    assert texts[0].startswith("text Paragraphe 0")
    assert len(router.texts[0].split()) == len(LETTER.split())


async def test_pasted_text_without_breaks_is_joined_exactly(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana, text = sandbox.add_user("Ana"), "é" * 9_000
    assert [len(piece["text"]) for piece in sandbox.paste(ana, text)] == [4096, 4096, 808]
    assert await sandbox.wait_message(ana, contains="text é")
    assert router.texts == [text]


async def test_full_piece_after_a_shorter_one_is_joined_exactly(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    """Whether a word goes on in the next piece depends on the piece before it, not on the length so far."""
    ana, text = sandbox.add_user("Ana"), "a" * 4_000 + " " + "é" * 5_000
    assert [len(piece["text"]) for piece in sandbox.paste(ana, text)] == [4_000, 4_096, 904]
    assert await sandbox.wait_message(ana, contains="text a")
    assert router.texts == ["a" * 4_000 + "\n" + "é" * 5_000]


async def test_shorter_pieces_of_8192_units_together_keep_their_break(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "a" * 2_100)
    sandbox.say(ana, "b" * 2_100)
    sandbox.say(ana, "c" * 3_990)  # with both breaks, twice 4096
    sandbox.say(ana, "d")
    assert await sandbox.wait_message(ana, contains="text a")
    assert router.texts == ["\n".join(("a" * 2_100, "b" * 2_100, "c" * 3_990, "d"))]


async def test_formats_of_a_pasted_text_stay_where_they_were(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "a" * 4096)
    sandbox.say(ana, "very bold", entities=[{"type": "bold", "offset": 5, "length": 4}])
    assert await sandbox.wait_message(ana, contains="text aaa")
    assert router.texts == ["a" * 4096 + "very **bold**"]


async def test_long_text_alone_is_answered_after_a_short_wait(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "b" * 3_000)
    assert await sandbox.wait_message(ana, contains="text bbb", timeout=PATIENCE_SECONDS + 3)


async def test_command_after_a_long_text_is_not_its_rest(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "c" * 4_000)
    sandbox.say(ana, "/donner 5")
    assert await sandbox.wait_message(ana, contains="command donner [5]")
    assert router.texts == ["c" * 4_000]


async def test_edited_text_in_private_is_followed(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    message = sandbox.say(ana, "mardi")
    assert await sandbox.wait_message(ana, contains="text mardi")
    sandbox.edit(ana, message["message_id"], "mercredi")
    assert await sandbox.wait_message(ana, contains="edited mercredi")


async def test_anonymous_administrator_is_heard_in_a_group(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana, group = sandbox.add_user("Ana"), sandbox.add_chat("supergroup", "Équipe")
    sandbox.join(ana, group)
    sandbox.promote(ana, group)
    sandbox.say(ana, "/ici", chat=group, anonymous=True)
    assert await sandbox.wait_message(group, contains="command ici")
    assert router.contacts[-1].anonymous
    sandbox.say(ana, "/donner", chat=group)
    assert await sandbox.wait_message(group, contains="command donner")
    assert not router.contacts[-1].anonymous


@pytest.mark.parametrize("anonymous", [False, True])
async def test_reply_with_a_picture_reaches_the_router(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter, anonymous: bool
) -> None:
    router.hears_replies = True
    ana, group = sandbox.add_user("Ana"), sandbox.add_chat("supergroup", "Équipe")
    sandbox.join(ana, group)
    sandbox.promote(ana, group)
    ours = int((await app.platform.post(str(group["id"]), Card(title="A message"), nonce="1")).message_id)
    sandbox.say(ana, "La voici", chat=group, reply_to=ours, photo=png(), anonymous=anonymous)
    assert await sandbox.wait_message(group, contains=f"reply to {ours}: La voici")
    assert router.contacts[-1].anonymous == anonymous
    origin = router.contacts[-1].origin
    assert origin is not None
    assert origin.attached
    written = sandbox.send(ana, "voice", chat=group, reply_to=ours, anonymous=anonymous)
    assert await sandbox.wait_message(group, contains=f"reply to {ours}:", after=written["message_id"])


async def test_edited_reply_in_a_group_is_followed(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    router.hears_replies = True
    ana, group = sandbox.add_user("Ana"), sandbox.add_chat("supergroup", "Équipe")
    sandbox.join(ana, group)
    ours = int((await app.platform.post(str(group["id"]), Card(title="A message"), nonce="1")).message_id)
    reply = sandbox.say(ana, "mardi", chat=group, reply_to=ours)
    message = sandbox.say(ana, "bla", chat=group)
    assert await sandbox.wait_message(group, contains="mardi")
    sandbox.edit(ana, message["message_id"], "bla bla", chat=group)
    sandbox.edit(ana, reply["message_id"], "mercredi", chat=group)
    answer = await sandbox.wait_message(group, contains="edited")
    assert answer["text"].startswith("edited mercredi")


async def test_album_is_answered_once(app: TelegramApp, sandbox: TelegramSandbox, ctx: Context) -> None:
    ana, world = sandbox.add_user("Ana"), sandbox.world
    for _ in range(3):
        photo = {"photo": list(world.files.add_photo(png()).sizes), "media_group_id": "17"}
        world.updates.push("message", world.keep(world.chats[ana["id"]], {"from": ana, **photo}))
    sandbox.world.people[ana["id"]].started = True
    sandbox.say(ana, "hello")
    assert await sandbox.wait_message(ana, contains="text hello")
    assert len([m for m in sandbox.view(ana) if m["from_bot"]]) == 2


@pytest.mark.parametrize(("captions", "answers"), [(("Mes photos", "", ""), 1), (("Une", "Deux", ""), 2)])
async def test_album_with_captions_has_one_answer_for_each(
    app: TelegramApp, sandbox: TelegramSandbox, captions: tuple[str, ...], answers: int
) -> None:
    ana, world = sandbox.add_user("Ana"), sandbox.world
    for caption in captions:
        photo = {"photo": list(world.files.add_photo(png()).sizes), "media_group_id": "17", "caption": caption}
        world.updates.push("message", world.keep(world.chats[ana["id"]], {"from": ana, **photo}))
    world.people[ana["id"]].started = True
    sandbox.say(ana, "hello")
    assert await sandbox.wait_message(ana, contains="text hello")
    assert len([m for m in sandbox.view(ana) if m["from_bot"]]) == answers + 1


@pytest.mark.parametrize(("captions", "heard"), [(("Voici", "", ""), 1), (("", "", ""), 1), (("Un", "Deux", ""), 2)])
async def test_album_in_reply_to_a_message_is_heard_once(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter, captions: tuple[str, ...], heard: int
) -> None:
    """Its pictures without a caption would each be answered that only text is passed on."""
    router.hears_replies = True
    ana, group, world = sandbox.add_user("Ana"), sandbox.add_chat("supergroup", "Équipe"), sandbox.world
    sandbox.join(ana, group)
    ours = int((await app.platform.post(str(group["id"]), Card(title="A message"), nonce="1")).message_id)
    place = world.chats[group["id"]]
    about = {"from": ana, "media_group_id": "17", "reply_to_message": place.messages[ours]}
    for caption in captions:
        photo = {"photo": list(world.files.add_photo(png()).sizes), "caption": caption}
        world.updates.push("message", world.keep(place, about | photo))
    said = sandbox.say(ana, "/donner", chat=group)
    assert await sandbox.wait_message(group, contains="command donner", after=said["message_id"])
    assert router.replies == heard


def test_app_cuts_at_a_word_in_the_second_half() -> None:
    assert cut("court") == ["court"]
    first, second = cut("mot " * 1_200)
    assert len(first) <= 4096
    assert first.endswith("mot") and second.startswith("mot")
