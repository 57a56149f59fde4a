"""A charity's account on the sandbox's Stripe, with its books."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from bot.domain.campaigns import Campaign
from bot.sandbox.stripe import StripeSandbox
from bot.sandbox.stripe.errors import StripeError
from bot.store.gifts.tables import posting
from bot.usecases.context import Context
from bot.usecases.money import payouts, reconcile, stripe_balance
from bot.usecases.money.intake import Intake
from bot.usecases.money.stripe_balance import Compared
from payments.facts import HANDLED_TYPES
from payments.stripe import LinkSpec
from tests.clock import MovingClock

_ACTS = (
    "give", "give", "give", "sell", "sell", "refund", "refund", "dispute", "close", "fee", "hold", "topup", "manual",
    "fail_payout", "fail_refund",
)  # fmt: skip


@dataclass
class Account:
    """A charity's Stripe account and its books."""

    sandbox: StripeSandbox
    ctx: Context
    campaign: Campaign
    clock: MovingClock
    token: str
    links: dict[str, str] = field(default_factory=dict)  # by currency
    known: int = 0  # events of Stripe's that were delivered, or lost

    async def give(self, amount: int, currency: str = "cad", token: str | None = None) -> dict[str, Any]:
        """Pay by a link. `token`: the payer's reference, by default the usual donor's; empty: nobody's."""
        if currency not in self.links:
            spec = LinkSpec(
                campaign_id=self.campaign.id,
                campaign_slug=self.campaign.slug,
                product_name="Repas",
                minor=None,
                currency=currency,
                return_url="https://don.example/",
                inactive_message="Fini",
            )
            gateway = self.ctx.gateway
            self.links[currency] = (await gateway.create_link(spec, f"link-{currency}")).url
        reference = self.token if token is None else token
        url = self.links[currency] + (f"?client_reference_id={reference}" if reference else "")
        session: dict[str, Any] = await self.sandbox.pay(url, amount=amount)
        return session

    async def deliver(self, rng: random.Random | None = None) -> None:
        """Deliver Stripe's new events; with `rng`, shuffled, some of them twice, and those of payouts lost at times."""
        every = self.sandbox.world.every("event")
        new = [event for event in every[self.known :] if event["type"] in HANDLED_TYPES]
        self.known = len(every)
        if rng is not None:
            new = [event for event in new if not (event["type"].startswith("payout.") and rng.random() < 0.3)]
            new = rng.sample(new, len(new)) + rng.choices(new or [None], k=len(new) // 4)
        intake = Intake(self.ctx, [], livemode=False)
        running = asyncio.create_task(intake.run())
        await intake.take([event for event in new if event is not None])
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await reconcile.fetch_fees(self.ctx)

    async def catch_up(self) -> None:
        """Do what the recurring jobs do."""
        await payouts.list_payouts(self.ctx)
        await payouts.read_movements(self.ctx)

    async def pass_days(self, days: int) -> list[dict[str, Any]]:
        made = []
        for _ in range(days):
            self.clock.move(days=1)
            made += await self.sandbox.run_payouts()
        await self.deliver()
        await self.catch_up()
        return made

    async def compare(self) -> None:
        """Let a quiet while pass, and compare the books with Stripe's balance as the recurring job does."""
        self.clock.move(hours=7)
        await stripe_balance.read_and_compare(self.ctx)

    async def compared(self) -> Compared | None:
        async with self.ctx.db.read() as conn:
            found = await stripe_balance.latest(conn)
        return None if found is None else found[0]

    async def books(self) -> dict[tuple[str, str], int]:
        """Return what every account comes to."""
        query = select(posting.c.account, posting.c.currency, func.sum(posting.c.minor)).group_by(
            posting.c.account, posting.c.currency
        )
        async with self.ctx.db.read() as conn:
            return {(account, code): int(minor) for account, code, minor in await conn.execute(query) if minor}

    async def stripe(self) -> dict[str, int]:
        """Return the ledger's Stripe balance by currency."""
        return {code: minor for (account, code), minor in (await self.books()).items() if account == "stripe"}

    async def balance(self) -> dict[str, int]:
        """Return Stripe's own balance."""
        return {code: minor for code, minor in (await self.ctx.gateway.balance()).items() if minor}


async def happens_at_stripe(account: Account, rng: random.Random, token: str | None = None) -> None:
    """Let one thing happen on the account; nothing if it cannot. `token`: the reference of a gift's payer."""
    sandbox, world = account.sandbox, account.sandbox.world
    charges = [charge for charge in world.every("charge") if charge["status"] == "succeeded"]
    amount = rng.randrange(300, 20_000)
    with suppress(ValueError, StripeError):
        match rng.choice(_ACTS):
            case "give":
                await account.give(amount, rng.choice(("cad", "cad", "usd")), token)
            case "sell":
                await sandbox.sell(amount, rng.choice(("cad", "cad", "usd")))
            case "refund" if charges:
                await sandbox.refund(rng.choice(charges)["payment_intent"], rng.choice((None, 100)))
            case "dispute" if charges:
                await sandbox.dispute(rng.choice(charges)["payment_intent"])
            case "close" if world.every("dispute"):
                await sandbox.close_dispute(rng.choice(world.every("dispute"))["id"], rng.random() < 0.5)
            case "fee":
                await sandbox.move_balance("stripe_fee", -rng.randrange(1, 500))
            case "hold":
                await sandbox.move_balance("reserve_hold", -rng.randrange(1, 500))
            case "topup":
                await sandbox.move_balance("topup", amount)
            case "manual":
                await sandbox.pay_out(rng.randrange(100, 2_000), method=rng.choice(("standard", "instant")))
            case "fail_payout" if world.every("payout"):
                found = rng.choice(world.every("payout"))["id"]
                await sandbox.fail_payout(found, canceled=rng.random() < 0.5)
            case "fail_refund" if world.every("refund"):
                await sandbox.fail_refund(rng.choice(world.every("refund"))["id"])
