"""Giving again: consent after a first gift, a reminder within allowed hours, a gift from it; monthly gifts; opt-out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.nudges import PolicyName, PolicySettings
from bot.domain.people import Preference
from bot.store.core import outbox
from bot.store.nudges import nudges as rows
from bot.store.supporters import supporters
from bot.usecases.campaigns import publish
from bot.usecases.core import late
from bot.usecases.core.access import TERMINAL
from bot.usecases.nudges import impact_updates, plan
from bot.usecases.nudges.policies import PolicyState, as_row
from bot.usecases.nudges.report import report
from payments.reference import TouchKind
from tests.journeys.environment import TWO_KINDS, Environment, running_environment
from tests.journeys.people import BotMessage, Person, cad, new_person, sentence
from tests.waiting import until

HOME = ZoneInfo("America/Toronto")
APART = timedelta(minutes=20)  # gifts closer to each other may be a duplicate


EVERYBODY = pytest.mark.parametrize(
    "donor",
    [("telegram", "fr"), ("telegram", "en"), ("discord", "fr"), ("discord", "en")],
    indirect=True,
    ids="-".join,
)


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Environment]:
    async with running_environment(tmp_path) as opened:
        at(opened, time(14))
        await without_holdout(opened)
        yield opened


async def without_holdout(env: Environment) -> None:
    """Send reminders to everybody who is due."""
    policy = PolicyState(name=PolicyName.SECOND_GIFT, wanted=True, numbers=PolicySettings(), held_out=0.0)
    async with env.app.ctx.db.write() as conn:
        await rows.set_policy(conn, as_row(policy), None, env.clock())


@pytest.fixture
def donor(request: pytest.FixtureRequest, env: Environment) -> Person:
    platform, locale = request.param
    return new_person(env, platform, locale)


def at(env: Environment, hour: time, days: int = 0) -> None:
    """Advance the clock to this hour in Montréal, this many days later: the bot is off meanwhile."""
    env.clock.ahead += _until(env, hour, days)


async def live_until(env: Environment, hour: time, days: int = 0) -> None:
    """Advance the clock as `at` does, as if the bot had run meanwhile: nothing is late."""
    by = _until(env, hour, days)
    async with env.app.ctx.db.write() as conn:
        await late.note_all(conn, env.clock() + by)
    env.clock.ahead += by


def _until(env: Environment, hour: time, days: int) -> timedelta:
    now = env.clock().astimezone(HOME)
    wanted = datetime.combine(now.date() + timedelta(days=days), hour, HOME)
    return wanted - now + (timedelta(days=1) if wanted <= now else timedelta())


async def give(env: Environment, donor: Person) -> BotMessage:
    asked = await donor.command("donner" if donor.locale == "fr" else "give", "5")
    await env.pay(asked.first_link)
    return await donor.receive(sentence(donor.locale, "thanks-title"))


async def accept_reminders(env: Environment, donor: Person) -> BotMessage:
    """Answer the consent question, which comes a minute after the first gift, with a yes to reminders.

    On Discord, write to the bot too, as its reply asks: otherwise it may not write first.
    """
    env.clock.ahead += timedelta(minutes=2)
    await impact_updates.ask_first_donors(env.app.ctx)
    asked = await wait_for_message(env, donor, sentence(donor.locale, "consent-title"))
    answer = donor.tap(asked, sentence(donor.locale, "pref-reminders-on"))
    saved = await donor.read_reply(answer, sentence(donor.locale, "preferences-saved"))
    if donor.platform == "discord":
        assert sentence(donor.locale, "pref-write-first") in saved.text
        await donor.say("merci")
    return saved


async def wait_for_message(env: Environment, donor: Person, title: str) -> BotMessage:
    """Wait for a message with this title; on Discord, where the bot may not write first, act up to three times."""
    await env.all_sent()

    async def is_notified() -> bool:
        if any(title in received.text for received in donor.messages()):
            return True
        if donor.platform == "discord":
            await donor.command("mesdons" if donor.locale == "fr" else "mygifts")
        return False

    await until(is_notified)
    return await donor.receive(title)


@EVERYBODY
async def test_same_again_is_given_by_one_button(env: Environment, donor: Person) -> None:
    """Below the thank-you for a second gift, and below the list of gifts; a monthly gift is offered only before."""
    monthly = sentence(donor.locale, "next-monthly")
    assert monthly in (await donor.give("15")).labels
    env.clock.ahead += APART
    thanks = await donor.give("20")
    campaign = (await env.campaign()).authored.name.get(donor.locale)
    again = sentence(donor.locale, "next-again", amount=cad(2000), campaign=campaign)
    assert monthly not in thanks.labels
    await env.pay((await donor.tap(thanks, again)).first_link)
    env.clock.ahead += APART
    listed = await donor.command("mesdons" if donor.locale == "fr" else "mygifts")
    await env.pay((await donor.tap(listed, again)).first_link)
    assert sorted(gift.book.amount for gift in await env.gifts()) == [1500, 2000, 2000, 2000]
    await env.assert_books_balance()


@EVERYBODY
async def test_reminder_brings_a_second_gift(env: Environment, donor: Person) -> None:
    await give_again_from_reminder(env, donor)
    first, second = await env.gifts()
    assert (first.touch.kind, second.touch.kind) == (TouchKind.COMMAND, TouchKind.NUDGE)
    (policy_report,) = [policy for policy in await report(env.app.ctx) if policy.ends["sent"]]
    assert policy_report.credited == [("cad", 1, first.book.amount)]
    await env.assert_books_balance()


async def give_again_from_reminder(env: Environment, donor: Person) -> None:
    """Play from a first gift to the one its reminder brings."""
    await give(env, donor)
    await accept_reminders(env, donor)
    await live_until(env, time(8, 59), days=10)
    assert await plan.tick(env.app.ctx) == 0
    await live_until(env, time(14, 30))
    await plan.tick(env.app.ctx)  # the bot's own tick may come first
    asked = await donor.receive(sentence(donor.locale, "nudge-second-gift-title"))
    before = thanked(donor)  # the first one may have been shown again
    await env.pay(asked.first_link)
    await until(lambda: thanked(donor) > before)


@TWO_KINDS
async def test_stop_button_ends_reminders(env: Environment, donor: Person) -> None:
    await give(env, donor)
    await accept_reminders(env, donor)
    await live_until(env, time(14), days=10)
    await plan.tick(env.app.ctx)
    asked = await donor.receive(sentence(donor.locale, "nudge-second-gift-title"))
    stopped = await donor.tap(asked, sentence(donor.locale, "nudge-stop"))
    assert sentence(donor.locale, "nudge-stopped-title") in stopped.text
    async with env.app.ctx.db.read() as conn:
        person = await supporters.find(conn, donor.platform, str(donor.id))
        assert person is not None
        assert Preference.REMINDERS not in await supporters.preferences(conn, person.id)


@TWO_KINDS
async def test_opt_out_before_sending_stops_the_reminder(env: Environment, donor: Person) -> None:
    await give(env, donor)
    await accept_reminders(env, donor)
    at(env, time(14), days=10)
    await plan.tick(env.app.ctx)
    await until(lambda: held(env))
    await donor.command("arreter" if donor.locale == "fr" else "stop")
    await late.decide(env.app.ctx, TERMINAL, send=True)
    await env.all_sent(15)
    assert not any(sentence(donor.locale, "nudge-second-gift-title") in received.text for received in donor.messages())


async def held(env: Environment) -> bool:
    async with env.app.ctx.db.read() as conn:
        return "nudge" in await outbox.held(conn)


def thanked(donor: Person) -> int:
    """Return the number of thank-yous; the answer to a claim also says thanks but does not count."""
    thanks, claimed = sentence(donor.locale, "thanks-title"), sentence(donor.locale, "claim-done-title")
    return sum(thanks in received.text and claimed not in received.text for received in donor.messages())


# --- monthly --------------------------------------------------------------------------------------
async def ask_for_monthly_gift(donor: Person) -> BotMessage:
    """Say that they are 18, unless that is known; return the offer."""
    asked = await donor.command("mensuel" if donor.locale == "fr" else "monthly")
    if sentence(donor.locale, "adult-yes") not in asked.labels:
        return asked
    return await donor.tap(asked, sentence(donor.locale, "adult-yes"))


async def start_monthly_gift(env: Environment, donor: Person) -> str:
    """Start a monthly gift of the first amount; return its id at Stripe."""
    offered = await ask_for_monthly_gift(donor)
    session = await env.pay(offered.first_link)
    await donor.receive(sentence(donor.locale, "thanks-title"))
    await donor.claim_gift(session)
    return str(session["subscription"])


@EVERYBODY
async def test_monthly_gift_runs_from_start_to_end(env: Environment, donor: Person) -> None:
    await play_monthly_gift(env, donor)
    assert len(await env.gifts()) == 3
    await env.assert_books_balance()


async def play_monthly_gift(env: Environment, donor: Person) -> None:
    """Start a monthly gift, renew it at night, let a renewal fail and recover, and end it."""
    before = len(await env.gifts())
    monthly = "mensuel" if donor.locale == "fr" else "monthly"
    subscription = await start_monthly_gift(env, donor)
    await env.all_sent()
    begun = thanked(donor)  # twice where a private answer was edited: that counts as read only when shown again
    await live_until(env, time(3), days=30)
    await env.stripe.renew(subscription)
    await env.stripe.delivered()
    assert len(await env.gifts()) == before + 2
    assert thanked(donor) == begun, "nobody is woken"
    await live_until(env, time(9, 30))
    if donor.platform == "telegram":
        await until(lambda: thanked(donor) == begun + 1)

    await live_until(env, time(14), days=30)
    await env.stripe.renew(subscription, False)
    await env.stripe.delivered()
    await wait_for_message(env, donor, sentence(donor.locale, "monthly-failed-title"))
    shown = await donor.command(monthly)
    assert sentence(donor.locale, "monthly-card") in shown.text
    assert "/p/session/" in shown.target(sentence(donor.locale, "monthly-mend"))
    await env.stripe.renew(subscription)  # the donor changed the card at Stripe, which tries again
    await env.stripe.delivered()
    assert len(await env.gifts()) == before + 3
    shown = await donor.command(monthly)
    assert sentence(donor.locale, "monthly-card") not in shown.text

    sure = await donor.tap(shown, sentence(donor.locale, "monthly-end"))
    end = donor.tap(sure, sentence(donor.locale, "monthly-end-sure"))
    await donor.read_reply(end, sentence(donor.locale, "monthly-ended-title"))
    await env.stripe.delivered()
    assert sentence(donor.locale, "monthly-none-title") in (await donor.command(monthly)).text


async def test_monthly_gift_can_be_changed_paused_and_resumed(env: Environment) -> None:
    await change_and_pause_monthly_gift(env, new_person(env, "telegram", "fr"))
    assert [gift.book.amount for gift in await env.gifts()] == [500, 1000]


async def change_and_pause_monthly_gift(env: Environment, donor: Person) -> None:
    """Change a monthly gift's amount, pause it and resume it, as a French donor on Telegram."""
    subscription = await start_monthly_gift(env, donor)
    shown = await donor.command("mensuel")
    assert sentence("fr", "monthly-each", amount=cad(500)) in shown.text
    amounts = await donor.tap(shown, sentence("fr", "monthly-change"))
    changed = await donor.tap(amounts, "10\u00a0$")
    assert sentence("fr", "monthly-each", amount=cad(1000)) in changed.text
    pauses = await donor.tap(changed, sentence("fr", "monthly-pause"))
    held = await donor.tap(pauses, sentence("fr", "monthly-pause-months", months=2))
    assert "En pause. Le prochain don aura lieu le" in held.text
    resumed = await donor.tap(held, sentence("fr", "monthly-resume"))
    assert "En pause" not in resumed.text
    await live_until(env, time(14), days=30)
    await env.stripe.renew(subscription)
    await env.stripe.delivered()


