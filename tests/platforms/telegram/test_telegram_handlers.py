"""What people see when they write, tap and block, over Telegram's wire."""

import asyncio

import pytest

from bot.platforms.replies import NoPacing, ReplyBudget
from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.commands import Typed, is_for_us
from bot.sandbox.telegram import TelegramSandbox
from bot.usecases.context import Context
from bot.usecases.ports import RetryLater
from content.cards import Card
from content.commands import COMMANDS, STAFF_COMMANDS
from tests.platforms.telegram.fake_router import EDIT, FakeRouter
from tests.waiting import until


async def test_start_passes_its_payload(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana", language_code="fr")
    sandbox.press_start(ana, payload="g_7_500")
    answer = await sandbox.wait_message(ana, contains="start")
    assert answer["text"] == "start [g_7_500]\n\nfr private"
    assert answer["html"].startswith("<b>start [g_7_500]</b>")


async def test_private_commands_and_texts_are_answered(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    bob = sandbox.add_user("Bob", language_code="en-US")
    for said, heard in (
        ("/START", "start []"),
        ("/donner 7,50 repas", "command donner [7,50 repas]"),
        ("/give@obole_demo_bot", "command give []"),
        ("/arrêter", "command arrêter []"),
        ("/nonsense", "command nonsense []"),
        ("arrêtez", "text arrêtez"),
        ("/", "text /"),
        ("<b>&amp;", "text <b>&amp;"),
    ):
        said_id = sandbox.say(bob, said)["message_id"]
        answer = await sandbox.wait_message(bob, after=said_id)
        assert answer["text"] == f"{heard}\n\nen private"
    contact = router.contacts[-1]
    assert (contact.platform, contact.external_id) == ("telegram", str(bob["id"]))


async def test_messages_of_one_person_are_answered_in_order(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    for number in range(10):
        sandbox.say(ana, f"n{number}")
    await sandbox.wait_message(ana, contains="n9")
    answers = [m["text"].split("\n")[0] for m in sandbox.view(ana) if m["from_bot"]]
    assert answers == [f"text n{number}" for number in range(10)]


async def test_tap_edits_message_or_sends_new_one(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana", language_code="fr")
    sandbox.press_start(ana)
    first = await sandbox.wait_message(ana, contains="start")
    assert (await sandbox.tap(ana, ana, first["id"], "New"))["answered"]
    second = await sandbox.wait_message(ana, contains="action new:1")
    assert second["id"] != first["id"]
    for _ in range(2):  # the second time nothing changes, which is fine
        assert (await sandbox.tap(ana, ana, first["id"], "Edit"))["answered"]
    edited = await sandbox.wait_message(ana, contains="action edit:1")
    assert (edited["id"], edited["edited"]) == (first["id"], True)
    assert len(sandbox.view(ana)) == 3


async def test_tap_on_deleted_message_gets_new_answer(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.press_start(ana)
    first = await sandbox.wait_message(ana, contains="start")
    sandbox.world.faults.latency = 0.02
    tapping = asyncio.create_task(sandbox.tap(ana, ana, first["id"], "Edit"))
    await asyncio.sleep(0)
    del sandbox.world.chats[ana["id"]].messages[first["id"]]
    assert (await tapping)["answered"]
    assert (await sandbox.wait_message(ana, contains="action edit:1"))["id"] != first["id"]


async def test_group_tap_is_answered_in_private(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.press_start(ana)
    await sandbox.wait_message(ana, contains="start")
    card = Card(title="card", rows=(EDIT,))
    group = sandbox.add_chat("supergroup", "Friends")
    sandbox.join(ana, group)
    posted = await app.platform.post(str(group["id"]), card, nonce="1")
    assert (await sandbox.tap(ana, group, int(posted.message_id), "Edit"))["answered"]
    assert await sandbox.wait_message(ana, contains="action edit:1")
    assert len([m for m in sandbox.view(group) if m["from_bot"]]) == 1


async def test_failing_use_case_gets_apology(
    app: TelegramApp, sandbox: TelegramSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.press_start(ana)
    first = await sandbox.wait_message(ana, contains="start")
    await sandbox.tap(ana, ana, first["id"], "Fail")
    assert await sandbox.wait_message(ana, contains="sorry")
    assert "answers on telegram failed" in caplog.text


SHARED_WORDS = ("start", "help", "stop", "privacy", "claim", "team", "stats")


@pytest.mark.parametrize("said", ["/give@obole_demo_bot 5", "/donner 5", "/help@OBOLE_demo_bot"])
async def test_group_command_is_answered_in_group(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter, said: str
) -> None:
    ana, group = sandbox.add_user("Ana", language_code="en"), sandbox.add_chat("supergroup", "Friends")
    sandbox.join(ana, group)
    asked = sandbox.say(ana, said, chat=group)
    answer = await sandbox.wait_message(group, contains="command")
    assert answer["text"].endswith("en group")
    assert answer["reply_to"] == asked["message_id"]
    assert router.contacts[0].external_id == str(ana["id"])


async def test_only_words_that_many_bots_share_need_our_name_in_a_group(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana = sandbox.add_user("Ana")
    group = sandbox.add_chat("supergroup", "Friends", owner=ana)
    twins = ["aide", "arreter", "confidentialite", "reclamer", "equipe", "chiffres"]
    for name in (*SHARED_WORDS, *twins):
        sandbox.say(ana, f"/{name}", chat=group)
    sandbox.say(ana, "/aide", chat=group, anonymous=True)
    await until(lambda: len(router.commands) > len(twins))
    assert sorted(router.commands) == sorted([*twins, "aide"])


def test_every_name_but_the_shared_words_is_ours_in_a_group() -> None:
    names = {name for command in (*COMMANDS, *STAFF_COMMANDS) for name in (command.fr, command.en, command.fr.upper())}
    for name in {*names, *SHARED_WORDS}:
        assert is_for_us(Typed(name=name, bot="", argument=""), "Tablee_Bot") is (name not in SHARED_WORDS), name
        assert is_for_us(Typed(name=name, bot="tablee_bot", argument=""), "Tablee_Bot")
        assert not is_for_us(Typed(name=name, bot="another_bot", argument=""), "Tablee_Bot")
    assert not is_for_us(Typed(name="weather", bot="tablee_bot", argument=""), "Tablee_Bot")


async def test_unrelated_messages_are_ignored(app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    ana, group = sandbox.add_user("Ana"), sandbox.add_chat("supergroup", "Friends", bot_is_admin=True)
    channel = sandbox.add_chat("channel", "News", owner=ana)
    sandbox.join(ana, group)
    for said in ("hello", "/give@another_bot", "/help", "/start", "/weather", "stop"):
        sandbox.say(ana, said, chat=group)
    sandbox.say(ana, "/give", chat=channel)
    edited = sandbox.say(ana, "/weather", chat=group)
    sandbox.edit(ana, edited["message_id"], "/donner", chat=group)
    sandbox.say(ana, "hello")
    assert await sandbox.wait_message(ana, contains="text hello")  # updates are taken in the order they came in
    assert len(router.contacts) == 1
    assert sandbox.sent.total("sendMessage") == 1


async def test_blocking_and_unblocking_change_reachability(
    app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.press_start(ana)
    await sandbox.wait_message(ana)
    for act, reachable in ((sandbox.block, False), (sandbox.unblock, True)):
        router.reached.clear()
        act(ana)
        await asyncio.wait_for(router.reached.wait(), 2)
        assert router.reachable[-1] == (str(ana["id"]), reachable)


async def test_repeated_update_is_answered_once(app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.world.updates.push("message", sandbox.say(ana, "once"))
    again = sandbox.world.updates.waiting[-1]
    again["update_id"] -= 1
    sandbox.say(ana, "after")
    await sandbox.wait_message(ana, contains="after")
    assert [m["text"] for m in sandbox.view(ana) if m["from_bot"]] == [
        "text once\n\nfr private",
        "text after\n\nfr private",
    ]


async def test_answer_waits_out_short_pauses(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.force_429(times=2, retry_after=1, method="sendMessage")
    sandbox.say(ana, "patience")
    assert await sandbox.wait_message(ana, contains="patience", timeout=5)
    assert sandbox.sent.total("sendMessage", 429) == 2


async def test_answer_is_dropped_if_pause_is_long(
    app: TelegramApp, sandbox: TelegramSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.force_429(times=1, retry_after=60, method="sendMessage")
    sandbox.say(ana, "never")
    await until(lambda: "dropped" in caplog.text)
    sandbox.clear_faults()
    sandbox.say(ana, "but now")
    assert await sandbox.wait_message(ana, contains="but now")
    assert sandbox.sent.total("sendMessage") == 1


async def test_server_error_is_retried_once(app: TelegramApp, sandbox: TelegramSandbox) -> None:
    ana = sandbox.add_user("Ana")
    sandbox.force_5xx(times=1, method="sendMessage")
    sandbox.say(ana, "again")
    assert await sandbox.wait_message(ana, contains="again", timeout=3)


async def test_pacer_is_asked_before_each_answer(ctx: Context, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    asked: list[str] = []

    class Asked(NoPacing):
        async def reply_slot(self, chat: str, /) -> None:
            asked.append(chat)

    app = TelegramApp(ctx, sandbox.token, sandbox.url, router=router, pacing=Asked())
    await app.start()
    ana = sandbox.add_user("Ana")
    sandbox.press_start(ana)
    await sandbox.wait_message(ana)
    await app.stop()
    assert asked == [str(ana["id"])]


async def test_flood_of_one_person_is_handled_and_answered_within_budget(
    ctx: Context, sandbox: TelegramSandbox, router: FakeRouter
) -> None:
    app = TelegramApp(ctx, sandbox.token, sandbox.url, router=router, budget=ReplyBudget(every=1.0))
    await app.start()
    ana, luc = sandbox.add_user("Ana"), sandbox.add_user("Luc")
    for number in range(18):
        sandbox.say(ana, f"n{number}.")
    sandbox.say(luc, "me too")
    assert await sandbox.wait_message(luc, contains="me too")
    assert await sandbox.wait_message(ana, contains="n17.")
    await app.stop()
    assert len([contact for contact in router.contacts if contact.external_id == str(ana["id"])]) == 18
    answers = [m["text"].split()[1] for m in sandbox.view(ana) if m["from_bot"]]
    assert answers == ["n0.", "n1.", "n2.", "n17."]


async def test_refusals_of_answers_reach_the_pacer(ctx: Context, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    heard: list[tuple[str, float, bool]] = []

    class Hears(NoPacing):
        def on_retry_later(self, chat: str, why: RetryLater, /) -> None:
            heard.append((chat, why.after, why.flood))

    app = TelegramApp(ctx, sandbox.token, sandbox.url, router=router, pacing=Hears())
    await app.start()
    ana = sandbox.add_user("Ana")
    sandbox.force_429(times=1, retry_after=1, method="sendMessage")
    sandbox.say(ana, "hello")
    assert await sandbox.wait_message(ana, contains="hello", timeout=5)
    await app.stop()
    assert heard == [(str(ana["id"]), 1.0, True)]
