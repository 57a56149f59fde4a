"""Jobs over independent items: a failure is reported to staff once and holds up no other item."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.staff import Role
from bot.store.core.notices import Notice
from bot.store.db import Database
from bot.store.giving import links as link_rows
from bot.store.money import refunds
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.giving import links, payments_pause
from bot.usecases.money import refunds as orders
from content.campaign import Milestone
from payments.stripe import GatewayRefused, GatewayUnavailable, KeyRefused, Link, LinkSpec
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, RecordingGateway, hire, make_context, notices_of, open_campaign

BAD, GOOD = "bad-one", "good-one"


class RefusingStripe(RecordingGateway):
    """A Stripe that refuses everything about the first campaign and records requested links."""

    def __init__(self) -> None:
        super().__init__()
        self.fails: Exception | None = None
        self.bad: set[str] = set()  # links of the first campaign
        self.looked_at: list[str] = []

    async def create_link(self, spec: LinkSpec, idempotency_key: str) -> Link:
        if self.fails and spec.campaign_slug == BAD:
            raise self.fails
        link = await super().create_link(spec, idempotency_key)
        if spec.campaign_slug == BAD:
            self.bad.add(link.stripe_id)
        return link

    async def link_is_active(self, stripe_id: str) -> bool:
        self.looked_at.append(stripe_id)
        if self.fails and stripe_id in self.bad:
            raise self.fails
        return await super().link_is_active(stripe_id)

    async def deactivate_link(self, stripe_id: str, message: str) -> None:
        if self.fails and stripe_id == min(self.bad):
            raise self.fails
        await super().deactivate_link(stripe_id, message)

    async def refund(self, payment_intent: str, minor: int | None, idempotency_key: str) -> str:
        if self.fails:
            raise self.fails
        return await super().refund(payment_intent, minor, idempotency_key)


@pytest.fixture
def gateway() -> RefusingStripe:
    return RefusingStripe()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, gateway: RefusingStripe) -> Context:
    return make_context(db, clock, gateway=gateway)


@pytest.fixture
async def both(ctx: Context) -> tuple[Campaign, Campaign]:
    """Two open campaigns, the failing one first."""
    changes: Mapping[str, Any] = {"ends_on": date(2026, 12, 1), "goal_minor": 100_000}
    steps = (Milestone(share=50),)
    bad = await open_campaign(ctx, slug=BAD, milestones=steps, **changes)
    return bad, await open_campaign(ctx, slug=GOOD, milestones=steps, **changes)


async def reported(ctx: Context) -> list[Notice]:
    return await notices_of(ctx, "item_failed")


async def test_refused_campaign_does_not_block_repair_of_another(
    ctx: Context, gateway: RefusingStripe, both: tuple[Campaign, Campaign]
) -> None:
    gateway.fails = GatewayRefused("This account cannot currently make charges.")
    dead = ctx.links.get(both[1].id, both[1].authored.amounts[0])
    assert dead is not None
    gateway.gone.add(dead.stripe_id)
    assert [await links.repair(ctx) for _ in range(3)] == [1, 0, 0]
    again = ctx.links.get(both[1].id, both[1].authored.amounts[0])
    assert again is not None and again.stripe_id != dead.stripe_id
    (notice,) = await reported(ctx)
    assert (notice.args["job"], notice.args["item"]) == ("links", BAD)


async def test_refused_link_does_not_block_repair_of_its_campaign(ctx: Context, gateway: RefusingStripe) -> None:
    campaign = await open_campaign(ctx)
    refused, *_, dead = [ctx.links.get(campaign.id, minor) for minor in campaign.authored.amounts]
    assert refused is not None and dead is not None
    gateway.bad = {refused.stripe_id}
    gateway.gone.add(dead.stripe_id)
    gateway.fails = GatewayRefused("This link cannot be looked at.")
    assert [await links.repair(ctx) for _ in range(3)] == [1, 0, 0]
    again = ctx.links.get(campaign.id, dead.minor)
    assert again is not None and again.stripe_id != dead.stripe_id
    assert [notice.args["item"] for notice in await reported(ctx)] == [campaign.slug]


async def test_refused_amount_does_not_block_other_amounts(
    ctx: Context, gateway: RefusingStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await open_campaign(ctx)
    create, refused = gateway.create_link, campaign.authored.amounts[0]

    async def refuse_one(spec: LinkSpec, idempotency_key: str) -> Link:
        if spec.minor == refused:
            raise GatewayRefused("This amount is not taken.")
        return await create(spec, idempotency_key)

    monkeypatch.setattr(gateway, "create_link", refuse_one)
    for minor in campaign.authored.amounts:
        while (found := ctx.links.get(campaign.id, minor)) is not None:  # in each language
            ctx.links.drop(found.stripe_id)
    await links.repair(ctx)
    warm = {minor for minor in campaign.authored.amounts if ctx.links.get(campaign.id, minor)}
    assert warm == set(campaign.authored.amounts) - {refused}


async def test_stripe_outage_is_not_reported(
    ctx: Context, gateway: RefusingStripe, both: tuple[Campaign, Campaign]
) -> None:
    gateway.fails = GatewayUnavailable("no answer")
    await links.repair(ctx)
    assert await reported(ctx) == []


@pytest.mark.parametrize("why", [GatewayUnavailable("no answer", is_outage=True), KeyRefused("Expired API Key")])
async def test_outage_or_refused_key_ends_run(
    ctx: Context, gateway: RefusingStripe, both: tuple[Campaign, Campaign], why: Exception
) -> None:
    gateway.fails = why
    with pytest.raises(type(why)):
        await links.repair(ctx)
    assert len(gateway.bad & set(gateway.looked_at)) == 1
    assert [notice.args["why"] for notice in await reported(ctx)] == (["key"] if isinstance(why, KeyRefused) else [])


@pytest.mark.slow
async def test_only_visible_links_are_checked(ctx: Context, gateway: RefusingStripe, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    suggested = 2 * (len(campaign.authored.amounts) + 1)  # in each language
    typed = 480
    for minor in range(typed):
        await links.ensure(ctx, campaign, 100_00 + minor, "fr")
    await open_campaign(ctx, cap_minor=campaign.authored.cap_minor - 100)  # replaces one link
    gateway.looked_at.clear()
    for _ in range(24):
        before = len(gateway.looked_at)
        await links.repair(ctx)
        assert len(gateway.looked_at) - before == suggested + typed // 24
        clock.move(hours=1)
    async with ctx.db.read() as conn:
        active = {link.stripe_id for link in await link_rows.active(conn)}
    assert len(active - set(gateway.looked_at)) == 2, "the replaced ones, which are shown to nobody"


async def test_dead_link_for_typed_amount_is_dropped_within_a_day(
    ctx: Context, gateway: RefusingStripe, clock: MovingClock
) -> None:
    campaign = await open_campaign(ctx)
    link = await links.ensure(ctx, campaign, 43_21, "fr")
    gateway.gone.add(link.stripe_id)
    for _ in range(24):
        await links.repair(ctx)
        clock.move(hours=1)
    assert ctx.links.get(campaign.id, 43_21) is None


class PausingStripe(RecordingGateway):
    """A Stripe at which staff pause (and resume) payments just after a link was checked."""

    def __init__(self) -> None:
        super().__init__()
        self.between: Callable[[], Awaitable[object]] | None = None

    async def link_is_active(self, stripe_id: str) -> bool:
        active = await super().link_is_active(stripe_id) and stripe_id not in self.switched_off
        if self.between is not None:
            between, self.between = self.between, None
            await between()
            active = active and stripe_id not in self.switched_off
        return active


@pytest.mark.parametrize("resumed", ["no", "not told yet", "told"])
async def test_links_inactive_by_pause_are_kept(db: Database, clock: MovingClock, resumed: str) -> None:
    gateway = PausingStripe()
    ctx = make_context(db, clock, gateway=gateway)
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    await open_campaign(ctx)

    async def pause() -> None:
        await router.on_action(ctx, CAMILLE, "pz:pause")
        await payments_pause.tick(ctx)

    async def resume() -> None:
        clock.move(minutes=1)
        await router.on_action(ctx, CAMILLE, "pz:resume!")

    async with ctx.db.read() as conn:
        before = await link_rows.active(conn)
    gateway.between = pause
    assert await links.repair(ctx) == 0
    if resumed != "no":
        await resume()
    if resumed == "told":
        gateway.between = lambda: payments_pause.tick(ctx)
    assert await links.repair(ctx) == 0
    if resumed == "no":
        await resume()
    await payments_pause.tick(ctx)
    async with ctx.db.read() as conn:
        assert await link_rows.active(conn) == before
    assert gateway.switched_off == []


async def test_refused_deactivation_keeps_no_other_link_open(
    ctx: Context, gateway: RefusingStripe, both: tuple[Campaign, Campaign], clock: MovingClock
) -> None:
    gateway.fails = GatewayRefused("no such link")
    clock.move(days=30)
    assert await publish.close_due(ctx) == 1
    async with ctx.db.read() as conn:
        assert [link.stripe_id for link in await link_rows.active(conn)] == [min(gateway.bad)]
    assert len(await reported(ctx)) == 1


async def test_failing_refunds_do_not_stay_first(
    ctx: Context, gateway: RefusingStripe, both: tuple[Campaign, Campaign], clock: MovingClock
) -> None:
    gateway.fails = GatewayUnavailable("no answer")
    for _ in range(3):
        gift = await give(ctx, both[1], None)
        order = await orders.propose(ctx, gift, 500, "error", None)
        await orders.confirm(ctx, order.id, None)
    gateway.fails = RuntimeError()
    clock.move(minutes=5)
    assert await orders.tick(ctx) == 0
    async with ctx.db.read() as conn:
        assert not await refunds.due(conn, clock(), 9), "they are put off"
    assert [notice.args["job"] for notice in await reported(ctx)] == ["refunds"] * 3
