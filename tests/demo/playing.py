"""Actions on the demo's page that its tests and its picture share."""

from playwright.async_api import Page, expect


async def pay(page: Page, phone: str, *, is_known: bool = True) -> None:
    """Pay on the payment page in the phone's sheet: fill in the card by a tap, tap the button, and go back to the chat.

    `is_known`: whether the bot hears of the payment, without which its page offers no way back.
    """
    frame = page.frame_locator(f"{phone} .sheet iframe")
    await frame.locator("#card").click()
    await expect(frame.locator("#card")).not_to_have_value(
        ""
    )  # the page's script fills in the number once it has loaded
    await frame.locator("button.give").click()
    if is_known:
        await frame.locator(".actions a[href*='_demo/leave']").first.click()
    else:
        await expect(frame.locator(".words")).to_be_visible()
        await page.locator(f"{phone} .sheet .close").click()
    await expect(page.locator(f"{phone} .sheet")).to_be_hidden()


async def give_on_telegram(page: Page) -> None:
    """Give 20 $ by the card in the channel and wait for the thank-you."""
    await page.locator("#telegram .key", has_text="20\u00a0$").first.click()
    await page.get_by_role("button", name="Donner 20\u00a0$").last.click()
    await pay(page, "#telegram")
    await expect(page.locator("#telegram .messages")).to_contain_text("Votre don de 20\u00a0$")


async def give_on_discord(page: Page) -> None:
    """Give $10 by the card in the channel and wait until the ephemeral reply says thank you."""
    await page.locator("#discord .key", has_text="$10").first.click()
    await page.locator("#discord .private .key.link").first.click()
    await pay(page, "#discord")
    await expect(page.locator("#discord .private").last).to_contain_text("Your gift of $10")


async def write_on_telegram(page: Page, text: str) -> None:
    """Write to the bot on Telegram, after Start for someone who has not met it, and wait for its answer."""
    await page.locator("#telegram .chats [data-chat=bot]").click()
    start, field = page.locator("#telegram .start"), page.locator("#telegram .foot input[type=text]")
    await expect(start.or_(field)).to_be_visible()
    if await start.is_visible():
        await start.click()
    await field.fill(text)
    await page.keyboard.press("Enter")
    await expect(page.locator("#telegram .message.mine", has_text=text).last).to_be_visible()
    await expect(page.locator("#telegram .message").last).not_to_have_class("message mine")
