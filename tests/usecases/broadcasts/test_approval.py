"""Approval of a broadcast: a second person, not a second account."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.broadcasts import Broadcast, BroadcastState
from bot.domain.campaigns import Campaign
from bot.domain.people import Contact
from bot.store.broadcasts import broadcasts
from bot.store.core import switches
from bot.store.supporters.tables import address
from bot.usecases.broadcasts import lifecycle
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.staff import notices as staff_notices
from bot.usecases.staff.broadcasts import live
from content.cards import Card
from tests.usecase_setup import notices_of
from tests.usecases.broadcasts.test_lifecycle import (
    campaign,
    ctx,
    hire,
    move,
    now,
    person,
    run,
    spec,
    submitted,
    written,
)

__all__ = ["campaign", "ctx"]


async def test_author_cannot_approve_from_linked_account(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    nadia, also_nadia, luc = await hire(ctx, "Nadia"), await hire(ctx, "Nadia2"), await hire(ctx, "Luc")
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, switches.Switch(name=switches.APPROVE_ABOVE, on=True, value=0, at=ctx.clock()))
    accounts = [
        await find_or_join(ctx, Contact(platform="telegram", external_id=person.external_id, locale="fr", private=True))
        for person in (nadia, also_nadia, luc)
    ]
    async with ctx.db.write() as conn:
        merged = update(address).where(address.c.id == accounts[1].address_id)
        await conn.execute(merged.values(supporter_id=accounts[0].id))
    broadcast = await submitted(ctx, nadia, spec(campaign))
    with pytest.raises(lifecycle.NotPossible):
        await lifecycle.approve(ctx, also_nadia, broadcast.id)
    assert (await lifecycle.approve(ctx, luc, broadcast.id)).state is BroadcastState.COUNTDOWN


async def everyone_needs_approval(ctx: Context) -> None:
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, switches.Switch(name=switches.APPROVE_ABOVE, on=True, value=0, at=ctx.clock()))


async def cards_of(ctx: Context, broadcast: Broadcast, notice: str) -> tuple[Card, Card]:
    """Return its card as it is now, and its newest notice of this kind."""
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, broadcast.id)
    assert found is not None
    newest = (await notices_of(ctx, notice))[-1]
    return await live.card_of(ctx, found, "en"), await staff_notices.KINDS[notice](ctx, newest, "en")


async def test_broadcast_approved_late_is_held_with_its_lateness_named(ctx: Context, campaign: Campaign) -> None:
    await person(ctx, 1)
    nadia, luc = await hire(ctx, "Nadia"), await hire(ctx, "Luc")
    await everyone_needs_approval(ctx)
    tonight = ctx.clock() + timedelta(hours=8)
    broadcast = await submitted(ctx, nadia, spec(campaign, starts_at=tonight))
    when = ctx.catalog.moment("en", tonight, ctx.zone)
    for card in await cards_of(ctx, broadcast, "broadcast_approval"):
        assert f"Goes out: {when}" in card.lines
    move(ctx, days=4)
    for card in await cards_of(ctx, broadcast, "broadcast_approval"):
        assert f"It was due on {when}." in card.lines
    assert (await lifecycle.approve(ctx, luc, broadcast.id)).state is BroadcastState.HELD
    for card in await cards_of(ctx, broadcast, "broadcast_moved"):
        assert f"It was due on {when}." in card.lines
        assert "Reason: it was approved more than an hour after its time" in card.lines
        assert f"bs:{broadcast.id}:send" in [button.action for button in card.buttons]
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.HELD and await written(ctx) == []
    await lifecycle.send_held(ctx, nadia, broadcast.id)
    move(ctx, minutes=5)
    await run(ctx)
    assert await now(ctx, broadcast) is BroadcastState.RUNNING and len(await written(ctx)) == 1


@pytest.mark.parametrize(("after", "starts_after"), [(1, 480), (478, 483), (500, 505), (540, 545)])  # minutes
async def test_broadcast_approved_in_time_leaves_then(
    ctx: Context, campaign: Campaign, after: int, starts_after: int
) -> None:
    await person(ctx, 1)
    nadia, luc, began = await hire(ctx, "Nadia"), await hire(ctx, "Luc"), ctx.clock()
    await everyone_needs_approval(ctx)
    broadcast = await submitted(ctx, nadia, spec(campaign, starts_at=began + timedelta(minutes=480)))
    move(ctx, minutes=after)
    approved = await lifecycle.approve(ctx, luc, broadcast.id)
    assert approved.state is BroadcastState.COUNTDOWN
    assert approved.starts_at == began + timedelta(minutes=starts_after)
