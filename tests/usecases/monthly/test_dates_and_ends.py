"""What a monthly gift's card says of days, ends, pauses and cards, and what Stripe refuses."""

from datetime import UTC, datetime

import pytest

from bot.domain.campaigns import Campaign
from bot.store.monthly import pledges
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.monthly import monthly
from bot.usecases.preferences import preferences
from content.cards import Card
from payments.stripe import GatewayRefused, GatewayUnavailable, KeyRefused
from tests.usecase_setup import CAMILLE, notices_of, open_campaign
from tests.usecases.money.test_monthly_news import due_messages
from tests.usecases.monthly.fixtures import RENEWS, SUB, MonthlyStripe, actions, pledged, text_of


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    made = await open_campaign(ctx, ends_on=None)
    await pledged(ctx, made, await find_or_join(ctx, CAMILLE))
    return made


async def tap(ctx: Context, argument: str = f"show:{SUB}") -> Card:
    return (await monthly.on_tap(ctx, await find_or_join(ctx, CAMILLE), argument)).card


@pytest.mark.parametrize(("months", "day"), [(1, "30 janvier"), (2, "28 février"), (3, "30 mars")])
async def test_pause_shows_the_day_of_the_next_gift(ctx: Context, campaign: Campaign, months: int, day: str) -> None:
    shown = await tap(ctx, f"hold:{SUB}:{months}")
    assert f"aura lieu le {day} 2027" in text_of(shown)
    assert "3 janvier" not in text_of(shown), "Stripe's end of the pause is ours alone"


async def test_next_gift_is_on_the_charitys_day(ctx: Context, campaign: Campaign, stripe: MonthlyStripe) -> None:
    stripe.set(renews_at=datetime(2026, 12, 31, 3, tzinfo=UTC))  # at ten in the evening of the 30th in Montréal
    assert "30 décembre" in text_of(await tap(ctx))


async def test_gift_that_ends_at_stripe_says_so(ctx: Context, campaign: Campaign, stripe: MonthlyStripe) -> None:
    stripe.set(ends_at=RENEWS)
    shown = await tap(ctx)
    assert "Se termine le 30 décembre 2026, et plus rien ne sera prélevé" in text_of(shown)
    assert "Prochain don" not in text_of(shown)
    assert not {f"mo:{verb}:{SUB}" for verb in ("amount", "pause", "end")} & actions(shown)


async def test_gift_that_ends_later_says_both_days(ctx: Context, campaign: Campaign, stripe: MonthlyStripe) -> None:
    stripe.set(ends_at=datetime(2027, 3, 1, 17, tzinfo=UTC))
    said = text_of(await tap(ctx))
    assert "Prochain don : le 30 décembre" in said
    assert "Il se termine le 1er mars 2027" in said


@pytest.mark.parametrize(("ends_at", "asked"), [(None, 1), (RENEWS, 0), (datetime(2027, 6, 1, tzinfo=UTC), 1)])
async def test_closed_campaign_asks_only_about_gifts_that_go_on(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, ends_at: datetime | None, asked: int
) -> None:
    stripe.set(ends_at=ends_at)
    await tap(ctx)  # Stripe's answer is stored
    async with ctx.db.read() as conn:
        assert (await pledges.by_subscription(conn, [SUB]))[SUB].ends_at == ends_at
    await publish.close(ctx, campaign)
    assert len(await due_messages(ctx, "pledge_moved")) == asked


@pytest.mark.parametrize("why", [GatewayRefused("No configuration provided"), KeyRefused("lacks a permission")])
async def test_portal_that_was_never_saved_hides_only_its_button(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, monkeypatch: pytest.MonkeyPatch, why: GatewayRefused
) -> None:
    async def refuse(customer: str, return_url: str | None) -> str:
        raise why

    monkeypatch.setattr(stripe, "portal", refuse)
    stripe.set(status="past_due")
    for _ in range(2):
        shown = await tap(ctx)
    assert {f"mo:end:{SUB}", f"mo:pause:{SUB}", f"mo:amount:{SUB}"} <= actions(shown)
    assert not any(button.url for button in shown.buttons)
    assert "n’est pas passé" in text_of(shown)
    assert len(await notices_of(ctx, "stripe_refused")) == 1, "staff learn of it once a day"


async def test_refused_change_is_no_matter_of_minutes(ctx: Context, campaign: Campaign, stripe: MonthlyStripe) -> None:
    stripe.fails = GatewayRefused("The product prod_1 is marked as inactive")
    refused = await tap(ctx, f"set:{SUB}:2000")
    assert "minutes" not in text_of(refused) and ctx.charity.contact in text_of(refused)
    assert len(await notices_of(ctx, "stripe_refused")) == 1
    stripe.fails = GatewayUnavailable("away")
    assert "minutes" in text_of(await tap(ctx, f"set:{SUB}:2000"))


async def test_refused_links_are_no_matter_of_minutes(ctx: Context, campaign: Campaign, stripe: MonthlyStripe) -> None:
    stripe.fails = GatewayRefused("The product obole_1 is marked as inactive")
    refused = await tap(ctx, f"offer:{campaign.id}")
    assert "minutes" not in text_of(refused) and ctx.charity.contact in text_of(refused)
    stripe.fails = GatewayUnavailable("away")
    assert "minutes" in text_of(await tap(ctx, f"offer:{campaign.id}"))


@pytest.mark.parametrize(("ends_at", "goes_on"), [(None, True), (RENEWS, False)])
async def test_stop_mentions_only_a_monthly_gift_that_goes_on(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, ends_at: datetime | None, goes_on: bool
) -> None:
    stripe.set(ends_at=ends_at)
    await tap(ctx)
    stopped = (await preferences.stop(ctx, await find_or_join(ctx, CAMILLE))).card
    assert (f"mo:end:{SUB}" in actions(stopped)) == goes_on
