"""The team: codes, invitations, roles, removal, and notices to the others."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.platforms.discord.render import render as render_discord
from bot.platforms.telegram.render import render as render_telegram
from bot.store.core import audit, notices
from bot.store.db import Database
from bot.store.staff import staff
from bot.store.staff.staff import RoleMapping
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import access, team_notices
from bot.usecases.reply import Reply
from bot.usecases.staff.routes import MENU
from bot.usecases.staff.team import codes, handlers
from content.catalog import LOCALES, Locale
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, make_context

NADIA = Contact(platform="telegram", external_id="7", locale="fr", private=True, name="Nadia")
BO = Contact(platform="discord", external_id="8", locale="en", private=True, name="Bo")
IN_SERVER = replace(BO, guild="500", place="600", roles=("900",))


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


def words(reply: Reply) -> str:
    cards = (reply.card, *reply.more)
    return "\n".join(str(part) for card in cards for part in (card.title, *card.lines, card.note))


def says(ctx: Context, locale: Locale, key: str) -> str:
    return ctx.catalog.text(locale, key)


def actions(reply: Reply) -> list[str]:
    return [button.action for button in reply.card.buttons if button.action]


async def owner(ctx: Context, contact: Contact = NADIA) -> Member:
    """Claim the first code; return its reply."""
    code = await codes.first_owner(ctx)
    assert code is not None
    await router.on_start(ctx, contact, f"s_{code}")
    return await present(ctx, contact)


@pytest.mark.parametrize("name", ["", "\u3164", "\u2800\u200b", "@nadia_admin", "t.me/evil_bot"])
async def test_member_without_a_readable_name_is_called_by_their_account(ctx: Context, name: str) -> None:
    assert (await owner(ctx, replace(NADIA, name=name, external_id="7123"))).label == "telegram 7123"


class Roles:
    """A platform that says who holds which roles in a server."""

    def __init__(self, held: tuple[str, ...]) -> None:
        self.held = held
        self.asked: list[tuple[str, str]] = []

    async def roles_in(self, guild: str, external_id: str) -> tuple[str, ...]:
        self.asked.append((guild, external_id))
        return self.held


async def present(ctx: Context, contact: Contact) -> Member:
    found = await access.member(ctx, contact)
    assert found is not None
    return found


async def joined(ctx: Context, who: Member, contact: Contact, role: Role) -> Member:
    await router.on_command(ctx, contact, "team", await handlers.invite(ctx, who, role))
    return await present(ctx, contact)


async def acts(ctx: Context) -> list[str]:
    async with ctx.db.read() as conn:
        return [act.action for act in reversed(await audit.latest(conn, 50))]


async def staff_notices(ctx: Context) -> list[str]:
    async with ctx.db.read() as conn:
        return [notice.kind for notice in await notices.due(conn, ctx.clock(), 50)]


# --- codes ----------------------------------------------------------------------------------------------
async def test_first_code_adds_an_owner_with_a_recovery_code(ctx: Context) -> None:
    code = await codes.first_owner(ctx)
    assert code is not None
    reply = await router.on_start(ctx, NADIA, f"s_{code}")
    person = await present(ctx, NADIA)
    assert (person.role, person.label, person.locale) == (Role.OWNER, "Nadia", "fr")
    paper = reply.more[0].lines[0]
    assert isinstance(paper, str) and len(paper) > len(code)
    assert await codes.first_owner(ctx) is None
    assert await acts(ctx) == ["staff.joined"] and await staff_notices(ctx) == ["staff_added"]
    # The recovery code works once, however it is typed, and gives a new one.
    again = await router.on_command(ctx, BO, "team", paper.lower().replace("-", " "))
    assert (await present(ctx, BO)).role is Role.OWNER and len(again.more) == 1
    refused = await router.on_command(ctx, ALEX, "team", paper)
    assert await access.member(ctx, ALEX) is None and says(ctx, "en", "staff-code-wrong") in words(refused)


async def test_only_hashes_of_codes_are_kept(ctx: Context) -> None:
    code = await codes.first_owner(ctx)
    assert code is not None
    async with ctx.db.read() as conn:
        rows = (await conn.exec_driver_sql("SELECT * FROM staff_code")).all()
    assert code not in str(rows) and code.replace("-", "") not in str(rows)


async def test_first_code_is_replaced_and_expires_after_a_day(ctx: Context, clock: MovingClock) -> None:
    old, new = await codes.first_owner(ctx), await codes.first_owner(ctx)
    assert old and new
    await router.on_start(ctx, NADIA, f"s_{old}")
    assert await access.member(ctx, NADIA) is None
    clock.move(hours=24, seconds=1)
    await router.on_start(ctx, NADIA, f"s_{new}")
    assert await access.member(ctx, NADIA) is None


async def test_guessing_is_rate_limited(ctx: Context, clock: MovingClock) -> None:
    person = await owner(ctx)
    code = await handlers.invite(ctx, person, Role.EDITOR)
    for _ in range(5):
        assert says(ctx, "en", "staff-code-wrong") in words(await router.on_command(ctx, BO, "team", "AAAA-AAAA"))
    assert says(ctx, "en", "staff-code-many") in words(await router.on_command(ctx, BO, "team", code))
    assert await access.member(ctx, BO) is None
    clock.move(hours=1, seconds=1)
    await router.on_command(ctx, BO, "team", code)
    assert (await present(ctx, BO)).role is Role.EDITOR


async def test_code_in_a_group_is_not_used(ctx: Context) -> None:
    code = await codes.first_owner(ctx)
    assert code is not None
    reply = await router.on_command(ctx, replace(NADIA, private=False, place="-1"), "equipe", code)
    assert words(reply).startswith(says(ctx, "fr", "staff-private-title"))
    await router.on_start(ctx, NADIA, f"s_{code}")
    assert (await present(ctx, NADIA)).role is Role.OWNER


async def test_code_for_a_lower_role_keeps_the_higher_role(ctx: Context) -> None:
    person = await owner(ctx)
    await router.on_command(ctx, NADIA, "equipe", await handlers.invite(ctx, person, Role.VIEWER))
    assert (await present(ctx, NADIA)).role is Role.OWNER


# --- roles ----------------------------------------------------------------------------------------------
async def test_menu_depends_on_the_role(ctx: Context) -> None:
    person = await owner(ctx)
    await joined(ctx, person, BO, Role.VIEWER)
    assert "go:freeze" in actions(await router.on_command(ctx, NADIA, "equipe", ""))
    seen = actions(await router.on_command(ctx, BO, "team", ""))
    assert "go:stats" in seen and "go:freeze" not in seen
    for refused in (await router.on_command(ctx, BO, "freeze", ""), await router.on_action(ctx, BO, "fz:wrong_text")):
        assert says(ctx, "en", "staff-refused-role") in words(refused)


@pytest.mark.parametrize("verb", ["team", "campaigns", "broadcast", "stats", "freeze", "here"])
async def test_strangers_are_refused_politely(ctx: Context, verb: str) -> None:
    for contact in (CAMILLE, ALEX):
        title = says(ctx, contact.locale, "staff-refused-title")
        assert (await router.on_command(ctx, contact, verb, "")).card.title == title
    assert (await router.on_answer(ctx, CAMILLE, "fz:why", "now")).card.title == says(ctx, "fr", "staff-refused-title")


async def test_owner_changes_a_role_and_removes_a_member(ctx: Context) -> None:
    person = await owner(ctx)
    bo = await joined(ctx, person, BO, Role.VIEWER)
    await router.on_action(ctx, NADIA, f"tm:role:{bo.id}:editor")
    assert (await present(ctx, BO)).role is Role.EDITOR
    await router.on_action(ctx, BO, "fz:other")  # a prompt is open ...
    sure = await router.on_action(ctx, NADIA, f"tm:out:{bo.id}")
    await router.on_action(ctx, NADIA, next(action for action in actions(sure) if "out!" in action))
    assert await access.member(ctx, BO) is None
    refused = says(ctx, "en", "staff-refused-title")
    for reply in (  # ... and neither its answer nor anything else is accepted any more
        await router.on_answer(ctx, BO, "fz:why", "now"),
        await router.on_action(ctx, BO, "fz:wrong_text"),
        await router.on_command(ctx, BO, "team", ""),
    ):
        assert reply.card.title == refused
    assert (await router.on_text(ctx, BO, "now")).card.title != refused  # a supporter like any other
    assert await acts(ctx) == [*("staff.joined", "staff.invited", "staff.joined", "staff.role", "staff.removed")]
    team_news = ["staff_added", "staff_added", "staff_role", "staff_removed"]
    assert await staff_notices(ctx) == [*team_news, "words"], (
        "what they write now is a supporter's, and reaches the inbox"
    )


async def test_last_owner_cannot_be_removed(ctx: Context) -> None:
    person = await owner(ctx)
    for action in (f"tm:out!:{person.id}", f"tm:role:{person.id}:viewer"):
        assert says(ctx, "fr", "staff-last-owner") in words(await router.on_action(ctx, NADIA, action))
    await joined(ctx, person, BO, Role.OWNER)
    await router.on_action(ctx, BO, f"tm:out!:{person.id}")
    assert await access.member(ctx, NADIA) is None
    with pytest.raises(handlers.LastOwner):
        await handlers.remove(ctx, access.TERMINAL, (await present(ctx, BO)).id)


async def test_only_owners_change_the_team(ctx: Context) -> None:
    person = await owner(ctx)
    await joined(ctx, person, BO, Role.EDITOR)
    for action in (f"tm:out!:{person.id}", "tm:invite:owner", f"tm:role:{person.id}:viewer", "tm:unmap:1:2"):
        await router.on_action(ctx, BO, action)
    assert (await present(ctx, NADIA)).role is Role.OWNER
    assert await acts(ctx) == ["staff.joined", "staff.invited", "staff.joined"]
    refused = await router.on_command(ctx, IN_SERVER, "team", "role:900:editor:Crew")
    assert says(ctx, "en", "staff-refused-role") in words(refused)


async def test_codes_of_a_removed_member_are_invalid(ctx: Context) -> None:
    person = await owner(ctx)
    bo = await joined(ctx, person, BO, Role.OWNER)
    code = await handlers.invite(ctx, bo, Role.OWNER)
    await handlers.remove(ctx, person, bo.id)
    await router.on_command(ctx, ALEX, "team", code)
    assert await access.member(ctx, ALEX) is None


# --- Discord roles --------------------------------------------------------------------------------------
async def test_discord_role_makes_staff_while_held(ctx: Context) -> None:
    await owner(ctx)
    server = replace(NADIA, platform="discord", external_id="9", guild="500")
    await joined(ctx, await present(ctx, NADIA), server, Role.OWNER)
    await router.on_command(ctx, server, "team", "role:900:editor:Crew")
    bo = await present(ctx, IN_SERVER)
    assert (bo.role, bo.role_guild) == (Role.EDITOR, "500")
    # A prompt reaches them in private, where Discord is asked for their roles in that server only.
    await router.on_action(ctx, IN_SERVER, "fz:other")
    ctx.roles["discord"] = discord = Roles(("900",))
    assert (await present(ctx, BO)).expects == "fz:why"
    assert discord.asked == [("500", BO.external_id)]
    del ctx.roles["discord"]
    assert (await present(ctx, replace(BO, guild="500", roles=("900",)))).expects == "fz:why"
    assert await access.member(ctx, BO) is None  # roles unknown: no access, but nothing is removed
    assert await access.member(ctx, replace(IN_SERVER, guild="501")) is None  # a role with that id on another server
    async with ctx.db.read() as conn:
        assert bo.id not in [member.id for member in await staff.all_members(conn)]
    # Losing the role removes access at once; regaining it restores access.
    assert await access.member(ctx, replace(IN_SERVER, roles=())) is None
    assert (await present(ctx, IN_SERVER)).expects is None
    await router.on_command(ctx, server, "team", "role:900:none:Crew")
    assert await access.member(ctx, IN_SERVER) is None


async def test_removed_member_does_not_return_by_a_role(ctx: Context, clock: MovingClock) -> None:
    person = await owner(ctx)
    bo = await joined(ctx, person, BO, Role.EDITOR)
    await handlers.map_role(ctx, person, RoleMapping(guild_id="500", role_id="900", name="Crew", role=Role.EDITOR))
    await handlers.remove(ctx, person, bo.id)
    assert await access.member(ctx, IN_SERVER) is None
    clock.move(seconds=timedelta(minutes=1).total_seconds())
    assert await access.member(ctx, IN_SERVER) is None


async def test_demoted_member_has_no_valid_codes(ctx: Context) -> None:
    first = await codes.first_owner(ctx)
    paper = (await router.on_start(ctx, NADIA, f"s_{first}")).more[0].lines[0]
    person = await present(ctx, NADIA)
    bo = await joined(ctx, person, BO, Role.OWNER)
    own = await handlers.invite(ctx, bo, Role.OWNER)
    shown = await router.on_action(ctx, NADIA, f"tm:role:{bo.id}:viewer")
    assert isinstance(paper, str) and len(shown.more) == 1, "the new paper goes to whoever made them less"
    for code in (own, paper):
        await router.on_command(ctx, BO, "team", code)
        assert (await present(ctx, BO)).role is Role.VIEWER


async def test_only_owners_renew_the_recovery_code(ctx: Context) -> None:
    person = await owner(ctx)
    bo = await joined(ctx, person, BO, Role.EDITOR)
    mine = await router.on_action(ctx, NADIA, f"tm:see:{person.id}")
    assert "tm:paper" in actions(mine)
    assert "tm:paper" not in actions(await router.on_action(ctx, NADIA, f"tm:see:{bo.id}"))
    papers = [(await router.on_action(ctx, NADIA, "tm:paper")).more[0].lines[0] for _ in range(2)]
    assert not (await router.on_action(ctx, BO, "tm:paper")).more
    for paper, role in zip(papers, (Role.EDITOR, Role.OWNER), strict=True):
        assert isinstance(paper, str)
        await router.on_command(ctx, BO, "team", paper)
        assert (await present(ctx, BO)).role is role


async def test_recovery_code_in_a_removed_owners_chat_is_invalid(ctx: Context) -> None:
    first = await codes.first_owner(ctx)
    paper = (await router.on_start(ctx, NADIA, f"s_{first}")).more[0].lines[0]
    nadia = await present(ctx, NADIA)
    await joined(ctx, nadia, BO, Role.OWNER)
    shown = await router.on_action(ctx, BO, f"tm:out!:{nadia.id}")
    assert isinstance(paper, str)
    await router.on_command(ctx, NADIA, "team", paper)
    assert await access.member(ctx, NADIA) is None
    new = shown.more[0].lines[0]
    assert isinstance(new, str)
    await router.on_command(ctx, CAMILLE, "team", new)
    assert (await present(ctx, CAMILLE)).role is Role.OWNER


async def test_owner_who_leaves_sees_no_new_code(ctx: Context) -> None:
    person = await owner(ctx)
    await joined(ctx, person, BO, Role.OWNER)
    assert not (await router.on_action(ctx, NADIA, f"tm:out!:{person.id}")).more
    assert await access.member(ctx, NADIA) is None


# --- the emergency stop -----------------------------------------------------------------------------------
async def test_editor_freezes_and_owner_lifts(ctx: Context) -> None:
    person = await owner(ctx)
    await joined(ctx, person, BO, Role.EDITOR)
    await router.on_action(ctx, BO, "fz:wrong_text")
    home = await router.on_command(ctx, NADIA, "equipe", "")
    assert says(ctx, "fr", "staff-home-frozen") in words(home)
    state = await router.on_command(ctx, BO, "freeze", "")
    assert "Bo" in words(state) and "fz:lift" not in actions(state)
    await router.on_action(ctx, BO, "fz:lift!")
    assert "fz:lift" in actions(await router.on_command(ctx, NADIA, "urgence", ""))
    await router.on_action(ctx, NADIA, "fz:lift!")
    assert says(ctx, "fr", "staff-freeze-what") in words(await router.on_command(ctx, NADIA, "urgence", ""))
    assert (await acts(ctx))[-2:] == ["freeze.on", "freeze.off"]
    assert (await staff_notices(ctx))[-2:] == ["frozen", "freeze_lifted"]


async def test_freeze_takes_a_typed_reason(ctx: Context) -> None:
    await owner(ctx)
    asked = await router.on_action(ctx, NADIA, "fz:other")
    assert asked.form is not None and asked.form.answers == "fz:why"
    assert "le mauvais montant" in words(await router.on_text(ctx, NADIA, "le mauvais   montant"))
    assert (await present(ctx, NADIA)).expects is None


async def test_prompt_can_be_cancelled(ctx: Context) -> None:
    await owner(ctx)
    await router.on_action(ctx, NADIA, "fz:other")
    await router.on_action(ctx, NADIA, "nvm")
    assert (await present(ctx, NADIA)).expects is None
    await router.on_action(ctx, NADIA, "fz:other")
    await router.on_command(ctx, NADIA, "chiffres", "")  # another command cancels the prompt
    assert (await present(ctx, NADIA)).expects is None


async def test_owner_menu_fits_both_platforms(ctx: Context) -> None:
    await owner(ctx)
    home = await router.on_command(ctx, NADIA, "equipe", "")
    assert sum(len(row) for row in home.card.rows) == len(MENU)
    assert render_discord(home.card).rows
    render_telegram(home.card)


async def test_every_team_card_can_be_rendered(ctx: Context) -> None:
    person = await owner(ctx)
    bo = await joined(ctx, person, BO, Role.VIEWER)
    ctx.identity.telegram_username = "obole_bot"
    await handlers.map_role(
        ctx, person, RoleMapping(guild_id="5" * 19, role_id="9" * 19, name="Crew", role=Role.EDITOR)
    )
    for action in ("go:team", "tm:list", "tm:list:99", f"tm:see:{bo.id}", "tm:see:99", "tm:invite", "tm:lang", "go:x"):
        reply = await router.on_action(ctx, NADIA, action)
        assert reply.card.title and "???" not in words(reply) and len(reply.card.rows) <= 5
    invitation = words(await router.on_action(ctx, NADIA, "tm:invite:editor"))
    assert re.search(r"https://t\.me/obole_bot\?start=s_[0-9A-Z-]{19}", invitation)
    assert (await present(ctx, NADIA)).locale == "en"


async def test_every_notice_has_text_in_both_languages(ctx: Context) -> None:
    person = await owner(ctx)
    bo = await joined(ctx, person, BO, Role.VIEWER)
    await handlers.change_role(ctx, person, bo.id, Role.EDITOR)
    await handlers.set_finance(ctx, person, bo.id, on=True)
    await handlers.map_role(ctx, person, RoleMapping(guild_id="5", role_id="9", name="Crew", role=Role.EDITOR))
    await handlers.unmap_role(ctx, person, "5", "9")
    await router.on_action(ctx, BO, "fz:stolen_phone")
    await router.on_action(ctx, NADIA, "fz:lift!")
    await handlers.remove(ctx, person, bo.id)
    async with ctx.db.read() as conn:
        due = await notices.due(conn, ctx.clock(), 50)
    assert {notice.kind for notice in due} == set(team_notices.KINDS)
    for notice in due:
        for locale in LOCALES:
            card = await team_notices.KINDS[notice.kind](ctx, notice, locale)
            assert card.lines and "???" not in f"{card.title}{card.lines}"
