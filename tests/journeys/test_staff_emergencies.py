"""Emergencies of the team: a wrong text is frozen and withdrawn on both platforms; a phone is stolen."""

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
from tests.journeys.environment import Environment, running_environment
from tests.journeys.people import Person, new_person, sentence
from tests.journeys.team import (
    Kind,
    ask,
    end_countdown,
    has_message,
    is_done,
    new_member,
    new_subscriber,
    write_broadcast,
)
from tests.journeys.test_giving_again import at
from tests.waiting import until

WRONG: dict[Locale, str] = {"fr": "La collecte est annulée.", "en": "The campaign is cancelled."}


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Environment]:
    async with running_environment(tmp_path) as opened:
        at(opened, time(14))
        yield opened


async def withdraw_wrong_text(env: Environment, bo: Person, readers: list[Person]) -> None:
    """Bo, who sent it, freezes everything in two taps and withdraws every copy during the freeze."""
    number = await write_broadcast(bo, WRONG)
    await end_countdown(env)
    for reader in readers:
        await reader.receive(WRONG[reader.locale], within=20)
    await until(lambda: is_done(env, number), within=20)
    await ask(bo, "freeze")
    await bo.read_reply(bo.press("fz:wrong_text"), sentence(bo.locale, "staff-frozen-title"))
    await ask(bo, "broadcast")
    await bo.press(f"bs:{number}")
    await bo.press(f"bs:{number}:withdraw")
    await bo.press(f"bs:{number}:withdraw:wrong_text")
    await until(lambda: not any(has_message(reader, WRONG[reader.locale]) for reader in readers), within=15)
    async with env.app.ctx.db.read() as conn:
        found = await broadcasts.get(conn, int(number))
    assert found is not None and found.why == "wrong_text"


async def remove_member_with_stolen_phone(env: Environment, nadia: Person, bo: Person) -> None:
    """An owner removes Bo from the team; buttons and commands on the stolen phone then do nothing."""
    async with env.app.ctx.db.read() as conn:
        (stolen,) = [member.id for member in await staff.all_members(conn) if member.label == "Bo"]
    new = sentence(bo.locale, "staff-broadcast-new")
    await ask(bo, "broadcast")
    await until(lambda: any(new in label for received in bo.messages() for label in received.labels))
    old = next(received for received in reversed(bo.messages()) if any(new in label for label in received.labels))
    await ask(nadia, "team")
    for tap in ("tm:list", f"tm:see:{stolen}", f"tm:out:{stolen}", f"tm:out!:{stolen}"):
        await nadia.press(tap)
    refused = sentence(bo.locale, "staff-refused-title")
    await bo.read_reply(bo.tap(old, new), refused)
    await bo.read_reply(bo.command(name_of("freeze", bo.locale)), refused)


async def lift_freeze(env: Environment, nadia: Person) -> None:
    """An owner reads who stopped everything and why, and lifts it."""
    await nadia.read_reply(ask(nadia, "freeze"), "Bo")
    await nadia.press("fz:lift")
    await nadia.read_reply(nadia.press("fz:lift!"), sentence(nadia.locale, "staff-lifted-title"))


async def play_bad_day(env: Environment, owner: Kind, editor: Kind) -> None:
    """Play the whole scenario, with a reader on each platform."""
    nadia, bo = await new_member(env, owner, "Nadia", Role.OWNER), await new_member(env, editor, "Bo", Role.EDITOR)
    readers = [
        await new_subscriber(env, new_person(env, "telegram", "en", "Camille")),
        await new_subscriber(env, new_person(env, "discord", "fr", "Alex")),
    ]
    await withdraw_wrong_text(env, bo, readers)
    await remove_member_with_stolen_phone(env, nadia, bo)
    await lift_freeze(env, nadia)


@pytest.mark.parametrize(
    ("owner", "editor"), [(("telegram", "fr"), ("discord", "en")), (("discord", "fr"), ("telegram", "en"))]
)
async def test_wrong_text_is_withdrawn_and_stolen_phone_is_powerless(
    env: Environment, owner: Kind, editor: Kind
) -> None:
    await play_bad_day(env, owner, editor)
    async with env.app.ctx.db.read() as conn:
        actions_of = [entry.action for entry in reversed(await audit.latest(conn, 50))]
    logged = [
        action for action in actions_of if action in ("freeze.on", "broadcast.withdrawn", "staff.removed", "freeze.off")
    ]
    assert logged == ["freeze.on", "broadcast.withdrawn", "staff.removed", "freeze.off"]
