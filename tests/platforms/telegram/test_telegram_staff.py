"""Staff features over Telegram's wire: pictures, formatted text, replies in their group, places."""

import asyncio
import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from telegram import Bot, BotCommandScopeChat, MessageEntity

from bot.domain.staff import Role
from bot.platforms.telegram import downloads
from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.marked import marked
from bot.platforms.telegram.transport import AiohttpRequest
from bot.sandbox.telegram import TelegramSandbox
from bot.store.db import Database
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.ports import PlatformError
from content.cards import Card
from tests.platforms.telegram.fake_router import FakeRouter
from tests.waiting import until


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), "#b4653a").save(file, "PNG")
    return file.getvalue()


async def test_further_messages_follow_card(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "more")
    await sandbox.wait_message(ana, contains="third")
    assert [m["text"].split("\n")[0] for m in sandbox.view(ana) if m["from_bot"]] == ["text more", "second", "third"]


async def test_card_comes_after_its_previews(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "previews")
    await sandbox.wait_message(ana, contains="text previews")
    shown = [m["text"].split("\n")[0] for m in sandbox.view(ana) if m["from_bot"]]
    assert shown == ["first", "second", "text previews"]


async def test_requested_picture_arrives(app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    ana = sandbox.add_user("Ana")
    router.awaits = True
    sandbox.say(ana, "beneath", photo=png())
    assert await sandbox.wait_message(ana, contains=f"picture {len(png())}")


async def test_too_large_picture_is_not_downloaded(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", 10)
    ana = sandbox.add_user("Ana")
    router.awaits = True
    sandbox.say(ana, "", photo=png())
    assert await sandbox.wait_message(ana, contains="picture too large")
    assert sandbox.sent.total("getFile") == 0


async def test_unrequested_picture_counts_only_as_its_caption(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "", photo=png())
    assert await sandbox.wait_message(ana, contains="attachment")
    sandbox.say(ana, "look", photo=png())
    assert await sandbox.wait_message(ana, contains="text look")
    assert sandbox.sent.total("sendMessage") == 2 and sandbox.sent.total("getFile") == 0


async def test_formatted_text_arrives_as_markup(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    bold = {"type": "bold", "offset": 8, "length": 4}
    sandbox.say(ana, "Merci 💛 tous et 2*3", entities=[bold])
    # The heart is two UTF-16 units: "Merci ", the heart, a space, then four letters from the ninth on.
    answer = await sandbox.wait_message(ana, contains="Merci")
    assert answer["text"].startswith("text Merci 💛 **tou**s et 2\\*3")


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        ([], None),
        ([MessageEntity("url", 0, 3)], None),
        ([MessageEntity("bold", 0, 4)], "**one** two"),  # the space stays outside
        ([MessageEntity("bold", 0, 7), MessageEntity("italic", 4, 3)], "**one** ***two***"),
        ([MessageEntity("text_link", 4, 3, url="https://a.example")], "one [two](https://a.example)"),
        ([MessageEntity("italic", 0, 70)], "*one two*"),  # past the end
    ],
)
def test_entities_become_marks(entities: list[MessageEntity], expected: str | None) -> None:
    assert marked("one two", entities) == expected


async def test_staff_reply_in_group_reaches_router(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana, group = sandbox.add_user("Ana"), sandbox.add_chat("supergroup", "Inbox", bot_is_admin=False)
    sandbox.join(ana, group)
    posted = await app.platform.post(str(group["id"]), Card(title="somebody wrote"), nonce="1")
    sandbox.say(ana, "between us", chat=group, reply_to=int(posted.message_id))
    await until(lambda: router.replies == 1)  # to none of their notices: nothing is said
    router.hears_replies = True
    sandbox.say(ana, "tell them yes", chat=group, reply_to=int(posted.message_id))
    answer = await sandbox.wait_message(group, contains="tell them yes")
    assert answer["text"].startswith(f"reply to {posted.message_id}: tell them yes")
    contact = router.contacts[-1]
    assert (contact.place, contact.place_title, contact.place_open) == (str(group["id"]), "Inbox", False)
    assert contact.name == "Ana" and not contact.private


async def test_group_is_open_if_strangers_can_read_along(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    group, channel = sandbox.add_chat("supergroup", "Inbox"), sandbox.add_chat("channel", "News")
    chat = str(group["id"])
    assert not await app.platform.is_open(chat)
    sandbox.name_publicly(group, "tablee_equipe")
    assert await app.platform.is_open(chat)
    sandbox.name_publicly(group, None)
    assert not await app.platform.is_open(chat)
    sandbox.name_publicly(group, None, discusses=channel)
    assert await app.platform.is_open(chat)
    assert await app.platform.is_open(str(channel["id"]))
    with pytest.raises(PlatformError):
        await app.platform.is_open("-100999")


async def test_private_reply_finds_its_message(app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.press_start(ana)
    message = await sandbox.wait_message(ana)
    sandbox.say(ana, "words", reply_to=message["id"])
    assert await sandbox.wait_message(ana, contains="text words")
    router.hears_replies = True
    sandbox.say(ana, "again", reply_to=message["id"])
    assert await sandbox.wait_message(ana, contains=f"reply to {message['id']}: again")
    assert router.contacts[-1].place == str(ana["id"])


async def test_person_who_adds_bot_to_place_is_told(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.press_start(ana)
    await sandbox.wait_message(ana)
    router.hears_places = True
    channel = sandbox.add_chat("channel", "News", owner=ana)
    assert await sandbox.wait_message(ana, contains="place News True")
    assert router.contacts[-1].place_open
    sandbox.remove_bot(channel)
    assert await sandbox.wait_message(ana, contains="place News False")
    group = sandbox.add_chat("group", "Friends", owner=ana, bot_is_admin=False)
    assert await sandbox.wait_message(ana, contains="place Friends True")
    assert router.places[-1] == (str(group["id"]), "Friends", True)


@pytest.mark.parametrize("new_first", [False, True])
async def test_group_migration_is_followed(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter, new_first: bool
) -> None:
    group = sandbox.add_chat("group", "Friends")
    new = sandbox.migrate(group, new_first=new_first)
    await asyncio.wait_for(router.heard_move.wait(), 3)
    assert set(router.moved) == {(str(group["id"]), str(new["id"]))}


async def test_command_in_a_topic_is_answered_there(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana = sandbox.add_user("Ana")
    group = sandbox.add_chat("supergroup", "Friends")
    sandbox.join(ana, group)
    thread = sandbox.add_topic(group, "Gifts")
    sandbox.say(ana, "/ici", chat=group, thread=thread)
    answer = await sandbox.wait_message(group, after=thread)
    assert next(m for m in sandbox.view(group) if m["id"] == answer["id"])["thread"] == thread
    assert router.contacts[-1].thread == str(thread)


async def test_tap_names_the_topic_of_its_message(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    """An anonymous administrator is known only from the tap below the answer to `/ici`, which sets the topic."""
    ana, group = sandbox.add_user("Ana"), sandbox.add_chat("supergroup", "Friends")
    sandbox.join(ana, group)
    sandbox.promote(ana, group)
    sandbox.press_start(ana)
    last = (await sandbox.wait_message(ana, contains="start"))["id"]
    thread = sandbox.add_topic(group, "Gifts")
    for topic in (thread, None):
        asked = sandbox.say(ana, "/ici", chat=group, thread=topic, anonymous=True)
        answer = await sandbox.wait_message(group, after=asked["message_id"])
        await sandbox.tap(ana, group, answer["id"], "new:1")
        last = (await sandbox.wait_message(ana, contains="action new:1", after=last))["id"]
        assert (router.contacts[-1].place, router.contacts[-1].private) == (str(group["id"]), True)
        assert router.contacts[-1].thread == (None if topic is None else str(topic))


async def test_staff_commands_are_only_in_staff_menus(
    db: Database, ctx: Context, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    app = TelegramApp(replace(ctx, db=db), sandbox.token, sandbox.url, router=router)
    await app.start()
    ana, bob = sandbox.add_user("Ana"), sandbox.add_user("Bob")
    for person in (ana, bob):
        sandbox.press_start(person)
        await sandbox.wait_message(person)

    async def menu(person: Any) -> list[str]:
        return [command.command for command in await bot.get_my_commands(BotCommandScopeChat(person["id"]))]

    async with Bot(sandbox.token, base_url=f"{sandbox.url}/bot", request=AiohttpRequest()) as bot:
        async with db.write() as conn:
            given: Any = {"label": "Ana", "locale": "fr", "added_by": None, "at": ctx.clock()}
            member = await staff.add(conn, "telegram", str(ana["id"]), Role.EDITOR, **given)
            await staff.add(conn, "telegram", "99", Role.EDITOR, **given)  # never wrote: no such chat
        assert await app.follow_staff() == 2
        assert (await menu(ana))[:2] == ["equipe", "collectes"] and "donner" in await menu(ana)
        assert await menu(bob) == []  # the one of everybody
        assert await app.follow_staff() == 0
        async with db.write() as conn:
            await staff.remove(conn, member.id, ctx.clock())
        sandbox.force_5xx(1, method="deleteMyCommands")
        assert (await app.follow_staff(), await app.follow_staff()) == (0, 1)
        assert await menu(ana) == []
    await app.stop()
