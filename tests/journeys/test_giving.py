"""A supporter's way through it, on both platforms and in both languages."""

from datetime import timedelta

import pytest

from bot.delivery import loop
from bot.domain.deeplink import give_payload
from bot.usecases.campaigns import publish
from bot.usecases.money import reconcile
from content.catalog import Locale
from tests.journeys.people import CATALOG, Person, cad, says
from tests.journeys.town import TWO_KINDS, Town

GIVE: dict[Locale, str] = {"fr": "donner", "en": "give"}
MINE: dict[Locale, str] = {"fr": "mesdons", "en": "mygifts"}


def amount(donor: Person, minor: int) -> str:
    return CATALOG.money(donor.locale, cad(minor))


async def give(donor: Person, text: str = "5 $") -> dict[str, object]:
    """Ask for an amount, tap, pay."""
    heard = await donor.command(GIVE[donor.locale], text)
    return await donor.town.pay(heard.first_link)


@pytest.fixture
def no_idle_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only being woken makes the delivery loop look, so that what comes at all has come at once."""
    monkeypatch.setattr(loop, "_IDLE", 3600.0)


async def test_a_gift_from_the_command_to_the_refund(no_idle_looks: None, here: Town, donor: Person) -> None:
    card = await donor.command(GIVE[donor.locale])
    assert [minor for minor in (500, 1000, 2000, 4000) if any(amount(donor, minor) in own for own in card.labels)] == [
        500,
        1000,
        2000,
        4000,
    ]
    link = card.target(amount(donor, 1000))
    page = await here.follow(link)
    assert f"locale={donor.locale}" in page
    assert len(link) <= 512
    session = await here.pay(link)
    thanks = await donor.hears(says(donor.locale, "thanks-title"))
    assert says(donor.locale, "thanks-total", raised=cad(1000)) in thanks.text
    assert "LA TABLEE" in thanks.text
    assert ("une tuque" if donor.locale == "fr" else "a tuque") in thanks.text

    mine = await donor.command(MINE[donor.locale])
    assert amount(donor, 1000) in mine.text
    assert says(donor.locale, "gift-state-unproved") in mine.text
    assert not any("/receipts/" in target for _, target in mine.buttons), "their link may have been passed on"
    await donor.claims(session)
    here.clock.ahead += timedelta(minutes=2)  # the question that follows a first gift leaves as well
    mine = await donor.command(MINE[donor.locale])
    assert says(donor.locale, "gift-state-paid") in mine.text
    assert says(donor.locale, "gifts-year", year=str(here.clock().year), total=cad(1000)) in mine.text
    assert any("/receipts/" in target or "pay.stripe" in target for _, target in mine.buttons), mine.buttons

    payment = str(session["payment_intent"])
    await here.stripe.refund(payment, 300)
    await here.stripe.delivered()
    await here.all_sent()
    if donor.platform == "discord":  # who has not agreed to direct messages hears of it when they appear
        await donor.command("preferences")
    part = await donor.hears(amount(donor, 300), after=mine.id)
    assert says(donor.locale, "refund-title") in part.text
    await here.stripe.refund(payment)
    await here.stripe.delivered()
    await here.all_sent()
    mine = await donor.command(MINE[donor.locale])
    await donor.hears(says(donor.locale, "refund-title"), after=part.id)
    assert says(donor.locale, "gift-state-refunded") in mine.text
    await here.books_are_right()


AMOUNTS = {"5": 500, "5$": 500, "$5": 500, "7,50": 750, "7.50 $": 750, "5 CAD": 500, "2,00": 200, "500": 50_000}
PROBLEMS = {
    "cinq": "amount-not-understood-title",
    "1,000": "amount-ambiguous-title",
    "1.000": "amount-ambiguous-title",
    "1,99": "amount-below-minimum-title",
    "501": "amount-above-cap-title",
    "-5": "amount-not-positive-title",
    "0": "amount-not-positive-title",
    "5 €": "amount-other-currency-title",
    "5 USD": "amount-other-currency-title",
}


async def test_amounts_as_people_write_them(here: Town, donor: Person) -> None:
    for text, minor in AMOUNTS.items():
        heard = await donor.command(GIVE[donor.locale], text)
        assert says(donor.locale, "confirm-amount", amount=cad(minor)) in heard.text, text
        assert heard.first_link
    for text, key in PROBLEMS.items():
        heard = await donor.command(GIVE[donor.locale], text)
        assert says(donor.locale, key) in heard.text, text
        assert heard.buttons, text
    for text in ("9" * 30, "5" * 41, "1e9", "٥", "½", "5,,5", "5 5 5 5", "∞"):
        heard = await donor.command(GIVE[donor.locale], text)
        assert heard.buttons, text
        assert says(donor.locale, "wrong-title") not in heard.text, text


@TWO_KINDS
async def test_which_of_two_readings_was_meant(here: Town, donor: Person) -> None:
    asked = await donor.command(GIVE[donor.locale], "2,000")
    answer = await donor.tap(asked, amount(donor, 200))
    assert says(donor.locale, "confirm-amount", amount=cad(200)) in answer.text


@TWO_KINDS
async def test_a_campaign_that_is_unknown_or_over_has_a_next_step(here: Town, donor: Person) -> None:
    for text in ("5", "5 CAD", "7,50 $", "", "1,000"):
        unknown = await donor.command(GIVE[donor.locale], text, "nulle-part")
        assert says(donor.locale, "campaign-unknown") in unknown.text, text
    unknown = await donor.command(GIVE[donor.locale], "7,50 $", "nulle-part")
    carried = await donor.tap(unknown, unknown.labels[0])
    assert says(donor.locale, "confirm-amount", amount=cad(750)) in carried.text
    ctx = here.app.ctx
    await publish.close(ctx, await here.campaign())
    closed = await donor.command(GIVE[donor.locale], "5", "dehors")
    assert says(donor.locale, "campaign-closed-title") in closed.text
    nothing = await donor.command(GIVE[donor.locale], "5")
    assert says(donor.locale, "nothing-open-title") in nothing.text


@TWO_KINDS
async def test_something_wrong_is_kept_for_staff(here: Town, donor: Person) -> None:
    await give(donor)
    thanks = await donor.hears(says(donor.locale, "thanks-title"))
    for label in ("error-wrong-amount", "error-paid-twice", "error-wasnt-me"):
        asked = await donor.tap(thanks, says(donor.locale, "error-button"))
        kept = await donor.tap(asked, says(donor.locale, label))
    kept = await donor.tap(kept, says(donor.locale, "wasnt-me-confirm"))
    assert "bonjour@tablee.example" in kept.text
    assert (await here.gifts())[0].supporter_id is None
    assert says(donor.locale, "gifts-none") in (await donor.command(MINE[donor.locale])).text
    assert sorted(await here.cases()) == ["paid_twice", "wasnt_me", "wrong_amount"]
    await here.books_are_right()


async def test_the_talk_around_it(here: Town, donor: Person) -> None:
    other: Locale = "en" if donor.locale == "fr" else "fr"
    assert "Nadia Roy" in (await donor.command("privacy" if donor.locale == "en" else "confidentialite")).text
    assert says(donor.locale, "help-title") in (await donor.command("help" if donor.locale == "en" else "aide")).text
    assert says(donor.locale, "stop-title") in (await donor.command("stop" if donor.locale == "en" else "arreter")).text
    shown = await donor.command("preferences")
    await donor.tap(shown, says(donor.locale, "pref-news-on"))
    saved = await donor.tap(await donor.command("preferences"), says(donor.locale, "language-other"))
    assert says(other, "preferences-title") in saved.text
    assert says(other, "stop-title") in (await donor.say("Arrêtez !")).text
    answer = await donor.say("Bonjour, who are you?")
    assert says(other, "free-text-title") in answer.text
    assert "bonjour@tablee.example" in answer.text
    five = await donor.say("5 $")
    assert says(other, "confirm-amount", amount=cad(500)) in five.text
    for word in ("stop", "STOP", "arrêt", "désabonner", "unsubscribe"):
        assert says(other, "stop-title") in (await donor.say(word)).text


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_start_with_and_without_a_deep_link(here: Town, locale: Locale) -> None:
    donor = here.person("telegram", locale)
    campaign = await here.campaign()
    welcome = await donor.start()
    assert says(locale, "welcome-title", charity="La Tablée") in welcome.text
    card = await donor.tap(welcome, says(locale, "see-campaign"))
    assert card.first_link
    amounts = await donor.start(give_payload(campaign.id, 2000))
    assert says(locale, "confirm-amount", amount=cad(2000)) in amounts.text
    assert (await donor.start(give_payload(campaign.id))).first_link
    for odd in ("g_999", "g_" + "9" * 19, "c_abcdefghij", "i_friend", "nonsense", f"g_{campaign.id}_0", "-" * 64):
        assert (await donor.start(odd)).text


@TWO_KINDS
async def test_this_was_not_me_from_the_return_page(here: Town, donor: Person) -> None:
    session = await give(donor)
    path = f"/thanks?session={session['id']}&l={donor.locale}"
    _, shown = await here.page(path)
    assert "not-me" in shown
    token = shown.partition('name="token"')[2].partition('value="')[2].partition('"')[0]
    assert (await here.page("/thanks/not-me", token=token))[0] == 200
    assert (await here.gifts())[0].supporter_id is None
    assert await here.cases() == ["wasnt_me"]
    assert (await here.page("/thanks/not-me", token=token))[0] == 200
    assert await here.cases() == ["wasnt_me"]
    assert says(donor.locale, "gifts-none") in (await donor.command(MINE[donor.locale])).text


@TWO_KINDS
async def test_a_gift_without_a_reference_is_claimed_once(here: Town, donor: Person) -> None:
    heard = await donor.command(GIVE[donor.locale], "5")
    bare = (await here.follow(heard.first_link)).partition("?")[0]
    session = await here.pay(bare)
    _, page = await here.page(f"/thanks?session={session['id']}&l={donor.locale}")
    payload = page.partition("start=c_")[2].partition('"')[0]
    asked = (
        await donor.start(f"c_{payload}")
        if donor.platform == "telegram"
        else await donor.command("claim" if donor.locale == "en" else "reclamer", payload)
    )
    assert says(donor.locale, "claim-title") in asked.text
    await donor.tap(asked, says(donor.locale, "claim-mine"))
    assert (await here.gifts())[0].supporter_id is not None
    assert says(donor.locale, "gift-state-paid") in (await donor.command(MINE[donor.locale])).text
    thief = here.person(donor.platform, donor.locale, "Voleur")
    refused = await (
        thief.start(f"c_{payload}")
        if donor.platform == "telegram"
        else thief.command("claim" if donor.locale == "en" else "reclamer", payload)
    )
    assert says(donor.locale, "claim-refused-title") in refused.text
    assert "start=c_" not in (await here.page(f"/thanks?session={session['id']}"))[1]
    await here.books_are_right()


@TWO_KINDS
async def test_after_the_end_a_payment_under_way_is_taken_and_called_late(here: Town, donor: Person) -> None:
    heard = await donor.command(GIVE[donor.locale], "5")
    page = await here.follow(heard.first_link)
    opened = await here.stripe.open(page)
    await publish.close(here.app.ctx, await here.campaign())
    here.clock.ahead += timedelta(seconds=1)  # Stripe dates in whole seconds
    assert (await here.page(heard.first_link))[0] == 410
    await here.stripe.pay(f"{here.stripe.url}/c/pay/{opened['id']}", email="late@example.org")
    await here.stripe.delivered()
    thanks = await donor.hears(says(donor.locale, "thanks-title"))
    ended = (await here.campaign()).last_day
    assert ended is not None
    assert says(donor.locale, "thanks-after-end", day=CATALOG.date(donor.locale, ended)) in thanks.text
    assert (await here.gifts())[0].late
    links = here.stripe.world.every("payment_link")
    assert not any(link["active"] for link in links)
    assert all(link["inactive_message"] for link in links)
    await reconcile.poll(here.app.ctx, here.app.intake)
    await here.books_are_right()
