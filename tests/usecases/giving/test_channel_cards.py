"""Cards in channels: "Other amount" asks for the amount in private; staff may let amounts open the payment page."""

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.deeplink import AskPayload, ask_payload, read_payload
from bot.domain.people import PlatformName
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.giving.campaign_cards import shared_card
from bot.usecases.giving.links import redirect_target
from content.campaign import dump_toml, load_toml
from payments.reference import NOBODY, Reference, Touch, TouchKind
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, RecordingGateway, make_context, open_campaign
from tests.usecases.monthly.fixtures import text_of

CARD = Touch(TouchKind.CARD, 6)
URL = "https://dons.example"


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    ctx = make_context(db, clock, public_url=URL)
    ctx.identity.telegram_username = "tablee_bot"
    return ctx


async def other_amount(ctx: Context, campaign: Campaign, platform: PlatformName) -> str:
    """Return where "Other amount" on a posted card leads."""
    card = await shared_card(ctx, campaign, platform, "fr", 6)
    (button,) = [one for one in card.buttons if one.label == "Autre montant"]
    return button.url or button.action or ""


async def test_other_amount_in_a_telegram_channel_asks_in_the_bots_chat(ctx: Context) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    link = await other_amount(ctx, campaign, "telegram")
    payload = link.removeprefix("https://t.me/tablee_bot?start=")
    assert payload == ask_payload(campaign.id, CARD) and read_payload(payload) == AskPayload(campaign.id, CARD)
    asked = (await router.on_start(ctx, CAMILLE, payload)).card
    assert "Quel montant" in asked.title and asked.picture is None, "not the same card again"
    answer = (await router.on_text(ctx, CAMILLE, "17")).card
    assert "17 $" in text_of(answer)
    (url,) = [button.url for button in answer.buttons if button.url]
    assert ctx.keyring.read(url.removeprefix(f"{URL}/g/").split("/")[0]).touch == CARD


async def test_other_amount_in_a_discord_channel_opens_a_window(ctx: Context) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    action = await other_amount(ctx, campaign, "discord")
    reply = await router.on_action(ctx, ALEX, action)
    assert reply.form is not None and reply.form.title == "Other amount"
    answer = (await router.on_answer(ctx, ALEX, reply.form.answers, "17.50")).card
    assert "$17.50" in text_of(answer)
    unread = (await router.on_answer(ctx, ALEX, reply.form.answers, "lots")).card
    assert f"ask:{campaign.id}:p6" in {button.action for button in unread.buttons}


async def test_other_amount_of_a_closed_campaign_says_that_it_has_ended(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    await publish.close(ctx, campaign)
    reply = await router.on_start(ctx, CAMILLE, ask_payload(campaign.id, CARD))
    assert reply.form is None and "terminée" in text_of(reply.card)


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_amounts_in_channels_lead_into_the_chat_unless_staff_choose_otherwise(
    ctx: Context, platform: PlatformName
) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    card = await shared_card(ctx, campaign, platform, "fr", 6)
    assert not [button for button in card.buttons if button.url and "/g/" in button.url]


@pytest.mark.parametrize(("locales", "query"), [("fr", "?l=fr"), ("en", "?l=en"), ("fr+en", "")])
@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_direct_amounts_open_the_payment_page_for_nobody_in_particular(
    ctx: Context, platform: PlatformName, locales: str, query: str
) -> None:
    campaign = await open_campaign(ctx, ends_on=None, direct_from_channels=True)
    card = await shared_card(ctx, campaign, platform, locales, 6)
    urls = [button.url for button in card.buttons if button.url and "/g/" in button.url]
    assert len(urls) == len(campaign.authored.amounts)
    for url, minor in zip(urls, campaign.authored.amounts, strict=True):
        token = url.removeprefix(f"{URL}/g/").split("/")[0]
        assert url == f"{URL}/g/{token}/{minor}{query}"
        assert ctx.keyring.read(token) == Reference(NOBODY, campaign.id, CARD)
        assert await redirect_target(ctx, token, minor, "fr")


async def test_direct_amounts_need_a_web_address_to_be_claimed(db: Database, clock: MovingClock) -> None:
    ctx = make_context(db, clock)
    assert isinstance(ctx.gateway, RecordingGateway)
    campaign = await open_campaign(ctx, ends_on=None, direct_from_channels=True)
    card = await shared_card(ctx, campaign, "discord", "fr", 6)
    assert all(button.action for button in card.buttons)


async def test_setting_is_off_by_default_and_kept_in_the_file(ctx: Context) -> None:
    authored = (await open_campaign(ctx)).authored
    assert not authored.direct_from_channels
    on = authored.model_copy(update={"direct_from_channels": True})
    assert load_toml(dump_toml(on)).direct_from_channels
