"""Money handled by staff in chat: a refund with its reason, a duplicate gift, a sponsor's match that runs out."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.gifts import Gift
from bot.domain.people import Locale, PlatformName
from bot.domain.staff import Role
from bot.store.core import audit
from bot.usecases.gifts import duplicates
from tests.journeys.environment import Environment, running_environment
from tests.journeys.people import Person, cad, new_person, sentence
from tests.journeys.team import (
    Json,
    Kind,
    ask,
    fill,
    new_member,
    new_place,
    posts,
    press_starting_with,
    show_campaign_card,
)
from tests.journeys.test_giving_again import wait_for_message
from tests.waiting import until

SPONSOR: dict[Locale, str] = {"fr": "Boulangerie Roy", "en": "Roy Bakery"}
TWO_TEAMS = pytest.mark.parametrize("kind", [("telegram", "fr"), ("discord", "en")], ids="-".join)


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Environment]:
    async with running_environment(tmp_path) as opened:
        yield opened


async def last_gift(env: Environment) -> Gift:
    return max(await env.gifts(), key=lambda gift: gift.id)


# --- refunds ----------------------------------------------------------------------------------------
async def owner_refunds(env: Environment, nadia: Person, donor: Person) -> None:
    """Refund a whole gift by its number, with a reason; the donor is notified once it is refunded."""
    await donor.give("20")
    gift = await last_gift(env)
    await donor.claim_gift({"id": gift.book.session})
    await ask(nadia, "team")
    await nadia.fill(await nadia.press("rf:"), str(gift.id))
    await nadia.press(f"rf:{gift.id}:2000")
    await nadia.press(f"rf:{gift.id}:2000:wrong")
    sent = sentence(nadia.locale, "staff-refund-sent", amount=cad(2000))
    await nadia.read_reply(press_starting_with(nadia, "rf:go:"), sent)
    await env.stripe.delivered()
    env.clock.ahead += timedelta(
        minutes=2
    )  # until the question after a first gift is due, which delays everything else
    await wait_for_message(env, donor, sentence(donor.locale, "refund-title"))
    assert (await last_gift(env)).book.refunded == cad(2000)
    async with env.app.ctx.db.read() as conn:
        entry = (await audit.latest(conn, 1, action="refund.ordered"))[0]
    assert (entry.actor, entry.details["reason"]) == ("Nadia", "wrong")


@TWO_TEAMS
async def test_owner_refunds_with_a_reason(env: Environment, kind: Kind) -> None:
    await owner_refunds(env, await new_member(env, kind, "Nadia", Role.OWNER), new_person(env, *kind))
    await env.assert_books_balance()


async def confirm_duplicate(env: Environment, donor: Person) -> None:
    """Two similar gifts within minutes: the donor is asked once, and one tap refunds the second."""
    await donor.give("5")
    await donor.give("5")
    second = await last_gift(env)
    await donor.claim_gift({"id": second.book.session})
    env.clock.ahead += timedelta(seconds=5)
    await duplicates.tick(env.app.ctx)  # the bot's own tick may come first
    await wait_for_message(env, donor, sentence(donor.locale, "double-title"))
    await donor.read_reply(
        donor.press(f"dbl:{second.id}:back"), sentence(donor.locale, "double-returns", amount=cad(500))
    )
    await env.stripe.delivered()
    assert (await last_gift(env)).book.refunded == cad(500)


@pytest.mark.parametrize("kind", [("telegram", "en"), ("discord", "fr")], ids="-".join)
async def test_second_of_two_similar_gifts_is_refunded(env: Environment, kind: Kind) -> None:
    donor = new_person(env, *kind)
    await confirm_duplicate(env, donor)
    assert [gift.book.refunded.minor for gift in await env.gifts()] == [0, 500]
    assert sum(sentence(donor.locale, "double-title") in received.text for received in donor.messages()) <= 1
    await env.assert_books_balance()


# --- a sponsor, and the card that tells of it -------------------------------------------------------
async def record_sponsor(env: Environment, bo: Person) -> None:
    """Enter a match period in chat: sponsor, pool and end."""
    campaign = (await env.campaign()).id
    await ask(bo, "campaigns")
    await bo.press(f"cv:{campaign}")
    await bo.press(f"ma:c{campaign}")
    asked = await bo.press(f"ma:n{campaign}")
    until_when = f"{env.clock() + timedelta(days=20):%Y-%m-%d}"
    await fill(bo, asked, SPONSOR["fr"], SPONSOR["en"], "25", until_when)
    await bo.press(":go")


async def use_up_match(env: Environment, bo: Person, donor: Person) -> None:
    """Each gift reduces the pool; later donors are informed, and the card follows within ten seconds."""
    place = await new_place(env, bo)
    campaign = await env.campaign()
    await show_campaign_card(env, bo, str(campaign.id), {bo.platform: place})
    await record_sponsor(env, bo)
    name = SPONSOR[donor.locale]
    left = sentence("fr", "card-match", sponsor=SPONSOR["fr"], left=cad(2500))
    await card_follows(env, bo.platform, place, lambda card: left in card)
    whole = await donor.give("20")
    assert sentence(donor.locale, "thanks-matched", sponsor=name, added=cad(2000)) in whole.text
    left = sentence("fr", "card-match", sponsor=SPONSOR["fr"], left=cad(500))
    await card_follows(env, bo.platform, place, lambda card: left in card)
    part = await donor.give("10")
    assert sentence(donor.locale, "thanks-matched-part", sponsor=name, added=cad(500)) in part.text
    late = await donor.give("40")
    assert sentence(donor.locale, "thanks-match-empty", sponsor=name) in late.text
    await card_follows(env, bo.platform, place, lambda card: SPONSOR["fr"] not in card)
    raised = (await env.campaign()).raised - campaign.raised
    assert raised == cad(7000), "what a sponsor adds is not in the total"


async def card_follows(env: Environment, platform: PlatformName, place: Json, says_so: Callable[[str], bool]) -> None:
    """Wait for the card at most ten seconds: five skipped on the clock, five in real time."""
    env.clock.ahead += timedelta(seconds=5)
    await until(lambda: says_so(posts(env, platform, place)[-1]["text"] or ""), within=5)


@TWO_TEAMS
async def test_used_up_match_updates_the_card(env: Environment, kind: Kind) -> None:
    await use_up_match(env, await new_member(env, kind, "Bo", Role.EDITOR), new_person(env, *kind))
    await env.assert_books_balance()
