"""SIGTERM ends `obole run` in time, whatever the database does."""

import asyncio
import os
import signal
import sqlite3
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from bot.sandbox.discord import DiscordSandbox
from bot.sandbox.stripe import StripeSandbox
from bot.sandbox.telegram import TelegramSandbox
from tests.forks import Fork
from tests.silence import silent_proxy
from tests.waiting import until

ROOT = Path(__file__).parents[1]
STILL_RUNNING = 20  # seconds after SIGTERM until the test fails


def now() -> datetime:
    return datetime.now(UTC)


async def test_sigterm_ends_the_process_whatever_the_database_does(tmp_path: Path, url: str) -> None:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramSandbox(clock=now))
        discord = await stack.enter_async_context(DiscordSandbox(clock=now))
        stripe = await stack.enter_async_context(StripeSandbox(clock=now))
        is_sqlite = url.startswith("sqlite")
        proxy = None if is_sqlite else await stack.enter_async_context(silent_proxy(url))
        env = {k: v for k, v in os.environ.items() if not k.startswith("OBOLE_") and k not in ("DATABASE_URL", "PORT")}
        env |= {
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "300",
            "OBOLE_TELEGRAM_TOKEN": telegram.token,
            "OBOLE_TELEGRAM_API_URL": telegram.url,
            "OBOLE_DISCORD_TOKEN": discord.token,
            "OBOLE_DISCORD_API_URL": discord.api_url,
            "OBOLE_DISCORD_GATEWAY_URL": discord.gateway_url,
            "OBOLE_STRIPE_API_KEY": "sk_test_stop",
            "OBOLE_STRIPE_API_URL": stripe.url,
            "OBOLE_SECRET_KEY": "stop" * 10,
            "OBOLE_DATABASE_URL": url if proxy is None else proxy.url,
            "OBOLE_PORT": "0",
        }
        process = stack.enter_context(
            closing(Fork("bot", ["run"], tmp_path / "errors", folder=tmp_path, environment=env))
        )

        def is_ready() -> bool:
            assert process.is_alive(), process.stderr
            return "running on" in process.stderr

        await until(is_ready, within=120)
        if proxy is not None:
            proxy.silent = True
        else:
            lock = sqlite3.connect(make_url(url).database or "", isolation_level=None)
            stack.callback(lock.close)
            lock.execute("BEGIN IMMEDIATE")
        telegram.say(telegram.add_user("Ana"), "hello")  # something is under way that needs the database
        await until(lambda: not telegram.world.updates.waiting if proxy is None else proxy.swallowed)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, STILL_RUNNING) in (0, 1)
