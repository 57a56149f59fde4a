"""Approval of a broadcast: a second person, not a second account."""

import pytest
from sqlalchemy import update

from bot.domain.broadcasts import BroadcastState
from bot.domain.campaigns import Campaign
from bot.domain.people import Contact
from bot.store.core import switches
from bot.store.supporters.tables import address
from bot.usecases.broadcasts import lifecycle
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from tests.usecases.broadcasts.test_lifecycle import campaign, ctx, hire, person, spec, submitted

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
