"""Markers for messages that arrived in another chat, or for another person."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from bot.usecases.staff.reports import digest
from tests.demo.opened import PHONE, Open
from tests.demo.playing import write_on_telegram
from tests.usecase_setup import notices_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Marks of the people whom a test is about: messages of tests before it may still arrive for others.
ALEX = "#telegram .who.alex .unread, #telegram .chats [data-chat=bot] .unread"


async def test_no_weekly_summary_comes_for_the_days_before_the_demo(shown: Open) -> None:
    ctx = shown.env.app.ctx
    shown.env.clock.forward(timedelta(minutes=2))
    await digest.tick(ctx)
    assert await notices_of(ctx, "digest") == []


async def test_answer_for_another_person_is_marked_until_it_is_read(shown: Open, page: Page) -> None:
    alex = shown.env.people["alex"]
    await expect(page.locator("#telegram .who.alex .unread")).to_have_count(0)  # what was there before is not news
    shown.env.telegram.say(alex.telegram, "/help")
    mark = page.locator("#telegram .who.alex .unread")
    await expect(mark).to_contain_text("1")
    await expect(mark).to_contain_text("Messages non lus")
    await page.locator("#telegram .who.alex").click()
    await expect(page.locator("#telegram .chats [data-chat=bot] .unread")).to_contain_text("1")
    await expect(page.locator("#telegram .chats [data-chat=channel] .unread")).to_have_count(0)
    await page.locator("#telegram .chats [data-chat=bot]").click()
    await expect(page.locator(ALEX)).to_have_count(0)


@pytest.mark.parametrize("page", [PHONE], indirect=True)
async def test_message_from_a_person_is_marked_on_the_tab_of_the_other_phone(shown: Open, page: Page) -> None:
    await page.locator(".tabs [data-to=discord]").click()
    env = shown.env
    camille, ines = env.people["camille"], env.people["ines"]
    env.telegram.say(ines.telegram, "Bonjour!", chat=env.dialog(camille, ines))
    await expect(page.locator(".tabs [data-to=telegram] .unread")).to_contain_text("1")
    await page.locator(".tabs [data-to=telegram]").click()
    await expect(page.locator("#telegram .chats [data-chat=ines] .unread")).to_contain_text("1")
    await page.locator("#telegram .chats [data-chat=ines]").click()
    await expect(page.locator("#telegram .messages")).to_contain_text("Bonjour!")
    await expect(page.locator("#telegram .chats [data-chat=ines] .unread")).to_have_count(0)


async def test_private_message_on_discord_is_marked_beside_the_channel(shown: Open, page: Page) -> None:
    shown.env.discord.dm(shown.env.people["alex"].discord, "hello there")
    await expect(page.locator("#discord .chats [data-chat=dm] .unread")).to_be_visible()
    await page.locator("#discord .chats [data-chat=dm]").click()
    await expect(page.locator("#discord .chats [data-chat=dm] .unread")).to_have_count(0)


async def test_chat_in_view_is_never_marked(page: Page) -> None:
    await write_on_telegram(page, "/aide")
    await expect(page.locator("#telegram .message.theirs")).not_to_have_count(0)
    await expect(page.locator("#telegram .chats [data-chat=bot] .unread")).to_have_count(0)
