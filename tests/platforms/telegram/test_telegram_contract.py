"""The adapter's traffic, checked against Telegram's published description in both directions."""

from pathlib import Path

from bot.platforms.telegram.app import TelegramApp
from bot.sandbox.telegram import TelegramSandbox
from bot.usecases.context import Context
from content.cards import Button, Card
from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import recording
from tests.platforms.telegram.fake_router import FakeRouter
from tests.platforms.telegram.test_telegram_app import SECRET, our_web
from tests.platforms.telegram.test_telegram_platform import picture

FULL = Card(
    title="<Tablée>",
    lines=("5 $ = par exemple un repas", "« & »"),
    note="note",
    rows=(
        (Button(label="5 $", url="https://give.example/5", style="primary"),),
        (Button(label="Copier", copy="ABC"), Button(label="Erreur", action="err:1", style="danger")),
    ),
)


async def _a_day(app: TelegramApp, sandbox: TelegramSandbox, router: FakeRouter) -> None:
    """Everything the adapter can do, once."""
    ana = sandbox.add_user("Ana")
    sandbox.press_start(ana, payload="g_1")
    first = await sandbox.wait_message(ana, contains="start")
    await sandbox.tap(ana, ana, first["id"], "Edit")
    await sandbox.tap(ana, ana, first["id"], "New")
    group = sandbox.add_chat("group", "Friends")
    sandbox.join(ana, group)
    sandbox.say(ana, "/donner 5", chat=group)
    await sandbox.wait_message(group, contains="donner")
    moved = sandbox.migrate(group)
    posted = await app.platform.post(str(group["id"]), FULL, nonce="1")
    assert posted.chat_id == str(moved["id"])
    shown = await app.platform.send(str(ana["id"]), Card(title="0 %", picture=picture("0")), nonce="2", silent=True)
    await app.platform.edit(shown, Card(title="50 %", picture=picture("50", 99), rows=FULL.rows))
    await app.platform.edit(shown, FULL)
    await app.platform.edit(posted, Card(title="closed"))
    router.awaits = router.hears_places = router.hears_replies = True
    sandbox.say(ana, "look", photo=picture("0").png, entities=[{"type": "bold", "offset": 0, "length": 4}])
    await sandbox.wait_message(ana, contains="picture")
    sandbox.add_chat("channel", "News", owner=ana)
    await sandbox.wait_message(ana, contains="place News True")
    sandbox.say(ana, "yes", chat=moved, reply_to=int(posted.message_id))
    await sandbox.wait_message(moved, contains="reply to")
    sandbox.block(ana)


async def test_polling_follows_description(
    ctx: Context, sandbox: TelegramSandbox, router: FakeRouter, tmp_path: Path
) -> None:
    traffic = tmp_path / "telegram.jsonl"
    async with recording("telegram", sandbox.url, traffic) as proxy:
        app = TelegramApp(ctx, sandbox.token, proxy, router=router)
        await app.start()
        await _a_day(app, sandbox, router)
        await app.stop()
    assert len(exchanges(traffic)) > 15
    assert violations(traffic) == []


async def test_webhook_follows_description(
    ctx: Context, sandbox: TelegramSandbox, router: FakeRouter, tmp_path: Path
) -> None:
    calls, pushed = tmp_path / "calls.jsonl", tmp_path / "pushed.jsonl"
    async with (
        our_web() as (url, apps, statuses),
        recording("telegram", url.removesuffix("/webhooks/telegram"), pushed, push=True) as address,
        recording("telegram", sandbox.url, calls) as proxy,
    ):
        app = TelegramApp(
            ctx,
            sandbox.token,
            proxy,
            router=router,
            webhook_url=f"{address}/webhooks/telegram",
            webhook_secret=SECRET,
        )
        apps.append(app)
        await app.start()
        await _a_day(app, sandbox, router)
        await app.stop()
    assert set(statuses) == {200}
    assert len(exchanges(pushed)) >= 4
    assert violations(calls) + violations(pushed) == []
