"""A task that dies ends the process; a platform that refuses us is switched off alone."""

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
from tests.journeys.environment import Environment, new_environment, running_environment
from tests.journeys.people import new_person, sentence
from tests.journeys.team import new_member
from tests.journeys.test_failures import ask
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
    async with running_environment(tmp_path, platforms=platforms, public=False) as env:
        task_called(name).cancel("something broke it")
        async with asyncio.timeout(10):
            with pytest.raises(EndedUnexpectedly):
                await env.app.supervisor.wait_for_end()


async def refusals(env: Environment) -> list[str]:
    """Return the platforms that are off; the process counts as ready all the same."""
    async with env.browser.get(f"http://127.0.0.1:{env.app.web.port}/readyz") as answer:
        assert answer.status == 200
    return list(env.app.health.refused)


async def test_telegram_that_refuses_the_token_leaves_discord_running(tmp_path: Path) -> None:
    async with running_environment(tmp_path, public=False) as env:
        nadia = await new_member(env, ("discord", "fr"), "Nadia", Role.OWNER)
        env.telegram.token = "1:changed"
        env.telegram.add_user("Ana")
        env.telegram.world.updates.stop_waiting()
        title = sentence("fr", "staff-platform-off-title", platform="Telegram")
        await nadia.receive(title)
        assert await refusals(env) == ["telegram"]
        donor = new_person(env, "discord")
        assert (await ask(donor)).first_link
        assert sum(title in received.text for received in nadia.messages()) == 1


async def test_pushed_updates_do_not_hide_a_refused_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(polling, "FIRST_PAUSE_SECONDS", 0.05)
    async with running_environment(tmp_path) as env:
        env.telegram.token = "1:changed"

        async def off() -> bool:
            return await refusals(env) == ["telegram"]

        await until(off)


@pytest.mark.parametrize("code", [4004, 4014])
async def test_discord_that_refuses_us_leaves_telegram_running(tmp_path: Path, code: int) -> None:
    async with running_environment(tmp_path) as env:
        nadia = await new_member(env, ("telegram", "en"), "Nadia", Role.OWNER)
        env.discord.drop_gateway(code)
        await nadia.receive(sentence("en", "staff-platform-off-title", platform="Discord"))
        assert await refusals(env) == ["discord"]
        donor = new_person(env, "telegram")
        assert (await ask(donor)).first_link
        assert not env.discord.hub.lines


async def test_start_goes_on_without_a_platform_that_refuses_the_token(tmp_path: Path) -> None:
    async with running_environment(tmp_path, telegram_token=SecretStr("1:wrong")) as env:
        assert await refusals(env) == ["telegram"]
        donor = new_person(env, "discord")
        assert (await ask(donor)).first_link


async def test_start_ends_where_every_platform_refuses_the_token(tmp_path: Path) -> None:
    wrong = {"telegram_token": SecretStr("1:wrong"), "discord_token": SecretStr("wrong")}
    async with new_environment(tmp_path, **wrong) as env:
        with pytest.raises(NotReady, match=r"Telegram.*Discord"):
            async with env.run_bot():
                pass


async def test_check_and_health_know_what_hangs_and_what_is_off(tmp_path: Path) -> None:
    async with running_environment(tmp_path) as env:

        async def problems() -> list[str]:
            found = await check.examine(env.settings, clock=env.clock, rng=random.Random(1))
            return [finding.message for finding in found if finding.level == "problem"]

        before = await problems()
        env.app.health.refused["discord"] = "Discord's gateway refuses this bot (4014)"
        env.app.health.hung = lambda: {"fees": 700.0}
        now = [what for what in await problems() if what not in before]
        assert len(now) == 2
        assert "fees" in now[0] and "700 s" in now[0]
        assert "discord is off" in now[1] and "4014" in now[1]
        async with env.browser.get(f"{env.settings.public_url}/readyz") as answer:
            assert (answer.status, (await answer.json())["hung"]) == (503, {"fees": 700})
    found = await check.examine(env.settings, clock=env.clock, rng=random.Random(1))
    assert any("no obole run answers" in finding.message for finding in found)


async def test_port_in_use_is_said_in_words(tmp_path: Path) -> None:
    async with new_environment(tmp_path) as env:
        said = f"another program uses .*:{env.settings.port}.*OBOLE_PORT"
        with socket.create_server(("127.0.0.1", env.settings.port)), pytest.raises(NotReady, match=said):
            async with env.run_bot():
                pass
