"""Giving again: consent after a first gift, a reminder at a decent hour, a gift from it; monthly gifts; stopping."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.nudges import Numbers, PolicyName
from bot.domain.people import Preference
from bot.store.nudges import nudges as rows
from bot.store.supporters import supporters
from bot.usecases.campaigns import publish
from bot.usecases.nudges import impact_updates, plan
from bot.usecases.nudges.policies import PolicyState, as_row
from bot.usecases.nudges.report import report
from payments.reference import TouchKind
from tests.draws import hold_nobody_out_of_all
from tests.journeys.people import Heard, Person, cad, says
from tests.journeys.town import TWO_KINDS, Town, open_town
from tests.waiting import until

HOME = ZoneInfo("America/Toronto")


EVERYBODY = pytest.mark.parametrize(
    "donor",
    [("telegram", "fr"), ("telegram", "en"), ("discord", "fr"), ("discord", "en")],
    indirect=True,
    ids="-".join,
)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_town(tmp_path) as opened:
        at(opened, time(14))
        await without_holdout(opened)
        yield opened


async def without_holdout(here: Town) -> None:
    """Everybody who is due is written to."""
    policy = PolicyState(name=PolicyName.SECOND_GIFT, wanted=True, numbers=Numbers(), held_out=0.0)
    async with here.app.ctx.db.write() as conn:
        await rows.set_policy(conn, as_row(policy), None, here.clock())
        await hold_nobody_out_of_all(conn)


@pytest.fixture
def donor(request: pytest.FixtureRequest, here: Town) -> Person:
    platform, locale = request.param
    return here.person(platform, locale)


def at(here: Town, hour: time, days: int = 0) -> None:
    """Put the clock forward to this hour in Montréal, so many days on."""
    now = here.clock().astimezone(HOME)
    wanted = datetime.combine(now.date() + timedelta(days=days), hour, HOME)
    if wanted <= now:
        wanted += timedelta(days=1)
    here.clock.ahead += wanted - now


async def gives(here: Town, donor: Person) -> Heard:
    asked = await donor.command("donner" if donor.locale == "fr" else "give", "5")
    await here.pay(asked.first_link)
    return await donor.hears(says(donor.locale, "thanks-title"))


async def agrees(here: Town, donor: Person) -> Heard:
    """The consent question, which comes a minute after the first gift, and a yes to reminders."""
    here.clock.ahead += timedelta(minutes=2)
    await impact_updates.ask_first_donors(here.app.ctx)
    asked = await until_heard(here, donor, says(donor.locale, "consent-title"))
    answer = donor.tap(asked, says(donor.locale, "pref-reminders-on"))
    return await donor.reads(answer, says(donor.locale, "preferences-saved"))


async def until_heard(here: Town, donor: Person, title: str) -> Heard:
    """A message; on Discord, where it may not come first, with what they do next: three at most each time."""
    await here.all_sent()

    async def told() -> bool:
        if any(title in heard.text for heard in donor.everything()):
            return True
        if donor.platform == "discord":
            await donor.command("mesdons" if donor.locale == "fr" else "mygifts")
        return False

    await until(told)
    return await donor.hears(title)


@EVERYBODY
async def test_a_second_gift_comes_from_a_reminder(here: Town, donor: Person) -> None:
    await a_second_gift(here, donor)
    first, second = await here.gifts()
    assert (first.touch.kind, second.touch.kind) == (TouchKind.COMMAND, TouchKind.NUDGE)
    (told,) = [one for one in await report(here.app.ctx) if one.ends["sent"]]
    assert told.credited == [("cad", 1, first.book.amount)]
    await here.books_are_right()


async def a_second_gift(here: Town, donor: Person) -> None:
    """From a first gift to the one that its reminder brings."""
    await gives(here, donor)
    await agrees(here, donor)
    at(here, time(8, 59), days=10)
    assert await plan.tick(here.app.ctx) == 0
    at(here, time(14, 30))
    await plan.tick(here.app.ctx)  # or the bot's own tick, which may come first
    here.clock.ahead += timedelta(hours=6)  # ten days without a tick: spread over six hours
    asked = await donor.hears(says(donor.locale, "nudge-second-gift-title"))
    before = thanked(donor)  # the first one may have been shown again
    await here.pay(asked.first_link)
    await until(lambda: thanked(donor) > before)


@TWO_KINDS
async def test_stop_under_a_reminder_ends_them(here: Town, donor: Person) -> None:
    await gives(here, donor)
    await agrees(here, donor)
    at(here, time(14), days=10)
    await plan.tick(here.app.ctx)
    here.clock.ahead += timedelta(hours=6)
    asked = await donor.hears(says(donor.locale, "nudge-second-gift-title"))
    stopped = await donor.tap(asked, says(donor.locale, "nudge-stop"))
    assert says(donor.locale, "nudge-stopped-title") in stopped.text
    async with here.app.ctx.db.read() as conn:
        person = await supporters.find(conn, donor.platform, str(donor.id))
        assert person is not None
        assert Preference.REMINDERS not in await supporters.preferences(conn, person.id)


@TWO_KINDS
async def test_stop_between_due_and_sent_holds_it_back(here: Town, donor: Person) -> None:
    await gives(here, donor)
    await agrees(here, donor)
    at(here, time(14), days=10)
    await plan.tick(here.app.ctx)
    await donor.command("arreter" if donor.locale == "fr" else "stop")
    here.clock.ahead += timedelta(hours=6)
    await here.all_sent(15)
    assert not any(says(donor.locale, "nudge-second-gift-title") in heard.text for heard in donor.everything())


def thanked(donor: Person) -> int:
    """How many thank-yous they have; the answer to a claim says thanks as well, and is none."""
    thanks, claimed = says(donor.locale, "thanks-title"), says(donor.locale, "claim-done", amount=cad(500))
    return sum(thanks in heard.text and claimed not in heard.text for heard in donor.everything())


# --- monthly --------------------------------------------------------------------------------------
async def begins_monthly(here: Town, donor: Person) -> str:
    """A monthly gift of the first amount; Stripe's id of it."""
    offered = await donor.command("mensuel" if donor.locale == "fr" else "monthly")
    session = await here.pay(offered.first_link)
    await donor.hears(says(donor.locale, "thanks-title"))
    await donor.claims(session)
    return str(session["subscription"])


