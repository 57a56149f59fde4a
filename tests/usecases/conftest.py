"""What most use case tests start from; modules replace the part that is special to them."""

import pytest

from bot.domain.campaigns import Campaign
from bot.store.db import Database
from bot.usecases.context import Context
from tests.conftest import MovingClock
from tests.usecase_setup import RecordingGateway, make_context, open_campaign


@pytest.fixture
def stripe() -> RecordingGateway:
    return RecordingGateway()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, stripe: RecordingGateway) -> Context:
    return make_context(db, clock, gateway=stripe)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    """An open campaign without an end."""
    return await open_campaign(ctx, ends_on=None)
