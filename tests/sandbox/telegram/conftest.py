"""Fixtures: a sandbox, and the real python-telegram-bot connected to it over plain HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram.ext import Application, ApplicationBuilder

from bot.sandbox.telegram import TelegramSandbox

App = Application[Any, Any, Any, Any, Any, Any]


class ManualClock:
    """A clock that tests set manually."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def application(sandbox: TelegramSandbox, url: str | None = None, token: str | None = None) -> App:
    url = url or sandbox.url
    builder = ApplicationBuilder().token(token or sandbox.token)
    return builder.base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").build()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[TelegramSandbox]:
    async with TelegramSandbox(clock=clock, limits=None) as running:
        yield running


@pytest.fixture
async def bot(sandbox: TelegramSandbox) -> AsyncIterator[Any]:
    """PTB's Bot, initialised: methods only, no polling."""
    app = application(sandbox)
    async with app:
        yield app.bot
