"""What can go wrong with a gift: a debit that fails, a dispute, a blocked chat, a lost answer."""

import asyncio
from datetime import timedelta

from bot.store.core import outbox
from payments.ledger import State
from tests.journeys.environment import TWO_KINDS, Environment
from tests.journeys.people import BotMessage, Person, cad, new_person, sentence
from tests.waiting import until


async def ask(donor: Person) -> BotMessage:
    return await donor.command("donner" if donor.locale == "fr" else "give", "5")


@TWO_KINDS
async def test_failed_bank_debit_offers_another_try(env: Environment, donor: Person) -> None:
    session = await env.pay((await ask(donor)).first_link, method="bank")
    await donor.receive(sentence(donor.locale, "pending-title"))
    await donor.claim_gift(session)
    await env.stripe.settle(session["id"], False)
    failed = await donor.receive(sentence(donor.locale, "failed-title"))
    (gift,) = await env.gifts()
    assert gift.book.state is State.FAILED
    again = await donor.tap(failed, sentence(donor.locale, "failed-retry"))
    assert sentence(donor.locale, "confirm-amount", amount=cad(500)) in again.text
    await env.assert_books_balance()


async def test_dispute_notifies_staff_but_not_the_donor(env: Environment) -> None:
    donor = new_person(env, "telegram")
    session = await env.pay((await ask(donor)).first_link)
    await donor.receive(sentence("fr", "thanks-title"))
    before = donor.messages()
    dispute = await env.stripe.dispute(session["payment_intent"])
    await env.stripe.delivered()
    assert (await env.campaign()).raised == cad(0)
    assert "dispute" in await env.open_cases()
    await env.stripe.close_dispute(dispute["id"], True)
    await env.stripe.delivered()
    assert (await env.campaign()).raised == cad(500)
    await env.all_sent()
    assert donor.messages() == before
    await env.assert_books_balance()


async def test_donor_who_blocked_the_bot_is_thanked_on_return(env: Environment) -> None:
    donor = new_person(env, "telegram")
    url = (await ask(donor)).first_link
    env.telegram.block(donor.account)
    await env.pay(url)
    await env.all_sent()
    (gift,) = await env.gifts()
    assert gift.book.is_paid
    env.telegram.unblock(donor.account)
    await donor.receive(sentence("fr", "thanks-title"))


@TWO_KINDS
async def test_lost_answer_means_one_gift_and_at_least_one_thank_you(env: Environment, donor: Person) -> None:
    url = (await ask(donor)).first_link
    lost = env.telegram if donor.platform == "telegram" else env.discord
    lost.drop_answers(1)
    await env.pay(url)
    await donor.receive(sentence(donor.locale, "thanks-title"))
    await env.all_sent(20)
    async with env.app.ctx.db.read() as conn:
        assert not (await outbox.counts(conn)).get("failed")
    await until(lambda: any(sentence(donor.locale, "thanks-title") in received.text for received in donor.messages()))
    assert len(await env.gifts()) == 1


async def test_thank_you_with_all_answers_lost_arrives_twice(env: Environment) -> None:
    donor = new_person(env, "telegram")
    url = (await ask(donor)).first_link
    env.telegram.drop_answers(99)
    await env.pay(url)

    async def is_over() -> bool:
        env.clock.ahead += timedelta(minutes=1)
        return "in_doubt" in await env.outbox()

    await until(is_over, 60)
    env.telegram.clear_faults()
    for _ in range(5):
        env.clock.ahead += timedelta(minutes=30)
        await asyncio.sleep(0.2)
    thanked = [received for received in donor.messages() if sentence("fr", "thanks-title") in received.text]
    assert len(thanked) == 2
    assert (await env.outbox())["in_doubt"] == 1
