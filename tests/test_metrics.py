"""Metrics name nobody, and say what an operator must see."""

import re

import pytest

from bot.delivery.pace import TELEGRAM
from bot.delivery.pacer import Pacer
from bot.metrics import Metrics
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.ports import RetryLater
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, make_context, open_campaign

LABELS = {"le", "lane", "state", "task", "pool", "kind", "platform", "method", "status"}


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


def value(page: str, name: str) -> float:
    """The value of one line, with its labels."""
    (found,) = [line for line in page.splitlines() if line.startswith(f"{name} ")]
    return float(found.split()[-1])


async def test_metrics_follow_gifts_messages_and_refusals(ctx: Context, clock: MovingClock) -> None:
    campaign, donor = await open_campaign(ctx), await find_or_join(ctx, CAMILLE)
    await give(ctx, campaign, donor.id)
    pacer = Pacer(TELEGRAM, monotonic=lambda: 100.0)
    pacer.on_retry_later("42", RetryLater(5, flood=True))
    ctx.gateway.calls = {("get", "200"): 3}  # type: ignore[misc]
    ctx.heartbeats.expect("fees", every=60)
    clock.move(minutes=2)
    with ctx.meters.answer.labels("telegram").time():
        page = (await Metrics(ctx, {"telegram": pacer}).page()).decode()
    assert value(page, 'obole_gifts{state="paid"}') == 1
    assert value(page, 'obole_messages{lane="thanks",state="waiting"}') == 1
    assert value(page, "obole_oldest_waiting_seconds") == 120
    assert value(page, 'obole_refusals_total{platform="telegram"}') == 1
    assert value(page, 'obole_stripe_calls_total{method="get",status="200"}') == 3
    assert value(page, 'obole_task_age_seconds{task="fees"}') >= 0
    assert value(page, 'obole_database_connections{kind="size",pool="reader"}') > 0
    assert 0 < value(page, 'obole_pace_per_second{platform="telegram"}') <= 30
    assert "obole_intake_seconds_bucket" in page
    assert set(re.findall(r'(\w+)="', page)) <= LABELS
    assert not re.search(r'="[^"]*\d{6,}', page)  # no ids
    assert CAMILLE.external_id not in re.findall(r'="([^"]*)"', page)


async def test_tables_are_counted_once_in_five_minutes(ctx: Context, clock: MovingClock) -> None:
    metrics, campaign = Metrics(ctx, {}), await open_campaign(ctx)
    assert b"obole_gifts{" not in await metrics.page()
    await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    assert b"obole_gifts{" not in await metrics.page()
    clock.move(minutes=5)
    assert b"obole_gifts{" in await metrics.page()
