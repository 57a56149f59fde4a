"""`python -m tests.demo`: retake the picture of the demo for the README (docs/demo.png)."""

import asyncio
import base64
import io
import logging
from pathlib import Path

import font_manrope  # type: ignore[import-untyped]
from PIL import Image
from playwright.async_api import async_playwright, expect

from bot.demo import sharing_steps
from bot.demo.launch import demo_environment
from bot.demo.narration import Step
from bot.demo.page import serving
from bot.demo.scenario_state import ScenarioState
from tests.demo.playing import give_on_discord, give_on_telegram

CHROMIUM = "/usr/bin/chromium"
PICTURE = Path(__file__).parents[2] / "docs" / "demo.png"
COLOURS = 256
FONT = "Manrope-VariableFont_wght.ttf"  # our cards' own font, so that the picture is the same on every machine


async def take() -> bytes:
    """Return a screenshot after Camille, Alex and Inès have given; the channel's card and the staff panel show it."""
    async with demo_environment() as env, serving(env, port=0) as url, async_playwright() as tools:
        state, unseen = ScenarioState.begin(), Step("before", "what the picture does not show")
        await sharing_steps.camille_invites(env, state, unseen)
        await sharing_steps.ines_comes(env, state, unseen)
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
    """Return a style sheet that sets the page in our font."""
    file = base64.b64encode((Path(font_manrope.font_directory) / FONT).read_bytes()).decode()
    face = f"font-family: Ours; font-weight: 200 800; src: url(data:font/ttf;base64,{file})"
    return f"@font-face {{ {face} }} * {{ font-family: Ours !important; }}"


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    image = Image.open(io.BytesIO(asyncio.run(take()))).convert("RGB")
    PICTURE.parent.mkdir(exist_ok=True)
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURE, optimize=True)
