"""Alice forwards a card that was sent to her alone, and Bob gives by it: what each of them gets and hears."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.rights import Standing
from bot.store.supporters import supporters
from bot.usecases.money import reconcile
from content.commands import name_of
from tests.journeys.conftest import KINDS
from tests.journeys.people import Heard, Person, cad, says
from tests.journeys.town import Town, open_town

Json = dict[str, Any]
NEW_CARD = "5555555555554444"


async def supporter(here: Town, person: Person) -> int:
    async with here.app.ctx.db.read() as conn:
        found = await supporters.find(conn, person.platform, str(person.id))
    assert found is not None
    return found.id


# --- without a web address ------------------------------------------------------------------------
@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Town]:
    """There is no page of ours after Stripe's: only links for one person prove who has paid."""
    async with open_town(tmp_path, public=False) as opened:
        yield opened


async def asks(person: Person, amount: str = "5") -> Heard:
    return await person.command(name_of("give", person.locale), amount)


async def pays(here: Town, url: str, **how: Any) -> Json:
    session = dict(await here.stripe.pay(url, email="bob@example.org", **how))
    await reconcile.poll(here.app.ctx, here.app.intake)
    return session


async def asked_by_the_page(here: Town, payer: Person, session: Json) -> Heard:
    """Where Stripe's page leads whoever has paid there, or the code that it shows typed in."""
    after = here.stripe.world.checkouts[session["id"]].after
    if payer.platform == "telegram":
        return await payer.start(after["redirect"]["url"].partition("start=")[2])
    code = re.sub(r".* ", "", after["hosted_confirmation"]["custom_message"])
    return await payer.command(name_of("claim", payer.locale), code)


async def claims(here: Town, payer: Person, session: Json) -> None:
    asked = await asked_by_the_page(here, payer, session)
    mine, done = says(payer.locale, "claim-mine"), says(payer.locale, "claim-done-title")
    await payer.reads(payer.tap(asked, mine), done)


async def standings(here: Town) -> list[Standing]:
    return [gift.standing for gift in sorted(await here.gifts(), key=lambda gift: gift.id)]


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
@pytest.mark.parametrize("amount", ["", "7"])
async def test_bob_proves_what_he_paid_on_a_page_made_for_alice(village: Town, kind: Any, amount: str) -> None:
    alice, bob = village.person(*kind), village.person(*kind, "Bob")
    offered = await asks(alice, amount)
    session = await pays(village, offered.first_link)
    await alice.hears(says(alice.locale, "thanks-title"))
    await claims(village, bob, session)
    (gift,) = await village.gifts()
    assert (gift.supporter_id, gift.standing) == (await supporter(village, bob), Standing.PROVED)
    with pytest.raises(ValueError, match=r"."):
        await village.stripe.pay(offered.first_link, email="eve@example.org")
    await village.books_are_right()


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
async def test_a_donor_with_a_new_card_can_prove_it_with_the_next_gift(village: Town, kind: Any) -> None:
    donor = village.person(*kind)
    await claims(village, donor, await pays(village, (await asks(donor)).first_link))
    await pays(village, (await asks(donor, "6")).first_link, card=NEW_CARD)
    assert await standings(village) == [Standing.PROVED, Standing.UNPROVED]

    campaign = (await village.campaign()).authored.name.get(donor.locale)
    thanks = await donor.hears(says(donor.locale, "thanks-arrived", amount=cad(600), campaign=campaign))
    how = await donor.tap(thanks, says(donor.locale, "unconfirmed-confirm"))
    assert says(donor.locale, "confirm-again") in how.text
    session = await pays(village, (await asks(donor, "7")).first_link, card=NEW_CARD)
    await claims(village, donor, session)
    assert await standings(village) == [Standing.PROVED] * 3

    known = await pays(village, (await asks(donor, "8")).first_link, card=NEW_CARD)
    assert "redirect" not in village.stripe.world.checkouts[known["id"]].after, "nothing is left to be proved"
    assert await standings(village) == [Standing.PROVED] * 4
    await village.books_are_right()


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
async def test_a_payer_whose_card_is_known_already_is_not_refused(village: Town, kind: Any) -> None:
    donor = village.person(*kind)
    first, second = (await asks(donor)).first_link, (await asks(donor, "6")).first_link
    await claims(village, donor, await pays(village, first))
    session = await pays(village, second)
    said = await asked_by_the_page(village, donor, session)
    assert says(donor.locale, "claim-done-title") in said.text


# --- bank debits ----------------------------------------------------------------------------------
@pytest.mark.parametrize("passes", [True, False])
async def test_whoever_has_not_proved_a_bank_debit_hears_nothing_of_its_outcome(
    here: Town, donor: Person, passes: bool
) -> None:
    session = await here.pay((await asks(donor)).first_link, method="bank")
    pending = await donor.hears(says(donor.locale, "pending-title"))
    assert says(donor.locale, "pending-wait-unconfirmed") in pending.text
    before = donor.everything()
    await here.stripe.settle(session["id"], passes)
    await here.stripe.delivered()
    (gift,) = await here.gifts()
    assert gift.book.is_paid is passes
    await here.all_sent()
    assert donor.everything() == before
    how = await donor.tap(pending, says(donor.locale, "unconfirmed-confirm"))
    assert says(donor.locale, "confirm-page") in how.text
