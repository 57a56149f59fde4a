"""What can go wrong with a gift: a debit that fails, a dispute, a blocked chat, a lost answer."""

import asyncio
from datetime import timedelta

from bot.store.core import outbox
from payments.ledger import State
from tests.journeys.people import Heard, Person, cad, says
from tests.journeys.town import TWO_KINDS, Town
from tests.waiting import until


async def ask(donor: Person) -> Heard:
    return await donor.command("donner" if donor.locale == "fr" else "give", "5")


@TWO_KINDS
async def test_a_bank_debit_that_fails_offers_another_try(here: Town, donor: Person) -> None:
    session = await here.pay((await ask(donor)).first_link, method="bank")
    await donor.hears(says(donor.locale, "pending-title"))
    await donor.claims(session)
    await here.stripe.settle(session["id"], False)
    failed = await donor.hears(says(donor.locale, "failed-title"))
    (gift,) = await here.gifts()
    assert gift.book.state is State.FAILED
    again = await donor.tap(failed, says(donor.locale, "failed-retry"))
    assert says(donor.locale, "confirm-amount", amount=cad(500)) in again.text
    await here.books_are_right()


async def test_a_dispute_is_for_staff_and_the_donor_hears_nothing(here: Town) -> None:
    donor = here.person("telegram")
    session = await here.pay((await ask(donor)).first_link)
    await donor.hears(says("fr", "thanks-title"))
    before = donor.everything()
    dispute = await here.stripe.dispute(session["payment_intent"])
    await here.stripe.delivered()
    assert (await here.campaign()).raised == cad(0)
    assert "dispute" in await here.cases()
    await here.stripe.close_dispute(dispute["id"], True)
    await here.stripe.delivered()
    assert (await here.campaign()).raised == cad(500)
    await here.all_sent()
    assert donor.everything() == before
    await here.books_are_right()


async def test_who_blocked_the_bot_loses_no_gift_and_hears_of_it_when_back(here: Town) -> None:
    donor = here.person("telegram")
    url = (await ask(donor)).first_link
    here.telegram.block(donor.account)
    await here.pay(url)
    await here.all_sent()
    (gift,) = await here.gifts()
    assert gift.book.is_paid
    here.telegram.unblock(donor.account)
    await donor.hears(says("fr", "thanks-title"))


@TWO_KINDS
async def test_a_lost_answer_means_one_gift_and_at_least_one_thank_you(here: Town, donor: Person) -> None:
    url = (await ask(donor)).first_link
    lost = here.telegram if donor.platform == "telegram" else here.discord
    lost.drop_answers(1)
    await here.pay(url)
    await donor.hears(says(donor.locale, "thanks-title"))
    await here.all_sent(20)
    async with here.app.ctx.db.read() as conn:
        assert not (await outbox.counts(conn)).get("failed")
    await until(lambda: any(says(donor.locale, "thanks-title") in heard.text for heard in donor.everything()))
    assert len(await here.gifts()) == 1


async def test_thank_you_whose_answers_all_get_lost_arrives_twice(here: Town) -> None:
    donor = here.person("telegram")
    url = (await ask(donor)).first_link
    here.telegram.drop_answers(99)
    await here.pay(url)

    async def is_over() -> bool:
        here.clock.ahead += timedelta(minutes=1)
        return "in_doubt" in await here.outbox()

    await until(is_over, 60)
    here.telegram.clear_faults()
    for _ in range(5):
        here.clock.ahead += timedelta(minutes=30)
        await asyncio.sleep(0.2)
    thanked = [heard for heard in donor.everything() if says("fr", "thanks-title") in heard.text]
    assert len(thanked) == 2
    assert (await here.outbox())["in_doubt"] == 1
