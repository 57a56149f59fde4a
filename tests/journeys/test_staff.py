"""The staff's own stories: the first owner, a colleague on the other platform, a bad day, a stolen phone."""

from pathlib import Path

import pytest

from bot.domain.people import PlatformName
from bot.run import first_owner_instructions
from bot.store.core import audit
from bot.store.staff import staff
from content.catalog import Locale
from tests.journeys.people import Person, says
from tests.journeys.town import Town, town
from tests.waiting import until

Kind = tuple[PlatformName, Locale]


async def code_for_the_first(here: Town) -> str:
    """What `obole run` prints to whoever started it."""
    words = await first_owner_instructions(here.app.ctx)
    assert words is not None
    return words.split()[-1]


def colleague(here: Town, platform: PlatformName, locale: Locale, name: str) -> Person:
    person = here.person(platform, locale, name)
    person.place = "dm"
    return person


async def is_off_the_team(here: Town, platform: PlatformName) -> bool:
    async with here.app.ctx.db.read() as conn:
        return platform not in {one.platform for one in await staff.all_members(conn)}


async def a_bad_day(here: Town, first: Kind, second: Kind) -> None:
    """From the first code to a stolen phone."""
    nadia, bo = colleague(here, *first, "Nadia"), colleague(here, *second, "Bo")
    tongue, other = nadia.locale, bo.locale
    await nadia.command("equipe" if tongue == "fr" else "team", await code_for_the_first(here))
    assert await nadia.hears(says(tongue, "staff-recovery-title"))
    team = await nadia.command("equipe")
    team = await nadia.tap(team, says(tongue, "staff-home-team"))
    asked = await nadia.tap(team, says(tongue, "staff-team-invite"))
    chosen = nadia.tap(asked, says(tongue, "staff-role-name", role="editor"))
    invitation = await nadia.reads(chosen, says(tongue, "staff-invitation-title"))
    code = next(word for word in invitation.text.replace("`", " ").split() if word.count("-") == 3 and len(word) == 19)
    await bo.command("team", code)
    # A bad day: the editor stops everything in their own words, an owner lets it go on.
    stop = await bo.command("freeze")
    asked = await bo.tap(stop, says(other, "staff-freeze-other"))
    frozen = await bo.reads(bo.fill(asked, "the amounts are wrong"), says(other, "staff-frozen-title"))
    assert "the amounts are wrong" in frozen.text
    state = await nadia.reads(nadia.command("urgence"), says(tongue, "staff-frozen-title"))
    assert "Bo" in state.text
    sure = await nadia.tap(state, says(tongue, "staff-frozen-lift"))
    await nadia.tap(sure, says(tongue, "staff-frozen-lift"))
    # The editor's phone is stolen: off the team, and what was on the screen is worth nothing.
    old = await bo.command("freeze")
    async with here.app.ctx.db.read() as conn:
        (stolen,) = [one.id for one in await staff.all_members(conn) if one.label == "Bo"]
    await nadia.command("equipe")
    for step in ("tm:list", f"tm:see:{stolen}", f"tm:out:{stolen}", f"tm:out!:{stolen}"):
        await nadia.press(step)
    await until(lambda: is_off_the_team(here, bo.platform))
    await bo.reads(bo.tap(old, says(other, "staff-freeze-wrong-text")), says(other, "staff-refused-title"))
    async with here.app.ctx.db.read() as conn:
        logged = [act.action for act in reversed(await audit.latest(conn, 20))]
    acts = [action for action in logged if action.startswith(("staff.", "freeze."))]
    assert acts == ["staff.joined", "staff.invited", "staff.joined", "freeze.on", "freeze.off", "staff.removed"]


@pytest.mark.parametrize(
    ("first", "second"), [(("telegram", "fr"), ("discord", "en")), (("discord", "fr"), ("telegram", "en"))]
)
async def test_from_the_first_code_to_a_stolen_phone(here: Town, first: Kind, second: Kind) -> None:
    await a_bad_day(here, first, second)


async def a_role_of_discord(here: Town) -> None:
    """Staff by a role of theirs, in the server and in private."""
    nadia = colleague(here, "discord", "fr", "Nadia")
    await nadia.command("equipe", await code_for_the_first(here))
    crew = here.discord.add_role(here.guild, "Bénévoles", ["manage_guild"])
    here.discord.set_roles(nadia.account, here.guild, [crew])
    await here.discord.slash(nadia.account, here.room, "equipe", {"role": crew["id"]})
    bo = here.person("discord", "en", "Bo")
    here.discord.set_roles(bo.account, here.guild, [crew])
    assert says("en", "staff-freeze-title") in (await bo.command("freeze")).text
    bo.place = "dm"  # in private Discord names no roles: they are looked up
    asked = await bo.tap(await bo.command("freeze"), says("en", "staff-freeze-other"))
    assert "enough" in (await bo.fill(asked, "enough")).text
    here.discord.set_roles(bo.account, here.guild, [])
    assert says("en", "staff-refused-title") in (await bo.command("freeze")).text


async def test_a_question_is_answered_after_a_restart(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        async with here.open():
            nadia = colleague(here, "telegram", "fr", "Nadia")
            await nadia.start(f"s_{await code_for_the_first(here)}")
            await nadia.hears(says("fr", "staff-recovery-title"))
            asked = await nadia.tap(await nadia.command("urgence"), says("fr", "staff-freeze-other"))
            assert says("fr", "staff-freeze-write") in asked.text
        async with here.open():
            await nadia.say("le texte était faux")
            assert await nadia.hears("par Nadia\u00a0: le texte était faux")


async def test_a_discord_role_is_enough_while_it_is_held(here: Town) -> None:
    await a_role_of_discord(here)


async def test_menus_follow_the_team(here: Town) -> None:
    nadia = colleague(here, "telegram", "fr", "Nadia")
    await nadia.start(f"s_{await code_for_the_first(here)}")

    def menu() -> list[str]:
        kept = here.telegram.world.profile.items()
        return [str(row["command"]) for key, rows in kept if str(nadia.id) in key for row in rows]  # type: ignore[attr-defined]  # JSON

    await until(lambda: "urgence" in menu(), within=20)
    async with here.app.ctx.db.write() as conn:
        (person,) = await staff.all_members(conn)
        await staff.remove(conn, person.id, here.clock())
    await until(lambda: menu() == [], within=20)
