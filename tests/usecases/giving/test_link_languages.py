"""The payment page and the page after it are in the donor's language; links of earlier versions still work."""

from dataclasses import replace

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.people import Locale
from bot.store.db import Database
from bot.store.giving import links as link_rows
from bot.store.giving.links import StoredLink
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import gift_page
from bot.usecases.giving import links, minors
from bot.usecases.supporters.merging import merge
from bot.web.gift_pages import GiftPages
from payments.stripe import LinkSpec
from tests.conftest import MovingClock
from tests.giving import give
from tests.payments import stripe_json as stripe
from tests.usecase_setup import ALEX, CAMILLE, RecordingGateway, make_context, metadata, open_campaign, signed
from tests.usecases.money.test_record import take

URL = "https://dons.example"
LANGUAGES: tuple[Locale, ...] = ("fr", "en")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock, public_url=URL)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


def made(ctx: Context) -> list[LinkSpec]:
    assert isinstance(ctx.gateway, RecordingGateway)
    return ctx.gateway.made


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_each_language_has_its_own_page(ctx: Context, campaign: Campaign, locale: Locale) -> None:
    name = campaign.authored.name.get(locale)
    of_language = [spec for spec in made(ctx) if spec.product_name == name]
    assert len(of_language) == len(campaign.authored.amounts) + 1
    assert {spec.return_url for spec in of_language} == {f"{URL}/thanks?session={{CHECKOUT_SESSION_ID}}&l={locale}"}
    assert not any(" / " in spec.product_name or " / " in spec.thanks_message for spec in made(ctx))


@pytest.mark.parametrize("contact", [CAMILLE, replace(ALEX, platform="telegram")], ids=["fr", "en"])
@pytest.mark.parametrize("monthly", [False, True])
async def test_button_leads_to_the_page_in_the_donors_language(
    ctx: Context, campaign: Campaign, contact: object, monthly: bool
) -> None:
    assert isinstance(contact, type(CAMILLE))
    await links.ensure_monthly(ctx, campaign)
    person = await find_or_join(ctx, contact)
    minor = campaign.authored.amounts[0]
    _, token = await signed(ctx, campaign, contact)
    target = await links.redirect_target(ctx, token, minor, person.locale, monthly=monthly)
    stored = ctx.links.exact(campaign.id, minor, monthly=monthly, locale=person.locale)
    assert stored is not None and target is not None and target.startswith(stored.url)


async def test_links_from_before_they_said_no_are_limited_too(ctx: Context, campaign: Campaign) -> None:
    """People under 18 give small sums once, also by a link in an older message, and on any linked account."""
    await links.ensure_monthly(ctx, campaign)
    person, token = await signed(ctx, campaign, CAMILLE)
    most = minors.most("cad")
    assert most is not None

    async def leads(minor: int, *, monthly: bool = False) -> bool:
        return await links.redirect_target(ctx, token, minor, "fr", monthly=monthly) is not None

    small, large = [min(campaign.authored.amounts), max(campaign.authored.amounts)]
    assert small <= most.minor < large
    everything = [(small, True), (large, True), (small, False), (large, False), (links.ANY_AMOUNT, False), (777, False)]
    assert all([await leads(minor, monthly=monthly) for minor, monthly in everything])
    async with ctx.db.write() as conn:
        await supporters.set_adult(conn, person.id, False, ctx.clock())
    assert [way for way in everything if await leads(way[0], monthly=way[1])] == [(small, False)]
    other = await find_or_join(ctx, ALEX)
    async with ctx.db.write_money() as conn:
        assert await merge(ctx, conn, other.id, person.id) is not None
    assert not await leads(large) and not await leads(small, monthly=True)


@pytest.mark.parametrize("contact", [CAMILLE, replace(ALEX, platform="telegram")], ids=["fr", "en"])
async def test_typed_amount_gets_a_page_in_the_donors_language(
    ctx: Context, campaign: Campaign, contact: object
) -> None:
    assert isinstance(contact, type(CAMILLE))
    await router.on_text(ctx, contact, "17")
    assert made(ctx)[-1].product_name == campaign.authored.name.get(contact.locale)


async def test_link_of_an_earlier_version_serves_both_languages(ctx: Context, campaign: Campaign) -> None:
    old = StoredLink(
        id=1,
        campaign_id=campaign.id,
        minor=4321,
        currency="cad",
        params_hash="x",
        stripe_id="plink_old",
        url="https://pay.example/old",
        suggested=False,
    )
    async with ctx.db.write() as conn:
        await link_rows.add(conn, old, ctx.clock())
    await links.load(ctx)
    for locale in LANGUAGES:
        assert ctx.links.get(campaign.id, 4321, locale=locale) == old
    await links.repair(ctx)
    async with ctx.db.read() as conn:
        assert old in await link_rows.active(conn), "it is in chats"


async def test_link_in_another_language_is_better_than_none(ctx: Context, campaign: Campaign) -> None:
    minor = campaign.authored.amounts[0]
    english = ctx.links.exact(campaign.id, minor, monthly=False, locale="en")
    assert english is not None
    ctx.links.drop(english.stripe_id)
    assert ctx.links.get(campaign.id, minor, locale="en") == ctx.links.get(campaign.id, minor, locale="fr")


@pytest.mark.parametrize(("asked", "shown"), [(None, "en"), ("fr", "fr"), ("en", "en")])
async def test_return_page_follows_the_donor_and_not_the_browser(
    ctx: Context, campaign: Campaign, asked: Locale | None, shown: Locale
) -> None:
    _, token = await signed(ctx, campaign, ALEX)
    paid = stripe.session(metadata=metadata(campaign), client_reference_id=token)
    await take(ctx, stripe.event("checkout.session.completed", paid))
    assert (await gift_page.facts(ctx, "cs_1", may_ask=False)).locale == "en"
    page = await GiftPages(ctx).of("cs_1", asked, "fr")
    assert page.locale == shown
    assert page.campaign == campaign.authored.name.get(shown)


async def test_return_page_of_an_anonymous_gift_follows_the_browser(ctx: Context, campaign: Campaign) -> None:
    await give(ctx, campaign, None)
    paid = stripe.session(metadata=metadata(campaign), client_reference_id=None)
    await take(ctx, stripe.event("checkout.session.completed", paid))
    assert (await GiftPages(ctx).of("cs_1", None, "en")).locale == "en"
