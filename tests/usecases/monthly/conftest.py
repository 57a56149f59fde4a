"""A context at noon whose Stripe has one monthly gift."""

import pytest

from bot.store.db import Database
from bot.usecases.context import Context
from tests.conftest import MovingClock
from tests.usecase_setup import make_context
from tests.usecases.monthly.fixtures import NOON, MonthlyStripe


@pytest.fixture
def stripe() -> MonthlyStripe:
    return MonthlyStripe()


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(NOON)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, stripe: MonthlyStripe) -> Context:
    return make_context(db, clock, gateway=stripe)
