"""The first visit in English: the channel on Telegram and Nadia speak it; either language's commands work for her."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.demo.opened import DESK, LOCAL_TIME, PERSON, Open

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def page(shown: Open) -> AsyncIterator[Page]:
    context = await shown.browser.new_context(
        viewport=DESK, locale="en-CA", timezone_id="Asia/Tokyo", user_agent=PERSON
    )
    opened = await context.new_page()
    await opened.goto(shown.url)
    await opened.wait_for_selector("body.ready")
    yield opened
    await context.close()


async def test_first_visit_in_english_opens_in_english(page: Page) -> None:
    await expect(page.locator("#telegram .who.alex")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#telegram .messages")).to_contain_text("Thirty Snowsuits")
    await expect(page.locator("#telegram .messages .bubble")).to_have_count(1)  # in place of the French one
    await page.locator("#telegram .who.nadia").click()
    await expect(page.locator("#telegram .messages")).to_contain_text("Announce")


@pytest.mark.parametrize("command", ["/broadcast", "/diffusion"])
@pytest.mark.parametrize("place", ["telegram", "discord"])
async def test_nadia_uses_either_languages_commands(page: Page, place: str, command: str) -> None:
    await page.locator(f"#{place} .who.nadia").click()
    await page.locator(f"#{place} .foot input[type=text]").fill(command)
    await page.keyboard.press("Enter")
    await expect(page.locator(f"#{place} .messages")).to_contain_text("New broadcast")


async def test_clock_is_the_charitys_wherever_the_visitor_is(shown: Open, page: Page) -> None:
    """Otherwise quiet hours would make no sense: it is night in Tokyo."""
    shown_time = await page.locator("#clock").inner_text()
    assert shown_time.endswith("in Montréal")
    formatted = await page.evaluate(
        "zone => new Date(document.querySelector('.status time').dataset.now ?? Date.now())"
        ".toLocaleTimeString('en-CA', { timeZone: zone, hourCycle: 'h23', hour: 'numeric' })",
        LOCAL_TIME,
    )
    assert int(shown_time.partition(":")[0]) - int(formatted.partition(":")[0]) in (0, -1, 23)
