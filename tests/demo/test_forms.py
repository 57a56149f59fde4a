"""Forms that the bot opens on Discord."""

import pytest
from playwright.async_api import Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_other_amount_is_typed_into_a_form(page: Page) -> None:
    await page.locator("#discord .key", has_text="Other amount").first.click()
    form = page.locator("#discord .sheet form")
    await form.locator("textarea, input").fill("7.50")
    await form.get_by_role("button", name="Send").click()
    await expect(page.locator("#discord .private").last).to_contain_text("$7.50")
    await expect(page.locator("#discord .sheet")).to_be_hidden()


async def test_nothing_is_sent_while_the_field_is_empty(page: Page) -> None:
    send = page.locator("#discord .send")
    await expect(send).to_be_disabled()
    await page.locator("#discord .foot input[type=text]").fill("hello")
    await expect(send).to_be_enabled()
    await send.click()
    await expect(send).to_be_disabled()
