"""Further ways through it: other cards and amounts, several campaigns, changed keys, places that are gone."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.demo.launch import example_campaign
from bot.usecases.campaigns import publish
from bot.usecases.money import reconcile
from content.catalog import Locale
from tests.journeys.people import CATALOG, Heard, Person, cad, says
from tests.journeys.town import TWO_KINDS, Town, open_town, town
from tests.waiting import until


async def ask(donor: Person, amount: str = "5", campaign: str = "") -> Heard:
    return await donor.command("donner" if donor.locale == "fr" else "give", amount, campaign)


async def mine(donor: Person) -> Heard:
    return await donor.command("mesdons" if donor.locale == "fr" else "mygifts")


@TWO_KINDS
async def test_other_amounts_declines_and_3d_secure(here: Town, donor: Person) -> None:
    card = await ask(donor, "")
    other = await here.follow(card.target(says(donor.locale, "other-amount")))
    with pytest.raises(ValueError, match=r"."):
        await here.stripe.pay(other, amount=49)
    with pytest.raises(ValueError, match=r"."):
        await here.stripe.pay(other, amount=50_001)
    declined = await here.stripe.pay(other, amount=1234, card="4000000000000002", email="d@example.org")
    assert declined["status"] == "open"
    await here.stripe.delivered()
    refused = await here.stripe.pay(other, amount=1234, card="4000002500003155", approve=False, email="d@example.org")
    assert refused["status"] == "open"
    assert not any(gift.book.is_paid for gift in await here.gifts())
    await here.stripe.pay(other, amount=1234, card="4000002500003155", email="d@example.org")
    thanks = await donor.hears(says(donor.locale, "thanks-title"))
    assert CATALOG.money(donor.locale, cad(1234)) in thanks.text
    await here.books_are_right()


@TWO_KINDS
async def test_a_bank_debit_and_a_lost_dispute(here: Town, donor: Person) -> None:
    session = await here.pay((await ask(donor)).first_link, method="bank")
    await donor.hears(says(donor.locale, "pending-title"))
    await donor.claims(session)
    assert says(donor.locale, "gift-state-pending") in (await mine(donor)).text
    assert (await here.campaign()).raised == cad(0)
    await here.stripe.settle(session["id"], True)
    await here.stripe.delivered()
    await donor.hears(says(donor.locale, "thanks-title"))
    dispute = await here.stripe.dispute(session["payment_intent"])
    await here.stripe.delivered()
    assert says(donor.locale, "gift-state-disputed") in (await mine(donor)).text
    await here.stripe.close_dispute(dispute["id"], False)
    await here.stripe.delivered()
    assert says(donor.locale, "gift-state-lost") in (await mine(donor)).text
    assert (await here.campaign()).raised == cad(0)
    assert "dispute" in await here.cases()
    await here.books_are_right()


async def test_a_warning_of_fraud_is_a_case_and_the_donor_hears_nothing(here: Town) -> None:
    donor = here.person("telegram")
    session = await here.pay((await ask(donor)).first_link)
    await donor.hears(says("fr", "thanks-title"))
    told = len(donor.everything())
    await here.stripe.early_fraud_warning(session["payment_intent"])
    await here.stripe.delivered()
    assert len(await here.cases()) == 1
    await here.all_sent()
    assert len(donor.everything()) == told


@TWO_KINDS
async def test_two_campaigns_ask_which_and_carry_the_amount(here: Town, donor: Person) -> None:
    second = example_campaign().model_copy(update={"slug": "deuxieme"})
    await publish.publish(here.app.ctx, second)
    asked = await ask(donor, "7,50")
    assert says(donor.locale, "choose-campaign") in asked.text
    heard = await donor.tap(asked, asked.labels[0])
    assert says(donor.locale, "confirm-amount", amount=cad(750)) in heard.text
    heard = await ask(donor, "7,50", "dehors")
    await here.pay(heard.first_link)
    await donor.hears(says(donor.locale, "thanks-title"))
    assert (await here.campaign()).raised == cad(750)
    assert says(donor.locale, "choose-campaign") in (await donor.say("5 $")).text


async def test_of_two_gifts_by_one_private_answer_the_second_takes_the_place_of_the_first(here: Town) -> None:
    donor = here.person("discord", "en")
    url = (await ask(donor)).first_link
    await here.pay(url)
    await donor.hears(says("en", "thanks-total", raised=cad(500)))
    await here.pay(url)
    await donor.hears(says("en", "thanks-total", raised=cad(1000)))
    assert (await mine(donor)).text.count(f"({says('en', 'gift-state-unproved')})") == 2


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_the_card_says_less_at_first_and_what_is_missing_at_the_end(here: Town, locale: Locale) -> None:
    donor = here.person("telegram", locale)
    await ask(donor, "100")
    first = await ask(donor, "")
    assert CATALOG.money(locale, cad(60_000)) in first.text
    assert "%" not in first.text
    await donor.gives("320")
    half = await ask(donor, "")
    assert says(locale, "standing-half", raised=cad(32_000), goal=cad(60_000), percent=53) in half.text
    await donor.gives("250")
    near = await ask(donor, "")
    assert says(locale, "standing-near", missing=cad(3_000), goal=cad(60_000)) in near.text
    await donor.gives("50")
    assert says(locale, "standing-reached", raised=cad(62_000), goal=cad(60_000)) in (await ask(donor, "")).text


@pytest.mark.parametrize("number", ["", "12345 6789 RR0001"])
async def test_the_one_sentence_about_receipts(tmp_path: Path, number: str) -> None:
    async with open_town(tmp_path, platforms=["telegram"], charity_registration_number=number) as here:
        donor = here.person("telegram", "en")
        await here.pay((await ask(donor)).first_link)
        thanks = await donor.hears(says("en", "thanks-title"))
        assert (number or "does not issue tax receipts") in thanks.text


async def test_places_that_are_gone_hold_up_no_other(here: Town) -> None:
    places = [here.telegram.add_chat(kind, "La Tablée") for kind in ("channel", "group", "channel")]
    telegram, discord = here.app.platforms
    campaign, ctx = await here.campaign(), here.app.ctx
    for place in places:
        await publish.post(ctx, telegram, campaign, str(place["id"]), "fr")
    await publish.post(ctx, discord, campaign, str(here.room["id"]), "en")
    here.telegram.remove_bot(places[0])
    here.telegram.migrate(places[1])
    here.discord.remove_channel(here.room)
    donor = here.person("telegram")
    await here.pay((await ask(donor)).first_link)
    here.clock.ahead += timedelta(seconds=6)
    await until(lambda: here.telegram.view(places[2])[-1]["edited"])


async def test_keys_that_changed_keep_old_links_alive(tmp_path: Path) -> None:
    async with town(tmp_path, platforms=["telegram"]) as here:
        async with here.open() as app:
            await publish.publish(app.ctx, example_campaign())
            donor = here.person("telegram")
            url = (await ask(donor)).first_link
        old_key, old_secret = here.settings.secret_key[0], here.settings.stripe_webhook_secret[0]
        here.settings = here.settings.model_copy(
            update={
                "secret_key": (SecretStr("a-new-key-" * 4), old_key),
                "stripe_webhook_secret": (SecretStr("whsec_new"), old_secret),
            }
        )
        async with here.open():
            await here.pay(url)
            await donor.hears(says("fr", "thanks-title"))


async def test_foreign_odd_and_live_events_change_nothing(here: Town) -> None:
    donor = here.person("telegram")
    await here.pay((await ask(donor)).first_link)
    await donor.hears(says("fr", "thanks-title"))
    odd: list[dict[str, Any]] = [
        {"type": "some.thing.new", "data": {"object": {"id": "x_1", "object": "x"}}},
        {"type": "charge.refunded", "data": {"object": {"id": "ch_foreign", "object": "charge"}}},
        {"type": "charge.dispute.created", "data": {"object": {}}},
        {"type": "checkout.session.completed", "data": {"object": {"id": "cs_foreign", "object": "checkout.session"}}},
        {"type": "invoice.paid", "data": {"object": {"id": "in_1", "lines": "no list"}}},
    ]
    for event in odd:
        await here.stripe.post_event(event)
        await here.stripe.post_event(event | {"livemode": True})
    await here.stripe.delivered()
    await reconcile.poll(here.app.ctx, here.app.intake)
    await reconcile.retry_failed(here.app.ctx, here.app.intake)
    assert (await here.campaign()).raised == cad(500)
    await here.pay((await ask(donor)).first_link)
    assert (await here.campaign()).raised == cad(1000)
    await here.books_are_right()


async def test_short_links_with_a_forged_reference_lead_nowhere(here: Town) -> None:
    donor = here.person("telegram")
    url = (await ask(donor)).first_link
    token = url.partition("/g/")[2].partition("/")[0]
    for bad in (token[:-1], token[:-1] + ("A" if token[-1] != "A" else "B"), "A" * 24, "-" * 200):
        status, page = await here.page(url.replace(token, bad))
        assert status == 410
        assert "href" in page


@pytest.mark.parametrize("cut", [-1, 5])
async def test_a_cut_reference_is_an_anonymous_gift(here: Town, cut: int) -> None:
    donor = here.person("telegram")
    page = await here.follow((await ask(donor)).first_link)
    head, _, tail = page.partition("client_reference_id=")
    token, mark, rest = tail.partition("&")
    session = await here.pay(f"{head}client_reference_id={token[:cut]}{mark}{rest}")
    (gift,) = await here.gifts()
    assert gift.supporter_id is None
    assert gift.campaign_id == (await here.campaign()).id
    assert "start=c_" in (await here.page(f"/thanks?session={session['id']}"))[1]


async def test_polling_goes_on_by_itself(tmp_path: Path) -> None:
    async with open_town(tmp_path, platforms=["telegram"], public=False) as here:
        donor = here.person("telegram")
        await here.pay((await ask(donor)).first_link)
        await donor.hears(says("fr", "thanks-title"), within=20)
