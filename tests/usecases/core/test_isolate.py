"""Recurring work over several items: a failure is reported once and holds up no other item."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.people import Preference
from bot.store.core.tables import notice
from bot.store.db import Database
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.isolate import each
from bot.usecases.core.join import find_or_join
from bot.usecases.giving import links, own_amounts
from bot.usecases.nudges import plan as nudge
from bot.usecases.preferences.preferences import set_preferences
from payments.stripe import GatewayUnavailable
from tests.conftest import MovingClock
from tests.giving import give
from tests.logged import as_printed
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign
from tests.usecases.nudges.test_plan import set_policy


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def reported(ctx: Context) -> list[dict[str, Any]]:
    async with ctx.db.read() as conn:
        return list((await conn.execute(select(notice.c.args).where(notice.c.kind == "item_failed"))).scalars())


async def test_failing_item_is_reported_once_a_day(ctx: Context, clock: MovingClock) -> None:
    done: list[int] = []

    async def work(item: int) -> bool:
        if item == 2:
            raise KeyError("Zoé")
        if item == 3:
            raise GatewayUnavailable("Stripe is away")
        done.append(item)
        return True

    with as_printed() as printed:
        for _ in range(2):
            assert await each(ctx, "job", [1, 2, 3, 4], work, name=str) == 2
    assert done == [1, 4, 1, 4]
    assert "job failed at 2; error " in printed.getvalue()
    assert "Traceback" in printed.getvalue()
    assert "Zoé" not in printed.getvalue().replace('raise KeyError("Zoé")', "")
    assert await reported(ctx) == [{"job": "job", "item": "2", "why": ""}]
    clock.move(days=1)
    await each(ctx, "job", [2], work, name=str)
    assert len(await reported(ctx)) == 2


async def two_campaigns(ctx: Context, **changes: Any) -> tuple[Campaign, Campaign]:
    return await open_campaign(ctx, slug="bad", **changes), await open_campaign(ctx, slug="good", **changes)


async def test_failing_campaign_close_keeps_no_other_open(
    ctx: Context, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, _ = await two_campaigns(ctx, ends_on=date(2026, 11, 24))
    close = publish.close

    async def fail_for_one(ctx: Context, campaign: Campaign, *rest: Any) -> None:
        if campaign.id == bad.id:
            raise ValueError("broken")
        await close(ctx, campaign, *rest)

    monkeypatch.setattr(publish, "close", fail_for_one)
    clock.move(days=3)
    assert await publish.close_due(ctx) == 1
    found = await publish.find(ctx, "good")
    assert found is not None and not found.is_open(clock())
    assert await reported(ctx) == [{"job": "campaign ends", "item": "bad", "why": ""}]


async def test_failing_personal_amounts_cost_no_other_campaign_its_own(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, _ = await two_campaigns(ctx)
    await set_preferences(ctx, await find_or_join(ctx, CAMILLE), [Preference.PERSONAL_AMOUNTS], True)
    ensure, ensured = links.ensure, set()

    async def fail_for_one(ctx: Context, campaign: Campaign, minor: int, *rest: Any) -> Any:
        if campaign.id == bad.id:
            raise ValueError("broken")
        ensured.add(campaign.slug)
        return await ensure(ctx, campaign, minor, *rest)

    monkeypatch.setattr(links, "ensure", fail_for_one)
    assert await own_amounts.ensure_links(ctx) == 1
    assert ensured == {"good"}


async def test_failing_reminder_decision_holds_up_no_other_supporter(
    ctx: Context, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await open_campaign(ctx)
    await set_policy(ctx, held_out=0.0)
    people = [await find_or_join(ctx, contact) for contact in (CAMILLE, ALEX)]
    for person in people:
        await set_preferences(ctx, person, [Preference.REMINDERS], True)
        await give(ctx, campaign, person.id)
    plan, decided = nudge.plan_for, []

    def fail_for_one(ctx: Context, around: Any, person: Any) -> Any:
        if person.candidate.id == people[0].id:
            raise ValueError("broken")
        decided.append(person.candidate.id)
        return plan(ctx, around, person)

    monkeypatch.setattr(nudge, "plan_for", fail_for_one)
    clock.move(days=12)
    await nudge.tick(ctx)
    await nudge.tick(ctx)
    assert people[1].id in decided
