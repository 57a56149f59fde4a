"""A supporter's way through a gift, on both platforms and in both languages."""

from datetime import timedelta

import pytest

from bot.delivery import loop
from bot.domain.deeplink import give_payload
from bot.usecases.campaigns import publish
from bot.usecases.money import reconcile
from content.catalog import Locale
from tests.journeys.environment import TWO_KINDS, Environment
from tests.journeys.people import CATALOG, Person, cad, new_person, sentence

GIVE: dict[Locale, str] = {"fr": "donner", "en": "give"}
MINE: dict[Locale, str] = {"fr": "mesdons", "en": "mygifts"}


def amount(donor: Person, minor: int) -> str:
    return CATALOG.money(donor.locale, cad(minor))


async def give(donor: Person, text: str = "5 $") -> dict[str, object]:
    """Ask for an amount, tap and pay."""
    received = await donor.command(GIVE[donor.locale], text)
    return await donor.env.pay(received.first_link)


@pytest.fixture
def no_idle_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the delivery loop run only when woken, so that every message is sent at once or never."""
    monkeypatch.setattr(loop, "_IDLE_WAIT", 3600.0)


async def test_gift_runs_from_command_to_refund(no_idle_polling: None, env: Environment, donor: Person) -> None:
    card = await donor.command(GIVE[donor.locale])
    assert [minor for minor in (500, 1000, 2000, 4000) if any(amount(donor, minor) in own for own in card.labels)] == [
        500,
        1000,
        2000,
        4000,
    ]
    link = card.target(amount(donor, 1000))
    page = await env.follow(link)
    assert f"locale={donor.locale}" in page
    assert len(link) <= 512
    session = await env.pay(link)
    thanks = await donor.receive(sentence(donor.locale, "thanks-title"))
    assert sentence(donor.locale, "thanks-total", raised=cad(1000)) in thanks.text
    assert "LA TABLEE" in thanks.text
    assert ("une tuque" if donor.locale == "fr" else "a tuque") in thanks.text

    mine = await donor.command(MINE[donor.locale])
    assert amount(donor, 1000) in mine.text
    assert sentence(donor.locale, "gift-state-unproved") in mine.text
    assert not any("/receipts/" in target for _, target in mine.buttons), "their link may have been passed on"
    await donor.claim_gift(session)
    env.clock.ahead += timedelta(minutes=2)  # so that the question after a first gift is sent too
    mine = await donor.command(MINE[donor.locale])
    assert sentence(donor.locale, "gift-state-paid") in mine.text
    assert sentence(donor.locale, "gifts-year", year=str(env.clock().year), total=cad(1000)) in mine.text
    assert any("/receipts/" in target or "pay.stripe" in target for _, target in mine.buttons), mine.buttons

    payment = str(session["payment_intent"])
    await env.stripe.refund(payment, 300)
    await env.stripe.delivered()
    await env.all_sent()
    if donor.platform == "discord":  # without consent to DMs, the donor is notified on the next visit
        await donor.command("preferences")
    part = await donor.receive(amount(donor, 300), after=mine.id)
    assert sentence(donor.locale, "refund-title") in part.text
    await env.stripe.refund(payment)
    await env.stripe.delivered()
    await env.all_sent()
    mine = await donor.command(MINE[donor.locale])
    await donor.receive(sentence(donor.locale, "refund-title"), after=part.id)
    assert sentence(donor.locale, "gift-state-refunded") in mine.text
    await env.assert_books_balance()


AMOUNTS = {"5": 500, "5$": 500, "$5": 500, "7,50": 750, "7.50 $": 750, "5 CAD": 500, "2,00": 200, "500": 50_000}
PROBLEMS = {
    "cinq": "amount-not-understood-title",
    "1,000": "amount-above-cap-title",  # as one dollar it is too little, as a thousand too much
    "1.000": "amount-above-cap-title",
    "2 50 0": "amount-not-understood-title",
    "1,99": "amount-below-minimum-title",
    "501": "amount-above-cap-title",
    "-5": "amount-not-positive-title",
    "0": "amount-not-positive-title",
    "5 €": "amount-other-currency-title",
    "5 USD": "amount-other-currency-title",
}


async def test_amounts_are_read_as_people_write_them(env: Environment, donor: Person) -> None:
    for text, minor in AMOUNTS.items():
        received = await donor.command(GIVE[donor.locale], text)
        assert sentence(donor.locale, "confirm-amount", amount=cad(minor)) in received.text, text
        assert received.first_link
    for text, key in PROBLEMS.items():
        received = await donor.command(GIVE[donor.locale], text)
        assert sentence(donor.locale, key) in received.text, text
        assert received.buttons, text
    for text in ("9" * 30, "5" * 41, "1e9", "٥", "½", "5,,5", "5 5 5 5", "∞"):
        received = await donor.command(GIVE[donor.locale], text)
        assert received.buttons, text
        assert sentence(donor.locale, "wrong-title") not in received.text, text


@TWO_KINDS
async def test_ambiguous_amount_is_asked_about(env: Environment, donor: Person) -> None:
    asked = await donor.command(GIVE[donor.locale], "2,000")
    answer = await donor.tap(asked, amount(donor, 200))
    assert sentence(donor.locale, "confirm-amount", amount=cad(200)) in answer.text


@TWO_KINDS
async def test_unknown_or_ended_campaign_offers_a_next_step(env: Environment, donor: Person) -> None:
    for text in ("5", "5 CAD", "7,50 $", "", "1,000"):
        unknown = await donor.command(GIVE[donor.locale], text, "nulle-part")
        assert sentence(donor.locale, "campaign-unknown") in unknown.text, text
    unknown = await donor.command(GIVE[donor.locale], "7,50 $", "nulle-part")
    carried = await donor.tap(unknown, unknown.labels[0])
    assert sentence(donor.locale, "confirm-amount", amount=cad(750)) in carried.text
    ctx = env.app.ctx
    await publish.close(ctx, await env.campaign())
    closed = await donor.command(GIVE[donor.locale], "5", "dehors")
    assert sentence(donor.locale, "campaign-closed-title") in closed.text
    nothing = await donor.command(GIVE[donor.locale], "5")
    assert sentence(donor.locale, "nothing-open-title") in nothing.text


@TWO_KINDS
async def test_reported_mistake_is_stored_for_staff(env: Environment, donor: Person) -> None:
    await give(donor)
    thanks = await donor.receive(sentence(donor.locale, "thanks-title"))
    for label in ("error-wrong-amount", "error-paid-twice", "error-wasnt-me"):
        asked = await donor.tap(thanks, sentence(donor.locale, "error-button"))
        kept = await donor.tap(asked, sentence(donor.locale, label))
    kept = await donor.tap(kept, sentence(donor.locale, "wasnt-me-confirm"))
    assert "bonjour@tablee.example" in kept.text
    assert (await env.gifts())[0].supporter_id is None
    assert sentence(donor.locale, "gifts-none") in (await donor.command(MINE[donor.locale])).text
    assert sorted(await env.open_cases()) == ["paid_twice", "wasnt_me", "wrong_amount"]
    await env.assert_books_balance()


async def test_other_commands_are_answered(env: Environment, donor: Person) -> None:
    other: Locale = "en" if donor.locale == "fr" else "fr"
    assert "Nadia Roy" in (await donor.command("privacy" if donor.locale == "en" else "confidentialite")).text
    assert (
        sentence(donor.locale, "help-title") in (await donor.command("help" if donor.locale == "en" else "aide")).text
    )
    assert (
        sentence(donor.locale, "stop-title")
        in (await donor.command("stop" if donor.locale == "en" else "arreter")).text
    )
    shown = await donor.command("preferences")
    await donor.tap(shown, sentence(donor.locale, "pref-news-on"))
    saved = await donor.tap(await donor.command("preferences"), sentence(donor.locale, "language-other"))
    assert sentence(other, "preferences-title") in saved.text
    assert sentence(other, "stop-title") in (await donor.say("Arrêtez !")).text
    answer = await donor.say("Bonjour, who are you?")
    assert sentence(other, "free-text-title") in answer.text
    assert "bonjour@tablee.example" in answer.text
    five = await donor.say("5 $")
    assert sentence(other, "confirm-amount", amount=cad(500)) in five.text
    for word in ("stop", "STOP", "arrêt", "désabonner", "unsubscribe"):
        assert sentence(other, "stop-title") in (await donor.say(word)).text


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_start_works_with_and_without_a_deep_link(env: Environment, locale: Locale) -> None:
    donor = new_person(env, "telegram", locale)
    campaign = await env.campaign()
    welcome = await donor.start()
    assert sentence(locale, "welcome-title", charity="La Tablée") in welcome.text
    card = await donor.tap(welcome, sentence(locale, "see-campaign"))
    assert card.first_link
    amounts = await donor.start(give_payload(campaign.id, 2000))
    assert sentence(locale, "confirm-amount", amount=cad(2000)) in amounts.text
    assert (await donor.start(give_payload(campaign.id))).first_link
    for odd in ("g_999", "g_" + "9" * 19, "c_abcdefghij", "i_friend", "nonsense", f"g_{campaign.id}_0", "-" * 64):
        assert (await donor.start(odd)).text


@TWO_KINDS
async def test_return_page_reports_a_foreign_gift(env: Environment, donor: Person) -> None:
    session = await give(donor)
    await env.all_sent()  # a later thank-you would be taken for the answer below
    path = f"/thanks?session={session['id']}&l={donor.locale}"
    _, shown = await env.page(path)
    assert "not-me" in shown
    token = shown.partition('name="token"')[2].partition('value="')[2].partition('"')[0]
    assert (await env.page("/thanks/not-me", token=token))[0] == 200
    assert (await env.gifts())[0].supporter_id is None
    assert await env.open_cases() == ["wasnt_me"]
    assert (await env.page("/thanks/not-me", token=token))[0] == 200
    assert await env.open_cases() == ["wasnt_me"]
    assert sentence(donor.locale, "gifts-none") in (await donor.command(MINE[donor.locale])).text


@TWO_KINDS
async def test_gift_without_a_reference_is_claimed_once(env: Environment, donor: Person) -> None:
    received = await donor.command(GIVE[donor.locale], "5")
    bare = (await env.follow(received.first_link)).partition("?")[0]
    session = await env.pay(bare)
    _, page = await env.page(f"/thanks?session={session['id']}&l={donor.locale}")
    payload = page.partition("start=c_")[2].partition('"')[0]
    asked = (
        await donor.start(f"c_{payload}")
        if donor.platform == "telegram"
        else await donor.command("claim" if donor.locale == "en" else "reclamer", payload)
    )
    assert sentence(donor.locale, "claim-title") in asked.text
    await donor.tap(asked, sentence(donor.locale, "claim-mine"))
    assert (await env.gifts())[0].supporter_id is not None
    assert sentence(donor.locale, "gift-state-paid") in (await donor.command(MINE[donor.locale])).text
    thief = new_person(env, donor.platform, donor.locale, "Voleur")
    refused = await (
        thief.start(f"c_{payload}")
        if donor.platform == "telegram"
        else thief.command("claim" if donor.locale == "en" else "reclamer", payload)
    )
    assert sentence(donor.locale, "claim-refused-title") in refused.text
    assert "start=c_" not in (await env.page(f"/thanks?session={session['id']}"))[1]
    await env.assert_books_balance()


@TWO_KINDS
async def test_payment_begun_before_the_end_is_accepted_as_late(env: Environment, donor: Person) -> None:
    received = await donor.command(GIVE[donor.locale], "5")
    page = await env.follow(received.first_link)
    opened = await env.stripe.open(page)
    await publish.close(env.app.ctx, await env.campaign())
    env.clock.ahead += timedelta(seconds=1)  # Stripe dates in whole seconds
    assert (await env.page(received.first_link))[0] == 410
    await env.stripe.pay(f"{env.stripe.url}/c/pay/{opened['id']}", email="late@example.org")
    await env.stripe.delivered()
    thanks = await donor.receive(sentence(donor.locale, "thanks-title"))
    ended = (await env.campaign()).last_day
    assert ended is not None
    assert sentence(donor.locale, "thanks-after-end", day=CATALOG.date(donor.locale, ended)) in thanks.text
    assert (await env.gifts())[0].late
    links = env.stripe.world.every("payment_link")
    assert not any(link["active"] for link in links)
    assert all(link["inactive_message"] for link in links)
    await reconcile.poll(env.app.ctx, env.app.intake)
    await env.assert_books_balance()
