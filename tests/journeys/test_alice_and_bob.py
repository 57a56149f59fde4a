"""Alice forwards her monthly link and Bob pays: she is thanked without control of the gift; he gets it by proof."""

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
from tests.journeys.environment import Environment, running_environment
from tests.journeys.people import BotMessage, Person, cad, new_person, sentence
from tests.journeys.test_giving_again import ask_for_monthly_gift
from tests.waiting import until

Json = dict[str, Any]


@pytest.fixture
def alice(donor: Person) -> Person:
    return donor


@pytest.fixture
def bob(env: Environment, alice: Person) -> Person:
    return new_person(env, alice.platform, alice.locale, "Bob")


async def standing(env: Environment, session: Json) -> Standing:
    async with env.app.ctx.db.read() as conn:
        name = str(session["subscription"])
        return (await pledges.by_subscription(conn, [name]))[name].standing


async def renew_for_a_year(env: Environment, session: Json) -> None:
    """Renew for a year, with one failed payment."""
    for passes in (True, True, False, True):
        env.clock.ahead += timedelta(days=31)
        await env.stripe.renew(session["subscription"], passes)
        await env.stripe.delivered()
    await env.all_sent()


async def news(env: Environment, person: Person, words: str) -> BotMessage:
    """Return the bot's message to a person; on Discord, where it may not write first, after their next action."""
    if person.platform == "discord":

        async def is_notified() -> bool:
            await person.command(name_of("mygifts", person.locale))
            return any(words in received.text for received in person.messages())

        await until(is_notified)
    return await person.receive(words)


def buttons(received: list[BotMessage]) -> list[str]:
    return [target for message in received for _, target in message.buttons]


async def test_alice_is_thanked_once_and_bob_controls_the_gift_after_proof(
    env: Environment, alice: Person, bob: Person
) -> None:
    await stripe_login.look_up_login_page(env.app.ctx)
    offered = await ask_for_monthly_gift(alice)
    before = len(alice.messages())
    session = await env.pay(offered.first_link)  # Bob, whose browser follows Alice's link
    asked = await alice.receive(sentence(alice.locale, "unconfirmed-yours"))
    name = (await env.campaign()).authored.name.get(alice.locale)
    assert sentence(alice.locale, "unconfirmed-begun", amount=cad(500), campaign=name) in asked.text
    await renew_for_a_year(env, session)
    assert len(alice.messages()) <= before + 1, "one message, whatever becomes of the gift"
    stripe = env.app.ctx.identity.stripe_login_url
    assert stripe is not None and stripe in asked.target(sentence(alice.locale, "unconfirmed-stripe"))

    how = await alice.tap(asked, sentence(alice.locale, "unconfirmed-how"))
    assert "bonjour@tablee.example" in how.text
    for command in ("monthly", "mygifts", "stop", "forget"):
        await alice.command(name_of(command, alice.locale))
    received = alice.messages()
    for action in ("mo:amount", "mo:set", "mo:pause", "mo:end", "mo:sure"):
        assert not any(target.startswith(action) for target in buttons(received)), action
    assert not any("/p/session/" in target or "/receipts/" in target for target in buttons(received))
    await alice.tap(alice.messages()[-1], sentence(alice.locale, "forget-sure"))
    assert env.stripe.world.get("subscription", session["subscription"])["status"] == "active"
    assert await standing(env, session) is Standing.UNPROVED
    await env.assert_books_balance()


async def test_claim_by_bob_notifies_alice(env: Environment, alice: Person, bob: Person) -> None:
    offered = await ask_for_monthly_gift(alice)
    session = await env.pay(offered.first_link)
    await alice.receive(sentence(alice.locale, "unconfirmed-yours"))
    await bob.claim_gift(session)
    assert await standing(env, session) is Standing.PROVED
    await news(env, alice, sentence(alice.locale, "claimed-elsewhere-title"))
    shown = await bob.command(name_of("monthly", bob.locale))
    assert sentence(bob.locale, "monthly-change") in shown.labels
    assert (
        sentence(alice.locale, "monthly-change") not in (await alice.command(name_of("monthly", alice.locale))).labels
    )
    await env.stripe.renew(session["subscription"])
    await env.stripe.delivered()
    assert len({gift.supporter_id for gift in await env.gifts()}) == 1
    await env.assert_books_balance()


async def test_return_page_confirms_a_monthly_gift(env: Environment, alice: Person) -> None:
    offered = await ask_for_monthly_gift(alice)
    session = await env.pay(offered.first_link)
    status, page = await env.page(f"/thanks?session={session['id']}&l={alice.locale}")
    assert status == 200 and "http-equiv" not in page, "nothing is waited for"
    assert sentence(alice.locale, "how-to-end-title") in page and "/thanks/not-me" in page
    assert "start=c_" in page or "claim" in page


# --- without a web address ------------------------------------------------------------------------
@pytest.fixture
async def env_without_url(tmp_path: Path) -> AsyncIterator[Environment]:
    """Yield an environment without a web address: the bot polls, and Stripe's page itself proves who has paid."""
    async with running_environment(tmp_path, public=False) as opened:
        yield opened


def page_after(env: Environment, session: Json) -> Json:
    """Return what Stripe's page does after a payment."""
    return dict(env.stripe.world.checkouts[session["id"]].after)


async def pays(env: Environment, url: str) -> Json:
    session = dict(await env.stripe.pay(url, email="bob@example.org"))
    await reconcile.poll(env.app.ctx, env.app.intake)
    return session


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
async def test_stripes_page_gives_bob_the_proof_without_web_address(env_without_url: Environment, kind: Any) -> None:
    alice, bob = new_person(env_without_url, *kind), new_person(env_without_url, *kind, "Bob")
    offered = await ask_for_monthly_gift(alice)
    chosen = await alice.tap(offered, sentence(alice.locale, "monthly-each", amount=cad(500)))
    assert len(chosen.links) == 1
    session = await pays(env_without_url, chosen.first_link)
    await alice.receive(sentence(alice.locale, "unconfirmed-yours"))
    assert await standing(env_without_url, session) is Standing.UNPROVED
    after = page_after(env_without_url, session)
    if bob.platform == "telegram":
        asked = await bob.read_reply(
            bob.start(after["redirect"]["url"].partition("start=")[2]), sentence(bob.locale, "claim-title")
        )
    else:
        code = after["hosted_confirmation"]["custom_message"].split()[-1]
        asked = await bob.command(name_of("claim", bob.locale), code)
    await bob.read_reply(bob.tap(asked, sentence(bob.locale, "claim-mine")), sentence(bob.locale, "claim-done-title"))
    assert await standing(env_without_url, session) is Standing.PROVED
    await news(env_without_url, alice, sentence(alice.locale, "claimed-elsewhere-title"))
    assert sentence(bob.locale, "monthly-change") in (await bob.command(name_of("monthly", bob.locale))).labels
    with pytest.raises(ValueError, match=r"."):
        await env_without_url.stripe.pay(chosen.first_link, email="eve@example.org")
    await env_without_url.assert_books_balance()
