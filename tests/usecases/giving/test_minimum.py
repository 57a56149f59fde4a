"""The minimum gift of a campaign: about two dollars for new ones, unchanged for old ones, on every route."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.staff import Role
from bot.store.campaigns import campaigns as rows
from bot.store.db import Database
from bot.store.giving import links as link_rows
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.giving import give
from bot.usecases.giving.links import ANY_AMOUNT
from content.campaign import Campaign as Authored
from content.campaign import CampaignError, dump_toml, load_toml
from payments.money import CURRENCIES, is_chargeable, minimum_charge, usual_minimum
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, RecordingGateway, example, hire, make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock, public_url="https://dons.example")


def authored(**changes: Any) -> Authored:
    plain = example().model_dump(mode="json", exclude_none=True) | changes
    return load_toml(dump_toml(Authored.model_validate_json(json.dumps(plain))))


async def as_before(ctx: Context) -> None:
    """The campaign as stored by a version without a minimum."""
    found = await publish.find(ctx, "dehors")
    assert found is not None
    async with ctx.db.write() as conn:
        await rows.publish(conn, example(), None, ctx.clock(), extended=False)


def bounds(ctx: Context) -> list[int | None]:
    assert isinstance(ctx.gateway, RecordingGateway)
    return [spec.minimum_minor for spec in ctx.gateway.made if spec.minor is None]


def test_default_minimum_is_chargeable_in_every_currency() -> None:
    for code, row in CURRENCIES.items():
        least = usual_minimum(code)
        assert least >= minimum_charge(code)
        assert is_chargeable(least) or not row.step
    assert usual_minimum("cad").minor == usual_minimum("usd").minor == 200


async def test_new_campaign_minimum_is_two_dollars(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    assert campaign.minimum.minor == 200
    assert bounds(ctx) == [200, 200]
    for typed in ("0.50", "1.99 $"):
        reply = await router.on_text(ctx, CAMILLE, typed)
        assert "2" in " ".join(reply.card.lines) and not any("0,50" in b.label for b in reply.card.buttons)
    reply = await give.by_id(ctx, await find_or_join(ctx, CAMILLE), campaign.id, 50, give.COMMAND)
    assert all("/50?" not in str(button.url) for button in reply.card.buttons)
    amounts = [spec.minor for spec in ctx.gateway.made if spec.minor]  # type: ignore[attr-defined]
    assert min(amounts) >= 200


async def test_old_campaign_keeps_its_lower_amounts(ctx: Context) -> None:
    await open_campaign(ctx)
    await as_before(ctx)
    again = await publish.publish(ctx, authored(amounts=[100, 500, 1000]))
    assert again.minimum.minor == 50
    assert 100 in [spec.minor for spec in ctx.gateway.made]  # type: ignore[attr-defined]


async def test_campaign_edited_without_minimum_keeps_its_own(ctx: Context) -> None:
    await publish.publish(ctx, authored(minimum_minor=300))
    assert (await publish.publish(ctx, authored())).minimum.minor == 300


async def test_new_campaign_with_lower_amounts_states_it_in_file(ctx: Context) -> None:
    with pytest.raises(publish.CannotPublish, match="minimum_minor"):
        await publish.publish(ctx, authored(amounts=[100, 500, 1000]))
    lower = await publish.publish(ctx, authored(amounts=[100, 500, 1000], minimum_minor=100))
    assert lower.minimum.minor == 100


def test_minimum_below_stripes_is_refused() -> None:
    for changes in ({"minimum_minor": 49}, {"minimum_minor": 600}):
        with pytest.raises((CampaignError, ValueError)):
            authored(**changes)


async def test_raised_minimum_closes_smaller_links(ctx: Context) -> None:
    await publish.publish(ctx, authored(minimum_minor=50))
    await router.on_text(ctx, CAMILLE, "0.75")
    async with ctx.db.read() as conn:
        before = {link.minor: link.stripe_id for link in await link_rows.active(conn)}
    assert 75 in before
    await publish.publish(ctx, authored(minimum_minor=400))
    async with ctx.db.read() as conn:
        left = {link.stripe_id for link in await link_rows.active(conn)}
    assert before[75] not in left and before[ANY_AMOUNT] not in left
    assert before[500] in left
    assert isinstance(ctx.gateway, RecordingGateway)
    assert {before[75], before[ANY_AMOUNT]} <= set(ctx.gateway.switched_off)


async def test_raised_minimum_closes_smaller_links_for_one_person(ctx: Context) -> None:
    ctx = replace(ctx, public_url="")
    await publish.publish(ctx, authored(minimum_minor=50))
    await router.on_text(ctx, CAMILLE, "0.75")
    await router.on_command(ctx, CAMILLE, "give", "")
    assert isinstance(ctx.gateway, RecordingGateway)
    own = {spec.minor: f"plink_{n}" for n, spec in enumerate(ctx.gateway.made, 1) if spec.own_link is not None}
    await publish.publish(ctx, authored(minimum_minor=400))
    assert own[75] in ctx.gateway.switched_off and own[None] in ctx.gateway.switched_off
    assert own[500] not in ctx.gateway.switched_off


async def test_staff_set_the_minimum_in_chat(ctx: Context) -> None:
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    campaign = await open_campaign(ctx, ends_on=None)
    opened = await router.on_action(ctx, CAMILLE, f"ca:{campaign.id}:edit")
    draft = next(str(b.action).split(":")[1] for b in opened.card.buttons if str(b.action).startswith("cd:"))
    await router.on_action(ctx, CAMILLE, f"cd:{draft}:least")
    await router.on_text(ctx, CAMILLE, "3 $")
    review = await router.on_action(ctx, CAMILLE, f"cd:{draft}:publish")
    sure = next(str(button.action) for button in review.card.buttons if ":publish:" in str(button.action))
    await router.on_action(ctx, CAMILLE, sure)
    changed = await publish.find(ctx, campaign.slug)
    assert changed is not None and changed.minimum.minor == 300
