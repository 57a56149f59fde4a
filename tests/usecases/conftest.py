"""What most use case tests start from; modules replace the part that is special to them."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.campaigns import Campaign
from bot.sandbox.stripe import StripeSandbox
from bot.store.db import Database
from bot.usecases.context import Context
from payments.stripe import StripeGateway
from tests.conftest import MovingClock
from tests.usecase_setup import RecordingGateway, make_context, open_campaign, signed
from tests.usecases.money.stripe_account import Account


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


@pytest.fixture
async def account(db: Database, clock: MovingClock) -> AsyncIterator[Account]:
    """A charity's account on the sandbox's Stripe."""
    async with StripeSandbox(clock=clock, seed=0, fee_delay=0) as sandbox:
        gateway = StripeGateway("sk_test_sandbox", sandbox.url, max_network_retries=0)
        bare = make_context(db, clock)
        campaign = await open_campaign(bare)
        _, token = await signed(bare, campaign)
        yield Account(sandbox, make_context(db, clock, gateway=gateway), campaign, clock, token)
        await gateway.close()
