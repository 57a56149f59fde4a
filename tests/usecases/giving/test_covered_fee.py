"""Covering the fee keeps the appeal that the gift came from, and can be undone."""

import pytest

from bot.domain.campaigns import Campaign
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.giving import give
from content.cards import Card
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, make_context, open_campaign
from tests.usecases.monthly.fixtures import actions, text_of

KINDS = (TouchKind.NUDGE, TouchKind.BROADCAST, TouchKind.INVITE, TouchKind.CARD)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock, public_url="https://dons.example")


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


def touch_of(ctx: Context, card: Card) -> Touch:
    """Return the touch that the card's payment link carries."""
    url = next(button.url for button in card.buttons if button.url and "/g/" in button.url)
    return ctx.keyring.read(url.split("/g/")[1].split("/")[0]).touch


async def tap(ctx: Context, action: str) -> Card:
    return (await router.on_action(ctx, CAMILLE, action)).card


@pytest.mark.parametrize("kind", KINDS)
async def test_touch_survives_covering_the_fee_and_undoing_it(
    ctx: Context, campaign: Campaign, kind: TouchKind
) -> None:
    touch = Touch(kind, 7)
    asked = await tap(ctx, str(give.show_tap(campaign, 1700, touch).action))
    assert touch_of(ctx, asked) == touch
    (cover,) = [action for action in actions(asked) if action.startswith("cover:")]
    assert len(cover.encode()) <= 64
    covered = await tap(ctx, cover)
    assert touch_of(ctx, covered) == touch
    (undo,) = [action for action in actions(covered) if action.startswith("uncover:")]
    plain = await tap(ctx, undo)
    assert touch_of(ctx, plain) == touch
    assert text_of(plain) == text_of(asked) and actions(plain) == actions(asked)


async def test_button_of_an_older_version_still_covers_the_fee(ctx: Context, campaign: Campaign) -> None:
    covered = await tap(ctx, f"cover:{campaign.id}:500")
    assert "5,46 $" in text_of(covered)
    assert touch_of(ctx, covered) == give.COMMAND


@pytest.mark.parametrize("text", ["2 50", "1,5000", "50000"])
async def test_amount_that_is_asked_about_keeps_the_touch(ctx: Context, campaign: Campaign, text: str) -> None:
    touch = Touch(TouchKind.CARD, 6)
    await router.on_start(ctx, CAMILLE, f"a_{campaign.id}_p6")
    answer = (await router.on_text(ctx, CAMILLE, text)).card
    kept = [action for action in actions(answer) if action.startswith("give:")]
    assert all(action.endswith(":p6") for action in kept)
    assert kept or touch_of(ctx, answer) == touch
