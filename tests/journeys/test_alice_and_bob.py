"""Alice forwards her monthly link and Bob pays: she is thanked, and has no say in it; he has, once he proves it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.rights import Standing
from bot.store.monthly import pledges
from bot.usecases.core import stripe_login
from bot.usecases.money import reconcile
from content.commands import name_of
from tests.journeys.conftest import KINDS
from tests.journeys.people import Heard, Person, cad, says
from tests.journeys.town import Town, open_town
from tests.waiting import until

Json = dict[str, Any]


@pytest.fixture
def alice(donor: Person) -> Person:
    return donor


@pytest.fixture
def bob(here: Town, alice: Person) -> Person:
    return here.person(alice.platform, alice.locale, "Bob")


async def standing(here: Town, session: Json) -> Standing:
    async with here.app.ctx.db.read() as conn:
        name = str(session["subscription"])
        return (await pledges.by_subscription(conn, [name]))[name].standing


async def a_year_of_it(here: Town, session: Json) -> None:
    """Renewals, and one that does not pass."""
    for passes in (True, True, False, True):
        here.clock.ahead += timedelta(days=31)
        await here.stripe.renew(session["subscription"], passes)
        await here.stripe.delivered()
    await here.all_sent()


async def news(here: Town, person: Person, words: str) -> Heard:
    """What the bot tells somebody; on Discord, where it may not write first, with the next thing they do."""
    if person.platform == "discord":

        async def told() -> bool:
            await person.command(name_of("mygifts", person.locale))
            return any(words in heard.text for heard in person.everything())

        await until(told)
    return await person.hears(words)


def buttons(heard: list[Heard]) -> list[str]:
    return [target for one in heard for _, target in one.buttons]


async def test_alice_hears_of_it_once_and_bob_has_everything_after_a_proof(
    here: Town, alice: Person, bob: Person
) -> None:
    await stripe_login.look_up_login_page(here.app.ctx)
    offered = await alice.command(name_of("monthly", alice.locale))
    before = len(alice.everything())
    session = await here.pay(offered.first_link)  # Bob, whose browser follows Alice's link
    asked = await alice.hears(says(alice.locale, "unconfirmed-yours"))
    name = (await here.campaign()).authored.name.get(alice.locale)
    assert says(alice.locale, "unconfirmed-begun", amount=cad(500), campaign=name) in asked.text
    await a_year_of_it(here, session)
    assert len(alice.everything()) <= before + 1, "one message, whatever becomes of the gift"
    stripe = here.app.ctx.identity.stripe_login_url
    assert stripe is not None and stripe in asked.target(says(alice.locale, "unconfirmed-stripe"))

    how = await alice.tap(asked, says(alice.locale, "unconfirmed-how"))
    assert "bonjour@tablee.example" in how.text
    for command in ("monthly", "mygifts", "stop", "forget"):
        await alice.command(name_of(command, alice.locale))
    told = alice.everything()
    for action in ("mo:amount", "mo:set", "mo:pause", "mo:end", "mo:sure"):
        assert not any(target.startswith(action) for target in buttons(told)), action
    assert not any("/p/session/" in target or "/receipts/" in target for target in buttons(told))
    await alice.tap(alice.everything()[-1], says(alice.locale, "forget-sure"))
    assert here.stripe.world.get("subscription", session["subscription"])["status"] == "active"
    assert await standing(here, session) is Standing.UNPROVED
    await here.books_are_right()


async def test_bob_claims_it_and_alice_is_told(here: Town, alice: Person, bob: Person) -> None:
    offered = await alice.command(name_of("monthly", alice.locale))
    session = await here.pay(offered.first_link)
    await alice.hears(says(alice.locale, "unconfirmed-yours"))
    await bob.claims(session)
    assert await standing(here, session) is Standing.PROVED
    await news(here, alice, says(alice.locale, "claimed-elsewhere-title"))
    shown = await bob.command(name_of("monthly", bob.locale))
    assert says(bob.locale, "monthly-change") in shown.labels
    assert says(alice.locale, "monthly-change") not in (await alice.command(name_of("monthly", alice.locale))).labels
    await here.stripe.renew(session["subscription"])
    await here.stripe.delivered()
    assert len({gift.supporter_id for gift in await here.gifts()}) == 1
    await here.books_are_right()


async def test_the_return_page_of_a_monthly_gift_confirms_it(here: Town, alice: Person) -> None:
    offered = await alice.command(name_of("monthly", alice.locale))
    session = await here.pay(offered.first_link)
    status, page = await here.page(f"/thanks?session={session['id']}&l={alice.locale}")
    assert status == 200 and "http-equiv" not in page, "nothing is waited for"
    assert says(alice.locale, "how-to-end-title") in page and "/thanks/not-me" in page
    assert "start=c_" in page or "claim" in page


# --- without a web address ------------------------------------------------------------------------
@pytest.fixture
async def village(tmp_path: Path) -> AsyncIterator[Town]:
    """There is no page of ours: news come by asking, and Stripe's page itself proves who has paid."""
    async with open_town(tmp_path, public=False) as opened:
        yield opened


def page_after(here: Town, session: Json) -> Json:
    """What Stripe's page does once somebody has paid there."""
    return dict(here.stripe.world.checkouts[session["id"]].after)


async def pays(here: Town, url: str) -> Json:
    session = dict(await here.stripe.pay(url, email="bob@example.org"))
    await reconcile.poll(here.app.ctx, here.app.intake)
    return session


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
async def test_without_a_web_address_stripes_page_hands_bob_the_proof(village: Town, kind: Any) -> None:
    alice, bob = village.person(*kind), village.person(*kind, "Bob")
    offered = await alice.command(name_of("monthly", alice.locale))
    chosen = await alice.tap(offered, says(alice.locale, "monthly-each", amount=cad(500)))
    assert len(chosen.links) == 1
    session = await pays(village, chosen.first_link)
    await alice.hears(says(alice.locale, "unconfirmed-yours"))
    assert await standing(village, session) is Standing.UNPROVED
    after = page_after(village, session)
    if bob.platform == "telegram":
        asked = await bob.reads(
            bob.start(after["redirect"]["url"].partition("start=")[2]), says(bob.locale, "claim-title")
        )
    else:
        code = after["hosted_confirmation"]["custom_message"].split()[-1]
        asked = await bob.command(name_of("claim", bob.locale), code)
    await bob.reads(bob.tap(asked, says(bob.locale, "claim-mine")), says(bob.locale, "claim-done-title"))
    assert await standing(village, session) is Standing.PROVED
    await news(village, alice, says(alice.locale, "claimed-elsewhere-title"))
    assert says(bob.locale, "monthly-change") in (await bob.command(name_of("monthly", bob.locale))).labels
    with pytest.raises(ValueError, match=r"."):
        await village.stripe.pay(chosen.first_link, email="eve@example.org")
    await village.books_are_right()
