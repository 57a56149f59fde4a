"""`/forget` explains, asks to confirm, and erases once."""

from dataclasses import replace

import pytest

from bot.domain.gifts import Pledge
from bot.domain.people import Contact
from bot.store.db import Database
from bot.store.monthly import pledges
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from payments.stripe import GatewayUnavailable
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import ALEX, CAMILLE, RecordingGateway, make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def is_known(ctx: Context, contact: Contact) -> bool:
    async with ctx.db.read() as conn:
        return await supporters.find(conn, contact.platform, contact.external_id) is not None


@pytest.mark.parametrize("contact", [CAMILLE, replace(ALEX, platform="discord", external_id="77")])
async def test_forget_explains_then_erases(ctx: Context, contact: Contact) -> None:
    person = await find_or_join(ctx, contact)
    await give(ctx, await open_campaign(ctx), person.id)
    asked = await router.on_command(ctx, contact, "forget", "")
    assert [b.action for b in asked.card.buttons] == ["forget:sure", "prefs"]
    assert await is_known(ctx, contact), "asking erases nothing"
    done = await router.on_action(ctx, contact, "forget:sure")
    assert done.card.title in ("Vos données sont effacées", "Your data is erased")
    assert not await is_known(ctx, contact), "the answer itself does not make them somebody again"
    again = await router.on_action(ctx, contact, "forget:sure")
    assert again.card == done.card
    assert not await is_known(ctx, contact)


async def monthly(ctx: Context) -> None:
    person, campaign = await find_or_join(ctx, CAMILLE), await open_campaign(ctx)
    pledge = Pledge(
        subscription="sub_1",
        status="active",
        campaign_id=campaign.id,
        supporter_id=person.id,
        claimed_at=ctx.clock(),
    )
    async with ctx.db.write() as conn:
        await pledges.write(conn, [pledge], ctx.clock())


async def test_monthly_gift_ends_first(ctx: Context) -> None:
    await monthly(ctx)
    asked = await router.on_command(ctx, CAMILLE, "oublier", "")
    assert any("mensuel" in str(line) for line in asked.card.lines)
    await router.on_action(ctx, CAMILLE, "forget:sure")
    async with ctx.db.read() as conn:
        assert (await pledges.by_subscription(conn, ["sub_1"]))["sub_1"].status == "canceled"


class Away(RecordingGateway):
    async def end_pledge(self, subscription: str, idempotency_key: str) -> None:
        raise GatewayUnavailable("away")


async def test_stripe_outage_erases_nothing(db: Database, clock: MovingClock) -> None:
    ctx = make_context(db, clock, gateway=Away())
    await monthly(ctx)
    reply = await router.on_action(ctx, CAMILLE, "forget:sure")
    assert "Rien n’est effacé" in str(reply.card.lines[0])
    assert [b.action for b in reply.card.buttons] == ["forget:sure"]
    assert await is_known(ctx, CAMILLE)