async def test_stop_command_says_that_the_monthly_gift_continues(env: Environment) -> None:
    donor = new_person(env, "telegram", "fr")
    await start_monthly_gift(env, donor)
    stopped = await donor.command("arreter")
    assert sentence("fr", "stop-monthly") in stopped.text
    sure = await donor.tap(stopped, sentence("fr", "stop-monthly-end"))
    assert sentence("fr", "monthly-end-title") in sure.text


async def test_cancellation_at_stripe_is_notified_once(env: Environment) -> None:
    donor = new_person(env, "telegram", "fr")
    subscription = await start_monthly_gift(env, donor)
    await env.stripe.cancel_subscription(subscription)
    await env.stripe.delivered()
    env.clock.ahead += timedelta(minutes=2)  # it waits for a reply that they may be about to get
    await donor.receive(sentence("fr", "monthly-ended-title"))
    await env.all_sent()
    assert sum(sentence("fr", "monthly-ended-title") in received.text for received in donor.messages()) == 1


async def test_closed_campaign_asks_where_the_monthly_gift_should_go(env: Environment) -> None:
    donor = new_person(env, "telegram", "fr")
    subscription = await start_monthly_gift(env, donor)
    ctx, old = env.app.ctx, await env.campaign()
    following = await publish.publish(ctx, old.authored.model_copy(update={"slug": "suite"}))
    changed = replace(old, authored=old.authored.model_copy(update={"monthly_goes_to": "suite"}))
    await publish.publish(ctx, changed.authored)
    await publish.close(ctx, changed)
    asked = await donor.receive(sentence("fr", "monthly-moved-title"))
    done = await donor.tap(asked, sentence("fr", "monthly-moved-yes"))
    assert sentence("fr", "monthly-saved") in done.text
    await live_until(env, time(14), days=30)
    await env.stripe.renew(subscription)
    await env.stripe.delivered()
    assert [gift.campaign_id for gift in await env.gifts()] == [old.id, following.id]
    await env.assert_books_balance()


async def test_renewal_after_the_end_is_accepted_as_late(env: Environment) -> None:
    donor = new_person(env, "telegram", "fr")
    subscription = await start_monthly_gift(env, donor)
    await publish.close(env.app.ctx, await env.campaign())
    asked = await donor.receive(sentence("fr", "monthly-moved-title"))
    assert "La Tablée?" in asked.text
    await live_until(env, time(14), days=30)
    await env.stripe.renew(subscription)
    await env.stripe.delivered()
    await until(lambda: thanked(donor) == 2)
    assert [gift.late for gift in await env.gifts()] == [False, True]


async def test_covered_fee_is_shown_before_paying(env: Environment) -> None:
    donor = new_person(env, "telegram", "fr")
    asked = await donor.command("donner", "5")
    covered = await donor.tap(asked, sentence("fr", "cover-button"))
    assert sentence("fr", "cover-line", fee=cad(46), total=cad(546), amount=cad(500)) in covered.text
    await env.pay(covered.first_link)
    await donor.receive(sentence("fr", "thanks-title"))
    (gift,) = await env.gifts()
    assert gift.book.amount == 546
