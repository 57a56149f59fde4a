"""Payouts to the bank, for staff: the latest ones, and what one of them consists of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, nonempty, row
from payments.money import Money

State = Literal["paid", "coming", "failed"]
_STATES: Mapping[State, str] = {
    "paid": "staff-payouts-paid",
    "coming": "staff-payouts-coming",
    "failed": "staff-payouts-failed",
}


@dataclass(frozen=True, kw_only=True)
class PayoutRow:
    """One payout. `gifts`: how many are in it, or None if Stripe does not say."""

    money: Money
    day: date
    state: State
    gifts: int | None
    choose: Tap


@dataclass(frozen=True, kw_only=True)
class PayoutParts:
    """What a payout consists of; the parts add up to its amount."""

    gross: Money
    fees: Money
    refunds: Money
    disputes: Money
    not_ours: Money
    other: Money


def payouts(
    catalog: Catalog, locale: Locale, latest: Sequence[PayoutRow], at_stripe: Sequence[Money], menu: Tap
) -> Card:
    """The latest payouts. `at_stripe`: what is still on the Stripe balance, by currency."""
    say = Writer(catalog, locale)
    waiting = ", ".join(say.money(money, name_currency=len(at_stripe) > 1) for money in at_stripe)
    left = say("staff-payouts-at-stripe", sums=waiting) if waiting else ""
    lines = tuple(_line(say, one) for one in latest) or (say("staff-payouts-none"),)
    buttons = tuple((one.choose.button(_button(say, one)),) for one in latest)
    return Card(
        title=say("staff-payouts"), lines=nonempty(*lines, left), rows=buttons + row(say.button("staff-back", menu))
    )


def payout(
    catalog: Catalog, locale: Locale, one: PayoutRow, parts: PayoutParts | None, *, by_hand: bool, back: Tap
) -> Card:
    """One payout in detail. `by_hand`: manual or instant, so that its parts stay unknown."""
    say = Writer(catalog, locale)
    if parts is None:
        detail: tuple[str, ...] = (say("staff-payouts-by-hand" if by_hand else "staff-payouts-not-yet"),)
    else:
        sums = {
            "staff-payouts-gross": parts.gross,
            "staff-payouts-fees": parts.fees,
            "staff-payouts-refunds": parts.refunds,
            "staff-payouts-disputes": parts.disputes,
            "staff-payouts-not-ours": parts.not_ours,
            "staff-payouts-other": parts.other,
        }
        detail = tuple(say(key, money=money) for key, money in sums.items() if money.minor)
    note = say("staff-payouts-table")
    return Card(
        title=say("staff-payouts"),
        lines=(_line(say, one), *detail, note),
        rows=row(say.button("staff-back", back)),
    )


def differs(catalog: Catalog, locale: Locale, off: Sequence[Money], stripe: Tap) -> Card:
    """A notice: Stripe's balance is higher by this than the ledger's, or lower if negative."""
    say = Writer(catalog, locale)
    sums = ", ".join(say.money(money, name_currency=len(off) > 1) for money in off)
    return Card(
        title=say("staff-stripe-differs-title"),
        lines=(say("staff-stripe-differs", sums=sums), say("staff-stripe-differs-todo")),
        rows=row(say.button("staff-open-stripe", stripe)),
    )


def _line(say: Writer, one: PayoutRow) -> str:
    about = "" if one.gifts is None else say("staff-payouts-gifts", count=one.gifts)
    said = say(_STATES[one.state], money=one.money, day=one.day)
    return f"{said} {about}".strip()


def _button(say: Writer, one: PayoutRow) -> str:
    return say("staff-payouts-button", money=one.money, day=one.day)
