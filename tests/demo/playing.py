"""Acts on the demo's page that its tests and its picture share."""

from playwright.async_api import Page, expect


async def pay(page: Page, phone: str) -> None:
    """On the payment page in the phone's sheet: a tap into the card, a tap on the button, and back."""
    frame = page.frame_locator(f"{phone} .sheet iframe")
    await frame.locator("#card").click()
    await expect(frame.locator("#card")).not_to_have_value("")  # the page's script brings the number when it has come
    await frame.locator("button.give").click()
    await page.locator(f"{phone} .sheet .done").click()
    await expect(page.locator(f"{phone} .sheet")).to_be_hidden()


async def give_on_telegram(page: Page) -> None:
    """20 $ by the card in the channel; then the thank-you is there."""
    await page.locator("#telegram .key", has_text="20\u00a0$").first.click()
    await page.get_by_role("button", name="Donner 20\u00a0$").last.click()
    await pay(page, "#telegram")
    await expect(page.locator("#telegram .messages")).to_contain_text("Votre don de 20\u00a0$")


async def give_on_discord(page: Page) -> None:
    """$10 by the card in the channel; then the private answer says thank you."""
    await page.locator("#discord .key", has_text="$10").first.click()
    await page.locator("#discord .private .key.link").first.click()
    await pay(page, "#discord")
    await expect(page.locator("#discord .private").last).to_contain_text("Your gift of $10")
