"""Fixtures for tests of the Discord adapter: a context on an empty SQLite file and a fake router."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import Ids
from bot.domain.time import system_clock
from bot.platforms.discord.app import DiscordApp
from bot.platforms.discord.handlers import Router
from bot.sandbox.discord import DiscordSandbox
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.usecases.context import Context
from content.catalog import Catalog
from content.writer import Charity
from payments.reference import Keyring
from tests.conftest import MovingClock
from tests.platforms.discord.fake_router import FakeRouter
from tests.usecase_setup import RecordingGateway


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test; one engine is enough here."""
    path = tmp_path_factory.mktemp("discord") / "empty.sqlite3"

    async def make() -> None:
        database = Database(f"sqlite:///{path}")
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.fixture
async def ctx(
    tmp_path: Path, empty: Path, catalog: Catalog, clock: MovingClock, rng: random.Random
) -> AsyncIterator[Context]:
    database = Database(f"sqlite:///{shutil.copy(empty, tmp_path / 'obole.sqlite3')}")
    yield Context(
        db=database,
        clock=clock,
        ids=Ids(clock, rng),
        catalog=catalog,
        keyring=Keyring(["test secret"]),
        gateway=RecordingGateway(),
        charity=Charity(name="La Tablée", contact="bonjour@tablee.example"),
    )
    await database.close()


@pytest.fixture
def router() -> FakeRouter:
    return FakeRouter()


@pytest.fixture
async def sandbox() -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox(clock=system_clock, limits=None) as sandbox:
        yield sandbox


@pytest.fixture
async def app(ctx: Context, sandbox: DiscordSandbox, router: FakeRouter) -> AsyncIterator[DiscordApp]:
    """The bot, logged in and listening."""
    app = make_app(ctx, sandbox, router)
    await app.start()
    yield app
    await app.stop()


def make_app(ctx: Context, sandbox: DiscordSandbox, router: Router, token: str = "", **changes: Any) -> DiscordApp:
    return DiscordApp(ctx, token or sandbox.token, sandbox.api_url, sandbox.gateway_url, router=router, **changes)


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
