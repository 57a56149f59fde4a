"""Copies over Telegram's wire: they arrive as `send` would have sent them."""

import json

import pytest
from telegram import ReplyParameters

from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.copies import encoded
from bot.platforms.telegram.platform import TelegramPlatform
from bot.sandbox.telegram import TelegramSandbox
from bot.usecases.ports import InDoubt, PlatformError, RetryLater, Unreachable
from content.cards import Button, Card
from tests.platforms.telegram.test_telegram_platform import last, picture, png

MARK = "~reference~"
GIVE = Button(label="5 $ <&> « é »", url=f"https://don.example/g/{MARK}/500")
STOP = Button(label="Stop", action="unsub:1")
NEWS = Card(title='A <b> & \\ "quoted" title', lines=("Line 🪙",), note="Note", rows=((GIVE,), (STOP,)))


@pytest.fixture
def platform(app: TelegramApp) -> TelegramPlatform:
    return app.platform


@pytest.fixture
async def ana(app: TelegramApp, sandbox: TelegramSandbox) -> str:
    user = sandbox.add_user("Ana")
    sandbox.press_start(user)
    await sandbox.wait_message(user)
    return str(user["id"])


@pytest.mark.parametrize("card", [NEWS, Card(title="Seen", picture=picture("a"), rows=((GIVE,),))])
async def test_copy_equals_message(platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str, card: Card) -> None:
    copies = platform.prepare(card, MARK)
    await platform.send(ana, copies.for_one("token_1-A"), nonce="1", silent=True)
    sent = last(sandbox, ana)
    ref = await platform.send_copy(ana, copies, "token_1-A", nonce="2", silent=True)
    copied = last(sandbox, ana)
    assert (ref.chat_id, ref.message_id) == (ana, str(copied["id"]))
    changing = ("id", "date", "at")
    assert {k: v for k, v in copied.items() if k not in changing} == {
        k: v for k, v in sent.items() if k not in changing
    }
    assert "token_1-A" in str(copied["buttons"])


async def test_first_copy_uploads_picture(platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str) -> None:
    copies = platform.prepare(Card(title="Look", picture=picture("new")), MARK)
    for number in range(3):
        await platform.send_copy(ana, copies, "t", nonce=str(number))
    photos = {m["photo"] for m in sandbox.view(int(ana)) if m["photo"]}
    assert [sandbox.photo(str(photo)) for photo in photos] == [png()]
    platform._uploads.remember(picture("new"), "AgACAgQAAxkDAAI-never-given")
    await platform.send_copy(ana, copies, "t", nonce="4")
    assert sandbox.photo(str(last(sandbox, ana)["photo"])) == png()


async def test_failures_have_shared_names(platform: TelegramPlatform, sandbox: TelegramSandbox, ana: str) -> None:
    copies = platform.prepare(NEWS, MARK)

    async def fails() -> PlatformError:
        with pytest.raises(PlatformError) as caught:
            await platform.send_copy(ana, copies, "t", nonce="1")
        return caught.value

    sandbox.force_429(times=1, retry_after=7)
    flood = await fails()
    assert isinstance(flood, RetryLater)
    assert (flood.after, flood.flood, flood.everything) == (7.0, True, False)
    sandbox.clear_faults()
    sandbox.drop_answers(1)
    assert isinstance(await fails(), InDoubt)
    sandbox.block(int(ana))
    assert isinstance(await fails(), Unreachable)


async def test_paid_broadcasts_set_their_flag(platform: TelegramPlatform) -> None:
    assert b"allow_paid" not in platform.prepare(NEWS, MARK).ready.body(1, "t", file_id=None, silent=False)
    platform.paid_broadcasts = True
    assert b'"allow_paid_broadcast": true' in platform.prepare(NEWS, MARK).ready.body(
        1, "t", file_id=None, silent=False
    )


def test_written_message_has_plain_json_and_no_empty_fields() -> None:
    fields = {"text": "« Merci »", "reply_parameters": ReplyParameters(7), "message_thread_id": None}
    body = encoded(-100, fields)
    assert body.chat == "-100"
    assert json.loads(body.body) == {
        "chat_id": -100,
        "text": "« Merci »",
        "reply_parameters": {"message_id": 7},
    }
