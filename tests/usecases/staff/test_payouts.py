"""`/payouts`: what a line of the bank statement is, on a phone."""

import re
from datetime import UTC, date, datetime

import pytest

from bot.domain.people import Contact
from bot.domain.periods import Period
from bot.domain.staff import Role
from bot.usecases import router
from bot.usecases.reply import Reply
from bot.usecases.reports import overview, payouts
from content.messages import overview as words
from payments.money import Money
from payments.payouts import Payout
from tests.usecase_setup import ALEX, CAMILLE, hire
from tests.usecases.money.stripe_account import Account
from tests.usecases.staff.offline_setup import command


def said(reply: Reply | None) -> str:
    assert reply is not None and reply.card is not None
    return re.sub(r"\s", " ", "\n".join([reply.card.title or "", *reply.card.lines]))


@pytest.mark.parametrize("who, words", [(CAMILLE, "2 dons"), (ALEX, "2 gifts in it")])
async def test_treasurer_reads_what_a_payout_consists_of(account: Account, who: Contact, words: str) -> None:
    await hire(account.ctx, who, Role.VIEWER, finance=True)
    await account.catch_up()
    for amount in (10_000, 5_000):
        await account.give(amount)
    await account.sandbox.sell(4_000)
    await account.deliver()
    [made] = await account.pass_days(2)
    await account.pass_days(3)
    await account.give(2_000)
    await account.pass_days(1)
    listed = await command(account.ctx, verb="payouts", who=who)
    assert words in said(listed) and "183.59" in said(listed).replace(",", ".")
    detail = said(await router.on_action(account.ctx, who, f"py:{made['id']}"))
    for sum_ in ("150", "4.95", "38.54"):
        assert sum_ in detail.replace(",", ".")
    again = await router.on_action(account.ctx, who, "py:po_gone")
    assert again is not None and again.card is not None and again.card.buttons == listed.card.buttons


async def test_last_and_next_payout_and_the_balance_by_currency(account: Account) -> None:
    await account.catch_up()
    await account.give(10_000)
    await account.give(3_000, "usd")
    await account.pass_days(5)
    await account.give(1_000)
    await account.pass_days(2)
    await account.give(2_000)
    await account.pass_days(1)
    async with account.ctx.db.read() as conn:
        bank = await payouts.in_the_bank(account.ctx, conn)
    assert (bank["cad"].at_stripe, bank["usd"].at_stripe) == (Money(1_912, "cad"), None)
    assert bank["cad"].last is not None and bank["cad"].last.payout.money == Money(9_680, "cad")
    assert bank["cad"].next is not None and bank["cad"].next.money == Money(941, "cad")
    assert bank["usd"].next is None
    view = await overview.read(account.ctx, Period())
    cad, usd = view.bank
    assert (cad.last, cad.gifts, cad.coming) == (Money(9_680, "cad"), 1, Money(941, "cad"))
    assert cad.last_on is not None and cad.coming_on is not None and cad.last_on < cad.coming_on
    lines = "\n".join(words.lines(account.ctx.catalog, "en", view))
    assert "In the bank: CA$96.80 on" in lines and "Next: CA$9.41 on" in lines and "Still at Stripe" not in lines
    assert (usd.coming, usd.coming_on) == (None, None)


def test_day_of_payout_is_the_banks_in_every_zone() -> None:
    """Stripe states November 24 as its midnight in UTC, which is November 23 in Montréal."""
    at = datetime(2026, 11, 24, tzinfo=UTC)
    made = Payout(
        id="po_1",
        money=Money(500, "cad"),
        status="paid",
        automatic=True,
        instant=False,
        created_at=at,
        arrives_at=at,
        said_at=at,
    )
    assert made.arrives_on == date(2026, 11, 24)


async def test_payout_by_hand_and_none_at_all_say_so(account: Account) -> None:
    await hire(account.ctx, CAMILLE, Role.VIEWER, finance=True)
    assert "Aucun virement" in said(await command(account.ctx, verb="payouts", who=CAMILLE))
    await account.catch_up()
    await account.give(10_000)
    account.clock.move(days=3)
    made = await account.sandbox.pay_out(1_000)
    await account.deliver()
    assert "en route" in said(await command(account.ctx, verb="payouts", who=CAMILLE))
    assert "à la main" in said(await router.on_action(account.ctx, CAMILLE, f"py:{made['id']}"))
    await account.sandbox.fail_payout(made["id"])
    await account.deliver()
    assert "jamais arrivé" in said(await command(account.ctx, verb="payouts", who=CAMILLE))
