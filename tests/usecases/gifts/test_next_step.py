"""Next steps in what donors read: below thank-yous, in the reply to a proof, and under the list of gifts."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.people import Contact, Preference, Supporter
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import BotIdentity, Context
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import claim, my_gifts
from bot.usecases.preferences import preferences
from bot.usecases.referral_tree import share_prompt
from content.cards import Button, Card
from tests.conftest import MovingClock
from tests.giving import give, refund
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign, rendered
from tests.usecases.money.test_monthly_news import due_messages
from tests.usecases.monthly.fixtures import pledged

PEOPLE = pytest.mark.parametrize("contact", [CAMILLE, ALEX], ids=["telegram-fr", "discord-en"])


@pytest.fixture(autouse=True)
def _all_see_the_share_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share_prompt, "SHOWN", 1)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    identity = BotIdentity(telegram_username="latablee_bot")
    return make_context(db, clock, identity=identity, public_url="https://give.example")


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def thanks(ctx: Context, campaign: Campaign, person: Supporter, *, proved: bool = True) -> Card:
    """Give, and return the thank-you."""
    ctx.clock.move(minutes=30)  # type: ignore[attr-defined]
    made = await give(ctx, campaign, person.id, 1500, proved=proved)
    return await thanks_for(ctx, made)


async def thanks_for(ctx: Context, gift: Gift) -> Card:
    (message,) = [one for one in await due_messages(ctx, "thanks") if one.args["gift"] == gift.id]
    return await rendered(ctx, message)


def steps(card: Card) -> list[str]:
    """Return the actions of the buttons, without the ones that every such card has."""
    found = [button.action or "" for button in card.buttons]
    return [action for action in found if not action.startswith(("err:", "see"))]


def again(card: Card) -> Button:
    (button,) = [button for button in card.buttons if (button.action or "").startswith("give:")]
    return button


async def open_a_case(ctx: Context, gift: Gift, person: Supporter) -> None:
    async with ctx.db.write() as conn:
        await gifts.open_case(conn, gift_id=gift.id, supporter_id=person.id, kind="paid_twice", at=ctx.clock())


# --- the monthly gift -----------------------------------------------------------------------------
@PEOPLE
async def test_monthly_gift_is_offered_once_beside_the_step_of_the_first_thank_you(
    ctx: Context, campaign: Campaign, contact: Contact
) -> None:
    person = await find_or_join(ctx, contact, wrote=True)
    first = await thanks(ctx, campaign, person)
    assert steps(first) == ["invite", f"mo:offer:{campaign.id}"]
    share, monthly, _ = first.buttons
    assert share.style == monthly.style == "plain", "neither is highlighted"
    for later in (f"give:{campaign.id}:1500", "invite", f"give:{campaign.id}:1500"):
        assert steps(await thanks(ctx, campaign, person)) == [later]


async def test_monthly_offer_stays_when_the_thank_you_is_sent_again(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    made = await give(ctx, campaign, person.id)
    assert (await thanks_for(ctx, made)).rows == (await thanks_for(ctx, made)).rows
    assert f"mo:offer:{campaign.id}" in steps(await thanks_for(ctx, made))


async def test_thank_yous_rendered_at_once_offer_one_monthly_gift(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    made = []
    for _ in range(3):
        ctx.clock.move(minutes=30)  # type: ignore[attr-defined]
        made.append(await give(ctx, campaign, person.id))
    cards = await asyncio.gather(*(thanks_for(ctx, gift) for gift in made))
    assert [step for card in cards for step in steps(card)].count(f"mo:offer:{campaign.id}") == 1


async def test_monthly_gift_is_not_offered_after_no_thanks(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await preferences.decline(ctx, person)
    assert steps(await thanks(ctx, campaign, person)) == ["invite"]


async def test_monthly_gift_is_offered_to_those_who_stopped_only_one_kind(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await preferences.set_preferences(ctx, person, [Preference.NEWS], True)
    await preferences.set_preferences(ctx, person, [Preference.REMINDERS], False)
    assert f"mo:offer:{campaign.id}" in steps(await thanks(ctx, campaign, person))


async def test_monthly_gift_is_not_offered_while_a_case_is_open(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    made = await give(ctx, campaign, person.id)
    await open_a_case(ctx, made, person)
    assert steps(await thanks_for(ctx, made)) == []


async def test_monthly_gift_is_not_offered_to_who_gives_monthly(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await pledged(ctx, campaign, person)
    assert steps(await thanks(ctx, campaign, person)) == [f"give:{campaign.id}:1500"]


async def test_monthly_gift_is_not_offered_where_the_campaign_takes_none(ctx: Context) -> None:
    campaign = await open_campaign(ctx, monthly=False)
    assert steps(await thanks(ctx, campaign, await find_or_join(ctx, CAMILLE))) == ["invite"]


# --- the proof ------------------------------------------------------------------------------------
async def test_unproved_thank_you_asks_for_the_proof_alone(ctx: Context, campaign: Campaign) -> None:
    ctx = replace(ctx, public_url="")
    person = await find_or_join(ctx, CAMILLE)
    made = await give(ctx, campaign, person.id, proved=False)
    assert steps(await thanks_for(ctx, made)) == [f"mine:{made.id}"]
    token = claim.claim_token(ctx, made)
    claimed = await router.on_action(ctx, CAMILLE, f"claim:{token}")
    assert steps(claimed.card) == ["invite", f"mo:offer:{campaign.id}"], "what the thank-you left out"


async def test_proof_after_a_thank_you_with_steps_leads_to_the_gifts(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    made = await give(ctx, campaign, person.id, proved=False)
    assert steps(await thanks_for(ctx, made)) == ["invite", f"mo:offer:{campaign.id}"]
    claimed = await router.on_action(ctx, CAMILLE, f"claim:{claim.claim_token(ctx, made)}")
    assert steps(claimed.card) == ["gifts"]


async def test_claimed_web_gift_gets_the_steps_of_its_thank_you(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await thanks(ctx, campaign, person)
    ctx.clock.move(minutes=30)  # type: ignore[attr-defined]
    nobodys = await give(ctx, campaign, None, 700)
    claimed = await router.on_action(ctx, CAMILLE, f"claim:{claim.claim_token(ctx, nobodys)}")
    assert steps(claimed.card) == [f"give:{campaign.id}:700"]


# --- the same again -------------------------------------------------------------------------------
@PEOPLE
async def test_same_again_names_amount_and_campaign_and_leads_to_the_payment_link(
    ctx: Context, campaign: Campaign, contact: Contact
) -> None:
    person = await find_or_join(ctx, contact, wrote=True)
    await thanks(ctx, campaign, person)
    for card in (await thanks(ctx, campaign, person), (await my_gifts.show(ctx, person)).card):
        button = again(card)
        name = campaign.authored.name.get(contact.locale)
        amount = {"fr": "15\u00a0$", "en": "$15"}[contact.locale]
        assert amount in button.label and name in button.label and button.style == "primary"
        shown = await router.on_action(ctx, contact, button.action or "")
        assert any((b.url or "").startswith("https://give.example/g/") for b in shown.card.buttons)


@PEOPLE
async def test_sharing_is_offered_after_every_other_gift(ctx: Context, campaign: Campaign, contact: Contact) -> None:
    person = await find_or_join(ctx, contact, wrote=True)
    cards = [await thanks(ctx, campaign, person) for _ in range(5)]
    shared = ["invite" in steps(card) for card in cards]
    repeated = [any(step.startswith("give:") for step in steps(card)) for card in cards]
    assert shared == [True, False, True, False, True]
    assert repeated == [not share for share in shared]


async def test_same_again_after_a_campaign_goes_to_the_current_one(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await thanks(ctx, campaign, person)
    await publish.close(ctx, campaign)
    shown = (await my_gifts.show(ctx, person)).card
    assert not any((b.action or "").startswith("give:") for b in shown.buttons), "nothing is open"
    names = campaign.authored.name.model_copy(update={"fr": "La soupe"})
    current = await open_campaign(ctx, slug="soupe", name=names)
    button = again((await my_gifts.show(ctx, person)).card)
    assert button.action == f"give:{current.id}:1500" and "La soupe" in button.label


async def test_same_again_needs_a_campaign_that_takes_the_amount(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await thanks(ctx, campaign, person)
    await publish.close(ctx, campaign)
    await open_campaign(ctx, slug="other", currency="usd")
    await open_campaign(ctx, slug="large", minimum_minor=2000, amounts=(2000, 3000, 5000))
    card = (await my_gifts.show(ctx, person)).card
    assert not any((b.action or "").startswith("give:") for b in card.buttons)


async def test_refunded_disputed_or_reported_gift_is_not_offered_again(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    made = await give(ctx, campaign, person.id, 1500)
    assert again((await my_gifts.show(ctx, person)).card)
    await open_a_case(ctx, made, person)
    assert steps((await my_gifts.show(ctx, person)).card) == []
    other = await find_or_join(ctx, ALEX)
    await refund(ctx, await give(ctx, campaign, other.id, 1500), 300)
    assert steps((await my_gifts.show(ctx, other)).card) == []


async def test_gift_made_twice_within_minutes_is_not_offered_again(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    for _ in range(2):
        made = await give(ctx, campaign, person.id, 1500)
    assert not any(step.startswith("give:") for step in steps(await thanks_for(ctx, made)))
    assert steps((await my_gifts.show(ctx, person)).card) == []


async def test_unproved_gift_keeps_its_button_whatever_became_of_it(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    made = await give(ctx, campaign, person.id, 1500, proved=False)
    before = again((await my_gifts.show(ctx, person)).card)
    await refund(ctx, made)
    assert again((await my_gifts.show(ctx, person)).card) == before, "a missing button would tell of the refund"