@EVERYBODY
async def test_a_monthly_gift_from_beginning_to_end(here: Town, donor: Person) -> None:
    await a_monthly_gift(here, donor)
    assert len(await here.gifts()) == 3
    await here.books_are_right()


async def a_monthly_gift(here: Town, donor: Person) -> None:
    """Begun, renewed at night, refused, mended, ended."""
    before = len(await here.gifts())
    monthly = "mensuel" if donor.locale == "fr" else "monthly"
    subscription = await begins_monthly(here, donor)
    begun = thanked(donor)  # twice where a private answer was edited: that counts as read only when shown again
    at(here, time(3), days=30)
    await here.stripe.renew(subscription)
    await here.stripe.delivered()
    assert len(await here.gifts()) == before + 2
    assert thanked(donor) == begun, "nobody is woken"
    at(here, time(9, 30))
    if donor.platform == "telegram":
        await until(lambda: thanked(donor) == begun + 1)

    at(here, time(14), days=30)
    await here.stripe.renew(subscription, False)
    await here.stripe.delivered()
    await until_heard(here, donor, says(donor.locale, "monthly-failed-title"))
    shown = await donor.command(monthly)
    assert says(donor.locale, "monthly-card") in shown.text
    assert "/p/session/" in shown.target(says(donor.locale, "monthly-mend"))
    await here.stripe.renew(subscription)  # the card was changed there, and Stripe tries again
    await here.stripe.delivered()
    assert len(await here.gifts()) == before + 3
    shown = await donor.command(monthly)
    assert says(donor.locale, "monthly-card") not in shown.text

    sure = await donor.tap(shown, says(donor.locale, "monthly-end"))
    end = donor.tap(sure, says(donor.locale, "monthly-end-sure"))
    await donor.reads(end, says(donor.locale, "monthly-ended-title"))
    await here.stripe.delivered()
    assert says(donor.locale, "monthly-none-title") in (await donor.command(monthly)).text


