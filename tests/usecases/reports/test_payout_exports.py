"""Exported payouts: what each line of the bank statement consists of, to the cent."""

from decimal import Decimal

import pytest

from bot.domain.lateral import Scope
from bot.usecases.money import verify
from tests.clock import START
from tests.usecases.money.stripe_account import Account
from tests.usecases.reports.test_exports import table

PARTS = ("gross", "fees", "refunds", "disputes", "not_ours", "other")


async def test_payout_is_the_sum_of_its_parts(account: Account) -> None:
    await account.catch_up()
    await account.sandbox.convert("usd", 1.5)
    first = await account.give(10_000)
    await account.give(2_000, "usd")
    second = await account.give(5_000)
    await account.sandbox.sell(4_000)
    await account.sandbox.refund(first["payment_intent"], 1_000)
    await account.sandbox.dispute(second["payment_intent"])
    await account.sandbox.move_balance("stripe_fee", -200)
    await account.sandbox.move_balance("reserve_hold", -300)
    await account.deliver()
    await account.pass_days(6)
    taken, made = await table(account.ctx, "payouts")
    assert (taken["net"], taken["fees"], taken["other"], taken["kind"]) == ("-5.00", "-2.00", "-3.00", "automatic")
    fees = 320 + 132 + 175 + 1_500
    wanted = dict(zip(PARTS, (18_000, -fees, -1_000, -5_000, 4_000 - 146, 0), strict=True))
    assert {name: Decimal(made[name]) * 100 for name in PARTS} == wanted
    assert Decimal(made["net"]) * 100 == sum(wanted.values())
    assert (made["itemised"], made["gifts"], made["status"]) == ("yes", "3", "paid")
    items = await table(account.ctx, "payout-items")
    assert sum(Decimal(one["net"]) for one in items if one["payout"] == made["payout"]) == Decimal(made["net"])
    assert [(one["paid"], one["paid_currency"]) for one in items if one["paid_currency"] == "usd"] == [("20.00", "usd")]
    assert sum(one["gift"] == "" for one in items) == 3  # the other business, the fee and the reserve
    assert (await verify.verify(account.ctx)).problems == ()


async def test_payout_by_hand_says_that_its_parts_are_unknown(account: Account) -> None:
    await account.catch_up()
    await account.give(10_000)
    await account.deliver()
    account.clock.move(days=3)
    await account.sandbox.pay_out(4_000, method="instant")
    await account.deliver()
    await account.catch_up()
    [made] = await table(account.ctx, "payouts")
    assert (made["kind"], made["net"], made["itemised"], made["gifts"]) == ("instant", "40.00", "no", "")
    assert [made[name] for name in PARTS] == [""] * 6
    assert await table(account.ctx, "payout-items") == []


@pytest.mark.parametrize("name", ["payouts", "payout-items"])
async def test_payouts_of_other_days_are_left_out(account: Account, name: str) -> None:
    await account.catch_up()
    await account.give(10_000)
    await account.pass_days(6)
    assert await table(account.ctx, name)
    assert await table(account.ctx, name, Scope(until=START)) == []
