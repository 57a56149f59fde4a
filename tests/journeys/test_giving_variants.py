"""Variants of giving: other cards and amounts, several campaigns, changed keys, deleted places."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.demo.launch import example_campaign
from bot.usecases.campaigns import publish
from bot.usecases.money import reconcile
from content.catalog import Locale
from tests.journeys.environment import TWO_KINDS, Environment, new_environment, running_environment
from tests.journeys.people import CATALOG, BotMessage, Person, cad, new_person, sentence
from tests.waiting import until


async def ask(donor: Person, amount: str = "5", campaign: str = "") -> BotMessage:
    return await donor.command("donner" if donor.locale == "fr" else "give", amount, campaign)


async def mine(donor: Person) -> BotMessage:
    return await donor.command("mesdons" if donor.locale == "fr" else "mygifts")


@TWO_KINDS
async def test_other_amounts_declines_and_3d_secure_work(env: Environment, donor: Person) -> None:
    card = await ask(donor, "")
    other = await env.follow(card.target(sentence(donor.locale, "other-amount")))
    with pytest.raises(ValueError, match=r"."):
        await env.stripe.pay(other, amount=49)
    with pytest.raises(ValueError, match=r"."):
        await env.stripe.pay(other, amount=50_001)
    declined = await env.stripe.pay(other, amount=1234, card="4000000000000002", email="d@example.org")
    assert declined["status"] == "open"
    await env.stripe.delivered()
    refused = await env.stripe.pay(other, amount=1234, card="4000002500003155", approve=False, email="d@example.org")
    assert refused["status"] == "open"
    assert not any(gift.book.is_paid for gift in await env.gifts())
    await env.stripe.pay(other, amount=1234, card="4000002500003155", email="d@example.org")
    thanks = await donor.receive(sentence(donor.locale, "thanks-title"))
    assert CATALOG.money(donor.locale, cad(1234)) in thanks.text
    await env.assert_books_balance()


@TWO_KINDS
async def test_bank_debit_settles_and_lost_dispute_is_subtracted(env: Environment, donor: Person) -> None:
    session = await env.pay((await ask(donor)).first_link, method="bank")
    await donor.receive(sentence(donor.locale, "pending-title"))
    await donor.claim_gift(session)
    assert sentence(donor.locale, "gift-state-pending") in (await mine(donor)).text
    assert (await env.campaign()).raised == cad(0)
    await env.stripe.settle(session["id"], True)
    await env.stripe.delivered()
    await donor.receive(sentence(donor.locale, "thanks-title"))
    dispute = await env.stripe.dispute(session["payment_intent"])
    await env.stripe.delivered()
    assert sentence(donor.locale, "gift-state-disputed") in (await mine(donor)).text
    await env.stripe.close_dispute(dispute["id"], False)
    await env.stripe.delivered()
    assert sentence(donor.locale, "gift-state-lost") in (await mine(donor)).text
    assert (await env.campaign()).raised == cad(0)
    assert "dispute" in await env.open_cases()
    await env.assert_books_balance()


async def test_fraud_warning_is_a_case_and_not_shown_to_the_donor(env: Environment) -> None:
    donor = new_person(env, "telegram")
    session = await env.pay((await ask(donor)).first_link)
    await donor.receive(sentence("fr", "thanks-title"))
    count_before = len(donor.messages())
    await env.stripe.early_fraud_warning(session["payment_intent"])
    await env.stripe.delivered()
    assert len(await env.open_cases()) == 1
    await env.all_sent()
    assert len(donor.messages()) == count_before


@TWO_KINDS
async def test_choice_between_two_campaigns_keeps_the_amount(env: Environment, donor: Person) -> None:
    second = example_campaign().model_copy(update={"slug": "deuxieme"})
    await publish.publish(env.app.ctx, second)
    asked = await ask(donor, "7,50")
    assert sentence(donor.locale, "choose-campaign") in asked.text
    received = await donor.tap(asked, asked.labels[0])
    assert sentence(donor.locale, "confirm-amount", amount=cad(750)) in received.text
    received = await ask(donor, "7,50", "dehors")
    await env.pay(received.first_link)
    await donor.receive(sentence(donor.locale, "thanks-title"))
    assert (await env.campaign()).raised == cad(750)
    assert sentence(donor.locale, "choose-campaign") in (await donor.say("5 $")).text


async def test_second_gift_by_one_private_answer_replaces_the_first(env: Environment) -> None:
    donor = new_person(env, "discord", "en")
    url = (await ask(donor)).first_link
    await env.pay(url)
    await donor.receive(sentence("en", "thanks-total", raised=cad(500)))
    await env.pay(url)
    await donor.receive(sentence("en", "thanks-total", raised=cad(1000)))
    assert (await mine(donor)).text.count(f"({sentence('en', 'gift-state-unproved')})") == 2


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_card_says_less_at_first_and_what_is_missing_at_the_end(env: Environment, locale: Locale) -> None:
    donor = new_person(env, "telegram", locale)
    await ask(donor, "100")
    first = await ask(donor, "")
    assert CATALOG.money(locale, cad(60_000)) in first.text
    assert "%" not in first.text
    await donor.give("320")
    half = await ask(donor, "")
    assert sentence(locale, "standing-half", raised=cad(32_000), goal=cad(60_000), percent=53) in half.text
    await donor.give("250")
    near = await ask(donor, "")
    assert sentence(locale, "standing-near", missing=cad(3_000), goal=cad(60_000)) in near.text
    await donor.give("50")
    assert sentence(locale, "standing-reached", raised=cad(62_000), goal=cad(60_000)) in (await ask(donor, "")).text


@pytest.mark.parametrize("number", ["", "12345 6789 RR0001"])
async def test_receipts_are_explained_in_one_sentence(tmp_path: Path, number: str) -> None:
    async with running_environment(tmp_path, platforms=["telegram"], charity_registration_number=number) as env:
        donor = new_person(env, "telegram", "en")
        await env.pay((await ask(donor)).first_link)
        thanks = await donor.receive(sentence("en", "thanks-title"))
        assert (number or "does not issue tax receipts") in thanks.text


async def test_deleted_places_delay_no_other(env: Environment) -> None:
    places = [env.telegram.add_chat(kind, "La Tablée") for kind in ("channel", "group", "channel")]
    telegram, discord = env.app.platforms
    campaign, ctx = await env.campaign(), env.app.ctx
    for place in places:
        await publish.post(ctx, telegram, campaign, str(place["id"]), "fr")
    await publish.post(ctx, discord, campaign, str(env.room["id"]), "en")
    env.telegram.remove_bot(places[0])
    env.telegram.migrate(places[1])
    env.discord.remove_channel(env.room)
    donor = new_person(env, "telegram")
    await env.pay((await ask(donor)).first_link)
    env.clock.ahead += timedelta(seconds=6)
    await until(lambda: env.telegram.view(places[2])[-1]["edited"])


async def test_changed_keys_keep_old_links_valid(tmp_path: Path) -> None:
    async with new_environment(tmp_path, platforms=["telegram"]) as env:
        async with env.run_bot() as app:
            await publish.publish(app.ctx, example_campaign())
            donor = new_person(env, "telegram")
            url = (await ask(donor)).first_link
        old_key, old_secret = env.settings.secret_key[0], env.settings.stripe_webhook_secret[0]
        env.settings = env.settings.model_copy(
            update={
                "secret_key": (SecretStr("a-new-key-" * 4), old_key),
                "stripe_webhook_secret": (SecretStr("whsec_new"), old_secret),
            }
        )
        async with env.run_bot():
            await env.pay(url)
            await donor.receive(sentence("fr", "thanks-title"))


async def test_foreign_malformed_and_live_events_change_nothing(env: Environment) -> None:
    donor = new_person(env, "telegram")
    await env.pay((await ask(donor)).first_link)
    await donor.receive(sentence("fr", "thanks-title"))
    odd: list[dict[str, Any]] = [
        {"type": "some.thing.new", "data": {"object": {"id": "x_1", "object": "x"}}},
        {"type": "charge.refunded", "data": {"object": {"id": "ch_foreign", "object": "charge"}}},
        {"type": "charge.dispute.created", "data": {"object": {}}},
        {"type": "checkout.session.completed", "data": {"object": {"id": "cs_foreign", "object": "checkout.session"}}},
        {"type": "invoice.paid", "data": {"object": {"id": "in_1", "lines": "no list"}}},
    ]
    for event in odd:
        await env.stripe.post_event(event)
        await env.stripe.post_event(event | {"livemode": True})
    await env.stripe.delivered()
    await reconcile.poll(env.app.ctx, env.app.intake)
    await reconcile.retry_failed(env.app.ctx, env.app.intake)
    assert (await env.campaign()).raised == cad(500)
    await env.pay((await ask(donor)).first_link)
    assert (await env.campaign()).raised == cad(1000)
    await env.assert_books_balance()


async def test_short_link_with_a_forged_reference_is_refused(env: Environment) -> None:
    donor = new_person(env, "telegram")
    url = (await ask(donor)).first_link
    token = url.partition("/g/")[2].partition("/")[0]
    for bad in (token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), "A" * 24, "-" * 200):
        status, page = await env.page(url.replace(token, bad))
        assert status == 410
        assert "href" in page


@pytest.mark.parametrize("cut", [-1, 5])
async def test_truncated_reference_is_an_anonymous_gift(env: Environment, cut: int) -> None:
    donor = new_person(env, "telegram")
    page = await env.follow((await ask(donor)).first_link)
    head, _, tail = page.partition("client_reference_id=")
    token, mark, rest = tail.partition("&")
    session = await env.pay(f"{head}client_reference_id={token[:cut]}{mark}{rest}")
    (gift,) = await env.gifts()
    assert gift.supporter_id is None
    assert gift.campaign_id == (await env.campaign()).id
    assert "start=c_" in (await env.page(f"/thanks?session={session['id']}"))[1]


async def test_polling_recovers_missed_gifts(tmp_path: Path) -> None:
    async with running_environment(tmp_path, platforms=["telegram"], public=False) as env:
        donor = new_person(env, "telegram")
        await env.pay((await ask(donor)).first_link)
        await donor.receive(sentence("fr", "thanks-title"), within=20)
