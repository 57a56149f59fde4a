"""An amount that Stripe cannot charge is created nowhere: not by staff, not by donors, not by covering the fee."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain import campaign_input
from bot.domain.campaign_input import FieldProblem
from bot.domain.campaigns import Campaign
from bot.store.campaigns import campaigns as rows
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.giving import links, own_amounts
from bot.usecases.staff.campaigns import draft
from content.campaign import Campaign as Authored
from content.campaign import CampaignError, dump_toml, load_toml
from content.cards import Card
from payments.money import CURRENCIES, Money, chargeable_at_least, chargeable_at_most, is_chargeable
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, RecordingGateway, example, make_context
from tests.usecases.monthly.fixtures import actions

STEPPED = sorted(code for code, row in CURRENCIES.items() if row.step > 1)


def authored(code: str, **changes: Any) -> Authored:
    """Return the example campaign in this currency, with amounts that can be charged."""
    unit = CURRENCIES[code].minimum_minor * 10
    amounts = [unit, unit * 2, unit * 4]
    plain = example().model_dump(mode="json", exclude_none=True)
    plain |= {"currency": code, "amounts": amounts, "cap_minor": unit * 100, "goal_minor": unit * 1000}
    plain |= {"gift_does": [], "milestones": [], "minimum_minor": unit} | changes
    return Authored.model_validate_json(json.dumps({k: v for k, v in plain.items() if v is not None}))


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


def charged(ctx: Context) -> list[Money]:
    """Return the amounts of all links that were created."""
    assert isinstance(ctx.gateway, RecordingGateway)
    return [Money(spec.minor, spec.currency) for spec in ctx.gateway.made if spec.minor is not None]


async def says(ctx: Context, text: str) -> Card:
    return (await router.on_text(ctx, CAMILLE, text)).card


@pytest.mark.parametrize("code", [*STEPPED, "cad", "jpy"])
def test_nearest_chargeable_amounts_enclose_every_amount(code: str) -> None:
    for minor in range(CURRENCIES[code].minimum_minor, CURRENCIES[code].minimum_minor + 250):
        low, high = chargeable_at_most(Money(minor, code)), chargeable_at_least(Money(minor, code))
        assert low is not None and high is not None and is_chargeable(low) and is_chargeable(high)
        assert low.minor <= minor <= high.minor and high.minor - low.minor in (0, CURRENCIES[code].step)


def test_currency_that_is_never_charged_cannot_be_published() -> None:
    ugx = authored("ugx", minimum_minor=None)
    with pytest.raises(CampaignError, match="ugx"):
        load_toml(dump_toml(ugx))


@pytest.mark.parametrize("field", ["amounts", "minimum_minor", "cap_minor"])
def test_file_with_an_amount_between_steps_is_refused(field: str) -> None:
    right = authored("isk")
    value = [*right.amounts[:-1], right.amounts[-1] + 50] if field == "amounts" else getattr(right, field) + 50
    if field == "minimum_minor":
        value = right.minimum_minor - 50 if right.minimum_minor else 0
    assert load_toml(dump_toml(right)) == right
    with pytest.raises(CampaignError, match="steps of 100"):
        load_toml(dump_toml(authored("isk", **{field: value})))


@pytest.mark.parametrize("wrong", ["ugx", "isk"])
async def test_publishing_checks_amounts_too(ctx: Context, wrong: str) -> None:
    changes = {} if wrong == "ugx" else {"cap_minor": authored("isk").cap_minor + 1}
    with pytest.raises(publish.CannotPublish):
        await publish.publish(ctx, authored(wrong, **changes))
    assert charged(ctx) == []


def test_staff_cannot_type_what_is_never_charged() -> None:
    currency_field = draft.FIELDS["currency"]
    problem = draft.read_field(currency_field, "UGX", {}, datetime(2026, 11, 30, tzinfo=UTC))
    assert problem == FieldProblem("uncharged_currency", {"typed": "UGX"})
    step = FieldProblem("step", {"typed": "151.50", "step": Money(100, "isk")})
    assert campaign_input.amount("151.50", "isk", charged=True) == step
    assert campaign_input.amounts("1000; 2000.50; 3000", "isk") == FieldProblem(
        "step", {"typed": "2000.50", "step": Money(100, "isk")}
    )
    assert campaign_input.amount("151.50", "isk") == 15_150, "a goal is not charged"


async def test_currency_changed_after_the_amounts_is_noticed(ctx: Context) -> None:
    fields = authored("cad", amounts=[5050, 6000, 7000], minimum_minor=5000, cap_minor=50_000).model_dump(mode="json")
    built = draft.build(fields | {"currency": "isk"}, "dehors")
    assert isinstance(built, FieldProblem) and built.kind in ("step", "amount")


@pytest.mark.parametrize(("text", "nearest"), [("2000.50", (200_000, 200_100)), ("1515,5", (151_500, 151_600))])
async def test_typed_amount_between_steps_offers_the_nearest(ctx: Context, text: str, nearest: tuple[int, int]) -> None:
    campaign = await publish.publish(ctx, authored("isk"))
    answer = await says(ctx, text)
    assert {f"give:{campaign.id}:{minor}" for minor in nearest} == actions(answer)
    assert all(is_chargeable(money) for money in charged(ctx))


@pytest.mark.parametrize("code", [*STEPPED, "cad", "jpy"])
async def test_covered_fee_can_be_charged(ctx: Context, code: str) -> None:
    campaign = await publish.publish(ctx, authored(code))
    minor = campaign.authored.amounts[1]
    covered = await router.on_action(ctx, CAMILLE, f"cover:{campaign.id}:{minor}")
    assert any(button.url for button in covered.card.buttons)
    total = charged(ctx)[-1]
    assert is_chargeable(total) and total.minor > minor


@pytest.mark.parametrize("code", STEPPED)
async def test_personal_amounts_can_be_charged(ctx: Context, code: str) -> None:
    step = CURRENCIES[code].step
    low = CURRENCIES[code].minimum_minor // step * step + step
    campaign = await publish.publish(ctx, authored(code, amounts=[low, low * 3, low * 9], minimum_minor=low))
    await router.on_action(ctx, CAMILLE, "pref:personal_amounts:on")
    assert await own_amounts.ensure_links(ctx) == 1
    assert all(is_chargeable(money) for money in charged(ctx)), charged(ctx)
    assert campaign.minimum.minor == low


async def test_campaign_published_earlier_keeps_working(ctx: Context) -> None:
    """A version without the check let amounts between steps be published; they get no link and stop nothing."""
    old = authored("isk", amounts=[150_050, 200_000, 300_000], minimum_minor=15_050, cap_minor=15_000_050)
    async with ctx.db.write() as conn:
        campaign: Campaign = await rows.publish(conn, old, None, ctx.clock(), extended=False)
    await links.ensure_suggested(ctx, campaign)
    assert {money.minor for money in charged(ctx)} == {200_000, 300_000}
    assert isinstance(ctx.gateway, RecordingGateway)
    bounds = {(spec.minimum_minor, spec.maximum_minor) for spec in ctx.gateway.made if spec.minor is None}
    assert bounds == {(15_100, 15_000_000)}
    shown = (await router.on_command(ctx, CAMILLE, "donner", "")).card
    assert not [button for button in shown.buttons if "500" in button.label]


async def test_campaign_published_earlier_whose_first_amount_is_its_minimum_is_read(ctx: Context) -> None:
    """Its minimum is rounded up since, above its first amount; one such row must not hide every campaign."""
    right = authored("isk", minimum_minor=None)
    old = {"minimum_minor": 15_050, "amounts": [15_050, 20_000, 30_000]}
    read = Authored.model_validate_json(json.dumps(right.model_dump(mode="json") | old))
    assert read.minimum == Money(15_100, "isk")
    async with ctx.db.write() as conn:
        await rows.publish(conn, read, None, ctx.clock(), extended=False)
        assert [campaign.authored for campaign in await rows.all_campaigns(conn)] == [read]
    with pytest.raises(publish.CannotPublish, match="steps of 100"):
        await publish.publish(ctx, read)
    with pytest.raises(CampaignError, match="steps of 100"):
        load_toml(dump_toml(read))
