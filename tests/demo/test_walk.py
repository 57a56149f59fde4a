"""A walk through the demo as each of its people: every control does something visible, and axe-core finds nothing."""

import json
import os
from collections.abc import AsyncIterator, Sequence
from itertools import product
from typing import Any, Literal, NamedTuple

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page, ViewportSize, expect

from bot.demo.people import PLAYERS
from content.catalog import LOCALES, Locale
from tests.demo.opened import DESK, LOCAL_TIME, PERSON, PHONE, Open
from tests.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow, pytest.mark.timeout(900)]

PEOPLE = tuple(key for key, *_ in PLAYERS)
_PLACES = ("telegram", "discord")
_SECONDS = 30  # in which something must happen


Scheme = Literal["light", "dark"]
_SCHEMES: tuple[Scheme, ...] = ("light", "dark")


class Look(NamedTuple):
    """How a visitor sees the page."""

    locale: Locale
    size: ViewportSize
    scheme: Scheme

    @property
    def is_narrow(self) -> bool:
        return self.size == PHONE


LOOKS = [Look(*each) for each in product(LOCALES, (DESK, PHONE), _SCHEMES)]


def _names(looks: Sequence[Look]) -> list[str]:
    return [f"{look.locale}-{look.size['width']}-{look.scheme}" for look in looks]


# Each person in every look takes an hour, so usually one donor walks, and axe-core looks at the opposite of what they
# see.
EVERY = os.environ.get("EVERY_LOOK") == "1"
WALKS = list(product(PEOPLE, LOOKS)) if EVERY else [(PEOPLE[0], LOOKS[0])]
SEEN = LOOKS if EVERY else LOOKS[-1:]

# What can be used now: not the person, chat or tab already chosen. Of equal ones only the first.
_CONTROLS = """root => {
  const seen = new Set(), found = [];
  for (const each of root.querySelectorAll("button, summary, label:has(input), a")) {
    const chosen = ["aria-pressed", "aria-selected", "aria-current"].some((name) => each.getAttribute(name) === "true");
    if (chosen || each.disabled || !each.checkVisibility({ visibilityProperty: true })) continue;
    const words = (each.getAttribute("aria-label") ?? each.innerText).trim().replace(/\\d/g, "0");
    const name = `${each.className} | ${words}`;
    if (!seen.has(name)) found.push(name);
    seen.add(name);
  }
  return found;
}"""
_TAP = """(root, wanted) => {
  for (const each of root.querySelectorAll("button, summary, label:has(input), a")) {
    if (each.disabled || !each.checkVisibility({ visibilityProperty: true })) continue;
    const words = (each.getAttribute("aria-label") ?? each.innerText).trim().replace(/\\d/g, "0");
    if (`${each.className} | ${words}` !== wanted) continue;
    Object.assign(document.querySelector("#toast"), { textContent: "", className: "" });
    window.before = window.look();
    each.click();
    return true;
  }
  return false;
}"""
_LOOK = """window.look = () => JSON.stringify([
  document.body.innerText, document.body.dataset.tab, document.querySelector("#toast").textContent,
  [...document.querySelectorAll("iframe")].map((frame) => frame.src),
  [...document.querySelectorAll("input")].map((input) => input.checked),
  [...document.querySelectorAll("button")].map((each) => each.ariaPressed ?? each.ariaSelected),
])"""


