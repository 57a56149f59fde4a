"""A restored backup, message by message: which wait for an owner, and what becomes of them."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.domain.people import Supporter
from bot.store.core import notices, outbox
from bot.store.core.outbox import Delivery, Lane, SendOutcome, State
from bot.store.db import Database
from bot.store.erasure_file import ErasureFile
from bot.store.inbox import inbox as rows
from bot.store.supporters import supporters
from bot.store.supporters.tables import address
from bot.usecases import outbox_messages
from bot.usecases.context import Context
from bot.usecases.core import erasures, late
from bot.usecases.core.access import TERMINAL
from bot.usecases.core.join import find_or_join
from bot.usecases.inbox import inbox
from bot.usecases.staff.operations import generation
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, make_context


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, tmp_path: Path) -> Context:
    return replace(make_context(db, clock), erasures=ErasureFile(tmp_path / "obole.erasures"))


@pytest.fixture
async def camille(ctx: Context) -> Supporter:
    return await find_or_join(ctx, CAMILLE)


async def replied(ctx: Context, person: Supporter) -> int:
    """Queue a staff reply; return its delivery."""
    async with ctx.db.write() as conn:
        delivery = await inbox.reply_to_supporter(ctx, conn, person.address_id, "Mardi, à 9 h.")
    assert delivery is not None
    return delivery


async def due(ctx: Context) -> list[Delivery]:
    async with ctx.db.write() as conn:
        return await outbox.claim(conn, "telegram", ctx.clock(), 9)


async def test_held_staff_reply_keeps_its_text(ctx: Context, camille: Supporter) -> None:
    await replied(ctx, camille)
    await generation.mark_restored(ctx)
    await inbox.finish_replies(ctx)
    async with ctx.db.read() as conn:
        assert not [n for n in await notices.due(conn, ctx.clock(), 9) if n.kind == "reply_lost"]
    await late.decide(ctx, TERMINAL, send=True)
    (delivery,) = await due(ctx)
    assert (await outbox_messages.render(ctx, delivery, camille)).card.lines == ("Mardi, à 9 h.",)


async def test_held_staff_reply_is_edited_in_place(ctx: Context, camille: Supporter) -> None:
    delivery = await replied(ctx, camille)
    await generation.mark_restored(ctx)
    async with ctx.db.write() as conn:
        assert await rows.change_relay(conn, delivery, "Jeudi.")


async def test_message_parked_in_the_backup_may_have_been_shown_since(ctx: Context, clock: MovingClock) -> None:
    alex = await find_or_join(ctx, ALEX)
    parked = Delivery(id=ctx.ids.new(), lane=Lane.SERVICE, platform="discord", address_id=alex.address_id,
                      message="invited_by", args={}, due_at=clock())  # fmt: skip
    async with ctx.db.write() as conn:
        await outbox.add(conn, [parked])
        await outbox.mark(conn, [SendOutcome(id=parked.id, state=State.PARKED)], clock())
    assert (await generation.mark_restored(ctx)).held == 1
    assert await outbox_messages.waiting_cards(ctx, alex.address_id) == ()


async def test_person_with_two_accounts_is_erased_once(ctx: Context, clock: MovingClock, camille: Supporter) -> None:
    alex = await find_or_join(ctx, ALEX)
    async with ctx.db.write() as conn:
        await conn.execute(update(address).where(address.c.id == alex.address_id).values(supporter_id=camille.id))
    clock.move(minutes=5)
    async with ctx.db.write() as conn:
        await erasures.record(ctx, conn, [camille.id])
    assert (await generation.mark_restored(ctx)).erased == 1
    async with ctx.db.read() as conn:
        assert await supporters.find(conn, "telegram", CAMILLE.external_id) is None
        assert await supporters.find(conn, "discord", ALEX.external_id) is None