async def test_amount_pause_and_resume(here: Town) -> None:
    await an_amount_a_pause(here, here.person("telegram", "fr"))
    assert [gift.book.amount for gift in await here.gifts()] == [500, 1000]


async def an_amount_a_pause(here: Town, donor: Person) -> None:
    """Everything a French donor on Telegram can change of a monthly gift."""
    subscription = await begins_monthly(here, donor)
    shown = await donor.command("mensuel")
    assert says("fr", "monthly-each", amount=cad(500)) in shown.text
    amounts = await donor.tap(shown, says("fr", "monthly-change"))
    changed = await donor.tap(amounts, "10\u00a0$")
    assert says("fr", "monthly-each", amount=cad(1000)) in changed.text
    pauses = await donor.tap(changed, says("fr", "monthly-pause"))
    held = await donor.tap(pauses, says("fr", "monthly-pause-months", months=2))
    assert "En pause jusqu" in held.text
    resumed = await donor.tap(held, says("fr", "monthly-resume"))
    assert "En pause" not in resumed.text
    at(here, time(14), days=30)
    await here.stripe.renew(subscription)
    await here.stripe.delivered()


async def test_stop_says_that_the_monthly_gift_goes_on(here: Town) -> None:
    donor = here.person("telegram", "fr")
    await begins_monthly(here, donor)
    stopped = await donor.command("arreter")
    assert says("fr", "stop-monthly") in stopped.text
    sure = await donor.tap(stopped, says("fr", "monthly-end"))
    assert says("fr", "monthly-end-title") in sure.text


async def test_cancelled_at_stripe_is_told_once(here: Town) -> None:
    donor = here.person("telegram", "fr")
    subscription = await begins_monthly(here, donor)
    await here.stripe.cancel_subscription(subscription)
    await here.stripe.delivered()
    here.clock.ahead += timedelta(minutes=2)  # it waits for an answer that they may be about to get
    await donor.hears(says("fr", "monthly-ended-title"))
    await here.all_sent()
    assert sum(says("fr", "monthly-ended-title") in heard.text for heard in donor.everything()) == 1


async def test_a_closed_campaign_asks_where_the_monthly_gift_should_go(here: Town) -> None:
    donor = here.person("telegram", "fr")
    subscription = await begins_monthly(here, donor)
    ctx, old = here.app.ctx, await here.campaign()
    following = await publish.publish(ctx, old.authored.model_copy(update={"slug": "suite"}))
    changed = replace(old, authored=old.authored.model_copy(update={"monthly_goes_to": "suite"}))
    await publish.publish(ctx, changed.authored)
    await publish.close(ctx, changed)
    asked = await donor.hears(says("fr", "monthly-moved-title"))
    done = await donor.tap(asked, says("fr", "monthly-moved-yes"))
    assert says("fr", "monthly-saved") in done.text
    at(here, time(14), days=30)
    await here.stripe.renew(subscription)
    await here.stripe.delivered()
    assert [gift.campaign_id for gift in await here.gifts()] == [old.id, following.id]
    await here.books_are_right()


async def test_a_renewal_after_the_end_is_taken_and_said_to_be_late(here: Town) -> None:
    donor = here.person("telegram", "fr")
    subscription = await begins_monthly(here, donor)
    await publish.close(here.app.ctx, await here.campaign())
    asked = await donor.hears(says("fr", "monthly-moved-title"))
    assert "La Tablée?" in asked.text
    at(here, time(14), days=30)
    await here.stripe.renew(subscription)
    await here.stripe.delivered()
    await until(lambda: thanked(donor) == 2)
    assert [gift.late for gift in await here.gifts()] == [False, True]


async def test_covering_the_fee_is_shown_before_paying(here: Town) -> None:
    donor = here.person("telegram", "fr")
    asked = await donor.command("donner", "5")
    covered = await donor.tap(asked, says("fr", "cover-button"))
    assert says("fr", "cover-line", fee=cad(46), total=cad(546), amount=cad(500)) in covered.text
    await here.pay(covered.first_link)
    await donor.hears(says("fr", "thanks-title"))
    (gift,) = await here.gifts()
    assert gift.book.amount == 546
