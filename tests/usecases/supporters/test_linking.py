"""Two accounts are linked after both confirm; codes expire, work once, and cannot be guessed."""

import asyncio
import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.ids import Ids
from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.store.core import notices
from bot.store.core.outbox import Delivery
from bot.store.core.tables import delivery
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.store.supporters.tables import supporter
from bot.usecases import outbox_messages, router
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.ports import Unreachable
from bot.usecases.staff import notices as staff_notices
from bot.usecases.supporters import linking
from bot.usecases.supporters.forgetting import forget
from bot.usecases.supporters.linking import Linked, Question
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, make_context

STRANGER = replace(CAMILLE, external_id="66")


class Names:
    """A platform that knows names by account."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    async def name_of(self, external_id: str) -> str | None:
        if external_id not in self.names:
            raise Unreachable("not known")
        return self.names[external_id]


@pytest.fixture
def names() -> Names:
    found = Names()
    found.names = {CAMILLE.external_id: "Camille <b>", ALEX.external_id: "Alex"}
    return found


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, names: Names) -> Context:
    return make_context(db, clock, naming={"telegram": names, "discord": names})


async def ask(ctx: Context, typist: Contact = CAMILLE, owner: Contact = ALEX) -> int:
    """Type the owner's code in the other account; return the question's number."""
    found = await linking.redeem(
        ctx, await find_or_join(ctx, typist), await linking.create_code(ctx, await find_or_join(ctx, owner))
    )
    assert isinstance(found, Question)
    return found.code.id


async def are_one(ctx: Context) -> bool:
    return (await find_or_join(ctx, CAMILLE)).id == (await find_or_join(ctx, ALEX)).id


async def sent(ctx: Context) -> list[Delivery]:
    columns = [delivery.c[name] for name in Delivery.__dataclass_fields__]
    async with ctx.db.read() as conn:
        return [Delivery(**row._mapping) for row in await conn.execute(select(*columns).order_by(delivery.c.id))]


# --- both say yes ------------------------------------------------------------------------------------
async def test_accounts_are_merged_after_the_second_confirmation(ctx: Context, clock: MovingClock) -> None:
    elder = await find_or_join(ctx, CAMILLE)
    clock.move(days=1)
    code = await linking.create_code(ctx, await find_or_join(ctx, ALEX))
    question = await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), code.lower().replace("-", " "))
    assert isinstance(question, Question) and not await are_one(ctx)
    assert await linking.answer(
        ctx, await find_or_join(ctx, CAMILLE), question.code.id, yes=True
    ) is Linked.AGREED and not await are_one(ctx)
    assert await linking.answer(ctx, await find_or_join(ctx, ALEX), question.code.id, yes=True) is Linked.DONE
    assert (await find_or_join(ctx, ALEX)).id == elder.id
    async with ctx.db.read() as conn:
        assert {a.platform for a in await supporters.addresses_of(conn, [elder.id])} == {"telegram", "discord"}
    assert await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), code) is Linked.WRONG, "it was good once"


async def test_each_account_sees_the_others_name(ctx: Context, names: Names) -> None:
    code = await linking.create_code(ctx, await find_or_join(ctx, ALEX))
    asked = (await router.on_command(ctx, CAMILLE, "lier", code)).card
    assert "Alex" in asked.lines[0] and "Discord" in asked.lines[0]
    yes = asked.buttons[0].action or ""
    agreed = (await router.on_action(ctx, CAMILLE, yes)).card
    assert "/lier" in agreed.lines[0]
    (question,) = await sent(ctx)
    confirm = await outbox_messages.APART_FROM_GIFTS[question.message](ctx, question, await find_or_join(ctx, ALEX))
    assert "Camille <b>" in confirm.lines[0] and "Telegram" in confirm.lines[0]
    again = (await router.on_command(ctx, ALEX, "link", "")).card
    assert again.lines == confirm.lines, "asked again where the message did not arrive"
    done = (await router.on_action(ctx, ALEX, confirm.buttons[0].action or "")).card
    assert done.title == "Your accounts are linked" and await are_one(ctx)
    (_, message) = await sent(ctx)
    said = await outbox_messages.APART_FROM_GIFTS[message.message](ctx, message, await find_or_join(ctx, CAMILLE))
    assert said.title == "Vos comptes sont reliés"
    with pytest.raises(Obsolete):
        await outbox_messages.APART_FROM_GIFTS[question.message](ctx, question, await find_or_join(ctx, ALEX))


async def test_names_are_not_stored(ctx: Context) -> None:
    code = await linking.create_code(ctx, await find_or_join(ctx, ALEX))
    asked = (await router.on_command(ctx, CAMILLE, "lier", code)).card
    for contact in (CAMILLE, ALEX):
        await router.on_action(ctx, contact, asked.buttons[0].action or "")
    kept = str([message.args for message in await sent(ctx)])
    async with ctx.db.read() as conn:
        kept += str([notice.args for notice in await notices.due(conn, ctx.clock(), 10)])
    assert "Camille" not in kept and "Alex" not in kept


async def test_account_without_a_name_is_not_linked(ctx: Context, names: Names) -> None:
    names.names.pop(ALEX.external_id)
    reply = (
        await router.on_command(ctx, CAMILLE, "lier", await linking.create_code(ctx, await find_or_join(ctx, ALEX)))
    ).card
    assert "nom" in reply.lines[0] and not reply.buttons


# --- one of them does not ----------------------------------------------------------------------------
async def test_one_confirmation_merges_nothing(ctx: Context) -> None:
    number = await ask(ctx)
    assert await linking.answer(ctx, await find_or_join(ctx, ALEX), number, yes=True) is Linked.WRONG, (
        "not before the other one"
    )
    for _ in range(3):
        assert await linking.answer(ctx, await find_or_join(ctx, CAMILLE), number, yes=True) is Linked.AGREED
    assert len(await sent(ctx)) == 1 and not await are_one(ctx)


@pytest.mark.parametrize("refuser", [CAMILLE, ALEX])
async def test_declining_ends_the_linking(ctx: Context, refuser: Contact) -> None:
    number = await ask(ctx)
    await linking.answer(ctx, await find_or_join(ctx, CAMILLE), number, yes=True)
    assert await linking.answer(ctx, await find_or_join(ctx, refuser), number, yes=False) is Linked.REFUSED
    for contact in (CAMILLE, ALEX):
        assert await linking.answer(ctx, await find_or_join(ctx, contact), number, yes=True) is Linked.WRONG
    assert not await are_one(ctx)
    assert [message.message for message in await sent(ctx)] == [linking.CONFIRM, linking.REFUSED]


async def test_strangers_cannot_answer(ctx: Context) -> None:
    number = await ask(ctx)
    for yes in (True, False):
        assert await linking.answer(ctx, await find_or_join(ctx, STRANGER), number, yes=yes) is Linked.WRONG
    await linking.answer(ctx, await find_or_join(ctx, CAMILLE), number, yes=True)
    for contact in (STRANGER, replace(ALEX, external_id="78")):
        await router.on_action(ctx, contact, f"lk:{number}:yes")
        assert not (await router.on_command(ctx, contact, "link", "")).card.buttons
    assert not await are_one(ctx)
    assert await linking.answer(ctx, await find_or_join(ctx, ALEX), number, yes=True) is Linked.DONE, (
        "and changes nothing for those two"
    )


async def test_typed_code_is_invalid_for_other_accounts(ctx: Context) -> None:
    code = await linking.create_code(ctx, await find_or_join(ctx, ALEX))
    assert isinstance(await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), code), Question)
    assert await linking.redeem(ctx, await find_or_join(ctx, STRANGER), code) is Linked.WRONG
    assert isinstance(await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), code), Question), (
        "the first one may type it again"
    )


@pytest.mark.parametrize("argument", ["", "x", "1", "1:yes", "x:yes", "9999999999999999999:yes", "1:maybe", ":"])
async def test_forged_buttons_merge_nothing(ctx: Context, argument: str) -> None:
    await ask(ctx)
    await router.on_action(ctx, STRANGER, f"lk:{argument}")
    assert not await are_one(ctx) and not await sent(ctx)


# --- platforms ---------------------------------------------------------------------------------------
async def test_accounts_on_one_platform_are_never_merged(ctx: Context) -> None:
    code = await linking.create_code(ctx, await find_or_join(ctx, CAMILLE))
    assert await linking.redeem(ctx, await find_or_join(ctx, STRANGER), code) is Linked.ONE_PLATFORM
    number = await ask(ctx)
    for contact in (CAMILLE, ALEX):
        await linking.answer(ctx, await find_or_join(ctx, contact), number, yes=True)
    assert await are_one(ctx)
    code = await linking.create_code(ctx, await find_or_join(ctx, ALEX))
    assert await linking.redeem(ctx, await find_or_join(ctx, STRANGER), code) is Linked.ONE_PLATFORM


async def test_overlapping_pairs_are_merged_once(ctx: Context) -> None:
    """Both questions were asked before either merge."""
    first, second = await ask(ctx, CAMILLE, ALEX), await ask(ctx, STRANGER, ALEX)
    for number, contact in ((first, CAMILLE), (second, STRANGER)):
        assert await linking.answer(ctx, await find_or_join(ctx, contact), number, yes=True) is Linked.AGREED
    assert await linking.answer(ctx, await find_or_join(ctx, ALEX), first, yes=True) is Linked.DONE
    assert await linking.answer(ctx, await find_or_join(ctx, ALEX), second, yes=True) is Linked.WRONG
    assert (await find_or_join(ctx, STRANGER)).id != (await find_or_join(ctx, ALEX)).id


async def test_concurrent_answers_in_two_processes_merge_once(
    ctx: Context, url: str, clock: MovingClock, names: Names
) -> None:
    other_db = Database(url)
    other = make_context(other_db, clock, naming=ctx.naming, ids=Ids(clock, random.Random(2)))
    number = await ask(ctx)
    await linking.answer(ctx, await find_or_join(ctx, CAMILLE), number, yes=True)
    try:
        alex = await find_or_join(ctx, ALEX)
        outcomes = await asyncio.gather(*(linking.answer(c, alex, number, yes=True) for c in (ctx, other, ctx, other)))
    finally:
        await other_db.close()
    assert sorted(outcomes).count(Linked.DONE) == 1 and await are_one(ctx)
    async with ctx.db.read() as conn:
        assert len((await conn.execute(select(supporter.c.id).where(supporter.c.merged_into.is_not(None)))).all()) == 1


# --- time and guesses --------------------------------------------------------------------------------
async def test_code_expires_after_ten_minutes(ctx: Context, clock: MovingClock) -> None:
    code = await linking.create_code(ctx, await find_or_join(ctx, ALEX))
    clock.move(minutes=10)
    assert await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), code) is Linked.WRONG


async def test_question_expires_after_fifteen_minutes(ctx: Context, clock: MovingClock) -> None:
    number = await ask(ctx)
    clock.move(minutes=14)
    assert await linking.answer(ctx, await find_or_join(ctx, CAMILLE), number, yes=True) is Linked.AGREED
    (question,) = await sent(ctx)
    clock.move(minutes=15)
    assert await linking.answer(ctx, await find_or_join(ctx, ALEX), number, yes=True) is Linked.WRONG
    with pytest.raises(Obsolete):
        await outbox_messages.APART_FROM_GIFTS[question.message](ctx, question, await find_or_join(ctx, ALEX))


async def test_account_erased_meanwhile_is_not_merged(ctx: Context) -> None:
    number = await ask(ctx)
    await linking.answer(ctx, await find_or_join(ctx, CAMILLE), number, yes=True)
    await forget(ctx, (await find_or_join(ctx, CAMILLE)).id)
    assert await linking.answer(ctx, await find_or_join(ctx, ALEX), number, yes=True) is Linked.WRONG
    assert not await are_one(ctx)


async def test_second_code_keeps_the_first_valid(ctx: Context) -> None:
    first, _ = (
        await linking.create_code(ctx, await find_or_join(ctx, ALEX)),
        await linking.create_code(ctx, await find_or_join(ctx, ALEX)),
    )
    assert isinstance(await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), first), Question)


async def test_own_code_is_refused(ctx: Context) -> None:
    code = await linking.create_code(ctx, await find_or_join(ctx, ALEX))
    assert await linking.redeem(ctx, await find_or_join(ctx, ALEX), code) is Linked.SAME
    assert isinstance(await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), code), Question), (
        "that mistake did not use it up"
    )


async def test_guessing_is_rate_limited(ctx: Context, clock: MovingClock) -> None:
    code = await linking.create_code(ctx, await find_or_join(ctx, ALEX))
    for number in range(rate_limits.GUESSES.each):
        assert await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), f"NOPE-{number}") is Linked.WRONG
    assert await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), code) is Linked.TOO_MANY, (
        "not even with the right one"
    )
    clock.now += rate_limits.GUESSES.within
    fresh = await linking.create_code(ctx, await find_or_join(ctx, ALEX))
    assert isinstance(await linking.redeem(ctx, await find_or_join(ctx, CAMILLE), fresh), Question)


# --- staff -------------------------------------------------------------------------------------------
async def test_staff_are_notified_and_can_open_one_case(ctx: Context) -> None:
    number = await ask(ctx)
    for contact in (CAMILLE, ALEX):
        await linking.answer(ctx, await find_or_join(ctx, contact), number, yes=True)
    boss = replace(STRANGER, external_id="900")
    async with ctx.db.write() as conn:
        await staff.add(conn, "telegram", "900", Role.EDITOR, label="Sam", locale="fr", added_by=None, at=ctx.clock())
        (notice,) = [notice for notice in await notices.due(conn, ctx.clock(), 10) if notice.kind == "linked"]
    card = await staff_notices.KINDS["linked"](ctx, notice, "fr")
    for _ in range(2):
        opened = await router.on_action(ctx, boss, card.buttons[0].action or "")
        assert "reliés" in opened.card.lines[0]
    async with ctx.db.read() as conn:
        (case,) = await gifts.open_cases(conn)
    assert (case["kind"], case["gift_id"], case["supporter_id"]) == ("linked", None, (await find_or_join(ctx, ALEX)).id)
    before = len(await sent(ctx))
    await router.on_action(ctx, boss, f"cs:close:{case['id']}")
    assert len(await sent(ctx)) == before, "nobody reported it, so nobody is told"
    await router.on_action(ctx, CAMILLE, card.buttons[0].action or "")
    async with ctx.db.read() as conn:
        assert await gifts.open_cases(conn) == [], "nobody else opens one"
