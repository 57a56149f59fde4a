"""Alice forwards a private card and Bob gives by it: what each of them receives."""

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
from tests.journeys.environment import Environment, running_environment
from tests.journeys.people import BotMessage, Person, cad, new_person, sentence

Json = dict[str, Any]
NEW_CARD = "5555555555554444"


async def supporter(env: Environment, person: Person) -> int:
    async with env.app.ctx.db.read() as conn:
        found = await supporters.find(conn, person.platform, str(person.id))
    assert found is not None
    return found.id


# --- without a web address ------------------------------------------------------------------------
@pytest.fixture
async def env_without_url(tmp_path: Path) -> AsyncIterator[Environment]:
    """Yield an environment without a web address: only personal links prove who has paid."""
    async with running_environment(tmp_path, public=False) as opened:
        yield opened


async def asks(person: Person, amount: str = "5") -> BotMessage:
    return await person.command(name_of("give", person.locale), amount)


async def pays(env: Environment, url: str, **how: Any) -> Json:
    session = dict(await env.stripe.pay(url, email="bob@example.org", **how))
    await reconcile.poll(env.app.ctx, env.app.intake)
    return session


async def claim_question_from_page(env: Environment, payer: Person, session: Json) -> BotMessage:
    """Return the claim question reached from Stripe's page, by its link or by typing its code."""
    after = env.stripe.world.checkouts[session["id"]].after
    if payer.platform == "telegram":
        return await payer.start(after["redirect"]["url"].partition("start=")[2])
    code = re.sub(r".* ", "", after["hosted_confirmation"]["custom_message"])
    return await payer.command(name_of("claim", payer.locale), code)


async def claim_gift(env: Environment, payer: Person, session: Json) -> None:
    asked = await claim_question_from_page(env, payer, session)
    mine, done = sentence(payer.locale, "claim-mine"), sentence(payer.locale, "claim-done-title")
    await payer.read_reply(payer.tap(asked, mine), done)


async def standings(env: Environment) -> list[Standing]:
    return [gift.standing for gift in sorted(await env.gifts(), key=lambda gift: gift.id)]


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
@pytest.mark.parametrize("amount", ["", "7"])
async def test_bob_proves_a_payment_on_alices_page(env_without_url: Environment, kind: Any, amount: str) -> None:
    alice, bob = new_person(env_without_url, *kind), new_person(env_without_url, *kind, "Bob")
    offered = await asks(alice, amount)
    session = await pays(env_without_url, offered.first_link)
    await alice.receive(sentence(alice.locale, "thanks-title"))
    await claim_gift(env_without_url, bob, session)
    (gift,) = await env_without_url.gifts()
    assert (gift.supporter_id, gift.standing) == (await supporter(env_without_url, bob), Standing.PROVED)
    with pytest.raises(ValueError, match=r"."):
        await env_without_url.stripe.pay(offered.first_link, email="eve@example.org")
    await env_without_url.assert_books_balance()


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
async def test_donor_with_a_new_card_proves_it_with_the_next_gift(env_without_url: Environment, kind: Any) -> None:
    donor = new_person(env_without_url, *kind)
    await claim_gift(env_without_url, donor, await pays(env_without_url, (await asks(donor)).first_link))
    await pays(env_without_url, (await asks(donor, "6")).first_link, card=NEW_CARD)
    assert await standings(env_without_url) == [Standing.PROVED, Standing.UNPROVED]

    campaign = (await env_without_url.campaign()).authored.name.get(donor.locale)
    thanks = await donor.receive(sentence(donor.locale, "thanks-arrived", amount=cad(600), campaign=campaign))
    how = await donor.tap(thanks, sentence(donor.locale, "unconfirmed-confirm"))
    assert sentence(donor.locale, "confirm-again") in how.text
    session = await pays(env_without_url, (await asks(donor, "7")).first_link, card=NEW_CARD)
    await claim_gift(env_without_url, donor, session)
    assert await standings(env_without_url) == [Standing.PROVED] * 3

    known = await pays(env_without_url, (await asks(donor, "8")).first_link, card=NEW_CARD)
    assert "redirect" not in env_without_url.stripe.world.checkouts[known["id"]].after, "nothing is left to be proved"
    assert await standings(env_without_url) == [Standing.PROVED] * 4
    await env_without_url.assert_books_balance()


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
async def test_same_again_is_paid_by_a_link_for_whoever_taps(env_without_url: Environment, kind: Any) -> None:
    donor = new_person(env_without_url, *kind)
    await pays(env_without_url, (await asks(donor, "15")).first_link)  # and does not confirm it
    listed = await donor.command(name_of("mygifts", donor.locale))
    campaign = (await env_without_url.campaign()).authored.name.get(donor.locale)
    again = await donor.tap(listed, sentence(donor.locale, "next-again", amount=cad(1500), campaign=campaign))
    await claim_gift(env_without_url, donor, await pays(env_without_url, again.first_link))
    assert (await standings(env_without_url))[1] is Standing.PROVED
    with pytest.raises(ValueError, match=r"."):
        await env_without_url.stripe.pay(again.first_link, email="eve@example.org")


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
async def test_payer_with_a_known_card_is_not_refused(env_without_url: Environment, kind: Any) -> None:
    donor = new_person(env_without_url, *kind)
    first, second = (await asks(donor)).first_link, (await asks(donor, "6")).first_link
    await claim_gift(env_without_url, donor, await pays(env_without_url, first))
    session = await pays(env_without_url, second)
    said = await claim_question_from_page(env_without_url, donor, session)
    assert sentence(donor.locale, "claim-done-title") in said.text


# --- bank debits ----------------------------------------------------------------------------------
@pytest.mark.parametrize("passes", [True, False])
async def test_unproved_bank_debit_outcome_is_not_disclosed(env: Environment, donor: Person, passes: bool) -> None:
    session = await env.pay((await asks(donor)).first_link, method="bank")
    pending = await donor.receive(sentence(donor.locale, "pending-title"))
    assert sentence(donor.locale, "pending-wait-unconfirmed") in pending.text
    before = donor.messages()
    await env.stripe.settle(session["id"], passes)
    await env.stripe.delivered()
    (gift,) = await env.gifts()
    assert gift.book.is_paid is passes
    await env.all_sent()
    assert donor.messages() == before
    how = await donor.tap(pending, sentence(donor.locale, "unconfirmed-confirm"))
    assert sentence(donor.locale, "confirm-page") in how.text
