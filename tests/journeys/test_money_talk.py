"""Money that staff speak of in chat: a refund with its reason, two like gifts, a sponsor whose promise runs out."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.gifts import Gift
from bot.domain.people import Locale, PlatformName
from bot.domain.staff import Role
from bot.store.core import audit
from bot.usecases.gifts import duplicates
from tests.journeys.people import Person, cad, says
from tests.journeys.team import Json, Kind, a_place, ask, fill, hired, posts, press_what_begins, shows_it
from tests.journeys.test_again import until_heard
from tests.journeys.town import Town, open_town
from tests.waiting import until

SPONSOR: dict[Locale, str] = {"fr": "Boulangerie Roy", "en": "Roy Bakery"}
WHY = "Demande reçue au téléphone"
TWO_TEAMS = pytest.mark.parametrize("kind", [("telegram", "fr"), ("discord", "en")], ids="-".join)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        yield opened


async def last_gift(here: Town) -> Gift:
    return max(await here.gifts(), key=lambda gift: gift.id)


# --- refunds ----------------------------------------------------------------------------------------
async def an_owner_refunds(here: Town, nadia: Person, donor: Person) -> None:
    """By the gift's number, all of it, with a reason in their own words; the donor hears when it has gone back."""
    await donor.gives("20")
    gift = await last_gift(here)
    await donor.claims({"id": gift.book.session})
    await ask(nadia, "team")
    await nadia.fill(await nadia.press("rf:"), str(gift.id))
    await nadia.press(f"rf:{gift.id}:2000")
    await nadia.fill(await nadia.press(f"rf:{gift.id}:2000:other"), WHY)
    sent = says(nadia.locale, "staff-refund-sent", amount=cad(2000))
    await nadia.reads(press_what_begins(nadia, "rf:go:"), sent)
    await here.stripe.delivered()
    here.clock.ahead += timedelta(minutes=2)  # until the question after a first gift is due, for which all waits
    await until_heard(here, donor, says(donor.locale, "refund-title"))
    assert (await last_gift(here)).book.refunded == cad(2000)
    async with here.app.ctx.db.read() as conn:
        told = (await audit.latest(conn, 1, action="refund.ordered"))[0]
    assert (told.actor, told.details["reason"]) == ("Nadia", WHY)


@TWO_TEAMS
async def test_an_owner_pays_back_with_a_reason(here: Town, kind: Kind) -> None:
    await an_owner_refunds(here, await hired(here, kind, "Nadia", Role.OWNER), here.person(*kind))
    await here.books_are_right()


async def was_that_meant(here: Town, donor: Person) -> None:
    """Two like gifts within minutes: asked once, and the second goes back in one tap."""
    await donor.gives("5")
    await donor.gives("5")
    second = await last_gift(here)
    await donor.claims({"id": second.book.session})
    here.clock.ahead += timedelta(seconds=5)
    await duplicates.tick(here.app.ctx)  # or the bot's own tick, which may come first
    await until_heard(here, donor, says(donor.locale, "double-title"))
    await donor.reads(donor.press(f"dbl:{second.id}:back"), says(donor.locale, "double-returns", amount=cad(500)))
    await here.stripe.delivered()
    assert (await last_gift(here)).book.refunded == cad(500)


@pytest.mark.parametrize("kind", [("telegram", "en"), ("discord", "fr")], ids="-".join)
async def test_the_second_of_two_like_gifts_goes_back(here: Town, kind: Kind) -> None:
    donor = here.person(*kind)
    await was_that_meant(here, donor)
    assert [gift.book.refunded.minor for gift in await here.gifts()] == [0, 500]
    assert sum(says(donor.locale, "double-title") in heard.text for heard in donor.everything()) <= 1
    await here.books_are_right()


# --- a sponsor, and the card that tells of it -------------------------------------------------------
async def a_sponsor_doubles(here: Town, bo: Person) -> None:
    """Written down in chat: who, how much, until when."""
    campaign = (await here.campaign()).id
    await ask(bo, "campaigns")
    await bo.press(f"cv:{campaign}")
    await bo.press(f"ma:c{campaign}")
    asked = await bo.press(f"ma:n{campaign}")
    until_when = f"{here.clock() + timedelta(days=20):%Y-%m-%d}"
    await fill(bo, asked, SPONSOR["fr"], SPONSOR["en"], "25", until_when)
    await bo.press(":go")


async def the_promise_runs_out(here: Town, bo: Person, donor: Person) -> None:
    """What is left goes down gift by gift; who comes after it is told so, and the card follows within ten seconds."""
    place = await a_place(here, bo)
    campaign = await here.campaign()
    await shows_it(here, bo, str(campaign.id), {bo.platform: place})
    await a_sponsor_doubles(here, bo)
    name = SPONSOR[donor.locale]
    left = says("fr", "card-match", sponsor=SPONSOR["fr"], left=cad(2500))
    await card_follows(here, bo.platform, place, lambda card: left in card)
    whole = await donor.gives("20")
    assert says(donor.locale, "thanks-matched", sponsor=name, added=cad(2000)) in whole.text
    left = says("fr", "card-match", sponsor=SPONSOR["fr"], left=cad(500))
    await card_follows(here, bo.platform, place, lambda card: left in card)
    part = await donor.gives("10")
    assert says(donor.locale, "thanks-matched-part", sponsor=name, added=cad(500)) in part.text
    late = await donor.gives("40")
    assert says(donor.locale, "thanks-match-empty", sponsor=name) in late.text
    await card_follows(here, bo.platform, place, lambda card: SPONSOR["fr"] not in card)
    raised = (await here.campaign()).raised - campaign.raised
    assert raised == cad(7000), "what a sponsor adds is not in the total"


async def card_follows(here: Town, platform: PlatformName, place: Json, says_so: Callable[[str], bool]) -> None:
    """Within ten seconds: five of the town's clock at a stroke, and five at most in waiting."""
    here.clock.ahead += timedelta(seconds=5)
    await until(lambda: says_so(posts(here, platform, place)[-1]["text"] or ""), within=5)


@TWO_TEAMS
async def test_a_promise_runs_out_and_the_card_follows(here: Town, kind: Kind) -> None:
    await the_promise_runs_out(here, await hired(here, kind, "Bo", Role.EDITOR), here.person(*kind))
    await here.books_are_right()
