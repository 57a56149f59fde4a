"""A part of the process that dies takes it down; a platform that refuses us takes down only itself."""

import asyncio
import random
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import check
from bot.domain.people import PlatformName
from bot.domain.staff import Role
from bot.opening import NotReady
from bot.platforms.telegram import polling
from bot.supervise import EndedUnexpectedly
from tests.journeys.people import says
from tests.journeys.team import hired
from tests.journeys.test_trouble import ask
from tests.journeys.town import Town, open_town, town
from tests.waiting import until


def task_called(name: str) -> asyncio.Task[object]:
    (found,) = [task for task in asyncio.all_tasks() if task.get_name() == name]
    return found


@pytest.mark.parametrize(
    "name",
    [
        "intake",
        "sender:telegram",
        "outbox:telegram",
        "outbox:telegram:DeliveryLoop",
        "telegram updates",
        "telegram intake 3",
        "discord gateway",
        "schedule",
        "tick:notices",
    ],
)
async def test_part_that_dies_ends_the_process(tmp_path: Path, name: str) -> None:
    platforms: list[PlatformName] = ["discord" if name == "discord gateway" else "telegram"]
    async with open_town(tmp_path, platforms=platforms, public=False) as here:
        task_called(name).cancel("something broke it")
        async with asyncio.timeout(10):
            with pytest.raises(EndedUnexpectedly):
                await here.app.supervisor.wait_for_end()


async def refusals(here: Town) -> list[str]:
    """Platforms that are off, as /healthz shows them."""
    async with here.browser.get(f"http://127.0.0.1:{here.app.web.port}/healthz") as answer:
        assert answer.status == 200
        return list((await answer.json())["refused"])


async def test_telegram_that_refuses_the_token_leaves_discord_running(tmp_path: Path) -> None:
    async with open_town(tmp_path, public=False) as here:
        nadia = await hired(here, ("discord", "fr"), "Nadia", Role.OWNER)
        here.telegram.token = "1:changed"
        here.telegram.add_user("Ana")
        here.telegram.world.updates.stop_waiting()
        title = says("fr", "staff-platform-off-title", platform="Telegram")
        await nadia.hears(title)
        assert await refusals(here) == ["telegram"]
        donor = here.person("discord")
        assert (await ask(donor)).first_link
        assert sum(title in heard.text for heard in nadia.everything()) == 1


async def test_pushed_updates_do_not_hide_a_refused_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(polling, "FIRST_PAUSE_SECONDS", 0.05)
    async with open_town(tmp_path) as here:
        here.telegram.token = "1:changed"

        async def off() -> bool:
            return await refusals(here) == ["telegram"]

        await until(off)


@pytest.mark.parametrize("code", [4004, 4014])
async def test_discord_that_refuses_us_leaves_telegram_running(tmp_path: Path, code: int) -> None:
    async with open_town(tmp_path) as here:
        nadia = await hired(here, ("telegram", "en"), "Nadia", Role.OWNER)
        here.discord.drop_gateway(code)
        await nadia.hears(says("en", "staff-platform-off-title", platform="Discord"))
        assert await refusals(here) == ["discord"]
        donor = here.person("telegram")
        assert (await ask(donor)).first_link
        assert not here.discord.hub.lines


async def test_start_goes_on_without_a_platform_that_refuses_the_token(tmp_path: Path) -> None:
    async with open_town(tmp_path, telegram_token=SecretStr("1:wrong")) as here:
        assert await refusals(here) == ["telegram"]
        donor = here.person("discord")
        assert (await ask(donor)).first_link


async def test_start_ends_where_every_platform_refuses_the_token(tmp_path: Path) -> None:
    wrong = {"telegram_token": SecretStr("1:wrong"), "discord_token": SecretStr("wrong")}
    async with town(tmp_path, **wrong) as here:
        with pytest.raises(NotReady, match=r"Telegram.*Discord"):
            async with here.open():
                pass


async def test_check_and_health_know_what_hangs_and_what_is_off(tmp_path: Path) -> None:
    async with open_town(tmp_path) as here:

        async def problems() -> list[str]:
            found = await check.examine(here.settings, clock=here.clock, rng=random.Random(1))
            return [finding.message for finding in found if finding.level == "problem"]

        before = await problems()
        here.app.health.refused["discord"] = "Discord's gateway refuses this bot (4014)"
        here.app.health.hung = lambda: {"fees": 700.0}
        now = [what for what in await problems() if what not in before]
        assert len(now) == 2
        assert "fees" in now[0] and "700 s" in now[0]
        assert "discord is off" in now[1] and "4014" in now[1]
        async with here.browser.get(f"{here.settings.public_url}/healthz") as answer:
            assert (answer.status, (await answer.json())["hung"]) == (503, {"fees": 700})
    found = await check.examine(here.settings, clock=here.clock, rng=random.Random(1))
    assert any("no obole run answers" in finding.message for finding in found)


async def test_port_in_use_is_said_in_words(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        said = f"another program uses .*:{here.settings.port}.*OBOLE_PORT"
        with socket.create_server(("127.0.0.1", here.settings.port)), pytest.raises(NotReady, match=said):
            async with here.open():
                pass
