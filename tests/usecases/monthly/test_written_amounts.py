"""An amount written after a question is for what was asked: a monthly gift, a change of one, or a campaign's card."""

from datetime import timedelta

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from content.cards import Card
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, open_campaign
from tests.usecases.monthly.fixtures import NOON, SUB, MonthlyStripe, actions, of_age, pledged, text_of

BOTH = pytest.mark.parametrize("contact", [CAMILLE, ALEX], ids=["telegram", "discord"])


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    found = await open_campaign(ctx, ends_on=None)
    for contact in (CAMILLE, ALEX):
        await of_age(ctx, contact)
    return found


async def tap(ctx: Context, contact: Contact, action: str) -> Card:
    return (await router.on_action(ctx, contact, action)).card


async def says(ctx: Context, contact: Contact, text: str) -> Card:
    return (await router.on_text(ctx, contact, text)).card


@BOTH
async def test_amount_after_how_much_a_month_changes_the_monthly_gift(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, contact: Contact
) -> None:
    await pledged(ctx, campaign, await find_or_join(ctx, contact))
    asked = await tap(ctx, contact, f"mo:amount:{SUB}")
    assert {f"mo:ask:{SUB}", f"mo:show:{SUB}"} <= actions(asked), "another amount, and a way back"
    answer = await says(ctx, contact, "15")
    assert {f"mo:set:{SUB}:1500", f"mo:show:{SUB}", f"give:{campaign.id}:1500"} <= actions(answer)
    assert stripe.prices == [], "nothing changes before they confirm"
    await tap(ctx, contact, f"mo:set:{SUB}:1500")
    assert [money.minor for money in stripe.prices] == [1500]


@BOTH
async def test_amount_after_the_offer_is_a_monthly_one(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, contact: Contact
) -> None:
    offered = await tap(ctx, contact, f"mo:offer:{campaign.id}")
    assert {f"mo:other:{campaign.id}", f"give:{campaign.id}:0"} <= actions(offered)
    answer = await says(ctx, contact, "17")
    (month,) = [button for button in answer.buttons if button.url]
    assert "17" in month.label and ("par mois" in month.label or "a month" in month.label)
    assert stripe.made[-1].interval == "month" and stripe.made[-1].minor == 1700
    assert f"give:{campaign.id}:1700" in actions(answer), "or once only"


WAYS = ["{} par mois", "{}/mois", "{} a month", "{} $ monthly", "{}$/mo", "${} per month", "{} $ chaque mois svp"]


@BOTH
@pytest.mark.parametrize("way", WAYS)
async def test_amount_with_a_month_answers_the_question(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, contact: Contact, way: str
) -> None:
    await tap(ctx, contact, f"mo:offer:{campaign.id}")
    answer = await says(ctx, contact, way.format(17))
    assert stripe.made[-1].interval == "month" and stripe.made[-1].minor == 1700
    assert any(button.url for button in answer.buttons)


@pytest.mark.parametrize(
    "way", [*WAYS, "Je voudrais donner {} $ par mois", "a monthly gift of ${} please", "Mets {} par mois"]
)
async def test_amount_with_a_month_offers_a_monthly_gift_unasked(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, way: str
) -> None:
    reply = await router.on_text(ctx, CAMILLE, way.format(17))
    cards = (reply.card, *reply.more)
    assert stripe.made[-1].interval == "month" and stripe.made[-1].minor == 1700
    assert any("par mois" in button.label and button.url for card in cards for button in card.buttons)


@BOTH
@pytest.mark.parametrize("asked", [True, False])
async def test_amount_with_a_month_changes_a_monthly_gift(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, contact: Contact, asked: bool
) -> None:
    await pledged(ctx, campaign, await find_or_join(ctx, contact))
    if asked:
        await tap(ctx, contact, f"mo:amount:{SUB}")
    answer = await says(ctx, contact, "15 $ par mois")
    assert f"mo:set:{SUB}:1500" in actions(answer)


async def test_amount_with_a_month_answers_how_much_in_a_window(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe
) -> None:
    for what in (f"begin:{campaign.id}", f"give:{campaign.id}:c0", ""):
        await router.on_answer(ctx, ALEX, f"amount:{what}", "17 a month")
        assert (stripe.made[-1].interval, stripe.made[-1].minor) == ("month", 1700)


