"""A charity's account on the sandbox's Stripe."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.stripe import StripeSandbox
from bot.store.db import Database
from payments.stripe import StripeGateway
from tests.clock import MovingClock
from tests.usecase_setup import make_context, open_campaign, signed
from tests.usecases.money.stripe_account import Account


@pytest.fixture
async def account(db: Database, clock: MovingClock) -> AsyncIterator[Account]:
    async with StripeSandbox(clock=clock, seed=0, fee_delay=0) as sandbox:
        gateway = StripeGateway("sk_test_sandbox", sandbox.url, max_network_retries=0)
        bare = make_context(db, clock)
        campaign = await open_campaign(bare)
        _, token = await signed(bare, campaign)
        yield Account(sandbox, make_context(db, clock, gateway=gateway), campaign, clock, token)
        await gateway.close()
