"""A context on an empty SQLite file and a talk that echoes: what most tests of the Discord adapter begin with."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.time import system_clock
from bot.platforms.discord.app import DiscordApp
from bot.platforms.discord.handlers import Talk
from bot.sandbox.discord import DiscordSandbox
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.usecases.context import Context
from tests.conftest import MovingClock
from tests.platforms.discord.fake_talk import FakeTalk
from tests.world import make_context


@pytest.fixture
async def ctx(tmp_path: Path, clock: MovingClock) -> AsyncIterator[Context]:
    """One engine is enough: what the adapter asks of the database is tested with the store."""
    database = Database(f"sqlite:///{tmp_path / 'obole.sqlite3'}")
    await migrate(database)
    yield make_context(database, clock)
    await database.close()


@pytest.fixture
def talk() -> FakeTalk:
    return FakeTalk()


@pytest.fixture
async def sandbox() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox(clock=system_clock, limits=None) as sandbox:
        yield sandbox


@pytest.fixture
async def app(ctx: Context, sandbox: DiscordSandbox, talk: FakeTalk) -> AsyncIterator[DiscordApp]:
    """The bot, logged in and listening."""
    app = make_app(ctx, sandbox, talk)
    await app.start()
    yield app
    await app.stop()


def make_app(ctx: Context, sandbox: DiscordSandbox, talk: Talk, token: str = "", **changes: Any) -> DiscordApp:
    return DiscordApp(ctx, token or sandbox.token, sandbox.api_url, sandbox.gateway_url, talk=talk, **changes)


@pytest.fixture
def server(sandbox: DiscordSandbox) -> Any:
    """A server where the bot is."""
    return sandbox.add_guild("Tablée")


@pytest.fixture
def channel(sandbox: DiscordSandbox, server: Any) -> Any:
    return sandbox.add_channel(server, "dons")


@pytest.fixture
def ana(sandbox: DiscordSandbox, server: Any) -> Any:
    """A member whose Discord is in French."""
    ana = sandbox.add_user("Ana", locale="fr")
    sandbox.join(ana, server)
    return ana


@pytest.fixture
def bob(sandbox: DiscordSandbox, server: Any) -> Any:
    """A member whose Discord is in English."""
    bob = sandbox.add_user("Bob", locale="en-GB")
    sandbox.join(bob, server)
    return bob
