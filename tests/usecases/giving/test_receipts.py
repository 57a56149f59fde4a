"""From the campaign's amount on, payment pages ask for what an official receipt needs; smaller gifts stay quick."""

from dataclasses import replace

import pytest

from bot.domain.campaigns import Campaign
from bot.store.db import Database
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.giving import links
from content.writer import Charity
from payments.links import link_params
from payments.stripe import LinkSpec
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, RecordingGateway, make_context, open_campaign

REGISTERED = Charity(name="La Tablée", contact="bonjour@tablee.example", registration="12345 6789 RR0001")
URL = "https://dons.example"


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock, public_url=URL, charity=REGISTERED)


def made(ctx: Context) -> list[LinkSpec]:
    assert isinstance(ctx.gateway, RecordingGateway)
    return ctx.gateway.made


def asked(ctx: Context) -> set[int | None]:
    """Return the amounts whose pages ask for name and address."""
    return {spec.minor for spec in made(ctx) if spec.identity_reason}


async def with_receipts(ctx: Context, least: int | None = 2000) -> Campaign:
    return await open_campaign(ctx, ends_on=None, receipts_from_minor=least)


async def test_pages_ask_from_the_amount_on_single_or_monthly(ctx: Context) -> None:
    campaign = await with_receipts(ctx)
    await links.ensure_monthly(ctx, campaign)
    amounts = campaign.authored.amounts
    assert min(amounts) < 2000 <= max(amounts)
    assert asked(ctx) == {minor for minor in amounts if minor >= 2000}, "and not where the donor types the amount"
    monthly = {spec.minor for spec in made(ctx) if spec.identity_reason and spec.interval}
    assert monthly == asked(ctx)


async def test_page_says_why_in_its_language(ctx: Context) -> None:
    await with_receipts(ctx)
    reasons = {spec.identity_reason for spec in made(ctx)} - {""}
    assert reasons == {ctx.catalog.text(locale, "stripe-identity-reason") for locale in ("fr", "en")}
    spec = next(spec for spec in made(ctx) if spec.identity_reason)
    params = link_params(spec, "price_1")
    assert params["billing_address_collection"] == "required"
    assert params["name_collection"] == {"individual": {"enabled": True, "optional": False}}


@pytest.mark.parametrize("least", [None, 2000])
async def test_without_setting_or_registration_number_nobody_is_asked(
    db: Database, clock: MovingClock, least: int | None
) -> None:
    ctx = make_context(db, clock, public_url=URL, charity=replace(REGISTERED, registration=None if least else "1"))
    await with_receipts(ctx, least)
    assert asked(ctx) == set()


async def test_links_from_before_are_replaced_once_receipts_are_on(ctx: Context) -> None:
    campaign = await with_receipts(ctx, None)
    person = await find_or_join(ctx, CAMILLE)
    assert await links.ensure_for_typed_amount(ctx, campaign, 3300, person)
    old = ctx.links.exact(campaign.id, 3300, monthly=False, locale="fr")
    changed = await publish.publish(ctx, campaign.authored.model_copy(update={"receipts_from_minor": 2000}))
    assert asked(ctx) == {minor for minor in changed.authored.amounts if minor >= 2000}
    assert await links.ensure_for_typed_amount(ctx, changed, 3300, person)
    new = ctx.links.exact(campaign.id, 3300, monthly=False, locale="fr")
    assert old is not None and new is not None and new.stripe_id != old.stripe_id
    assert 3300 in asked(ctx)
