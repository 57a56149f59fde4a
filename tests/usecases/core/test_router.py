"""Replies to commands, taps and plain messages, in both languages, through the router."""

import re
from dataclasses import replace

import pytest

from bot.domain.people import Contact
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.gifts import claim
from bot.usecases.reply import Reply
from content.commands import COMMANDS, name_of
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import (
    ALEX,
    CAMILLE,
    RecordingGateway,
    all_gifts,
    example,
    make_context,
    metadata,
    open_campaign,
    signed,
)
from tests.usecases.money.test_record import take


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


def words(reply: Reply) -> str:
    card = reply.card
    labels = " | ".join(button.label for button in card.buttons)
    return "\n".join([card.title, *card.lines, card.note, labels])


def urls(reply: Reply) -> list[str]:
    return [button.url for button in reply.card.buttons if button.url]


async def test_start_welcomes_once_then_shows_the_campaign(ctx: Context) -> None:
    await open_campaign(ctx)
    first = await router.on_start(ctx, CAMILLE, "")
    second = await router.on_start(ctx, CAMILLE, "")
    assert first.card.title != second.card.title
    assert urls(second)


@pytest.mark.parametrize(("contact", "command"), [(CAMILLE, "donner"), (ALEX, "give")])
async def test_amount_is_one_tap_to_stripe(ctx: Context, contact: Contact, command: str) -> None:
    campaign = await open_campaign(ctx)
    reply = await router.on_command(ctx, contact, command, "")
    amounts = [url for url in urls(reply) if url.startswith("https://pay.example")]
    assert len(amounts) == len(campaign.authored.amounts) + 1  # plus the one where the donor types the amount
    token = re.search("client_reference_id=([^&]+)", amounts[0])
    assert token is not None
    assert ctx.keyring.read(token[1]).campaign_id == campaign.id
    assert ("locale=fr-CA" in amounts[0]) is (contact is CAMILLE)


async def test_showing_card_calls_no_service(db: Database, clock: MovingClock) -> None:
    ctx = make_context(db, clock, public_url="https://dons.example")
    await open_campaign(ctx)
    assert isinstance(ctx.gateway, RecordingGateway)
    links_before = len(ctx.gateway.made)
    await router.on_command(ctx, CAMILLE, "give", "")
    await router.on_command(ctx, CAMILLE, "give", "5")
    assert len(ctx.gateway.made) == links_before


async def test_typed_amount_gets_one_link(ctx: Context) -> None:
    await open_campaign(ctx)
    assert isinstance(ctx.gateway, RecordingGateway)
    links_before = len(ctx.gateway.made)
    for _ in range(3):
        reply = await router.on_text(ctx, CAMILLE, "7,50 $")
    assert len(ctx.gateway.made) == links_before + 1
    assert "7,50\u00a0$" in words(reply)


async def test_link_creation_is_limited_per_person(ctx: Context) -> None:
    await open_campaign(ctx)
    assert isinstance(ctx.gateway, RecordingGateway)
    links_before = len(ctx.gateway.made)
    for cents in range(20):
        reply = await router.on_command(ctx, CAMILLE, "give", f"8.{cents:02}")
    assert len(ctx.gateway.made) == links_before + rate_limits.OWN_LINKS.each + rate_limits.LINKS.each
    assert urls(reply), "beyond the limit the donor types the amount on Stripe's page"


@pytest.mark.parametrize("text", ["cinq", "1,000", "0", "-3", "0.10", "99999999", "5 €"])
@pytest.mark.parametrize("contact", [CAMILLE, ALEX])
async def test_wrong_amount_gets_reply_with_next_best_button(ctx: Context, contact: Contact, text: str) -> None:
    await open_campaign(ctx)
    reply = await router.on_command(ctx, contact, "give", text)
    assert reply.card.lines
    assert reply.card.buttons


async def test_ambiguous_amount_offers_both_readings(ctx: Context) -> None:
    await open_campaign(ctx, cap_minor=500_000, minimum_minor=50)
    reply = await router.on_command(ctx, CAMILLE, "donner", "1,000")
    actions = [button.action for button in reply.card.buttons if button.action]
    assert [a.split(":")[2] for a in actions[:2] if a] == ["100", "100000"]


async def test_several_campaigns_offer_choice_unless_named(ctx: Context) -> None:
    first = await open_campaign(ctx)
    other = example().model_copy(update={"slug": "jardin"})
    await publish.publish(ctx, other)
    assert len((await router.on_command(ctx, CAMILLE, "donner", "")).card.buttons) == 2
    named = await router.on_command(ctx, CAMILLE, "donner", f"5 {first.slug}")
    assert len(urls(named)) == 1
    unknown = await router.on_command(ctx, CAMILLE, "donner", "5 nulle-part")
    assert not urls(unknown)


