"""Starting and stopping, registering changed commands only, and no token in any error or log."""

import asyncio
import logging
import traceback
from typing import Any

import pytest

from bot.findings import Finding
from bot.platforms.discord import app as module
from bot.platforms.discord.app import DiscordApp
from bot.platforms.discord.probe import probe
from bot.sandbox.discord import DiscordSandbox
from bot.usecases.context import Context
from bot.usecases.ports import Rejected, RetryLater
from content.cards import Card
from tests.platforms.discord.conftest import make_app
from tests.platforms.discord.fake_router import FakeRouter

SECRET = "MTA0.wrong.secret"
HANGS = 20  # seconds after which something is waited for that does not come


def synced(sandbox: DiscordSandbox) -> int:
    return sum(call.startswith("PUT /applications") for call in sandbox.calls)


async def test_log_in_learns_identity(app: DiscordApp, ctx: Context, sandbox: DiscordSandbox) -> None:
    assert ctx.identity.discord_application_id == str(sandbox.application_id)
    assert sandbox.state()["bot"]["connected"]


async def test_commands_are_registered_only_if_changed(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter
) -> None:
    await app.stop()
    await app.start()
    assert synced(sandbox) == 1
    sandbox.world.commands[None].popitem()
    await app.stop()
    await app.start()
    assert synced(sandbox) == 2


async def test_refused_commands_do_not_stop_the_bot(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.force_5xx(1, status=503, only="PUT /applications")
    app = make_app(ctx, sandbox, router)
    await app.start()
    assert "slash commands could not be handed" in caplog.text
    await app.stop()


async def test_wrong_token_is_reported_and_not_shown(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = make_app(ctx, sandbox, router, token=SECRET)
    with pytest.raises(Rejected, match="does not know this bot token") as refused:
        await app.start()
    shown = "".join(traceback.format_exception(refused.value)) + caplog.text + repr(app) + repr(app.client)
    assert SECRET not in shown


async def test_token_refused_by_gateway_is_rejected(ctx: Context, sandbox: DiscordSandbox, router: FakeRouter) -> None:
    sandbox.hub.token = "changed meanwhile"
    app = make_app(ctx, sandbox, router)
    with pytest.raises(Rejected, match="gateway"):
        await app.start()


async def test_unreachable_discord_can_be_retried(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READY_SECONDS", 0.3)
    app = DiscordApp(ctx, sandbox.token, sandbox.api_url, "ws://127.0.0.1:9/gateway", router=router)
    platform = app.platform
    with pytest.raises(RetryLater):
        await app.start()
    app._gateway_url = sandbox.gateway_url
    sandbox.force_5xx(1, status=503)
    with pytest.raises(RetryLater):
        await app.start()
    await app.start()
    assert app.platform is platform
    await platform.post(channel["id"], Card(title="up"), nonce="1")
    await app.stop()


async def test_stopping_is_quick_and_finishes_running_actions(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    app = make_app(ctx, sandbox, router)
    await app.start()
    router.slow = 0.3
    asking = asyncio.create_task(sandbox.slash(ana, channel, "give"))
    await router.asked.wait()
    async with asyncio.timeout(HANGS):
        await app.stop()
    assert (await asking)["kind"] == "message"
    await app.stop()  # twice is fine


async def test_stopping_does_not_wait_forever(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    app = make_app(ctx, sandbox, router)
    await app.start()
    sandbox.patience, router.slow = 0.1, 3600
    await sandbox.slash(ana, channel, "give")
    async with asyncio.timeout(HANGS):
        await app.stop()


async def test_posting_needs_no_listening(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any
) -> None:
    app = make_app(ctx, sandbox, router)
    await app.log_in()
    await app.platform.post(channel["id"], Card(title="card"), nonce="1")
    await app.platform.send(ana["id"], Card(title="hello"), nonce="2")
    await app.stop()
    assert not any("gateway" in call or "/commands" in call for call in sandbox.calls)
    assert len(sandbox.view(channel)) == 1


async def looked(sandbox: DiscordSandbox, token: str, *places: str) -> list[Finding]:
    return [found async for found in probe(token, sandbox.api_url, places)]


async def test_check_reports_discord_findings(sandbox: DiscordSandbox, server: Any, channel: Any) -> None:
    login, joins, may_post, unknown = await looked(sandbox, sandbox.token, channel["id"], "123")
    assert (login.level, joins.level, may_post.level, unknown.level) == ("ok", "ok", "ok", "problem")
    assert "#dons" in may_post.message and "10003" in unknown.message
    sandbox.allow(channel, deny=["attach_files", "embed_links"])
    _, _, lacking = await looked(sandbox, sandbox.token, channel["id"])
    assert (lacking.level, "Attach Files" in lacking.message) == ("problem", True)
    sandbox.allow(channel)
    thread = sandbox.add_thread(channel, "collecte")
    _, _, in_thread = await looked(sandbox, sandbox.token, thread["id"])
    assert (in_thread.level, "#collecte" in in_thread.message) == ("ok", True)
    sandbox.allow(channel, deny=["send_messages_in_threads", "create_instant_invite"])
    _, _, silent = await looked(sandbox, sandbox.token, thread["id"])
    assert (silent.level, "Send Messages in Threads" in silent.message) == ("problem", True)
    sandbox.allow(channel)
    sandbox.allow(server, deny=["manage_guild"])
    sandbox.set_privileged_intents([])
    _, joins, uncounted = await looked(sandbox, sandbox.token, channel["id"])
    assert (joins.level, uncounted.level) == ("warning", "warning")
    assert "Members Intent" in joins.fix and "Manage Server" in uncounted.message
    (wrong,) = await looked(sandbox, SECRET)
    assert wrong.level == "problem" and SECRET not in wrong.message + wrong.fix
    sandbox.force_5xx(1, status=503)
    (away,) = await looked(sandbox, sandbox.token)
    assert away.level == "problem" and "cannot be reached" in away.message
