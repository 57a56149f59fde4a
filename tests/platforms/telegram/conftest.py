"""Fixtures for tests of the Telegram adapter: one sandbox, one bot, one person."""

import random
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from bot.domain.ids import Ids
from bot.domain.time import system_clock
from bot.platforms.telegram.app import TelegramApp
from bot.sandbox.telegram import TelegramSandbox
from bot.usecases.context import Context
from content.catalog import Catalog
from content.writer import Charity
from payments.reference import Keyring
from tests.platforms.telegram.fake_router import FakeRouter

TOKEN = "123456:sandbox-token"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.fixture
def ctx(catalog: Catalog) -> Context:
    """No database and no payments: the talk of these tests needs neither."""
    return Context(
        db=cast(Any, None),
        clock=system_clock,
        ids=Ids(system_clock, random.Random(1)),
        catalog=catalog,
        keyring=Keyring(["test secret"]),
        gateway=cast(Any, None),
        charity=Charity(name="Tablée", contact="a@b.example", privacy_officer="Ana"),
    )


@pytest.fixture
async def sandbox() -> AsyncIterator[TelegramSandbox]:
    async with TelegramSandbox(clock=system_clock, token=TOKEN, limits=None) as sandbox:
        yield sandbox


@pytest.fixture
def router() -> FakeRouter:
    return FakeRouter()


@pytest.fixture
async def app(ctx: Context, sandbox: TelegramSandbox, router: FakeRouter) -> AsyncIterator[TelegramApp]:
    """The bot, logged in and polling."""
    app = TelegramApp(ctx, TOKEN, sandbox.url, router=router)
    await app.start()
    try:
        yield app
    finally:
        await app.stop()
