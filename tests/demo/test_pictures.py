"""Pictures that people send in the demo: samples and files, by donors and by staff."""

import io

import aiohttp
import pytest
from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from bot.demo.pictures import LARGEST
from tests.demo.opened import Open
from tests.demo.playing import write_on_telegram

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _photo(width: int, height: int) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "secret camera"
    Image.new("RGB", (width, height), "#3F7B62").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def test_donors_sample_picture_is_shown_and_answered(page: Page) -> None:
    await write_on_telegram(page, "/aide")
    await page.locator("#telegram .attach").click()
    await page.get_by_role("button", name="Des mitaines").click()
    await expect(page.locator("#telegram .mine .photo").last).to_have_attribute("alt", "Photo")
    await expect(page.locator("#telegram .theirs").last).to_contain_text("ne sont transmis à personne")
    await expect(page.locator("#telegram .pictures")).to_be_hidden()


async def test_file_on_discord_arrives_scaled_down_and_without_camera_data(shown: Open, page: Page) -> None:
    await page.locator("#discord .chats [data-chat=dm]").click()
    await page.locator("#discord .foot input[type=file]").set_input_files(
        FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=_photo(3000, 2000))
    )
    sent = page.locator("#discord .photo.sent").last
    await expect(sent).to_be_visible()
    async with (
        aiohttp.ClientSession() as session,
        session.get(shown.url + str(await sent.get_attribute("src")).lstrip("/")) as answer,
    ):
        content = await answer.read()
    with Image.open(io.BytesIO(content)) as opened:
        assert (opened.format, opened.size) == ("PNG", (1200, 800))
    assert b"secret camera" not in content


async def test_staff_add_a_picture_to_a_broadcast(page: Page) -> None:
    await page.locator("#telegram .who.nadia").click()
    await write_on_telegram(page, "/diffusion")
    chat = page.locator("#telegram .messages")
    await chat.locator(".key", has_text="Nouvelle diffusion").last.click()
    await expect(chat).to_contain_text("Texte français")
    for text, answer in (("Les habits sont là.", "Texte anglais"), ("The snowsuits are here.", "Brouillon")):
        await page.locator("#telegram .foot input[type=text]").fill(text)
        await page.keyboard.press("Enter")
        await expect(chat).to_contain_text(answer)
    await chat.locator(".key", has_text="Image").last.click()
    await expect(chat).to_contain_text("Envoyez l’image ici")
    await page.locator("#telegram .attach").click()
    await page.locator("#telegram .pictures").get_by_role("button", name="Des habits de neige").click()
    await expect(chat).to_contain_text("L’image est enregistrée")


async def test_server_refuses_what_is_no_small_picture(shown: Open) -> None:
    refused = (
        ({"Content-Type": "text/plain"}, b"hello", "telegram"),
        ({"Content-Type": "image/png"}, b"no picture", "telegram"),
        ({"Content-Type": "image/png"}, b"0" * (LARGEST + 1), "telegram"),
        ({"Content-Type": "image/jpeg"}, _photo(50, 50), "pager"),
    )
    async with aiohttp.ClientSession() as session:
        for headers, body, place in refused:
            url = f"{shown.url}upload/{place}?as=camille&chat=bot"
            async with session.post(url, data=io.BytesIO(body), headers=headers) as answer:
                assert answer.status == 400, headers
                assert "error" in await answer.json()
        async with session.get(f"{shown.url}samples/nothing") as answer:
            assert answer.status == 404


async def test_picture_above_the_limit_is_refused_before_it_is_sent(page: Page) -> None:
    await page.locator("#discord .foot input[type=file]").set_input_files(
        FilePayload(name="a.png", mimeType="image/png", buffer=b"0" * (LARGEST + 1))
    )
    await expect(page.locator("#toast")).to_contain_text("dépasse 6 Mo")
