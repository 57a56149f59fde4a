"""`python -m tests.demo`: take the picture of the demo for the README anew (docs/demo.png)."""

import asyncio
import base64
import io
import logging
from pathlib import Path

import font_manrope  # type: ignore[import-untyped]
from PIL import Image
from playwright.async_api import async_playwright, expect

from bot.demo import together
from bot.demo.page import serving
from bot.demo.stage import stage
from bot.demo.tale import Tale
from bot.demo.telling import Step
from tests.demo.playing import give_on_discord, give_on_telegram

CHROMIUM = "/usr/bin/chromium"
PICTURE = Path(__file__).parents[2] / "docs" / "demo.png"
COLOURS = 256
FONT = "Manrope-VariableFont_wght.ttf"  # of our own cards, in the system's place: the same picture on every machine


async def take() -> bytes:
    """Camille, Alex and a friend of Camille's have given; the card in the Telegram channel and the board show it."""
    async with stage() as set_up, serving(set_up, port=0) as url, async_playwright() as tools:
        tale, unseen = await Tale.begin(set_up), Step("before", "what the picture does not show")
        await together.camille_invites(set_up, tale, unseen)
        await together.ines_comes(set_up, tale, unseen)
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = await browser.new_context(
            viewport={"width": 1440, "height": 900},
            device_scale_factor=1.5,
            locale="fr-CA",
            timezone_id="America/Toronto",
            bypass_csp=True,
        )
        page = await context.new_page()
        await page.goto(url)
        await page.wait_for_selector("body.ready")
        await page.add_style_tag(content=style())
        await give_on_telegram(page)
        await give_on_discord(page)
        await page.locator("#telegram .chats button").first.click()
        await expect(page.locator("#telegram .messages")).to_contain_text("390\u00a0$", timeout=12_000)
        await page.mouse.move(1, 1)
        await page.wait_for_timeout(2500)
        shot = await page.screenshot()
        await browser.close()
    return shot


def style() -> str:
    """A sheet that sets the page in our font."""
    file = base64.b64encode((Path(font_manrope.font_directory) / FONT).read_bytes()).decode()
    face = f"font-family: Ours; font-weight: 200 800; src: url(data:font/ttf;base64,{file})"
    return f"@font-face {{ {face} }} * {{ font-family: Ours !important; }}"


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    image = Image.open(io.BytesIO(asyncio.run(take()))).convert("RGB")
    PICTURE.parent.mkdir(exist_ok=True)
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
