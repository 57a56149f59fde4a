"""Gift updates, year updates, and the question about preferences."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import GiftChange
from bot.domain.people import Contact, Preference, Supporter
from bot.store.core import outbox, switches
from bot.store.core.outbox import Delivery
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import cases
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Deferred, Obsolete
from bot.usecases.gifts import claim, next_step
from bot.usecases.nudges import impact_updates
from bot.usecases.preferences import preferences
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.staff import notices
from bot.usecases.supporters.merging import merge
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.payments import stripe_json as stripe
from tests.usecase_setup import ALEX, CAMILLE, keep_running, make_context, metadata, open_campaign, rendered, signed
from tests.usecases.core.test_notices import RecordingPlatform
from tests.usecases.inbox.test_inbox import NADIA, confirmed, hire
from tests.usecases.money.test_record import take

AFTERNOON = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)  # 14 h in Montréal


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(AFTERNOON)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx)


async def somebody(ctx: Context, contact: Contact = CAMILLE, *agreed: Preference) -> Supporter:
    person = await find_or_join(ctx, contact)
    await set_preferences(ctx, person, list(agreed), True)
    return person


async def waiting(ctx: Context, *named: str) -> list[Delivery]:
    """Return the deliveries of these messages due on Telegram now."""
    async with ctx.db.write() as conn:
        return [d for d in await outbox.claim(conn, "telegram", ctx.clock(), 100) if d.message in named]


async def test_consent_question_waits_while_a_case_is_open(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    camille = await find_or_join(ctx, CAMILLE)
    await impact_updates.ask_first_donors(ctx)
    gift = await give(ctx, campaign, camille.id)
    await router.on_action(ctx, CAMILLE, f"err:{gift.id}:twice")
    clock.move(minutes=2)
    await impact_updates.ask_first_donors(ctx)
    (asked,) = await waiting(ctx, "consent")
    with pytest.raises(Deferred):
        await rendered(ctx, asked)
    async with ctx.db.write() as conn:
        for case in await gifts.open_cases(conn):
            await cases.close_case(ctx, conn, int(case["id"]))
    assert await rendered(ctx, asked)
    async with ctx.db.write() as conn:  # of the bank, say: nobody reported it
        await gifts.open_case(conn, gift_id=gift.id, supporter_id=None, kind="dispute", at=clock())
    with pytest.raises(Deferred):
        await rendered(ctx, asked)


@pytest.mark.parametrize("from_linked_account", [False, True])
async def test_questions_and_steps_wait_while_a_message_is_unanswered(
    ctx: Context, campaign: Campaign, clock: MovingClock, from_linked_account: bool
) -> None:
    await hire(ctx)
    camille, alex = await find_or_join(ctx, CAMILLE), await find_or_join(ctx, ALEX)
    await impact_updates.ask_first_donors(ctx)
    gift = await give(ctx, campaign, camille.id)
    assert await next_step.below_thanks(ctx, camille, gift, campaign)
    writer = ALEX if from_linked_account else CAMILLE
    await router.on_text(ctx, writer, "I paid twice")
    if from_linked_account:
        async with ctx.db.write_money() as conn:
            await merge(ctx, conn, alex.id, camille.id)
        camille = await find_or_join(ctx, CAMILLE)
    assert await next_step.below_thanks(ctx, camille, gift, campaign) == ()
    clock.move(minutes=2)
    await impact_updates.ask_first_donors(ctx)
    (asked,) = await waiting(ctx, "consent")
    with pytest.raises(Deferred):
        await rendered(ctx, asked)
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    (reply,) = {b.action for _, card in platform.sent for b in card.buttons if (b.action or "").startswith("ib:reply:")}
    await router.on_action(ctx, NADIA, reply or "")
    await confirmed(ctx, await router.on_text(ctx, NADIA, "C’est remboursé."))
    assert await rendered(ctx, asked)
    await router.on_text(ctx, writer, "I paid twice again")
    with pytest.raises(Deferred):
        await rendered(ctx, asked)
    clock.move(days=31)  # then it is erased
    assert await rendered(ctx, asked)


async def test_consent_question_offers_two_kinds_no_and_more(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    camille = await find_or_join(ctx, CAMILLE)
    await impact_updates.ask_first_donors(ctx)
    await give(ctx, campaign, camille.id)
    clock.move(minutes=2)
    await impact_updates.ask_first_donors(ctx)
    (asked,) = await waiting(ctx, "consent")
    card = await rendered(ctx, asked)
    assert [b.action for b in card.buttons] == ["pref:news:on", "pref:reminders:on", "nothanks", "prefs"]
    declined = await router.on_action(ctx, CAMILLE, "nothanks")
    assert declined.card.title == "C’est noté"
    with pytest.raises(Obsolete):
        await rendered(ctx, asked)


async def test_first_donor_is_asked_for_preferences_once(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    camille, alex = await find_or_join(ctx, CAMILLE), await somebody(ctx, ALEX, Preference.NEWS)
    await impact_updates.ask_first_donors(ctx)
    for person in (camille, alex):
        await give(ctx, campaign, person.id)
    assert await impact_updates.ask_first_donors(ctx) == 0  # not right after the thank-you
    clock.move(minutes=2)
    assert await impact_updates.ask_first_donors(ctx) == 1
    await give(ctx, campaign, camille.id)
    clock.move(minutes=2)
    assert await impact_updates.ask_first_donors(ctx) == 0
    (asked,) = await waiting(ctx, "consent")
    assert asked.address_id == camille.address_id
    freeze = switches.Switch(name=switches.FREEZE, on=True, at=clock())
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, freeze)
    with pytest.raises(Deferred):
        await rendered(ctx, asked)
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, replace(freeze, on=False))
    assert (await rendered(ctx, asked)).buttons
    await set_preferences(ctx, camille, [Preference.NEWS], False)
    with pytest.raises(Obsolete):
        await rendered(ctx, asked)


async def test_gift_update_is_sent_once_without_an_ask(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    camille = await somebody(ctx, CAMILLE, Preference.NEWS)
    alex = await find_or_join(ctx, ALEX)  # agreed to nothing
    first = await give(ctx, campaign, camille.id)
    await give(ctx, campaign, camille.id)
    await give(ctx, campaign, alex.id)
    clock.move(days=29)
    assert await impact_updates.send_gift_updates(ctx) == 0
    clock.move(days=2)
    await keep_running(ctx)
    assert await impact_updates.send_gift_updates(ctx) == 1
    assert await impact_updates.send_gift_updates(ctx) == 0
    (delivery,) = await waiting(ctx, "bilan")
    card = await rendered(ctx, delivery)
    assert not [button for button in card.buttons if button.url]
    clock.move(hours=9)
    with pytest.raises(Deferred):
        await rendered(ctx, delivery)
    clock.move(hours=15)
    await refund(ctx, first)
    with pytest.raises(Obsolete):
        await rendered(ctx, delivery)


async def test_missed_gift_update_expires_after_two_months(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    camille = await somebody(ctx, CAMILLE, Preference.NEWS)
    await impact_updates.send_gift_updates(ctx)
    await give(ctx, campaign, camille.id)
    clock.move(days=61)
    assert await impact_updates.send_gift_updates(ctx) == 0


async def test_year_update_is_sent_only_in_january(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    camille = await somebody(ctx, CAMILLE, Preference.REMINDERS)
    for minor in (500, 2_000):
        await give(ctx, campaign, camille.id, minor)
    assert await impact_updates.send_year_updates(ctx) == 0
    clock.now = datetime(2027, 1, 2, 19, tzinfo=UTC)
    assert await impact_updates.send_year_updates(ctx) == 0  # not among New Year messages
    clock.now += timedelta(days=6)
    await keep_running(ctx)
    await give(ctx, campaign, camille.id, 10_000)  # this year's
    assert await impact_updates.send_year_updates(ctx) == 1
    assert await impact_updates.send_year_updates(ctx) == 0
    (delivery,) = await waiting(ctx, "year")
    card = await rendered(ctx, delivery)
    assert "25\u00a0$" in f"{card.title} {' '.join(card.lines)}"


async def test_settled_bank_debit_counts_as_first_gift(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    _, token = await signed(ctx, campaign)
    debit = {"client_reference_id": token, "metadata": metadata(campaign)}
    promised = stripe.session(**debit, payment_status="unpaid")
    await take(ctx, stripe.event("checkout.session.completed", promised))
    clock.move(minutes=2)
    assert await impact_updates.ask_first_donors(ctx) == 0
    clock.move(days=4, hours=8)  # the bank answers at 22 h in Montréal
    await take(ctx, stripe.event("checkout.session.async_payment_succeeded", stripe.session(**debit), id="evt_2"))
    clock.move(minutes=2)
    assert await impact_updates.ask_first_donors(ctx) == 1
    assert await waiting(ctx, "consent") == []
    clock.move(hours=12)
    assert len(await waiting(ctx, "consent")) == 1


async def test_claimed_first_gift_prompts_for_preferences(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    gift = await give(ctx, campaign, None)
    clock.move(hours=2)
    assert await impact_updates.ask_first_donors(ctx) == 0
    token = claim.claim_token(ctx, gift)
    assert token is not None
    await claim.on_tap(ctx, await find_or_join(ctx, CAMILLE), token)
    assert await waiting(ctx, "consent") == []
    clock.move(minutes=1)
    assert len(await waiting(ctx, "consent")) == 1
    assert await impact_updates.ask_first_donors(ctx) == 0


async def test_donor_who_opted_out_is_not_asked_for_preferences(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    camille = await find_or_join(ctx, CAMILLE)
    await impact_updates.ask_first_donors(ctx)
    await give(ctx, campaign, camille.id)
    await preferences.stop(ctx, await find_or_join(ctx, CAMILLE))
    clock.move(minutes=2)
    assert await impact_updates.ask_first_donors(ctx) == 0


async def test_preference_question_after_an_outage_waits_for_the_morning(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    camille = await find_or_join(ctx, CAMILLE)
    await impact_updates.ask_first_donors(ctx)
    clock.move(hours=6)
    await give(ctx, campaign, camille.id)  # 20 h in Montréal; the process stops before midnight
    clock.move(hours=4)
    assert await impact_updates.ask_first_donors(ctx) == 1
    assert await waiting(ctx, "consent") == []
    clock.move(hours=9)
    assert len(await waiting(ctx, "consent")) == 1


async def test_gift_update_held_by_a_freeze_expires_after_two_months(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    camille = await somebody(ctx, CAMILLE, Preference.NEWS)
    await impact_updates.send_gift_updates(ctx)
    await give(ctx, campaign, camille.id)
    clock.move(days=31)
    await keep_running(ctx)
    assert await impact_updates.send_gift_updates(ctx) == 1
    (delivery,) = await waiting(ctx, "bilan")
    clock.move(days=30)
    with pytest.raises(Obsolete, match="too long"):
        await rendered(ctx, delivery)


async def test_many_updates_are_not_late(
    ctx: Context, campaign: Campaign, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run sends one batch; all of them together take more than an hour."""
    monkeypatch.setattr(impact_updates, "_BATCH", 2)
    await impact_updates.send_gift_updates(ctx)
    for number in range(6):
        person = await somebody(ctx, replace(CAMILLE, external_id=str(100 + number)), Preference.REMINDERS)
        await give(ctx, campaign, person.id, 500)
        clock.move(minutes=1)
    for day, send in (
        (datetime(2026, 12, 4, 19, tzinfo=UTC), impact_updates.send_gift_updates),
        (datetime(2027, 1, 8, 19, tzinfo=UTC), impact_updates.send_year_updates),
    ):
        clock.now = day
        await keep_running(ctx)
        queued = 0
        for _ in range(6):
            queued += await send(ctx)
            clock.move(minutes=40)
        assert queued == 6
    async with ctx.db.read() as conn:
        assert await outbox.held(conn) == {}


async def test_year_update_lists_both_currencies(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    camille = await somebody(ctx, CAMILLE, Preference.NEWS)
    for minor in (500, 2_000):
        await give(ctx, campaign, camille.id, minor)
    foreign = replace(paid(ctx, campaign, camille.id, 700, code="eur"), claimed_at=clock())
    await write(ctx, [GiftChange(event_id="evt_eur", before=None, after=foreign)])
    clock.now = datetime(2027, 1, 8, 19, tzinfo=UTC)
    assert await impact_updates.send_year_updates(ctx) == 1
    (delivery,) = await waiting(ctx, "year")
    first, second, _thanks = (await rendered(ctx, delivery)).lines
    assert "2 dons, 25\u00a0$" in first
    assert "Un don, 7\u00a0€" in second
