"""What a donor sees of the charity: its name and logo on both phones, and the campaign's own picture."""

import io

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from bot.demo import drawings
from bot.store.staff import staff
from bot.usecases.campaigns import publish
from bot.usecases.core.access import is_same_person
from tests.demo.opened import Open
from tests.demo.playing import write_on_telegram

pytestmark = pytest.mark.asyncio(loop_scope="module")
LOGO = "/static/tablee.svg"


async def test_phones_show_the_charity_not_obole(page: Page) -> None:
    await write_on_telegram(page, "/aide")
    await expect(page.locator("#telegram .title")).to_have_text("La Tablée")
    await expect(page.locator("#telegram .bar .face")).to_have_attribute("src", LOGO)
    await expect(page.locator("#discord .message .by b").first).to_have_text("La Tablée")
    await expect(page.locator("#discord .message .face").first).to_have_attribute("src", LOGO)
    await page.locator("#discord .chats [data-chat=dm]").click()
    await expect(page.locator("#discord .title")).to_have_text("La Tablée")
    await expect(page.locator("#discord .foot input[type=text]")).to_have_attribute("placeholder", "Message La Tablée")
    assert await page.locator(".phone img[src$='coin.svg']").count() == 0


async def test_campaign_has_the_demos_own_picture(shown: Open, page: Page) -> None:
    ctx, campaign = shown.env.app.ctx, await shown.env.campaign()
    assert await publish.own_picture(ctx, campaign) == drawings.snow()
    shown_photo = page.locator("#telegram .photo").first
    await expect(shown_photo).to_be_visible()
    assert await shown_photo.evaluate("photo => photo.naturalWidth") == 1200


async def test_drawings_are_small_pictures() -> None:
    for draw in (drawings.snow, drawings.suits, drawings.mittens):
        with Image.open(io.BytesIO(draw())) as opened:
            assert opened.format == "PNG"
            assert min(opened.size) >= 400
        assert len(draw()) < 100_000


async def test_nadias_two_accounts_are_one_person(shown: Open, page: Page) -> None:
    async with shown.env.app.ctx.db.read() as conn:
        mine = [member for member in await staff.all_members(conn) if member.label == "Nadia"]
        assert {member.platform for member in mine} == {"telegram", "discord"}
        assert await is_same_person(conn, mine[0].id, mine[1])