async def test_closed_campaign_names_next_step(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    await publish.close(ctx, campaign)
    assert isinstance(ctx.gateway, RecordingGateway)
    assert len(ctx.gateway.switched_off) == 2 * (len(campaign.authored.amounts) + 1)
    reply = await router.on_start(ctx, CAMILLE, f"g_{campaign.id}_500")
    assert not urls(reply)
    assert campaign.authored.name.fr in words(reply)


@pytest.mark.parametrize("word", ["STOP", "arrêt", "Arrêtez !", "désabonner", "unsubscribe"])
async def test_plain_stop_words_act_like_stop(ctx: Context, word: str) -> None:
    await router.on_action(ctx, CAMILLE, "pref:news:on")
    stopped = await router.on_text(ctx, CAMILLE, word)
    assert stopped.card.title == (await router.on_command(ctx, CAMILLE, "stop", "")).card.title
    shown = await router.on_command(ctx, CAMILLE, "preferences", "")
    assert "pref:news:on" in {button.action for button in shown.card.buttons}


async def test_language_follows_platform_until_chosen(ctx: Context) -> None:
    assert (await router.on_command(ctx, CAMILLE, "aide", "")).card != (
        await router.on_command(ctx, replace(CAMILLE, locale="en"), "help", "")
    ).card
    await router.on_action(ctx, CAMILLE, "lang:en")
    assert (await router.on_command(ctx, CAMILLE, "aide", "")).card == (
        await router.on_command(ctx, replace(CAMILLE, locale="en"), "help", "")
    ).card


async def test_old_forged_and_foreign_buttons_get_replies(ctx: Context) -> None:
    await open_campaign(ctx)
    for data in ("", "give:", "give:999:5", "give:1:-5", "err:abc", "err:1:amount", "claim:zz", "pref:x:y", "nope:1"):
        assert (await router.on_action(ctx, CAMILLE, data)).card.title


async def test_group_command_joins_nobody_and_links_into_bot(ctx: Context) -> None:
    await open_campaign(ctx)
    ctx.identity.telegram_username = "tablee_bot"
    reply = await router.on_command(ctx, replace(CAMILLE, private=False), "donner", "")
    assert all(url.startswith("https://t.me/") for url in urls(reply))


async def test_amount_in_words_gets_amount_question(ctx: Context) -> None:
    await open_campaign(ctx)
    assert (await router.on_text(ctx, CAMILLE, "cinq")).card == (
        await router.on_command(ctx, CAMILLE, "donner", "cinq")
    ).card


async def test_general_commands_answer_in_group(ctx: Context) -> None:
    await open_campaign(ctx)
    ctx.identity.telegram_username = "tablee_bot"
    public = replace(CAMILLE, private=False)
    public_reply = await router.on_command(ctx, public, "confidentialite", "")
    assert public_reply.card == (await router.on_command(ctx, CAMILLE, "privacy", "")).card
    assert not (await router.on_command(ctx, public, "aide", "")).card.buttons


@pytest.mark.parametrize("verb", [c.verb for c in COMMANDS if c.verb not in ("give", "share", "help", "privacy")])
async def test_personal_command_in_group_is_referred_to_private(ctx: Context, verb: str) -> None:
    await open_campaign(ctx)
    card = (await router.on_command(ctx, replace(CAMILLE, private=False), verb, "")).card
    assert f"en privé /{name_of(verb, 'fr')}" in card.lines[0] and not card.buttons


async def test_mistake_is_reported_once_and_only_for_own_gift(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    paid = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    await take(ctx, stripe.event("checkout.session.completed", paid))
    (gift,) = await all_gifts(ctx)
    mine = await router.on_action(ctx, CAMILLE, f"err:{gift.id}:amount")
    again = await router.on_action(ctx, CAMILLE, f"err:{gift.id}:amount")
    assert mine.card == again.card
    theirs = await router.on_action(ctx, ALEX, f"err:{gift.id}:amount")
    assert theirs.card.title != mine.card.title


async def test_disowned_gift_can_still_be_claimed_by_payer(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    supporter, token = await signed(ctx, campaign)
    paid = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    await take(ctx, stripe.event("checkout.session.completed", paid))
    (gift,) = await all_gifts(ctx)
    assert gift.supporter_id == supporter.id
    await router.on_action(ctx, CAMILLE, f"err:{gift.id}:sure")
    (freed,) = await all_gifts(ctx)
    assert freed.supporter_id is None
    assert claim.claim_token(ctx, freed) is not None, "they were only thanked for it"


async def test_anonymous_gift_is_claimed_once(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    await take(ctx, stripe.event("checkout.session.completed", stripe.session(metadata=metadata(campaign))))
    (gift,) = await all_gifts(ctx)
    token = claim.claim_token(ctx, gift)
    assert token is not None
    asked = await router.on_start(ctx, CAMILLE, f"c_{token}")
    (action,) = [button.action for button in asked.card.buttons if button.action]
    assert action is not None
    await router.on_action(ctx, CAMILLE, action)
    (claimed,) = await all_gifts(ctx)
    assert claimed.supporter_id is not None
    refused = await router.on_action(ctx, ALEX, action)
    (after,) = await all_gifts(ctx)
    assert after.supporter_id == claimed.supporter_id
    assert refused.card.title
    assert claimed.touch == Touch(TouchKind.NONE)
