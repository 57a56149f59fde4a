"""The payment page in real Chromium: what its script adds, and that nothing on it fails."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import stripe
from playwright.async_api import Page, async_playwright

from bot.sandbox.stripe import StripeSandbox

from .conftest import QUIET, make_link

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [pytest.mark.slow, QUIET, pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}")]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-CA")
        opened = await context.new_page()
        complaints: list[str] = []
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        yield opened
        await browser.close()
        assert complaints == []


async def test_tap_on_a_test_card_fills_it_in(sandbox: StripeSandbox, client: stripe.StripeClient, page: Page) -> None:
    link = await make_link(client, None)
    await page.goto(link.url)
    await page.fill("#amount", "7,5")
    assert await page.inner_text(".give") == "Donner 7,50\u00a0$"
    await page.fill("#amount", "sept")
    assert await page.inner_text(".give") == "Donner"
    await page.fill("#amount", "7,5")
    await page.fill("[name=email]", "lea@example.org")
    await page.click("#card")
    assert await page.input_value("#card") == "4242 4242 4242 4242"
    await page.click(".chip.ask")
    assert await page.input_value("#card") == "4000 0025 0000 3155"
    await page.click(".give")
    await page.click("[value=yes]")
    await page.wait_for_url("**/done")
    assert sandbox.world.every("charge")[0]["amount"] == 750


async def test_page_fits_a_small_phone(sandbox: StripeSandbox, client: stripe.StripeClient, page: Page) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    customer = await client.v1.customers.create_async({})
    saving = await client.v1.checkout.sessions.create_async({
        "mode": "setup", "customer": customer.id, "allowed_payment_method_types": ["card"],
        "success_url": "https://a.example",
    })  # fmt: skip
    for url in ((await make_link(client)).url, str(saving.url)):
        await page.goto(url)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
