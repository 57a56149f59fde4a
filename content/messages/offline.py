"""Gifts outside Stripe, for staff: one that is booked, and taking it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.campaign import Campaign
from content.cards import Button, Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, nonempty, row
from payments.money import Money

DayLabel = Literal["today", "yesterday", "not_banked", "other_day"]

_FAULTS: Mapping[str, str] = {
    "amount": "staff-offline-bad-amount",
    "ambiguous": "staff-offline-bad-ambiguous",
    "currency": "staff-offline-bad-currency",
    "positive": "staff-offline-bad-positive",
    "large": "staff-offline-bad-large",
    "count": "staff-offline-bad-count",
    "unclear": "staff-offline-bad-day",
    "future": "staff-offline-bad-future",
    "too_old": "staff-offline-bad-old",
    "before_received": "staff-offline-bad-before",
    "too_long": "staff-offline-bad-long",
    "personal": "staff-offline-bad-personal",
    "second": "staff-offline-bad-second",
}

REASONS: Mapping[str, str] = {
    "returned": "staff-offline-why-returned",
    "mistake": "staff-offline-why-mistake",
    "given_back": "staff-offline-why-given-back",
    "undone": "staff-offline-why-undone",
}
"""Why a gift was taken back; the last one is booked by the button *Undo* and cannot be chosen."""

CHOSEN_REASONS = ("returned", "mistake", "given_back")


@dataclass(frozen=True)
class Fault:
    """The problem with typed text: a key of _FAULTS. `code`: the campaign's currency."""

    kind: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class GiftsView:
    """What was entered: `count` gifts of `money`. Days are in the charity's time zone; `number`: of one booked gift."""

    campaign: Campaign
    money: Money
    count: int
    way: str
    received: date
    banked: date | None
    note: str
    slip: int | None
    is_late: bool = False
    number: int | None = None

    @property
    def total(self) -> Money:
        """What all of them add up to."""
        return Money(self.money.minor * self.count, self.money.currency)


def label(catalog: Catalog, locale: Locale, what: DayLabel) -> str:
    """Return the label of a day to choose."""
    keys = {
        "today": "staff-offline-today",
        "yesterday": "staff-offline-yesterday",
        "not_banked": "staff-offline-not-banked-yet",
        "other_day": "staff-offline-other-day",
    }
    return catalog.text(locale, keys[what])


@dataclass(frozen=True, kw_only=True)
class BookedView:
    """A gift in the books. `why`: why it was taken back, a key of REASONS or typed; `by`: who entered it."""

    gifts: GiftsView
    by: str
    entered_on: date
    approved_by: str = ""
    taken_back_on: date | None = None
    why: str = ""
    undo: Tap | None = None
    take_back: Tap | None = None
    owners_only: bool = False  # above the limit: an owner must take it back
    bank: Tap | None = None
    unbank: Tap | None = None
    back: Tap | None = None


def booked(catalog: Catalog, locale: Locale, view: BookedView) -> Card:
    """One gift, and what can still be done with it."""
    say = Writer(catalog, locale)
    back = ""
    if view.taken_back_on is not None:
        back = say("staff-offline-is-taken-back", day=view.taken_back_on, reason=_reason(say, view.why))
    number = view.gifts.number
    return Card(
        title=say("staff-offline-title"),
        lines=nonempty(
            *lines_of(say, view.gifts),
            say("staff-offline-entered", name=view.by, day=view.entered_on),
            say("staff-offline-approved", name=view.approved_by) if view.approved_by else "",
            back,
            say("staff-offline-owners-only") if view.owners_only else "",
        ),
        note=say("staff-gift-number", number=str(number)) if number is not None else "",
        rows=row(
            say.button("staff-offline-bank", view.bank, "primary"), say.button("staff-offline-unbank", view.unbank)
        )
        + row(
            say.button("staff-offline-undo", view.undo, "danger"),
            say.button("staff-offline-take-back", view.take_back, "danger"),
        )
        + row(say.button("staff-back", view.back)),
    )


def reasons(
    catalog: Catalog, locale: Locale, gifts: GiftsView, choices: Sequence[tuple[str, Tap]], other: Tap, back: Tap
) -> Card:
    """The question why a gift is taken back."""
    say = Writer(catalog, locale)
    buttons = tuple((tap.button(say(REASONS[reason])),) for reason, tap in choices)
    return Card(
        title=say("staff-offline-take-back"),
        lines=(about(say, gifts), say("staff-offline-why")),
        rows=(*buttons, (say.button("staff-offline-why-other", other), say.button("staff-back", back))),
    )


def ask_reason(catalog: Catalog, locale: Locale, fault: Fault | None, cancel: Tap) -> Card:
    """The question for a typed reason."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-offline-take-back"),
        lines=nonempty(fault_line(say, fault), say("staff-offline-why-write")),
        rows=row(say.button("staff-cancel", cancel)),
    )


def reason_form(catalog: Catalog, locale: Locale) -> tuple[str, str]:
    """Return title and label of the form for a typed reason."""
    say = Writer(catalog, locale)
    return say("staff-offline-take-back"), say("staff-refund-label-reason")


def confirm_take_back(catalog: Catalog, locale: Locale, gifts: GiftsView, why: str, yes: Tap, no: Tap) -> Card:
    """The confirmation of a counter-entry."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-offline-take-back"),
        lines=(
            about(say, gifts),
            say("staff-refund-reason", reason=_reason(say, why)),
            say("staff-offline-sure", amount=gifts.money),
        ),
        rows=row(
            say.button("staff-offline-sure-yes", yes, "danger", amount=gifts.money), say.button("staff-cancel", no)
        ),
    )


def taken_back(catalog: Catalog, locale: Locale, total: Money) -> Card:
    """The counter-entry is booked."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-offline-title"), lines=(say("staff-offline-taken-back", amount=total),))


def stale(catalog: Catalog, locale: Locale, start_again: Tap) -> Card:
    """The button is outdated, or a colleague was faster."""
    say = Writer(catalog, locale)
    button: Button = say.button("staff-offline-new", start_again)
    return Card(title=say("staff-offline-title"), lines=(say("staff-offline-stale"),), rows=((button,),))


def about(say: Writer, view: GiftsView) -> str:
    """Return one line: amount, way, day, campaign."""
    if view.count == 1:
        key = "staff-offline-line"
        return say(key, amount=view.money, way=view.way, day=view.received, campaign=view.campaign.name.get(say.locale))
    return say(
        "staff-offline-line-many",
        count=view.count,
        amount=view.money,
        total=view.total,
        way=view.way,
        day=view.received,
        campaign=view.campaign.name.get(say.locale),
    )


def lines_of(say: Writer, view: GiftsView) -> tuple[str, ...]:
    banked = say("staff-offline-banked", day=view.banked) if view.banked else say("staff-offline-not-banked")
    return nonempty(
        about(say, view),
        banked,
        say("staff-offline-slip", slip=str(view.slip)) if view.slip is not None else "",
        say("staff-offline-note", note=view.note) if view.note else "",
        say("staff-offline-late") if view.is_late else "",
    )


def _reason(say: Writer, why: str) -> str:
    return say(REASONS[why]) if why in REASONS else why


def fault_line(say: Writer, fault: Fault | None) -> str:
    return "" if fault is None else say(_FAULTS[fault.kind], code=fault.code.upper())
