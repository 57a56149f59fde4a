"""With HTTPS_PROXY set, every service is reached only through that proxy."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.check import examine
from bot.domain.ids import Ids
from bot.domain.time import system_clock
from bot.opening import STRIPE, NotReady, open_context, proxy_problems
from bot.platforms.discord.app import DiscordApp
from bot.platforms.proxy import proxy_for
from bot.platforms.telegram.app import TelegramApp
from bot.sandbox.discord import DiscordSandbox
from bot.sandbox.stripe import StripeSandbox
from bot.sandbox.telegram import TelegramSandbox
from bot.settings import Settings
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.ports import PlatformError
from content.catalog import Catalog
from content.writer import Charity
from payments.reference import Keyring
from payments.stripe import GatewayError, StripeGateway
from tests.platforms.discord.fake_router import FakeRouter as DiscordFakeRouter
from tests.platforms.telegram.fake_router import FakeRouter as TelegramFakeRouter
from tests.usecase_setup import RecordingGateway

ONE_ENGINE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
TOKEN = "123456:sandbox-token"


class Proxy:
    """An HTTP proxy that takes any host for this machine. It refuses tunnels (CONNECT), noting where they led."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []  # method, host and port
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
            host = target if method == "CONNECT" else target.split("/")[2]
            self.asked.append((method, host))
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            else:
                far, there = await asyncio.open_connection("127.0.0.1", int(host.partition(":")[2]))
                # As proxies do: the path alone, and one request a connection unless it becomes a websocket.
                head = head.replace(f"http://{host}".encode(), b"", 1)
                if b"upgrade: websocket" not in head.lower():
                    head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
                there.write(head)
                await asyncio.gather(_pass_on(reader, there), _pass_on(far, writer))
        writer.close()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while block := await source.read(65536):
            target.write(block)
            await target.drain()
    target.close()


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    yield proxy
    server.close()


@pytest.fixture
def ctx(db: Database) -> Context:
    return Context(
        db=db,
        clock=system_clock,
        ids=Ids(system_clock, random.Random(1)),
        catalog=Catalog.load(),
        keyring=Keyring(["test secret"]),
        gateway=RecordingGateway(),
        charity=Charity(name="Tablée", contact="a@b.example", privacy_officer="Ana"),
    )


def elsewhere(url: str | None, name: str) -> str:
    """The sandbox's address under a name that only the proxy can resolve."""
    assert url is not None
    return url.replace("127.0.0.1", f"{name}.test")


@ONE_ENGINE
async def test_telegram_is_reached_through_the_proxy(ctx: Context, proxy: Proxy) -> None:
    async with TelegramSandbox(clock=system_clock, token=TOKEN, limits=None) as sandbox:
        app = TelegramApp(ctx, TOKEN, elsewhere(sandbox.url, "telegram"), router=TelegramFakeRouter())
        await app.start()
        assert ctx.identity.telegram_username
        await app.stop()
    assert {host.partition(":")[0] for _, host in proxy.asked} == {"telegram.test"}


@ONE_ENGINE
async def test_discord_and_its_gateway_are_reached_through_the_proxy(ctx: Context, proxy: Proxy) -> None:
    async with DiscordSandbox(clock=system_clock) as sandbox:
        api, gateway = elsewhere(sandbox.api_url, "discord"), elsewhere(sandbox.gateway_url, "gateway")
        app = DiscordApp(ctx, sandbox.token, api, gateway, router=DiscordFakeRouter())
        await app.start()
        assert app.client.is_ready()
        await app.stop()
    assert {host.partition(":")[0] for _, host in proxy.asked} == {"discord.test", "gateway.test"}


@ONE_ENGINE
async def test_refusing_proxy_is_never_bypassed(ctx: Context, proxy: Proxy) -> None:
    telegram = TelegramApp(ctx, TOKEN, router=TelegramFakeRouter())
    discord = DiscordApp(ctx, "token", router=DiscordFakeRouter())
    stripe = StripeGateway("rk_test_x", proxy=proxy_for(STRIPE))
    for app in (telegram, discord):
        with pytest.raises(PlatformError):
            await app.log_in()
        await app.stop()
    with pytest.raises(GatewayError):
        await stripe.account()
    await stripe.close()
    hosts = {host for method, host in proxy.asked if method == "CONNECT"}
    assert hosts == {"api.telegram.org:443", "discord.com:443", "api.stripe.com:443"}


@ONE_ENGINE
async def test_local_sandbox_is_reached_directly(ctx: Context, proxy: Proxy) -> None:
    async with TelegramSandbox(clock=system_clock, token=TOKEN, limits=None) as telegram:
        app = TelegramApp(ctx, TOKEN, telegram.url, router=TelegramFakeRouter())
        await app.log_in()
        await app.stop()
    async with StripeSandbox(clock=system_clock) as stripe:
        gateway = StripeGateway("sk_test_sandbox", stripe.url, proxy=proxy_for(stripe.url))
        await gateway.account()
        await gateway.close()
    assert proxy.asked == []


def test_proxy_follows_host_variables(monkeypatch: pytest.MonkeyPatch, proxy: Proxy) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "discord.com,.internal.example")
    assert proxy_for("https://api.telegram.org") == "http://proxy.example:3128"
    assert proxy_for("wss://gateway.discord.gg") == "http://proxy.example:3128"
    assert proxy_for("https://discord.com/api/v10") is None
    assert proxy_for("http://bots.internal.example:8081") is None
    monkeypatch.delenv("HTTPS_PROXY")
    monkeypatch.setenv("ALL_PROXY", "http://all.example:3128")
    assert proxy_for("https://api.telegram.org") == "http://all.example:3128"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)  # no .env here
    for name, value in (
        ("DATABASE_URL", "sqlite:///obole.sqlite3"),
        ("STRIPE_API_KEY", "rk_test_x"),
        ("TELEGRAM_TOKEN", TOKEN),
        ("DISCORD_TOKEN", "token"),
        ("SECRET_KEY", "k" * 32),
    ):
        monkeypatch.setenv(f"OBOLE_{name}", value)
    return Settings()


async def test_socks_proxy_is_refused_at_start_for_every_service(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, proxy: Proxy
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("ALL_PROXY", "socks5h://ana:secret@proxy.example:1080")
    stripe, telegram, discord = proxy_problems(settings)
    assert "api.stripe.com" in stripe and "api.telegram.org" in telegram and "discord.com" in discord
    with pytest.raises(NotReady, match="only http:// and https:// proxies") as refused:
        async with open_context(settings, clock=system_clock, rng=random.Random(1)):
            pass
    assert "socks5h" in str(refused.value) and "secret" not in str(refused.value)
    found = await examine(settings, clock=system_clock, rng=random.Random(1))
    assert [match.message for match in found if match.level == "problem"] == [stripe, telegram, discord]


async def test_unused_socks_proxy_is_accepted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, proxy: Proxy
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://proxy.example:1080")
    assert proxy_problems(settings) == []
    stripe = StripeGateway("rk_test_x", proxy=proxy_for(STRIPE))
    with pytest.raises(GatewayError):
        await stripe.account()
    await stripe.close()
    assert ("CONNECT", "api.stripe.com:443") in proxy.asked
