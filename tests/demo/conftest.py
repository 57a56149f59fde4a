"""Fixtures: one running demo per module, and its page in real Chromium."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, ViewportSize, async_playwright

from bot.demo.launch import demo_environment
from bot.demo.page import serving
from tests.demo.opened import DESK, LOCAL_TIME, PERSON, Open

CHROMIUM = Path("/usr/bin/chromium")
IS_INSTALLED = CHROMIUM.exists()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown() -> AsyncIterator[Open]:
    if not IS_INSTALLED:
        missing = f"no Chromium at {CHROMIUM}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    async with demo_environment() as env, serving(env, port=0) as url, async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield Open(env, url, browser)
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(shown: Open, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """Open the page at desk size in French; fail if it writes to the console."""
    size: ViewportSize = getattr(request, "param", DESK)
    context = await shown.browser.new_context(viewport=size, locale="fr-CA", timezone_id=LOCAL_TIME, user_agent=PERSON)
    opened = await context.new_page()
    console_messages: list[str] = []
    opened.on("console", lambda message: console_messages.append(message.text))
    opened.on("pageerror", lambda error: console_messages.append(str(error)))
    await opened.goto(shown.url)
    await opened.wait_for_selector("body.ready")
    yield opened
    await context.close()
    assert console_messages == []
