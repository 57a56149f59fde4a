"""A pause of payments ends open Stripe pages: each independently, and none of the charity's other business."""

from contextlib import suppress

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.staff import Role
from bot.store.core import switches
from bot.store.db import Database
from bot.store.giving import links as link_rows
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.giving import own_links, payments_pause
from payments.links import Link, LinkSpec, link_params
from payments.reference import Touch, TouchKind
from payments.stripe import GatewayRefused, GatewayUnavailable, KeyRefused
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import ALEX, CAMILLE, RecordingGateway, hire, make_context, notices_of, open_campaign
from tests.usecases.money.test_record import take


class StripeWithOpenPages(RecordingGateway):
    """A Stripe with open pages. `fails`: its response to ending `cs_1`."""

    fails: Exception | None = None

    async def end_page(self, session_id: str) -> None:
        assert self.switched_off, "no link opens another page by now"
        if self.fails and session_id == "cs_1":
            raise self.fails
        await super().end_page(session_id)


@pytest.fixture
def gateway() -> StripeWithOpenPages:
    return StripeWithOpenPages()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, gateway: StripeWithOpenPages) -> Context:
    context = make_context(db, clock)
    object.__setattr__(context, "gateway", gateway)
    await hire(context, CAMILLE, Role.OWNER, label="Camille")
    return context


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def active(ctx: Context) -> list[str]:
    async with ctx.db.read() as conn:
        return sorted(link.stripe_id for link in await link_rows.active(conn))


async def tick(ctx: Context, times: int = 3) -> None:
    for _ in range(times):
        with suppress(GatewayUnavailable, KeyRefused):  # the schedule tries again
            await payments_pause.tick(ctx)


async def is_over(ctx: Context) -> bool:
    async with ctx.db.read() as conn:
        found = await switches.read(conn, switches.PAYMENTS)
    return found is not None and found.value.get("pages_ended") is True


async def test_pause_ends_open_pages(ctx: Context, campaign: Campaign, gateway: StripeWithOpenPages) -> None:
    gateway.pages = {link: [f"cs_{link}_1", f"cs_{link}_2"] for link in await active(ctx)}
    ours = sorted(page for pages in gateway.pages.values() for page in pages)
    gateway.pages["plink_of_the_shop"] = ["cs_shop"]
    await tick(ctx)
    assert gateway.ended_pages == [], "nothing is paused"
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await tick(ctx)
    assert sorted(gateway.ended_pages) == ours and await is_over(ctx)


async def test_pause_ends_pages_of_own_links(
    ctx: Context, campaign: Campaign, gateway: StripeWithOpenPages, clock: MovingClock
) -> None:
    person = await find_or_join(ctx, ALEX)
    assert await own_links.url_for(ctx, campaign, 700, person, Touch(TouchKind.COMMAND)) is not None
    link = f"plink_{len(gateway.made)}"
    gateway.pages = {link: ["cs_own"]}
    clock.move(seconds=1)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await tick(ctx)
    assert link in gateway.switched_off and gateway.ended_pages == ["cs_own"]


async def test_own_link_created_during_pause_is_given_to_nobody(
    ctx: Context, campaign: Campaign, gateway: StripeWithOpenPages, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, create = await find_or_join(ctx, ALEX), gateway.create_link

    async def pause_first(spec: LinkSpec, idempotency_key: str) -> Link:
        await router.on_action(ctx, CAMILLE, "pz:pause")
        await tick(ctx)
        return await create(spec, idempotency_key)

    monkeypatch.setattr(gateway, "create_link", pause_first)
    assert await own_links.url_for(ctx, campaign, 700, person, Touch(TouchKind.COMMAND)) is None
    assert await is_over(ctx), "pages opened from it would no longer be ended"
    clock.move(seconds=1)
    await tick(ctx)
    assert f"plink_{len(gateway.made)}" in gateway.switched_off


async def test_pause_ends_pages_of_links_closed_within_a_day(
    ctx: Context, campaign: Campaign, gateway: StripeWithOpenPages, clock: MovingClock
) -> None:
    other = await open_campaign(ctx, slug="old")
    links = {*await active(ctx)}
    await publish.close(ctx, other)
    first, *_ = links - {*await active(ctx)}
    gateway.pages = {first: ["cs_old"]}
    clock.move(hours=23)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await tick(ctx)
    assert gateway.ended_pages == ["cs_old"]


async def test_pause_ends_other_pages_of_paid_own_link(
    ctx: Context, campaign: Campaign, gateway: StripeWithOpenPages, clock: MovingClock
) -> None:
    person = await find_or_join(ctx, ALEX)
    await own_links.url_for(ctx, campaign, 700, person, Touch(TouchKind.COMMAND))
    spec = next(spec for spec in gateway.made if spec.own_link is not None)
    paid = stripe.session(metadata=link_params(spec, "price_1")["metadata"])
    await take(ctx, stripe.event("checkout.session.completed", paid))
    gateway.pages = {f"plink_{len(gateway.made)}": ["cs_second"]}
    clock.move(seconds=1)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await tick(ctx)
    assert gateway.ended_pages == ["cs_second"]


@pytest.mark.parametrize("why", [GatewayUnavailable("busy"), GatewayUnavailable("down", is_outage=True)])
async def test_page_is_ended_after_temporary_failure(
    ctx: Context, campaign: Campaign, gateway: StripeWithOpenPages, why: Exception
) -> None:
    first, *_, last = await active(ctx)
    gateway.pages = {first: ["cs_1", "cs_2"], last: ["cs_3"]}
    gateway.fails = why
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await tick(ctx)
    assert not await is_over(ctx) and sorted(gateway.switched_off) == await active(ctx)
    gateway.fails = None
    await tick(ctx)
    assert sorted(gateway.ended_pages) == ["cs_1", "cs_2", "cs_3"] and await is_over(ctx)


async def test_refused_page_is_reported_and_holds_up_no_other(
    ctx: Context, campaign: Campaign, gateway: StripeWithOpenPages
) -> None:
    first, *_, last = await active(ctx)
    gateway.pages = {first: ["cs_1", "cs_2"], last: ["cs_3"]}
    gateway.fails = GatewayRefused("no")
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await tick(ctx)
    assert sorted(gateway.ended_pages) == ["cs_2", "cs_3"] and await is_over(ctx)
    failed = [notice.args["item"] for notice in await notices_of(ctx, "item_failed")]
    assert failed == ["cs_1"]


async def test_key_without_permission_deactivates_links_and_notifies_staff(
    ctx: Context, campaign: Campaign, gateway: StripeWithOpenPages
) -> None:
    gateway.pages = {link: ["cs_1"] for link in await active(ctx)}
    gateway.fails = KeyRefused("no permission", "more_permissions_required")
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await tick(ctx)
    assert sorted(gateway.switched_off) == await active(ctx) and not await is_over(ctx)
    failed = [notice.args["why"] for notice in await notices_of(ctx, "item_failed")]
    assert failed == ["key"], "once"
