"""A bad day of the team: a wrong text on both platforms, frozen, withdrawn; a stolen phone; and on it goes."""

from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest

from bot.domain.people import Locale
from bot.domain.staff import Role
from bot.store.broadcasts import broadcasts
from bot.store.core import audit
from bot.store.staff import staff
from content.commands import name_of
from tests.journeys.people import Person, says
from tests.journeys.team import Kind, ask, follower, hears_still, hired, is_done, leaves, writes_broadcast
from tests.journeys.test_again import at
from tests.journeys.town import Town, open_town
from tests.waiting import until

WRONG: dict[Locale, str] = {"fr": "La collecte est annulée.", "en": "The campaign is cancelled."}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        at(opened, time(14))
        yield opened


async def a_wrong_text_is_taken_back(here: Town, bo: Person, readers: list[Person]) -> None:
    """Bo sent it, stops everything in two taps, and has every copy taken away; all of it while all stands still."""
    number = await writes_broadcast(bo, WRONG)
    await leaves(here)
    for reader in readers:
        await reader.hears(WRONG[reader.locale], within=20)
    await until(lambda: is_done(here, number), within=20)
    await ask(bo, "freeze")
    await bo.reads(bo.press("fz:wrong_text"), says(bo.locale, "staff-frozen-title"))
    await ask(bo, "broadcast")
    await bo.press(f"bs:{number}")
    await bo.press(f"bs:{number}:withdraw")
    await bo.press(f"bs:{number}:withdraw:wrong_text")
    await until(lambda: not any(hears_still(reader, WRONG[reader.locale]) for reader in readers), within=15)
    async with here.app.ctx.db.read() as conn:
        found = await broadcasts.get(conn, int(number))
    assert found is not None and found.why == "wrong_text"


async def a_phone_is_stolen(here: Town, nadia: Person, bo: Person) -> None:
    """An owner takes Bo off the team; what is on the stolen screen and what it types is worth nothing from then on."""
    async with here.app.ctx.db.read() as conn:
        (stolen,) = [one.id for one in await staff.all_members(conn) if one.label == "Bo"]
    new = says(bo.locale, "staff-broadcast-new")
    await ask(bo, "broadcast")
    await until(lambda: any(new in label for heard in bo.everything() for label in heard.labels))
    old = next(heard for heard in reversed(bo.everything()) if any(new in label for label in heard.labels))
    await ask(nadia, "team")
    for tap in ("tm:list", f"tm:see:{stolen}", f"tm:out:{stolen}", f"tm:out!:{stolen}"):
        await nadia.press(tap)
    refused = says(bo.locale, "staff-refused-title")
    await bo.reads(bo.tap(old, new), refused)
    await bo.reads(bo.command(name_of("freeze", bo.locale)), refused)


async def it_goes_on(here: Town, nadia: Person) -> None:
    """An owner reads who stopped everything and why, and lifts it."""
    await nadia.reads(ask(nadia, "freeze"), "Bo")
    await nadia.press("fz:lift")
    await nadia.reads(nadia.press("fz:lift!"), says(nadia.locale, "staff-lifted-title"))


async def a_bad_day(here: Town, owner: Kind, editor: Kind) -> None:
    """All of it, with a reader on each platform."""
    nadia, bo = await hired(here, owner, "Nadia", Role.OWNER), await hired(here, editor, "Bo", Role.EDITOR)
    readers = [
        await follower(here, here.person("telegram", "en", "Camille")),
        await follower(here, here.person("discord", "fr", "Alex")),
    ]
    await a_wrong_text_is_taken_back(here, bo, readers)
    await a_phone_is_stolen(here, nadia, bo)
    await it_goes_on(here, nadia)


@pytest.mark.parametrize(
    ("owner", "editor"), [(("telegram", "fr"), ("discord", "en")), (("discord", "fr"), ("telegram", "en"))]
)
async def test_a_wrong_text_and_a_stolen_phone(here: Town, owner: Kind, editor: Kind) -> None:
    await a_bad_day(here, owner, editor)
    async with here.app.ctx.db.read() as conn:
        acts = [one.action for one in reversed(await audit.latest(conn, 50))]
    told = [one for one in acts if one in ("freeze.on", "broadcast.withdrawn", "staff.removed", "freeze.off")]
    assert told == ["freeze.on", "broadcast.withdrawn", "staff.removed", "freeze.off"]
