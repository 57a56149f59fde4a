"""The staff's own stories: the first owner, a colleague on the other platform, a bad day, a stolen phone."""

from pathlib import Path

import pytest

from bot.domain.people import PlatformName
from bot.run import first_owner_instructions
from bot.store.core import audit
from bot.store.staff import staff
from content.catalog import Locale
from tests.journeys.environment import Environment, new_environment
from tests.journeys.people import Person, new_person, sentence
from tests.waiting import until

Kind = tuple[PlatformName, Locale]


async def code_for_the_first(env: Environment) -> str:
    """What `obole run` prints to whoever started it."""
    words = await first_owner_instructions(env.app.ctx)
    assert words is not None
    return words.split()[-1]


def colleague(env: Environment, platform: PlatformName, locale: Locale, name: str) -> Person:
    person = new_person(env, platform, locale, name)
    person.place = "dm"
    return person


async def is_off_the_team(env: Environment, platform: PlatformName) -> bool:
    async with env.app.ctx.db.read() as conn:
        return platform not in {one.platform for one in await staff.all_members(conn)}


async def a_bad_day(env: Environment, first: Kind, second: Kind) -> None:
    """From the first code to a stolen phone."""
    nadia, bo = colleague(env, *first, "Nadia"), colleague(env, *second, "Bo")
    tongue, other = nadia.locale, bo.locale
    await nadia.command("equipe" if tongue == "fr" else "team", await code_for_the_first(env))
    assert await nadia.receive(sentence(tongue, "staff-recovery-title"))
    team = await nadia.command("equipe")
    team = await nadia.tap(team, sentence(tongue, "staff-home-team"))
    asked = await nadia.tap(team, sentence(tongue, "staff-team-invite"))
    chosen = nadia.tap(asked, sentence(tongue, "staff-role-name", role="editor"))
    invitation = await nadia.read_reply(chosen, sentence(tongue, "staff-invitation-title"))
    code = next(word for word in invitation.text.replace("`", " ").split() if word.count("-") == 3 and len(word) == 19)
    await bo.command("team", code)
    # A bad day: the editor stops everything in their own words, an owner lets it go on.
    stop = await bo.command("freeze")
    asked = await bo.tap(stop, sentence(other, "staff-freeze-other"))
    frozen = await bo.read_reply(bo.fill(asked, "the amounts are wrong"), sentence(other, "staff-frozen-title"))
    assert "the amounts are wrong" in frozen.text
    state = await nadia.read_reply(nadia.command("urgence"), sentence(tongue, "staff-frozen-title"))
    assert "Bo" in state.text
    sure = await nadia.tap(state, sentence(tongue, "staff-frozen-lift"))
    await nadia.tap(sure, sentence(tongue, "staff-frozen-lift"))
    # The editor's phone is stolen: off the team, and what was on the screen is worth nothing.
    old = await bo.command("freeze")
    async with env.app.ctx.db.read() as conn:
        (stolen,) = [one.id for one in await staff.all_members(conn) if one.label == "Bo"]
    await nadia.command("equipe")
    for step in ("tm:list", f"tm:see:{stolen}", f"tm:out:{stolen}", f"tm:out!:{stolen}"):
        await nadia.press(step)
    await until(lambda: is_off_the_team(env, bo.platform))
    await bo.read_reply(bo.tap(old, sentence(other, "staff-freeze-wrong-text")), sentence(other, "staff-refused-title"))
    async with env.app.ctx.db.read() as conn:
        logged = [act.action for act in reversed(await audit.latest(conn, 20))]
    actions_of = [action for action in logged if action.startswith(("staff.", "freeze."))]
    assert actions_of == ["staff.joined", "staff.invited", "staff.joined", "freeze.on", "freeze.off", "staff.removed"]


@pytest.mark.parametrize(
    ("first", "second"), [(("telegram", "fr"), ("discord", "en")), (("discord", "fr"), ("telegram", "en"))]
)
async def test_from_the_first_code_to_a_stolen_phone(env: Environment, first: Kind, second: Kind) -> None:
    await a_bad_day(env, first, second)


async def a_role_of_discord(env: Environment) -> None:
    """Staff by a role of theirs, in the server and in private."""
    nadia = colleague(env, "discord", "fr", "Nadia")
    await nadia.command("equipe", await code_for_the_first(env))
    crew = env.discord.add_role(env.guild, "Bénévoles", ["manage_guild"])
    env.discord.set_roles(nadia.account, env.guild, [crew])
    await env.discord.slash(nadia.account, env.room, "equipe", {"role": crew["id"]})
    bo = new_person(env, "discord", "en", "Bo")
    env.discord.set_roles(bo.account, env.guild, [crew])
    assert sentence("en", "staff-freeze-title") in (await bo.command("freeze")).text
    bo.place = "dm"  # in private Discord names no roles: they are looked up
    asked = await bo.tap(await bo.command("freeze"), sentence("en", "staff-freeze-other"))
    assert "enough" in (await bo.fill(asked, "enough")).text
    env.discord.set_roles(bo.account, env.guild, [])
    assert sentence("en", "staff-refused-title") in (await bo.command("freeze")).text


async def test_a_question_is_answered_after_a_restart(tmp_path: Path) -> None:
    async with new_environment(tmp_path) as env:
        async with env.run_bot():
            nadia = colleague(env, "telegram", "fr", "Nadia")
            await nadia.start(f"s_{await code_for_the_first(env)}")
            await nadia.receive(sentence("fr", "staff-recovery-title"))
            asked = await nadia.tap(await nadia.command("urgence"), sentence("fr", "staff-freeze-other"))
            assert sentence("fr", "staff-freeze-write") in asked.text
        async with env.run_bot():
            await nadia.say("le texte était faux")
            assert await nadia.receive("par Nadia\u00a0: le texte était faux")


async def test_a_discord_role_is_enough_while_it_is_held(env: Environment) -> None:
    await a_role_of_discord(env)


async def test_menus_follow_the_team(env: Environment) -> None:
    nadia = colleague(env, "telegram", "fr", "Nadia")
    await nadia.start(f"s_{await code_for_the_first(env)}")

    def menu() -> list[str]:
        kept = env.telegram.world.profile.items()
        return [str(row["command"]) for key, rows in kept if str(nadia.id) in key for row in rows]  # type: ignore[attr-defined]  # JSON

    await until(lambda: "urgence" in menu(), within=20)
    async with env.app.ctx.db.write() as conn:
        (person,) = await staff.all_members(conn)
        await staff.remove(conn, person.id, env.clock())
    await until(lambda: menu() == [], within=20)
