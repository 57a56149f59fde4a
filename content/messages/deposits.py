"""Deposits at the bank, for staff: gifts outside Stripe that are not there yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.messages.offline import Fault, fault_line
from content.writer import Writer, nonempty, row
from payments.money import Money


@dataclass(frozen=True, kw_only=True)
class DepositRow:
    """Gifts that are not at the bank yet: those of a slip, or those without one."""

    slip: int | None
    count: int
    total: Money
    choose: Tap


def deposits(catalog: Catalog, locale: Locale, waiting: Sequence[DepositRow], new: Tap, *, more: int) -> Card:
    """What is not at the bank yet. `more`: rows that are left out."""
    say = Writer(catalog, locale)
    lines = tuple(_deposit(say, one) for one in waiting) or (say("staff-offline-all-banked"),)
    buttons = tuple(
        (one.choose.button(say("staff-offline-deposit-button", total=one.total, slip=one.slip or 0)),)
        for one in waiting
    )
    left = say("staff-offline-deposits-more", count=more) if more else ""
    return Card(
        title=say("staff-offline-deposits"),
        lines=nonempty(*lines, left),
        rows=buttons + row(say.button("staff-offline-new", new)),
    )


def deposit_day(
    catalog: Catalog,
    locale: Locale,
    waiting: DepositRow,
    choices: Sequence[tuple[str, Tap]],
    fault: Fault | None,
    back: Tap,
) -> Card:
    """The question when these gifts were deposited."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-offline-deposits"),
        lines=nonempty(fault_line(say, fault), _deposit(say, waiting), say("staff-offline-deposit-when")),
        rows=row(*(tap.button(text) for text, tap in choices)) + row(say.button("staff-back", back)),
    )


def day_form(catalog: Catalog, locale: Locale) -> tuple[str, str]:
    """Return title and label of the form for a typed day."""
    say = Writer(catalog, locale)
    return say("staff-offline-deposits"), say("staff-offline-field-banked")


def deposited(catalog: Catalog, locale: Locale, total: Money, day: date, slip: int, back: Tap) -> Card:
    """The gifts are at the bank."""
    say = Writer(catalog, locale)
    line = say("staff-offline-deposited", total=total, day=day, slip=str(slip))
    return Card(title=say("staff-offline-deposits"), lines=(line,), rows=row(say.button("staff-back", back)))


def _deposit(say: Writer, one: DepositRow) -> str:
    if one.slip is None:
        return say("staff-offline-deposit-loose", count=one.count, total=one.total)
    return say("staff-offline-deposit-slip", slip=str(one.slip), count=one.count, total=one.total)
