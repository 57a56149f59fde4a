"""The treasurer's steps: what has arrived at the bank, and the month's journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.demo import bank
from bot.demo.environment import Environment
from bot.demo.narration import Step
from bot.demo.scenario_state import ScenarioState, button, plain
from bot.demo.sharing_steps import asks, taps
from bot.usecases.core.access import TERMINAL
from bot.usecases.money import verify
from bot.usecases.reports import journal
from bot.usecases.reports import payouts as report
from bot.usecases.reports.journal_files import Account, JournalEntry, quickbooks
from content.commands import name_of

_DAYS = 9
_FINDABLE = 20  # payouts; the scenario has two
_MONTHS = 6  # more than the scenario takes


async def payout(env: Environment, state: ScenarioState, step: Step) -> None:
    """Stripe pays out. Nadia asks what the amount on the bank statement consists of."""
    nadia, ctx = env.people["nadia"], env.app.ctx
    await bank.until_morning(env, _DAYS)
    paid_out = await report.latest(ctx, _FINDABLE)
    newest = ctx.catalog.money(nadia.locale, paid_out[0].payout.money)
    listed = await asks(env, nadia, f"/{name_of('payouts', nadia.locale)}", "Virements à la banque")
    step.quote(listed["text"])
    await taps(env, nadia, listed, next(b["text"] for row in listed["buttons"] for b in row if newest in b["text"]))
    detail = await env.telegram.wait_message(nadia.chat, contains="Frais de Stripe", after=listed["id"] - 1)
    step.quote("\n".join(detail["text"].splitlines()[3:]))  # below what the list has said
    step.holds("the amount is the one on the bank statement", f"{plain(newest)}, à la banque" in plain(detail["text"]))
    parts = [one.parts for one in paid_out if one.parts is not None]
    arrived = sum(one.payout.money.minor for one in paid_out)
    books = {account: minor for (account, _), minor in (await verify.verify(ctx)).entries_sum.items()}
    step.check("payouts that nobody can explain", len(paid_out) - len(parts), 0)
    step.check("gifts in all payouts, in cents", sum(each.gross for each in parts), state.given)
    step.check("refunds in them", -sum(each.refunds for each in parts), state.refunded)
    step.check("Stripe's fees in them, as in the ledger", -sum(each.fees for each in parts), books["fees"])
    step.check("at the bank, fees and refunds taken off", arrived, state.given - state.refunded - books["fees"])
    step.check("the ledger's bank account", books["bank"], arrived)
    step.check("still at Stripe", [books["stripe"], sum((await ctx.gateway.balance()).values())], [0, 0])
    step.holds("one tap leads back to the list", button(detail, "Retour"))


async def month_journal(env: Environment, state: ScenarioState, step: Step) -> None:
    """The month's journal is written for QuickBooks, once the accounts have the names they have there."""
    ctx, found = env.app.ctx, await verify.verify(env.app.ctx)
    for ours, _ in found.entries_sum:
        await journal.set_account(ctx, TERMINAL, ours, Account(name=f"Obole:{ours}"))
    months = [(await journal.journal(ctx, month)).get("cad", []) for month in _latest_months(env.clock().date())]
    lines = [line.strip() for line in quickbooks(months[0], await journal.accounts(ctx), "cad")]
    step.quote("\n".join(lines[1:3]))
    rows = [line.split(",") for line in lines[1:]]
    debits, credits = (sum(round(100 * float(row[side] or 0)) for row in rows) for side in (4, 5))
    step.check("the month's debits and credits, in cents", debits, credits)
    step.check("lines of the file, one for each account and day", len(rows), sum(len(e.lines) for e in months[0]))
    step.check("all months together, against the ledger", _sums(months), _without_zeros(found.entries_sum))


def _latest_months(today: date) -> list[date]:
    """Return the first days of the latest months, this month's first."""
    count = today.year * 12 + today.month - 1
    return [date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(_MONTHS)]


def _sums(months: Sequence[Sequence[JournalEntry]]) -> dict[str, int]:
    sums: dict[tuple[str, str], int] = {}
    for entry in (entry for month in months for entry in month):
        for account, minor in entry.lines.items():
            sums[account, "cad"] = sums.get((account, "cad"), 0) + minor
    return _without_zeros(sums)


def _without_zeros(sums: Mapping[tuple[str, str], int]) -> dict[str, int]:
    return {account: minor for (account, _), minor in sorted(sums.items()) if minor}
