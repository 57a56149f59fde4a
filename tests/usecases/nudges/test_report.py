"""The report counts each assigned supporter once, in the arm they were drawn into."""

from datetime import timedelta

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.nudges import PolicyName, PolicySettings
from bot.domain.people import Contact
from bot.store.db import Database
from bot.store.nudges import nudges as rows
from bot.store.nudges.nudges import Decision
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.nudges.policies import PolicyState, as_row
from bot.usecases.nudges.report import as_json, report
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.giving import give, refund
from tests.usecase_setup import make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def assigned(
    ctx: Context, campaign: Campaign, number: int, arm: str, reason: str = "second_gift", text: int = 0
) -> Decision:
    contact = Contact(platform="telegram", external_id=str(number), locale="fr", private=True)
    decision = Decision(
        id=ctx.ids.new(),
        supporter_id=(await find_or_join(ctx, contact)).id,
        campaign_id=campaign.id,
        policy="second_gift",
        text=text,
        arm=arm,
        propensity=0.475,
        reason=reason,
        due_at=ctx.clock(),
    )
    async with ctx.db.write() as conn:
        await rows.add_decisions(conn, [decision])
    return decision


async def test_report_counts_both_arms_by_intention_to_treat(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    sent = [await assigned(ctx, campaign, n, "sent") for n in range(4)]
    held = [await assigned(ctx, campaign, 10 + n, "held_out") for n in range(3)]
    clock.move(days=2)
    touched = await give(ctx, campaign, sent[0].supporter_id, touch=Touch(TouchKind.NUDGE, sent[0].id))
    await give(ctx, campaign, sent[1].supporter_id)  # without a touch: counts for the lift but is not credited
    await refund(ctx, await give(ctx, campaign, held[0].supporter_id, 900))
    clock.move(days=13)  # the window is over: later gifts do not count
    await give(ctx, campaign, sent[2].supporter_id)
    (policy_report,) = [r for r in await report(ctx) if r.policy.name is PolicyName.SECOND_GIFT]
    soon = policy_report.windows[0]
    assert (soon.lift.sent.assigned, soon.lift.sent.gave) == (4, 2)
    assert (soon.lift.held_out.assigned, soon.lift.held_out.gave) == (3, 0)
    assert soon.money["cad"].lift == 2 * 500 / 4
    assert not soon.money["cad"].is_bounded  # of seven
    assert policy_report.credited == [("cad", 1, touched.book.amount)]
    assert policy_report.windows[1].lift.sent.assigned == 0  # nobody's 90 days are over
    assert as_json([policy_report])["policies"]["second_gift"]["windows"]["14_days"]["low"] == -1


async def test_supporter_counts_once_by_the_first_decision(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    await assigned(ctx, campaign, 1, "sent", "lapsing:1")
    await assigned(ctx, campaign, 2, "held_out")
    clock.move(days=40)
    second = await assigned(ctx, campaign, 1, "sent", "lapsing:2")
    clock.move(days=1)
    await give(ctx, campaign, second.supporter_id)
    clock.now += timedelta(days=20)
    (policy_report,) = [r for r in await report(ctx) if r.policy.name is PolicyName.SECOND_GIFT]
    assert (policy_report.windows[0].lift.sent.assigned, policy_report.windows[0].lift.sent.gave) == (1, 0)


async def test_texts_are_compared_since_the_second_was_added(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    for number in range(5):  # the only text so far, in a giving season
        planned = await assigned(ctx, campaign, number, "sent")
        await give(ctx, campaign, planned.supporter_id)
    clock.move(days=20)
    two = PolicyState(
        name=PolicyName.SECOND_GIFT,
        wanted=True,
        numbers=PolicySettings(),
        texts=({"fr": "Un", "en": "One"}, {"fr": "Deux", "en": "Two"}),
    )
    async with ctx.db.write() as conn:
        await rows.set_policy(conn, as_row(two), None, clock())
    for number in range(10, 16):
        await assigned(ctx, campaign, number, "sent", text=number % 2)
    clock.move(days=15)
    (policy_report,) = [r for r in await report(ctx) if r.policy.name is PolicyName.SECOND_GIFT]
    assert policy_report.texts is not None
    assert (policy_report.texts.held_out.assigned, policy_report.texts.sent.assigned) == (3, 3)
    lift = policy_report.windows[0].lift
    assert (lift.sent.assigned, lift.is_bounded) == (11, False)  # nobody is held out yet: counted, but not compared
