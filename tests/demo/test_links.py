"""Following links on the demo's phones: invites, the pages behind them, and passing a message on to another person."""

import pytest
from playwright.async_api import FrameLocator, Page, expect

from tests.demo.opened import PHONE, Open
from tests.demo.playing import write_on_telegram

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _invite_sent_to_ines(page: Page) -> None:
    """Camille asks for her invite, and sends it to Inès by its button."""
    await write_on_telegram(page, "/inviter")
    await page.locator("#telegram .key", has_text="Envoyer sur Telegram").last.click()
    await page.locator("#telegram .chooser button", has_text="Inès").click()
    await expect(page.locator("#telegram .chats [aria-selected=true]")).to_have_text("Inès")
    await expect(page.locator("#telegram .mine").last).to_contain_text("start=i_")


@pytest.mark.parametrize("page", [PHONE], indirect=True)
async def test_invite_sent_to_a_friend_starts_her_chat_with_the_bot(page: Page) -> None:
    await _invite_sent_to_ines(page)
    await page.locator("#telegram .who.ines").click()
    await page.locator("#telegram .chats button", has_text="Camille").click()
    await page.locator("#telegram .theirs button.link").first.click()
    await expect(page.locator("#telegram .chats [aria-selected=true]")).to_have_text("Conversation")
    await page.locator("#telegram .start").click()
    await expect(page.locator("#telegram .messages")).to_contain_text("vous invite ici")
    await page.locator("#tasks summary").click()
    await expect(page.locator("#tasks [data-task=invite]")).to_have_class("done")


async def test_message_chosen_inline_arrives_with_its_buttons(page: Page) -> None:
    await write_on_telegram(page, "/inviter")
    await page.locator("#telegram .key", has_text="Choisir").last.click()
    await page.locator("#telegram .chooser button", has_text="Alex").click()
    sent = page.locator("#telegram .mine").last
    await expect(sent).to_contain_text("Trente habits de neige")
    await page.locator("#telegram .who.alex").click()
    await page.locator("#telegram .chats button", has_text="Camille").click()
    await page.locator("#telegram .theirs .key").first.click()
    await expect(page.locator("#telegram .sheet iframe, #telegram .start").first).to_be_visible()


async def test_page_of_an_invite_leads_into_the_discord_server(page: Page) -> None:
    """Inès is not in the server yet; the page opens inside her phone."""
    await page.locator("#discord .who.ines").click()
    await expect(page.locator("#discord .messages")).to_contain_text("Inès n’est pas encore dans ce serveur")
    inside = await _page_opened_by_ines(page)
    await expect(inside.locator(".invited")).to_contain_text("Quelqu’un a pensé à vous")
    await inside.get_by_role("link", name="Discord").click()
    await expect(page.locator("#discord .messages")).to_contain_text("Thirty Snowsuits")
    await expect(page.locator("#telegram .sheet")).to_be_hidden()


async def test_page_of_an_invite_leads_to_the_bot(page: Page) -> None:
    inside = await _page_opened_by_ines(page)
    await inside.get_by_role("link", name="Telegram").click()
    await expect(page.locator("#telegram .start")).to_be_visible()
    await expect(page.locator("#telegram .sheet")).to_be_hidden()


@pytest.mark.parametrize("link", ["t.me", "discord.gg", "/i/"])
async def test_own_invite_on_discord_is_sent_to_a_friend(page: Page, link: str) -> None:
    """Opening it oneself would show the donor's own server or card, which invites nobody."""
    await page.locator("#discord .foot input[type=text]").fill("/invite")
    await page.keyboard.press("Enter")
    await page.locator("#discord .private button.link", has_text=link).last.click()
    await expect(page.locator("#telegram .who.alex")).to_have_attribute("aria-pressed", "true")
    await page.locator("#telegram .chooser button", has_text="Inès").click()
    await expect(page.locator("#telegram .chats [aria-selected=true]")).to_have_text("Inès")
    await expect(page.locator("#telegram .mine").last).to_contain_text(link)


async def test_address_of_another_site_is_shown_not_opened(shown: Open, page: Page) -> None:
    await write_on_telegram(page, "https://example.org/somewhere")
    await page.locator("#telegram .mine button.link").last.click()
    await expect(page.locator("#toast")).to_contain_text("https://example.org/somewhere")
    await expect(page.locator("#telegram .sheet")).to_be_hidden()


async def test_link_to_the_chat_in_view_says_so(shown: Open, page: Page) -> None:
    await write_on_telegram(page, f"https://t.me/{shown.env.telegram.bot['username']}")
    await page.locator("#telegram .mine button.link").last.click()
    await expect(page.locator("#toast")).to_have_text("Vous y êtes déjà.")


async def _page_opened_by_ines(page: Page) -> FrameLocator:
    """Camille sends Inès the page of her invite by tapping its address, and Inès opens it."""
    await write_on_telegram(page, "/inviter")
    await page.locator("#telegram .message button.link", has_text="/i/").last.click()
    await page.locator("#telegram .chooser button", has_text="Inès").click()
    await expect(page.locator("#telegram .mine").last).to_contain_text("/i/")
    await page.locator("#telegram .who.ines").click()
    await page.locator("#telegram .chats button", has_text="Camille").click()
    await page.locator("#telegram .theirs button.link", has_text="/i/").last.click()
    return page.frame_locator("#telegram .sheet iframe")