async def test_amount_with_a_month_where_there_are_no_monthly_gifts_says_so(ctx: Context) -> None:
    only_once = await open_campaign(ctx, monthly=False)
    answer = await says(ctx, CAMILLE, "15 $ par mois")
    assert not any(button.url for button in answer.buttons)
    assert not any(action.startswith(f"give:{only_once.id}") for action in actions(answer))


@BOTH
async def test_other_amount_opens_a_window_that_says_what_it_is_for(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, contact: Contact
) -> None:
    reply = await router.on_action(ctx, contact, f"mo:other:{campaign.id}")
    assert reply.form is not None and len(reply.form.answers) <= 88
    answer = await router.on_answer(ctx, contact, reply.form.answers, "17")
    assert stripe.made[-1].interval == "month"
    unread = await router.on_answer(ctx, contact, reply.form.answers, "a lot")
    assert answer.card.title != unread.card.title
    assert f"mo:other:{campaign.id}" in actions(unread.card), "asked again"


async def test_question_is_over_after_a_quarter_of_an_hour(
    ctx: Context, campaign: Campaign, clock: MovingClock, stripe: MonthlyStripe
) -> None:
    await tap(ctx, CAMILLE, f"mo:offer:{campaign.id}")
    clock.move(minutes=16)
    await says(ctx, CAMILLE, "17")
    assert stripe.made[-1].interval is None


@pytest.mark.parametrize("turn", ["gifts", "see", "prefs"])
async def test_turning_to_something_else_ends_the_question(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe, turn: str
) -> None:
    await tap(ctx, CAMILLE, f"mo:offer:{campaign.id}")
    await tap(ctx, CAMILLE, turn)
    await says(ctx, CAMILLE, "17")
    assert stripe.made[-1].interval is None
    assert (await find_or_join(ctx, CAMILLE)).awaits is None


async def test_words_after_the_question_are_passed_on_to_staff(ctx: Context, campaign: Campaign) -> None:
    await tap(ctx, CAMILLE, f"mo:offer:{campaign.id}")
    passed = await says(ctx, CAMILLE, "Bonjour, est-ce que je peux arrêter quand je veux?")
    assert not any(button.url for button in passed.buttons)


@pytest.mark.parametrize(("text", "wanted"), [("2,500", "mo:begin:{}:250"), ("2 50", "mo:begin:{}:250")])
async def test_ambiguous_monthly_amount_stays_monthly(ctx: Context, campaign: Campaign, text: str, wanted: str) -> None:
    await tap(ctx, CAMILLE, f"mo:offer:{campaign.id}")
    answer = await says(ctx, CAMILLE, text)
    assert wanted.format(campaign.id) in actions(answer)
    assert not any(action.startswith("give:") for action in actions(answer))


async def test_amount_outside_the_bounds_is_refused_for_monthly_gifts_too(
    ctx: Context, campaign: Campaign, stripe: MonthlyStripe
) -> None:
    await pledged(ctx, campaign, await find_or_join(ctx, CAMILLE))
    for minor in (1, campaign.cap.minor + 100):
        await tap(ctx, CAMILLE, f"mo:set:{SUB}:{minor}")
        answer = await tap(ctx, CAMILLE, f"mo:begin:{campaign.id}:{minor}")
        assert not any(button.url for button in answer.buttons)
    assert stripe.prices == []


async def test_pause_and_chosen_amount_have_a_way_back(ctx: Context, campaign: Campaign) -> None:
    await pledged(ctx, campaign, await find_or_join(ctx, CAMILLE))
    assert f"mo:show:{SUB}" in actions(await tap(ctx, CAMILLE, f"mo:pause:{SUB}"))
    chosen = await tap(ctx, CAMILLE, f"mo:begin:{campaign.id}:{campaign.authored.amounts[0]}")
    assert f"mo:offer:{campaign.id}" in actions(chosen)


async def test_forgetting_forgets_the_question(ctx: Context, campaign: Campaign) -> None:
    await tap(ctx, CAMILLE, f"mo:offer:{campaign.id}")
    person = await find_or_join(ctx, CAMILLE)
    assert person.awaits == f"begin:{campaign.id}"
    assert person.awaits_until == NOON + timedelta(minutes=15)
    assert "17" not in text_of((await router.on_command(ctx, CAMILLE, "aide", "")).card)
    assert (await find_or_join(ctx, CAMILLE)).awaits is None
