"""The gateway's payouts and movements against the sandbox, as Stripe describes them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.stripe import StripeSandbox
from payments.facts import PayoutReported, read_event
from payments.money import Money
from payments.payouts import Kind, Movement
from payments.stripe import GatewayRefused, KeyRefused, StripeGateway
from tests.clock import MovingClock
from tests.contract.check import violations
from tests.contract.recorder import recording
from tests.events import listed

START = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass
class World:
    sandbox: StripeSandbox
    gateway: StripeGateway
    clock: MovingClock

    @property
    def now(self) -> datetime:
        return self.clock.now

    async def pass_days(self, days: int) -> list[dict[str, Any]]:
        """Let days pass and the schedule run on each; return the payouts it made."""
        made = []
        for _ in range(days):
            self.clock.move(days=1)
            made += await self.sandbox.run_payouts()
        return made

    async def payouts(self) -> list[PayoutReported]:
        return [fact async for page in self.gateway.payouts(START, self.now) for fact in page]

    async def moved(self, payout: str) -> list[Movement]:
        return [one async for page in self.gateway.payout_movements(payout) for one in page]

    async def all_moved(self) -> list[Movement]:
        after = self.now + timedelta(seconds=1)
        return [one async for page in self.gateway.movements(START, after) for one in page]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    clock = MovingClock(START)
    async with StripeSandbox(clock=clock, seed=0, fee_delay=0) as sandbox:
        gateway = StripeGateway("sk_test_sandbox", sandbox.url, max_network_retries=0)
        yield World(sandbox, gateway, clock)
        await gateway.close()


async def test_daily_payout_is_itemised_once_it_arrived(world: World) -> None:
    charges = [await world.sandbox.sell(amount) for amount in (500, 2_000)]
    [payout] = await world.pass_days(2)
    assert payout["amount"] == 2_500 - 45 - 88
    assert await world.gateway.balance() == {"cad": 0}
    await world.pass_days(3)
    [found] = await world.payouts()
    assert (found.status, found.automatic, found.reconciled) == ("paid", True, True)
    moved = await world.moved(found.payout_id)
    assert {one.source for one in moved} == {charges[0]["id"], charges[1]["id"], payout["id"]}
    assert sum(one.net.minor for one in moved if one.kind is not Kind.PAYOUT) == found.money.minor
    kinds = [event["type"] for event in await listed(world.gateway, START, ["payout.created", "payout.paid"])]
    assert kinds == ["payout.created", "payout.paid"]


async def test_payout_by_hand_is_not_itemised(world: World) -> None:
    await world.sandbox.sell(10_000)
    world.clock.move(days=2)
    with pytest.raises(ValueError, match="9680"):
        await world.sandbox.pay_out(9_681)
    made = await world.sandbox.pay_out(4_000, method="instant")
    with pytest.raises(GatewayRefused, match="automatic"):
        await world.moved(made["id"])
    [rest] = await world.pass_days(1)
    assert rest["amount"] == 9_680 - 4_000
    assert [(one.instant, one.reconciled) for one in await world.payouts()] == [(False, False), (True, False)]


async def test_failed_payout_comes_back_and_leaves_with_the_next(world: World) -> None:
    await world.sandbox.sell(10_000)
    [first] = await world.pass_days(2)
    await world.pass_days(2)
    await world.sandbox.fail_payout(first["id"])
    assert await world.gateway.balance() == {"cad": 9_680}
    [second] = await world.pass_days(1)
    assert second["amount"] == first["amount"]
    types = {one.type for one in await world.moved(second["id"])}
    assert types == {"payout_failure", "payout"}
    events = await listed(world.gateway, START, ["payout.failed"])
    [fact] = read_event(events[0]).facts
    assert isinstance(fact, PayoutReported) and fact.returned


async def test_what_the_balance_lacks_is_taken_from_the_bank(world: World) -> None:
    charge = await world.sandbox.sell(5_000)
    await world.pass_days(3)
    await world.sandbox.dispute(charge["id"])
    [taken] = await world.pass_days(2)
    assert taken["amount"] == -5_000 - 1_500
    found = (await world.payouts())[0]
    assert found.money == Money(-6_500, "cad")


async def test_payment_in_another_currency_is_converted_at_once(world: World) -> None:
    await world.sandbox.convert("usd", 1.4)
    await world.sandbox.sell(1_000, "usd")
    await world.sandbox.sell(1_000, "eur")
    usd, eur = sorted(await world.all_moved(), key=lambda one: -one.gross.minor)
    assert (usd.gross, usd.presented) == (Money(1_400, "cad"), Money(1_000, "usd"))
    assert (eur.gross, eur.presented) == (Money(1_000, "eur"), Money(1_000, "eur"))
    assert {payout["currency"] for payout in await world.pass_days(2)} == {"cad", "eur"}


async def test_long_payout_is_read_page_by_page(world: World) -> None:
    for _ in range(250):
        await world.sandbox.sell(500)
    [payout] = await world.pass_days(2)
    sizes = [len(page) async for page in world.gateway.payout_movements(payout["id"])]
    assert sizes == [100, 100, 51]


async def test_restricted_key_needs_read_on_payouts_and_balance(world: World) -> None:
    key = await world.sandbox.make_restricted_key(["rak_balance_transaction_source_read"])
    gateway = StripeGateway(key, world.sandbox.url, max_network_retries=0)
    with pytest.raises(KeyRefused, match="rak_payout_read"):
        [page async for page in gateway.payouts(START, world.now)]
    with pytest.raises(KeyRefused, match="rak_balance_read"):
        await gateway.balance()
    assert [page async for page in gateway.movements(START, world.now)] == []
    await gateway.close()


async def test_payout_traffic_conforms_to_the_description(world: World, tmp_path: Path) -> None:
    charge = await world.sandbox.sell(5_000)
    for kind in ("stripe_fee", "reserve_hold", "adjustment"):
        await world.sandbox.move_balance(kind, -100)
    await world.sandbox.refund(charge["payment_intent"], 100)
    [first] = await world.pass_days(1)
    world.clock.move(days=1)
    await world.sandbox.pay_out(1, method="instant")
    await world.pass_days(4)
    await world.sandbox.fail_payout(first["id"])
    asked = tmp_path / "asked.jsonl"
    async with recording("stripe", world.sandbox.url, asked) as address:
        gateway = StripeGateway("sk_test_sandbox", address, max_network_retries=0)
        [page async for page in gateway.payouts(START, world.now)]
        [page async for page in gateway.payout_movements(first["id"])]
        [page async for page in gateway.movements(START, world.now)]
        await gateway.balance()
        await listed(gateway, START, ["payout.created", "payout.failed", "payout.reconciliation_completed"])
        await gateway.close()
    assert violations(asked) == []
