"""Unreadable updates: other people are answered, and no log quotes them."""

import json
from typing import Any

import pytest
from telegram.error import TelegramError

from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.transport import AiohttpRequest
from bot.sandbox.telegram import TelegramSandbox
from bot.usecases.context import Context
from tests.logged import as_printed
from tests.platforms.telegram.fake_router import FakeRouter
from tests.platforms.telegram.test_telegram_app import SECRET, our_web

NAME, WORDS = "Zoé Tremblay", "mon père est mort hier"
WHO = {"id": 7, "is_bot": False, "first_name": NAME}
CHAT = {"id": 7, "type": "private", "first_name": NAME}
ODD: list[tuple[str, Any]] = [
    ("message", {"from": WHO, "text": WORDS}),
    ("message", {"message_id": 1, "date": WORDS, "chat": CHAT, "from": WHO, "text": WORDS}),
    ("message", {"message_id": 1, "date": 10**30, "chat": CHAT, "from": WHO, "text": WORDS}),
    ("message", {"message_id": 1, "date": 1, "chat": CHAT, "from": {"first_name": NAME}, "text": WORDS}),
    ("message", {"message_id": 1, "date": 1, "chat": NAME, "from": WHO, "text": WORDS}),
    ("message", {"message_id": 1, "date": 1, "chat": CHAT, "from": WHO, "text": WORDS, "entities": WORDS}),
    ("message", {"message_id": 1, "date": 1, "chat": CHAT, "from": WHO, "text": WORDS, "entities": [{"type": NAME}]}),
    ("message", {"message_id": 1, "date": 1, "chat": CHAT, "from": WHO, "reply_to_message": WORDS}),
    ("callback_query", {"from": WHO, "data": WORDS}),
    ("inline_query", {"from": NAME, "query": WORDS}),
    ("my_chat_member", {"chat": CHAT, "from": WHO, "date": 1, "old_chat_member": WORDS, "new_chat_member": {}}),
    ("chat_member", {"chat": CHAT, "from": WHO}),
    ("message", WORDS),
    ("message", [NAME]),
]


def assert_nobody_is_quoted(printed: str) -> None:
    for quoted in (NAME, WORDS, json.dumps(NAME)[1:-1], json.dumps(WORDS)[1:-1]):
        assert quoted not in printed


async def test_unreadable_update_stops_no_other_by_polling(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana = sandbox.add_user("Ana")
    with as_printed() as printed:
        sandbox.say(ana, "before")
        for kind, payload in ODD:
            sandbox.send_odd_update(kind, payload)
        sandbox.say(ana, "after")
        assert await sandbox.wait_message(ana, contains="text after")
    assert app.unreadable >= 10
    assert f"{app.unreadable} so far" in printed.getvalue()
    assert_nobody_is_quoted(printed.getvalue())
    assert [contact.external_id for contact in router.contacts] == [str(ana["id"])] * 2


async def test_unreadable_update_stops_no_other_by_webhook(
    ctx: Context, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    async with our_web() as (url, apps, statuses):
        app = TelegramApp(ctx, sandbox.token, sandbox.url, router=router, webhook_url=url, webhook_secret=SECRET)
        apps.append(app)
        await app.start()
        ana = sandbox.add_user("Ana")
        with as_printed() as printed:
            for kind, payload in ODD:
                sandbox.send_odd_update(kind, payload)
            sandbox.say(ana, "after")
            assert await sandbox.wait_message(ana, contains="text after")
        assert app.unreadable >= 10
        assert statuses == [200] * (len(ODD) + 1)
        assert_nobody_is_quoted(printed.getvalue())
        await app.stop()


async def test_failing_use_case_logs_no_personal_data(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    async def quote(*_: object) -> Any:
        raise ValueError(f"cannot read {WORDS} of {NAME}")

    router.on_text = quote  # type: ignore[method-assign]
    ana = sandbox.add_user("Ana")
    with as_printed() as printed:
        sandbox.say(ana, WORDS)
        assert await sandbox.wait_message(ana)
    assert "answers on telegram failed" in printed.getvalue()
    assert_nobody_is_quoted(printed.getvalue())


async def test_confirmation_at_the_end_survives_an_unreadable_update(
    ctx: Context, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    app = TelegramApp(ctx, sandbox.token, sandbox.url, router=router)
    await app.start()
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "hello")
    await sandbox.wait_message(ana)
    with as_printed() as printed:
        sandbox.send_odd_update(*ODD[0])
        await app.stop()
    assert_nobody_is_quoted(printed.getvalue())


def test_non_json_answer_is_not_logged() -> None:
    with as_printed() as printed:
        for body in (f'{{"result": "{WORDS}'.encode(), b"[]", b"\xff"):
            with pytest.raises(TelegramError) as caught:
                AiohttpRequest.parse_json_payload(body)
            assert WORDS not in str(caught.value)
    assert printed.getvalue() == ""


async def test_unstorable_text_is_cleaned(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.say(ana, "hello")
    await sandbox.wait_message(ana)
    chat = {"id": ana["id"], "type": "private", "first_name": "A\x00na"}
    who = {"id": ana["id"], "is_bot": False, "first_name": "A\x00na"}
    sandbox.send_odd_update("message", {"message_id": 9, "date": 1, "chat": chat, "from": who, "text": "a\x00b\ud83dc"})
    assert await sandbox.wait_message(ana, contains="text a\ufffdb\ufffdc")
