"""Who gets no reminder (monthly donors, refunds, caps), and which opt-outs are attributed to reminders."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert

from bot.domain.campaigns import Campaign
from bot.domain.nudges import PolicyName
from bot.domain.people import Preference, Supporter
from bot.store.broadcasts.tables import broadcast, recipient
from bot.store.core import outbox
from bot.store.core.outbox import SendOutcome, State
from bot.store.db import Database
from bot.store.monthly.tables import pledge
from bot.store.nudges import figures
from bot.usecases.context import Context
from bot.usecases.core import join
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.nudges import cards, plan
from bot.usecases.preferences import preferences
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.supporters import forgetting
from bot.usecases.supporters.merging import merge
from tests.conftest import MovingClock
from tests.giving import give, refund
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign, rendered
from tests.usecases.nudges.test_plan import move, set_policy, waiting, willing

AFTERNOON = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)  # 14 h in Montréal


@pytest.fixture
async def ctx(db: Database) -> Context:
    return make_context(db, MovingClock(AFTERNOON))


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    found = await open_campaign(ctx, ends_on=None)
    for name in (PolicyName.SECOND_GIFT, PolicyName.LAPSING):
        await set_policy(ctx, name, held_out=0.0)
    return found


async def pledged(ctx: Context, campaign: Campaign, supporter_id: int, status: str = "active") -> str:
    """Add a monthly gift."""
    name = f"sub_{ctx.ids.new()}"
    row = {"subscription": name, "campaign_id": campaign.id, "supporter_id": supporter_id, "status": status}
    async with ctx.db.write() as conn:
        await conn.execute(insert(pledge).values(**row, said_at=ctx.clock(), changed_at=ctx.clock()))
    return name


async def sent(ctx: Context, outcome: State = State.SENT) -> int:
    """Mark the pending reminder as sent; return its decision."""
    (delivery,) = await waiting(ctx)
    async with ctx.db.write() as conn:
        await outbox.mark(conn, [SendOutcome(id=delivery.id, state=outcome)], ctx.clock())
    return delivery.id


async def asked(ctx: Context, campaign: Campaign, person: Supporter) -> None:
    """Record a delivered broadcast with amounts."""
    number, now = ctx.ids.new(), ctx.clock()
    row: dict[str, Any] = {"id": number, "kind": "staff", "state": "sending", "campaign_id": campaign.id, "body": {}}
    row |= {"segment": None, "quiet": "silent", "made_at": now}
    copy = {"broadcast_id": number, "supporter_id": person.id, "address_id": person.address_id, "locale": "fr"}
    copy |= {"platform": "telegram", "external_id": person.external_id, "asks": True, "silent": False}
    async with ctx.db.write() as conn:
        await conn.execute(insert(broadcast).values(row))
        await conn.execute(insert(recipient).values(copy | {"state": State.SENT, "due_at": now}))


async def ends(ctx: Context, policy: PolicyName = PolicyName.SECOND_GIFT) -> dict[str, int]:
    async with ctx.db.read() as conn:
        return await figures.ends(conn, policy)


@pytest.mark.parametrize("status", ["active", "past_due", "canceled"])
async def test_first_monthly_gift_gets_no_second_gift_reminder(ctx: Context, campaign: Campaign, status: str) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id, pledge=await pledged(ctx, campaign, person.id, status))
    move(ctx, days=12)
    assert await plan.tick(ctx) == 0


async def test_monthly_donor_is_not_lapsing_until_a_later_single_gift(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    name = await pledged(ctx, campaign, person.id, "canceled")
    for _ in range(3):
        await give(ctx, campaign, person.id, pledge=name)
        move(ctx, days=30)
    assert await plan.tick(ctx) == 0
    await give(ctx, campaign, person.id)
    move(ctx, days=46)
    assert await plan.tick(ctx) == 1


async def test_pledge_begun_after_the_decision_stops_the_reminder(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    first = await pledged(ctx, campaign, person.id, "canceled")
    await give(ctx, campaign, person.id, pledge=first)
    await give(ctx, campaign, person.id)
    move(ctx, days=16)
    assert await plan.tick(ctx) == 1
    (delivery,) = await waiting(ctx)
    async with ctx.db.write() as conn:
        await conn.execute(pledge.update().values(status="active"))
    with pytest.raises(Obsolete, match="no longer true"):
        await rendered(ctx, delivery)


async def test_refund_made_at_stripe_holds_reminders_for_a_month(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    old = await give(ctx, campaign, person.id)
    for _ in range(2):
        move(ctx, days=20)
        await give(ctx, campaign, person.id)
    move(ctx, days=28)
    await refund(ctx, old)  # two months old
    move(ctx, days=3)
    assert await plan.tick(ctx) == 0
    move(ctx, days=28)
    assert await plan.tick(ctx) == 1


async def test_ask_cap_is_checked_again_at_sending(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=12)
    assert await plan.tick(ctx) == 1
    (delivery,) = await waiting(ctx)
    for _ in range(4):
        await asked(ctx, campaign, person)
    with pytest.raises(Obsolete, match="asked_enough"):
        await rendered(ctx, delivery)


async def test_merged_donor_with_consent_from_one_account_is_reminded(ctx: Context, campaign: Campaign) -> None:
    giver, agreed = await find_or_join(ctx, CAMILLE), await find_or_join(ctx, ALEX)
    await give(ctx, campaign, giver.id)
    await set_preferences(ctx, agreed, [Preference.REMINDERS], True)
    move(ctx, days=11)
    assert await plan.tick(ctx) == 0
    async with ctx.db.write_money() as conn:
        await merge(ctx, conn, giver.id, agreed.id)
    move(ctx, minutes=1)
    assert await plan.tick(ctx) == 1


@pytest.mark.parametrize(("days", "counted"), [(1, 1), (4, 0)])
async def test_opt_out_soon_after_a_reminder_is_attributed_to_it(
    ctx: Context, campaign: Campaign, days: int, counted: int
) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=12)
    await plan.tick(ctx)
    await sent(ctx)
    move(ctx, days=days)
    await preferences.stop(ctx, await find_or_join(ctx, CAMILLE))
    await preferences.stop(ctx, await find_or_join(ctx, CAMILLE))
    assert (await ends(ctx)).get("stopped", 0) == counted


async def test_opt_out_button_and_block_are_attributed_once(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=12)
    await plan.tick(ctx)
    message = await sent(ctx)
    await cards.enough(ctx, await find_or_join(ctx, CAMILLE), str(message))
    await cards.enough(ctx, await find_or_join(ctx, CAMILLE), str(message))
    await join.set_reachable(ctx, "telegram", CAMILLE.external_id, False)
    await join.set_reachable(ctx, "telegram", CAMILLE.external_id, False)
    found = await ends(ctx)
    assert (found["sent"], found["stopped"], found["blocked"]) == (1, 1, 1)


async def test_supporter_erased_between_attempts_gets_nothing(ctx: Context, campaign: Campaign) -> None:
    person = await willing(ctx)
    await give(ctx, campaign, person.id)
    move(ctx, days=12)
    await plan.tick(ctx)
    (delivery,) = await waiting(ctx)  # being sent, so it is not dropped
    await forgetting.forget(ctx, person.id)
    with pytest.raises(Obsolete, match="forgotten"):
        await rendered(ctx, delivery)


async def test_settings_change_keeps_the_text_comparison(ctx: Context) -> None:
    two = ({"fr": "Un", "en": "One"}, {"fr": "Deux", "en": "Two"})
    began = ctx.clock()
    await set_policy(ctx, texts=two)
    move(ctx, days=5)
    await set_policy(ctx, texts=two, held_out=0.1)
    async with ctx.db.read() as conn:
        assert await figures.texts_at(conn, PolicyName.SECOND_GIFT) == began
    await set_policy(ctx, texts=two[::-1])
    async with ctx.db.read() as conn:
        assert await figures.texts_at(conn, PolicyName.SECOND_GIFT) == ctx.clock()