@pytest_asyncio.fixture(loop_scope="module")
async def page(shown: Open, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """Open the page in the look of the test."""
    look: Look = request.param
    context = await shown.browser.new_context(
        viewport=look.size,
        color_scheme=look.scheme,
        locale=f"{look.locale}-CA",
        timezone_id=LOCAL_TIME,
        user_agent=PERSON,
        reduced_motion="reduce",
    )
    yield await context.new_page()
    await context.close()


async def _open(shown: Open, page: Page, key: str, look: Look) -> None:
    await page.goto(f"{shown.url}?l={look.locale}&telegram={key}&discord={key}")
    await page.wait_for_selector("body.ready")
    await page.evaluate(_LOOK)


async def _go(page: Page, look: Look, place: str, chat: str = "") -> None:
    """Come back to a chat or the staff panel: nothing open above it."""

    async def is_closed() -> bool:  # a sheet may open late, after what was seen to happen
        await page.keyboard.press("Escape")
        return await page.locator(".sheet:not([hidden])").count() == 0

    await until(is_closed, every=0.25)
    if look.is_narrow:
        await page.locator(f".tabs [data-to={place}]").click()
    if chat:
        await page.locator(f"#{place} .chats [data-chat={chat}]").click()


async def _findings(page: Page, where: str) -> list[str]:
    """Return what axe-core finds wrong, with where it is."""
    result: dict[str, Any] = (await Axe().run(page)).response
    return [
        f"{where}: {violation['id']} at {json.dumps(node['target'])}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("page", "look"), [(look, look) for look in SEEN], indirect=["page"], ids=_names(SEEN))
async def test_axe_finds_nothing(shown: Open, page: Page, look: Look) -> None:
    found: list[str] = []
    for key in PEOPLE if EVERY else ("camille", "nadia"):
        await _open(shown, page, key, look)
        for place, chat in product(_PLACES, ("channel", "bot")):
            await _go(page, look, place, "dm" if (place, chat) == ("discord", "bot") else chat)
            found += await _findings(page, f"{key} {place} {chat}")
        for button in (".menu", ".attach"):
            await _go(page, look, "telegram", "bot")
            if await page.locator(f"#telegram {button}").is_visible():
                await page.locator(f"#telegram {button}").click()
                found += await _findings(page, f"{key} {button}")
    await _go(page, look, "telegram", "channel")
    await page.locator("#telegram .key").last.click()  # share
    await expect(page.locator("#telegram .chooser")).to_be_visible()
    found += await _findings(page, "choosing a person")
    await _go(page, look, "staff")
    await page.locator("#tasks summary").click()
    found += await _findings(page, "staff and tasks")
    assert found == []


@pytest.mark.parametrize(
    ("page", "key", "look"),
    [(look, key, look) for key, look in WALKS],
    indirect=["page"],
    ids=[f"{key}-{name}" for (key, _), name in zip(WALKS, _names([look for _, look in WALKS]), strict=True)],
)
async def test_every_control_does_something_visible(shown: Open, page: Page, key: str, look: Look) -> None:
    await _open(shown, page, key, look)
    idle: list[str] = []
    for place, chat, menu in (
        ("telegram", "channel", ""),
        ("telegram", "bot", ""),
        ("telegram", "bot", ".menu"),
        ("discord", "channel", ""),
        ("discord", "channel", ".slash"),
        ("discord", "dm", ""),
        ("staff", "", ""),
    ):
        idle += await _walk(page, key, look, (place, chat, menu))
    assert idle == []


async def _walk(page: Page, key: str, look: Look, view: Sequence[str]) -> list[str]:
    """Use every control of one view; return those after which the page looked the same."""
    place, chat, menu = view
    idle: list[str] = []
    await _come_back(page, key, look, view)
    root = page.locator(f"#{place} .commands:not(.pictures)" if menu else "body")
    if menu and not await root.is_visible():  # Inès is in no server, or has not started the bot
        return []
    for control in await root.evaluate(_CONTROLS):
        if control.endswith(("appareil…", "device…")):  # opens the system's own window
            continue
        await _come_back(page, key, look, view)
        if not await root.evaluate(_TAP, control):  # gone with what happened before
            continue
        try:
            await until(lambda: page.evaluate("window.look() !== window.before"), within=_SECONDS, every=0.05)
        except TimeoutError:
            idle.append(f"{place} {chat}: {control}")
    return idle


async def _come_back(page: Page, key: str, look: Look, view: Sequence[str]) -> None:
    place, chat, menu = view
    language = {"fr": "English", "en": "Français"}[look.locale]
    if await page.locator("#language").inner_text() != language:
        await page.locator("#language").click()
    await _go(page, look, place)
    if place in _PLACES and await page.locator(f"#{place} .who.{key}").get_attribute("aria-pressed") != "true":
        await page.locator(f"#{place} .who.{key}").click()
    await _go(page, look, place, chat)
    opener, opened = page.locator(f"#{place} {menu}"), page.locator(f"#{place} .commands:not(.pictures)")
    if menu and await opener.is_visible() and not await opened.is_visible():
        await opener.click()
