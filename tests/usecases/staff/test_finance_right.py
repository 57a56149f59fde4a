"""The finance right: given and taken back by owners, beside the roles, for payouts and gifts outside Stripe."""

from dataclasses import replace

import pytest

from bot.domain.people import Contact
from bot.domain.staff import Right, Role
from bot.store.core import audit
from bot.store.db import Database
from bot.store.staff import staff
from bot.store.staff.staff import RoleMapping
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import access
from bot.usecases.reply import Reply
from bot.usecases.staff.notices import KINDS
from bot.usecases.staff.routes import ACTIONS, ANSWERS, COMMANDS
from bot.usecases.staff.team import handlers
from tests.conftest import MovingClock
from tests.usecase_setup import make_context, notices_of
from tests.usecases.staff.test_team import BO, IN_SERVER, NADIA, actions, joined, owner, present, words

_TREASURERS = ("add", "deposit", "payouts")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def allowed(ctx: Context, who: Contact) -> list[str]:
    """Return the commands of treasurers that this person may use."""
    replies = {verb: await router.on_command(ctx, who, verb, "") for verb in _TREASURERS}
    return [verb for verb, reply in replies.items() if "finance right" not in words(reply)]


async def tap(ctx: Context, who: Contact, action: str) -> Reply:
    reply = await router.on_action(ctx, who, action)
    assert reply is not None
    return reply


def test_what_concerns_money_outside_the_chats_takes_the_right() -> None:
    tables = (COMMANDS, ACTIONS, ANSWERS)
    found = {verb for table in tables for verb, row in table.items() if row.needs is Right.FINANCE}
    assert found >= {*_TREASURERS, "of", "py"}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
async def test_owner_gives_and_takes_back_the_right(ctx: Context, role: Role) -> None:
    person = await owner(ctx)
    bo = await joined(ctx, person, BO, role)
    assert await allowed(ctx, NADIA) == [*_TREASURERS], "owners have every right"
    assert await allowed(ctx, BO) == []
    shown = await tap(ctx, NADIA, f"tm:see:{bo.id}")
    given = await tap(ctx, NADIA, next(action for action in actions(shown) if action.startswith("tm:finance")))
    assert await allowed(ctx, BO) == [*_TREASURERS] and (await present(ctx, BO)).role is role
    assert "trésorerie" in words(await tap(ctx, NADIA, "tm:list"))
    assert "finance right" in words(await router.on_command(ctx, BO, "team", ""))
    taken = await tap(ctx, NADIA, next(action for action in actions(given) if action.startswith("tm:finance")))
    assert await allowed(ctx, BO) == [] and actions(taken) == actions(shown)
    async with ctx.db.read() as conn:
        logged = await audit.latest(conn, 9, action="staff.finance")
    assert [(entry.actor, entry.details["label"], entry.details["role"]) for entry in logged] == [
        ("Nadia", "Bo", ""),
        ("Nadia", "Bo", "finance"),
    ]
    news = [await KINDS["staff_finance"](ctx, one, "en") for one in await notices_of(ctx, "staff_finance")]
    assert [card.lines[0] for card in news] == ["Bo now has the finance right.", "Bo no longer has the finance right."]


async def test_right_is_given_once_however_often_it_is_tapped(ctx: Context) -> None:
    bo = await joined(ctx, await owner(ctx), BO, Role.VIEWER)
    for _ in range(3):
        await tap(ctx, NADIA, f"tm:finance:{bo.id}:on")
    assert len(await notices_of(ctx, "staff_finance")) == 1


@pytest.mark.parametrize(
    "action", ["tm:finance:{}:on", "tm:finance:{}:off", "tm:finance:9:on", "tm:finance:x", "tm:finance"]
)
async def test_nobody_else_gives_the_right(ctx: Context, action: str) -> None:
    bo = await joined(ctx, await owner(ctx), BO, Role.EDITOR)
    await tap(ctx, BO, action.format(bo.id))
    assert await allowed(ctx, BO) == [] and not await notices_of(ctx, "staff_finance")
    with pytest.raises(handlers.NobodyThere):
        await handlers.set_finance(ctx, access.TERMINAL, 99, on=True)


async def test_role_and_right_change_apart_and_end_together(ctx: Context) -> None:
    person = await owner(ctx)
    bo = await joined(ctx, person, BO, Role.VIEWER)
    await handlers.set_finance(ctx, person, bo.id, on=True)
    await joined(ctx, person, BO, Role.EDITOR)  # by another code
    await handlers.change_role(ctx, person, bo.id, Role.VIEWER)
    assert (await present(ctx, BO)).finance
    await handlers.change_role(ctx, person, bo.id, Role.OWNER)
    await handlers.set_finance(ctx, person, bo.id, on=False)
    assert await allowed(ctx, BO) == [*_TREASURERS]
    await handlers.change_role(ctx, person, bo.id, Role.EDITOR)
    assert await allowed(ctx, BO) == []
    await handlers.set_finance(ctx, person, bo.id, on=True)
    await handlers.remove(ctx, person, bo.id)
    await joined(ctx, person, BO, Role.EDITOR)
    assert not (await present(ctx, BO)).finance, "the right does not return with the person"


async def test_discord_role_gives_the_right_only_if_it_did_before(ctx: Context) -> None:
    person = await owner(ctx)
    mapped = RoleMapping(guild_id="500", role_id="900", name="Crew", role=Role.EDITOR, finance=True)
    async with ctx.db.write() as conn:  # as the migration leaves it
        await staff.set_discord_role(conn, mapped, ctx.clock())
    assert (await present(ctx, IN_SERVER)).may(Right.FINANCE)
    assert "Crew" in words(await tap(ctx, NADIA, "tm:list")) and "trésorerie" in words(await tap(ctx, NADIA, "tm:list"))
    await handlers.map_role(ctx, person, replace(mapped, finance=False))
    assert not (await present(ctx, IN_SERVER)).may(Right.FINANCE)
