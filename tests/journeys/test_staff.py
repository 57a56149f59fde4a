"""Scenarios of staff: the first owner, a colleague on the other platform, a freeze, a stolen phone."""

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


async def first_owner_code(env: Environment) -> str:
    """Return the code that `obole run` prints."""
    words = await first_owner_instructions(env.app.ctx)
    assert words is not None
    return words.split()[-1]


def colleague(env: Environment, platform: PlatformName, locale: Locale, name: str) -> Person:
    person = new_person(env, platform, locale, name)
    person.place = "dm"
    return person


async def is_off_the_team(env: Environment, platform: PlatformName) -> bool:
    async with env.app.ctx.db.read() as conn:
        return platform not in {member.platform for member in await staff.all_members(conn)}


async def play_bad_day(env: Environment, first: Kind, second: Kind) -> None:
    """Play from the first code to a stolen phone."""
    nadia, bo = colleague(env, *first, "Nadia"), colleague(env, *second, "Bo")
    tongue, other = nadia.locale, bo.locale
    await nadia.command("equipe" if tongue == "fr" else "team", await first_owner_code(env))
    assert await nadia.receive(sentence(tongue, "staff-recovery-title"))
    team = await nadia.command("equipe")
    team = await nadia.tap(team, sentence(tongue, "staff-home-team"))
    asked = await nadia.tap(team, sentence(tongue, "staff-team-invite"))
    chosen = nadia.tap(asked, sentence(tongue, "staff-role-name", role="editor"))
    invitation = await nadia.read_reply(chosen, sentence(tongue, "staff-invitation-title"))
    code = next(word for word in invitation.text.replace("`", " ").split() if word.count("-") == 3 and len(word) == 19)
    await bo.command("team", code)
    # The editor freezes everything with a reason; an owner lifts the freeze.
    stop = await bo.command("freeze")
    asked = await bo.tap(stop, sentence(other, "staff-freeze-other"))
    frozen = await bo.read_reply(bo.fill(asked, "the amounts are wrong"), sentence(other, "staff-frozen-title"))
    assert "the amounts are wrong" in frozen.text
    state = await nadia.read_reply(nadia.command("urgence"), sentence(tongue, "staff-frozen-title"))
    assert "Bo" in state.text
    sure = await nadia.tap(state, sentence(tongue, "staff-frozen-lift"))
    await nadia.tap(sure, sentence(tongue, "staff-frozen-lift"))
    # The editor's phone is stolen: they are removed from the team, and the buttons on screen do nothing.
    old = await bo.command("freeze")
    async with env.app.ctx.db.read() as conn:
        (stolen,) = [member.id for member in await staff.all_members(conn) if member.label == "Bo"]
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
async def test_staff_access_from_first_code_to_stolen_phone(env: Environment, first: Kind, second: Kind) -> None:
    await play_bad_day(env, first, second)


async def play_discord_role(env: Environment) -> None:
    """Use staff commands by a Discord role, in the server and in a DM."""
    nadia = colleague(env, "discord", "fr", "Nadia")
    await nadia.command("equipe", await first_owner_code(env))
    crew = env.discord.add_role(env.guild, "Bénévoles", ["manage_guild"])
    env.discord.set_roles(nadia.account, env.guild, [crew])
    await env.discord.slash(nadia.account, env.room, "equipe", {"role": crew["id"]})
    bo = new_person(env, "discord", "en", "Bo")
    env.discord.set_roles(bo.account, env.guild, [crew])
    assert sentence("en", "staff-freeze-title") in (await bo.command("freeze")).text
    bo.place = "dm"  # in DMs Discord sends no roles: they are looked up
    asked = await bo.tap(await bo.command("freeze"), sentence("en", "staff-freeze-other"))
    assert "enough" in (await bo.fill(asked, "enough")).text
    env.discord.set_roles(bo.account, env.guild, [])
    assert sentence("en", "staff-refused-title") in (await bo.command("freeze")).text


async def test_prompt_is_answered_after_a_restart(tmp_path: Path) -> None:
    async with new_environment(tmp_path) as env:
        async with env.run_bot():
            nadia = colleague(env, "telegram", "fr", "Nadia")
            await nadia.start(f"s_{await first_owner_code(env)}")
            await nadia.receive(sentence("fr", "staff-recovery-title"))
            asked = await nadia.tap(await nadia.command("urgence"), sentence("fr", "staff-freeze-other"))
            assert sentence("fr", "staff-freeze-write") in asked.text
        async with env.run_bot():
            await nadia.say("le texte était faux")
            assert await nadia.receive("par Nadia\u00a0: le texte était faux")


async def test_discord_role_grants_access_while_it_is_held(env: Environment) -> None:
    await play_discord_role(env)


async def test_menus_follow_team_membership(env: Environment) -> None:
    nadia = colleague(env, "telegram", "fr", "Nadia")
    await nadia.start(f"s_{await first_owner_code(env)}")

    def menu() -> list[str]:
        kept = env.telegram.world.profile.items()
        return [str(row["command"]) for key, rows in kept if str(nadia.id) in key for row in rows]  # type: ignore[attr-defined]  # JSON

    await until(lambda: "urgence" in menu(), within=20)
    async with env.app.ctx.db.write() as conn:
        (person,) = await staff.all_members(conn)
        await staff.remove(conn, person.id, env.clock())
    await until(lambda: menu() == [], within=20)
