"""Input that anyone can make up: ids that no database holds, references of another database, endless amounts."""

import asyncio
import gc
from dataclasses import replace

import pytest

from bot.store.db import Database
from bot.store.reports import figures
from bot.usecases import router
from bot.usecases.active_links import ActiveLinks
from bot.usecases.context import Context
from bot.usecases.core.taps import TapCounter
from bot.usecases.giving import links
from payments.reference import Reference, Touch, TouchKind
from payments.stripe import Link, LinkSpec
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, RecordingGateway, make_context, open_campaign

_NINES = "9" * 19


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def test_ids_beyond_database_range_get_replies(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    for payload in (f"g_{_NINES}", f"g_{campaign.id}_500_p{_NINES}"):
        assert (await router.on_start(ctx, CAMILLE, payload)).card.title
    for data in (f"give:{campaign.id}:500:p{_NINES}", f"err:{_NINES}", f"err:{_NINES}:sure"):
        assert (await router.on_action(ctx, CAMILLE, data)).card.title


async def test_tap_for_unknown_campaign_does_not_block_others(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    taps = TapCounter(ctx)
    for campaign_id in (campaign.id, campaign.id + 77):
        taps.note(ctx.keyring.sign(Reference(1, campaign_id, Touch(TouchKind.COMMAND))))
    await taps.write()
    async with ctx.db.read() as conn:
        assert await figures.taps(conn) == 1


async def test_slow_stripe_falls_back_to_typing_amount_on_its_page(
    db: Database, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(RecordingGateway):
        slow = False

        async def create_link(self, spec: LinkSpec, idempotency_key: str) -> Link:
            if self.slow:
                await asyncio.sleep(60)
            return await super().create_link(spec, idempotency_key)

    gateway = Slow()
    ctx = make_context(db, clock, gateway=gateway)
    await open_campaign(ctx)
    gateway.slow = True
    monkeypatch.setattr(links, "_TYPED", replace(links._TYPED, patience=0.05))
    reply = await router.on_command(ctx, CAMILLE, "give", "8.25")
    assert [button for button in reply.card.buttons if button.url]


def test_creation_lock_is_freed() -> None:
    active = ActiveLinks()
    for number in range(100):
        active.creation_lock(1, number)
    gc.collect()
    assert len(active._locks) == 0
