"""Buttons, commands and links with another person's ids: the sender neither reads nor changes anything of theirs."""

from itertools import product

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.staff import Role
from bot.store.schema import metadata as schema
from bot.store.staff import drafts, staff
from bot.store.staff.drafts import Draft
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import cases
from bot.usecases.core.join import find_or_join
from bot.usecases.inbox.inbox import DRAFTED
from bot.usecases.money import refunds
from bot.usecases.staff import access_check
from bot.usecases.supporters import linking
from content.commands import COMMANDS
from tests.giving import give
from tests.machine import FULL
from tests.usecase_setup import all_gifts
from tests.usecases.giving.alice_and_bob import (
    ALICE,
    BOB,
    SUBSCRIPTION,
    BobsStripe,
    bob_pays,
    claim_code,
    text,
)
from tests.usecases.giving.test_control import campaign, ctx, gateway

__all__ = ["campaign", "ctx", "gateway"]
SECRET = 77_700  # Bob's gift, which nobody else may read
FORMS = (
    "{}", "{}:back", "{}:keep", "{}:sure", "{}:notme", "{}:twice", "{}:amount", "{}:yes", "{}:no", "{}:500",
    "set:{}:500", "pause:{}", "hold:{}:1", "resume:{}", "yes:{}:1", "end:{}", "sure:{}", "move:{}:0", "show:{}",
    "confirm:{}",
)  # fmt: skip
STAFF_FORMS = ("{}", "close:{}", "write:{}", "send:{}", "block:{}", "{}:approve", "out!:{}", "role:{}:owner", "paper")
STRIDE = 7  # of the taps that PostgreSQL gets by default, since both engines run the same code; all at full size
COUNTED = ("account_act", "account_bar")


async def rows_of_others(ctx: Context, alice: int, address: int) -> set[str]:
    """Return every row of the database that is not Alice's, as text."""
    found = set()
    async with ctx.db.read() as conn:
        for table in schema.sorted_tables:
            for row in (await conn.execute(select(table))).mappings() if table.name not in COUNTED else ():
                own = alice in (row.get("supporter_id"), row.get("id") if table.name == "supporter" else None)
                own = own or address in (row.get("address_id"), row.get("id") if table.name == "address" else None)
                if not own:
                    found.add(f"{table.name} {dict(row)}")
    return found


async def bobs_things(ctx: Context, campaign: Campaign) -> tuple[list[str], list[str]]:
    """Give Bob a monthly gift, a duplicate, a link code, a case and a pending reply by staff.

    Return the ids on his buttons, and those on the buttons of staff.
    """
    await bob_pays(ctx, campaign)
    await router.on_action(ctx, BOB, f"claim:{await claim_code(ctx)}")
    (first,), bob = await all_gifts(ctx), await find_or_join(ctx, BOB)
    gift = [await give(ctx, campaign, bob.id, SECRET) for _ in range(2)][-1]
    async with ctx.db.write() as conn:
        await refunds.offer(ctx, conn, gift)
        case = await cases.open_case(ctx, conn, gift_id=gift.id, supporter_id=bob.id, kind="paid_twice")
        draft = Draft(id=ctx.ids.new(), kind=DRAFTED, body={"to": f"cs:{case}", "text": "Bonjour"}, changed_by=None)
        await drafts.add(conn, draft, ctx.clock())
        await staff.add(conn, "telegram", "900", Role.OWNER, label="Nadia", locale="fr", added_by=None, at=ctx.clock())
    await linking.create_code(ctx, await find_or_join(ctx, BOB))
    ids = {}
    async with ctx.db.read() as conn:
        for name in ("refund_order", "link_code", "notice", "staff"):
            ids[name] = (await conn.execute(select(schema.tables[name].c.id))).scalars().first()
    his = [gift.id, first.id, SUBSCRIPTION, bob.id, ids["refund_order"], ids["link_code"]]
    return [str(ident) for ident in his], [
        str(ident) for ident in (case, draft.id, ids["notice"], ids["staff"], gift.id)
    ]


@pytest.mark.slow
async def test_foreign_ids_do_and_show_nothing(ctx: Context, campaign: Campaign, gateway: BobsStripe) -> None:
    his, of_staff = await bobs_things(ctx, campaign)
    alice = await find_or_join(ctx, ALICE)
    before = await rows_of_others(ctx, alice.id, alice.address_id)
    every = [*product(router.ACTIONS, FORMS, his), *product(access_check.ACTIONS, STAFF_FORMS, of_staff)]
    taps = every if FULL or ctx.db.is_sqlite else every[::STRIDE]
    shown = [await router.on_action(ctx, ALICE, f"{verb}:{form.replace('{}', one)}") for verb, form, one in taps]
    for ident in his:
        shown += [await router.on_command(ctx, ALICE, command.verb, ident) for command in COMMANDS]
        shown += [await router.on_start(ctx, ALICE, f"{head}_{ident}") for head in "cksgi"]
    after = await rows_of_others(ctx, alice.id, alice.address_id)
    assert before - after == set(), "a row of somebody else's was changed"
    assert {row.split()[0] for row in after - before} <= {"payment_link"}, "something of somebody else's was made"
    assert (gateway.changes, gateway.ended, gateway.refunds) == ([], [], [])
    assert [text(reply) for reply in shown if "777" in text(reply)] == []
