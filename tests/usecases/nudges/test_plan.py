"""Reminders to past donors: who, when, and in which arm."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.domain.campaigns import Campaign
from bot.domain.gifts import GiftChange
from bot.domain.matching import MatchPeriod
from bot.domain.nudges import PolicyName, PolicySettings
from bot.domain.people import Contact, Preference, Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import outbox, switches
from bot.store.core.outbox import Delivery
from bot.store.db import Database
from bot.store.money.tables import refund_order
from bot.store.nudges import nudges as rows
from bot.store.nudges.tables import decision
from bot.store.supporters import supporters
from bot.store.supporters.tables import address
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Deferred, Obsolete
from bot.usecases.giving import give as give_case
from bot.usecases.giving import own_amounts
from bot.usecases.matching import matching
from bot.usecases.nudges import plan
from bot.usecases.nudges.policies import PolicyState, as_row
from bot.usecases.preferences.preferences import set_preferences
from payments.money import Money
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.usecase_setup import ALEX, CAMILLE, keep_running, make_context, open_campaign, rendered

AFTERNOON = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)  # 14 h in Montréal


@pytest.fixture
async def ctx(db: Database) -> Context:
    return make_context(db, MovingClock(AFTERNOON))


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    found = await open_campaign(ctx)
    await set_policy(ctx, held_out=0.0)
    return found


async def set_policy(ctx: Context, name: PolicyName = PolicyName.SECOND_GIFT, **changes: Any) -> None:
    policy = replace(PolicyState(name=name, wanted=True, numbers=PolicySettings()), **changes)
    async with ctx.db.write() as conn:
        await rows.set_policy(conn, as_row(policy), None, ctx.clock())


async def willing(ctx: Context, contact: Contact = CAMILLE, *, personal: bool = False) -> Supporter:
    """Add a supporter who agreed to reminders."""
    person = await find_or_join(ctx, contact)
    kinds = [Preference.REMINDERS] + ([Preference.PERSONAL_AMOUNTS] if personal else [])
    await set_preferences(ctx, person, kinds, True)
    return person


def move(ctx: Context, **by: float) -> None:
    assert isinstance(ctx.clock, MovingClock)
    ctx.clock.move(**by)


async def decisions(ctx: Context) -> list[Any]:
    async with ctx.db.read() as conn:
        return list((await conn.execute(select(decision).order_by(decision.c.id))).all())


async def waiting(ctx: Context) -> list[Delivery]:
    async with ctx.db.write() as conn:
        return [d for d in await outbox.claim(conn, "telegram", ctx.clock(), 100) if d.message == "nudge"]


async def test_second_gift_is_asked_for_once(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    for _ in range(25):
        move(ctx, days=1)
        await plan.tick(ctx)
        await plan.tick(ctx)
    (planned,) = await decisions(ctx)
    assert (planned.policy, planned.arm, planned.reason) == ("second_gift", "sent", "second_gift")
    assert planned.due_at == AFTERNOON.replace(day=13)


async def test_reminder_has_its_touch_and_two_opt_outs(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=10)
    await plan.tick(ctx)
    (sent,) = await waiting(ctx)
    card = await rendered(ctx, sent)
    assert [b.action for b in card.buttons if b.action] == [f"later:{sent.id}", f"enough:{sent.id}"]
    urls = [b.url for b in card.buttons if b.url]
    token = urls[0].split("client_reference_id=")[1].split("&")[0]
    assert ctx.keyring.read(token).touch.id == sent.id


async def test_donor_without_consent_or_with_a_new_gift_is_not_asked(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await give(ctx, campaign, person.id)
    move(ctx, days=12)
    assert await plan.tick(ctx) == 0
    await set_preferences(ctx, person, [Preference.REMINDERS], True)
    await give(ctx, campaign, person.id)
    move(ctx, days=12)
    assert await plan.tick(ctx) == 0


async def test_reminder_waits_for_the_local_morning(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    move(ctx, hours=10)  # midnight in Montréal
    await give(ctx, campaign, person.id)
    move(ctx, days=10)
    assert await plan.tick(ctx) == 0
    move(ctx, hours=8, minutes=59)
    assert await plan.tick(ctx) == 0
    move(ctx, minutes=1)
    assert await plan.tick(ctx) == 1


async def test_changes_since_the_decision_are_checked_at_sending(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    first = await give(ctx, campaign, person.id)
    move(ctx, days=10)
    await plan.tick(ctx)
    (sent,) = await waiting(ctx)
    freeze = switches.Switch(name=switches.FREEZE, on=True, at=ctx.clock())
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, freeze)
    with pytest.raises(Deferred):
        await rendered(ctx, sent)
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, replace(freeze, on=False))
    await refund(ctx, first)
    with pytest.raises(Obsolete):
        await rendered(ctx, sent)


async def test_stop_ends_and_not_now_postpones_reminders(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    await set_policy(ctx, PolicyName.LAPSING, held_out=0.0)
    move(ctx, days=10)
    await plan.tick(ctx)
    (sent,) = await waiting(ctx)
    await router.on_action(ctx, CAMILLE, f"later:{sent.id}")
    with pytest.raises(Obsolete):
        await rendered(ctx, sent)
    move(ctx, days=31)
    await router.on_action(ctx, CAMILLE, f"enough:{sent.id}")
    with pytest.raises(Obsolete):
        await rendered(ctx, sent)
    async with ctx.db.read() as conn:
        assert Preference.REMINDERS not in await supporters.preferences(conn, person.id)


@pytest.mark.parametrize(("of_all", "propensity"), [(None, 0.5), (0.05, 0.475)], ids=["new", "began with 5% of all"])
async def test_both_arms_are_stored_but_only_one_is_sent(
    ctx: Context, campaign: Campaign, of_all: float | None, propensity: float
) -> None:
    await set_policy(ctx, held_out=0.5)
    if of_all is not None:
        kept = switches.Switch(name=switches.HELD_OUT_OF_ALL, on=True, value=of_all, at=ctx.clock())
        async with ctx.db.write() as conn:
            await switches.set_switch(conn, kept)
    for number in range(60):
        contact = Contact(platform="telegram", external_id=str(1000 + number), locale="fr", private=True)
        await give(ctx, campaign, (await willing(ctx, contact)).id)
    move(ctx, days=10)
    assert await plan.tick(ctx) == 60
    planned = await decisions(ctx)
    sent = [d for d in planned if d.arm == "sent"]
    assert 10 < len(sent) < 50
    assert {d.propensity for d in planned} == {propensity}
    assert {d.id for d in sent} == {d.id for d in await waiting(ctx)}


async def test_reminders_that_staff_held_are_spread(ctx: Context, campaign: Campaign) -> None:
    await plan.tick(ctx)
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, switches.Switch(name=plan.HELD, on=True, at=ctx.clock()))
    for number in range(30):
        contact = Contact(platform="telegram", external_id=str(1000 + number), locale="fr", private=True)
        await give(ctx, campaign, (await willing(ctx, contact)).id)
    move(ctx, days=11)
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, switches.Switch(name=plan.HELD, on=False, at=ctx.clock()))
    await plan.tick(ctx)
    assert len(await waiting(ctx)) < 8
    move(ctx, hours=6)
    assert len(await waiting(ctx)) > 20


async def test_personal_amounts_require_consent(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx, personal=True)
    await give(ctx, campaign, person.id, 1000)
    move(ctx, days=10)
    await plan.tick(ctx)
    (sent,) = await waiting(ctx)
    labels = [b.label for b in (await rendered(ctx, sent)).buttons if b.url]
    assert labels[:2] == ["5\u00a0$", "10\u00a0$"]
    assert "25\u00a0$" not in labels


async def test_round_amount_links_stay_active_after_consent(ctx: Context, campaign: Campaign) -> None:
    assert await own_amounts.ensure_links(ctx) == 0
    person = await willing(ctx, personal=True)
    assert await own_amounts.ensure_links(ctx) == 1  # campaign
    await give(ctx, campaign, person.id, 600)
    shown = await give_case.of_campaign(ctx, await find_or_join(ctx, CAMILLE), campaign, give_case.COMMAND)
    assert [b.label for b in shown.card.buttons if b.url][:2] == ["5\u00a0$", "6\u00a0$"]


async def test_policy_with_a_missing_language_is_off(ctx: Context, campaign: Campaign) -> None:
    await set_policy(ctx, texts=({"fr": "Bonjour"},))
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=12)
    assert await plan.tick(ctx) == 0


async def test_campaign_in_another_currency_asks_nobody(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    gift = paid(ctx, campaign, person.id, 500, code="eur")
    await write(ctx, [GiftChange(event_id="evt_eur", before=None, after=gift)])
    move(ctx, days=12)
    assert await plan.tick(ctx) == 0


async def test_last_day_of_a_campaign_triggers_a_check(ctx: Context, campaign: Campaign) -> None:
    await set_policy(ctx, PolicyName.LAST_DAY, held_out=0.0)
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    await give(ctx, campaign, person.id)
    move(ctx, days=8)
    await plan.tick(ctx)
    changed = campaign.authored.model_copy(update={"ends_on": (ctx.clock()).date()})
    await publish.publish(ctx, changed)
    assert await plan.tick(ctx) == 0
    assert await plan.recheck_after_changes(ctx) == 1
    assert await plan.recheck_after_changes(ctx) == 0
    assert await plan.tick(ctx) == 1
    (planned,) = await decisions(ctx)
    assert planned.reason == f"last_day:{campaign.id}"


async def test_policy_switched_on_triggers_a_check(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id, campaign.goal.minor * 8 // 10)
    await give(ctx, campaign, person.id)
    move(ctx, days=8)
    await plan.recheck_after_changes(ctx)
    assert await plan.tick(ctx) == 0
    await set_policy(ctx, PolicyName.NEARLY_THERE, numbers=PolicySettings(above_percent=75), held_out=0.0)
    assert await plan.tick(ctx) == 0
    assert await plan.recheck_after_changes(ctx) == 1
    assert await plan.tick(ctx) == 1
    (planned,) = await decisions(ctx)
    assert planned.reason == f"nearly_there:{campaign.id}"


async def test_staff_numbers_and_texts_are_applied(ctx: Context, campaign: Campaign) -> None:
    texts = ({"fr": "Un", "en": "One"}, {"fr": "Deux", "en": "Two"})
    await set_policy(ctx, numbers=PolicySettings(after_days=15, until_days=20), texts=texts, held_out=0.0)
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=12)
    assert await plan.tick(ctx) == 0
    move(ctx, days=3)
    await keep_running(ctx)
    assert await plan.tick(ctx) == 1
    (sent,) = await waiting(ctx)
    assert (await rendered(ctx, sent)).lines[0] in ("Un", "Deux")


async def test_concurrent_workers_decide_once(ctx: Context, campaign: Campaign) -> None:
    for number in range(40):
        contact = Contact(platform="telegram", external_id=str(1000 + number), locale="fr", private=True)
        await give(ctx, campaign, (await willing(ctx, contact)).id)
    move(ctx, days=10)
    counts = await asyncio.gather(*(plan.tick(ctx) for _ in range(3)))
    assert sum(counts) == 40
    assert len({(d.supporter_id, d.reason) for d in await decisions(ctx)}) == 40


async def test_clock_jumping_back_repeats_no_reminder(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=10)
    await plan.tick(ctx)
    move(ctx, days=-3)
    await plan.tick(ctx)
    move(ctx, days=3)
    await plan.tick(ctx)
    assert len(await decisions(ctx)) == 1


async def test_reminder_uses_the_reachable_platform(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    async with ctx.db.write() as conn:
        other = await supporters.join(conn, ALEX, ctx.clock())
        await conn.execute(update(address).where(address.c.id == other.address_id).values(supporter_id=person.id))
        await supporters.record_private_message(conn, other.address_id, ctx.clock())
        await supporters.set_reachable(conn, "telegram", CAMILLE.external_id, False, ctx.clock())
    await give(ctx, campaign, person.id)
    move(ctx, days=10)
    await plan.tick(ctx)
    assert await waiting(ctx) == []
    async with ctx.db.write() as conn:
        (sent,) = [d for d in await outbox.claim(conn, "discord", ctx.clock(), 10) if d.message == "nudge"]
    assert sent.address_id == other.address_id


async def matched_nudge(ctx: Context, campaign: Campaign, pool: int) -> Delivery:
    """Return a pending reminder about a match that lasts ten days."""
    await set_policy(ctx, held_out=0.0, wanted=False)
    await set_policy(ctx, PolicyName.MATCH_OPEN, held_out=0.0)
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=8)
    sponsor = MatchPeriod(
        id=ctx.ids.new(),
        campaign_id=campaign.id,
        sponsor={"fr": "Boulangerie", "en": "Bakery"},
        pool=Money(pool, "cad"),
        left=Money(pool, "cad"),
        starts_at=ctx.clock(),
        ends_at=datetime(2026, 11, 21, 5, 0, tzinfo=UTC),  # midnight in Montréal, after the 20th
    )
    async with ctx.db.write() as conn:
        assert await matching.add_period(conn, sponsor)
    await plan.recheck_after_changes(ctx)
    assert await plan.tick(ctx) == 1
    (sent,) = await waiting(ctx)
    return sent


async def test_match_reminder_names_the_last_day(ctx: Context, campaign: Campaign) -> None:
    card = await rendered(ctx, await matched_nudge(ctx, campaign, 100_000))
    assert "Jusqu’au 20\u00a0novembre" in card.lines[0]


async def test_match_reminder_is_obsolete_once_the_pool_is_empty(ctx: Context, campaign: Campaign) -> None:
    sent = await matched_nudge(ctx, campaign, 500)
    other = await find_or_join(ctx, ALEX)
    async with ctx.db.read() as conn:
        (now_matched,) = (await campaign_rows.by_ids(conn, [campaign.id])).values()
    await give(ctx, now_matched, other.id, 500)
    with pytest.raises(Obsolete, match="no longer true"):
        await rendered(ctx, sent)


async def test_reminder_held_past_its_window_is_obsolete(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=10)
    await plan.tick(ctx)
    (sent,) = await waiting(ctx)
    assert await rendered(ctx, sent)
    move(ctx, days=11)
    with pytest.raises(Obsolete, match="no longer true"):
        await rendered(ctx, sent)


async def test_pending_refund_of_an_older_gift_holds_reminders(ctx: Context, campaign: Campaign) -> None:
    await set_policy(ctx, PolicyName.LAPSING, held_out=0.0)
    person = await willing(ctx)
    old = await give(ctx, campaign, person.id)
    for _ in range(2):
        move(ctx, days=20)
        await give(ctx, campaign, person.id)
    move(ctx, days=20)
    order = {"id": ctx.ids.new(), "gift_id": old.id, "minor": 500, "reason": "asked", "made_at": ctx.clock()}
    async with ctx.db.write() as conn:
        await conn.execute(insert(refund_order).values(**order))
    move(ctx, days=12)
    assert await plan.tick(ctx) == 0
    async with ctx.db.write() as conn:
        await conn.execute(update(refund_order).values(refused="too old"))
    move(ctx, days=1)
    assert await plan.tick(ctx) == 1
