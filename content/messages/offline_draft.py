"""Entering gifts outside Stripe: the questions, and the card that shows what will count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.commands import name_of
from content.messages.offline import Fault, GiftsView, fault_line, lines_of
from content.writer import Writer, in_rows, nonempty, row
from payments.money import Money

Way = Literal["cash", "cheque", "transfer", "other"]

Field = Literal["campaign", "amount", "count", "way", "received", "banked", "note"]

_WAYS: Mapping[str, str] = {
    "cash": "staff-offline-cash",
    "cheque": "staff-offline-cheque",
    "transfer": "staff-offline-transfer",
    "other": "staff-offline-other",
}

_FIELDS: Mapping[Field, str] = {
    "campaign": "staff-offline-field-campaign",
    "amount": "staff-offline-field-amount",
    "count": "staff-offline-field-count",
    "way": "staff-offline-field-way",
    "received": "staff-offline-field-received",
    "banked": "staff-offline-field-banked",
    "note": "staff-offline-field-note",
}

_ASK: Mapping[Field, str] = {
    "campaign": "staff-offline-ask-campaign",
    "amount": "staff-offline-ask-amount",
    "count": "staff-offline-ask-count",
    "way": "staff-offline-ask-way",
    "received": "staff-offline-ask-received",
    "banked": "staff-offline-ask-banked",
    "note": "staff-offline-ask-note",
}


def start(
    catalog: Catalog, locale: Locale, latest: Sequence[tuple[GiftsView, Tap]], deposit: Tap, cancel: Tap, new: Tap
) -> Card:
    """How to enter a gift, and the ones entered last."""
    say = Writer(catalog, locale)
    gifts = tuple((tap.button(_brief(say, view)),) for view, tap in latest)
    how = say("staff-offline-how")
    lines = nonempty(how, say("staff-offline-not-kind"), say("staff-offline-latest") if latest else "")
    buttons = row(
        say.button("staff-offline-new", new, "primary"),
        say.button("staff-offline-deposits", deposit),
        say.button("staff-cancel", cancel),
    )
    return Card(title=say("staff-offline-title"), lines=lines, rows=gifts + buttons)


def _brief(say: Writer, view: GiftsView) -> str:
    return say("staff-offline-brief", amount=view.money, way=view.way, day=view.received)


def ask_what(catalog: Catalog, locale: Locale, cancel: Tap) -> Card:
    """The question for what came."""
    say = Writer(catalog, locale)
    lines = (say("staff-offline-how"), say("staff-offline-not-kind"))
    return Card(title=say("staff-offline-title"), lines=lines, rows=row(say.button("staff-cancel", cancel)))


def start_form(catalog: Catalog, locale: Locale) -> tuple[str, str]:
    """Return title and label of the form for what came."""
    say = Writer(catalog, locale)
    return say("staff-offline-title"), say("staff-offline-how-label")


def ask(
    catalog: Catalog,
    locale: Locale,
    field: Field,
    fault: Fault | None,
    choices: Sequence[tuple[str, Tap]],
    cancel: Tap,
) -> Card:
    """The question for one field, with the last answer's problem. `choices`: labels with what they choose."""
    say = Writer(catalog, locale)
    buttons = in_rows([tap.button(label) for label, tap in choices], 2)
    return Card(
        title=say("staff-offline-title"),
        lines=nonempty(fault_line(say, fault), say(_ASK[field])),
        rows=buttons + row(say.button("staff-cancel", cancel)),
    )


def form(catalog: Catalog, locale: Locale, field: Field) -> tuple[str, str]:
    """Return title and label of the form for the same question."""
    say = Writer(catalog, locale)
    return say("staff-offline-title"), say(_FIELDS[field])


def way_label(catalog: Catalog, locale: Locale, way: str) -> str:
    """Return the name of a way: « Chèque »."""
    return catalog.text(locale, _WAYS[way])


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    """A draft before it counts. `above`: the amount above which a second person confirms, if it is."""

    gifts: GiftsView
    fields: Sequence[tuple[Field, Tap]]
    go: Tap | None = None  # counts it
    second: Tap | None = None  # asks a second person
    approve: Tap | None = None  # counts it, as the second person
    drop: Tap | None = None
    above: Money | None = None
    fault: Fault | None = None
    same_minutes: int | None = None  # how long ago the same gift was entered
    same_by: str = ""
    by: str = ""  # who entered it, for the second person


def review(catalog: Catalog, locale: Locale, view: ReviewView) -> Card:
    """Everything that will count; only a button makes it count."""
    say = Writer(catalog, locale)
    same = ""
    if view.same_minutes is not None:
        same = say("staff-offline-same", minutes=view.same_minutes, name=view.same_by)
    buttons = {name: tap.button(say(_FIELDS[name])) for name, tap in view.fields}
    yes = "staff-offline-go-anyway" if same else "staff-offline-go"
    first = row(
        say.button(yes, view.go, "primary"),
        say.button("staff-offline-ask-second", view.second, "primary"),
        say.button("staff-offline-approve", view.approve, "primary"),
    )
    money = [buttons[name] for name in ("amount", "count", "way") if name in buttons]
    days = [buttons[name] for name in ("received", "banked", "campaign") if name in buttons]
    note = [buttons["note"]] if "note" in buttons else []
    return Card(
        title=say("staff-offline-title"),
        lines=nonempty(
            fault_line(say, view.fault),
            say("staff-offline-by", name=view.by) if view.by else "",
            *lines_of(say, view.gifts),
            same,
            say("staff-offline-above", amount=view.above) if view.above is not None else "",
        ),
        note=say("staff-offline-nothing-yet"),
        rows=first + row(*money) + row(*days) + row(*note, say.button("staff-offline-drop", view.drop)),
    )


@dataclass(frozen=True, kw_only=True)
class AddedView:
    gifts: GiftsView
    raised: Money
    goal: Money
    another: Tap
    undo: Tap | None
    deposits: Tap


def added(catalog: Catalog, locale: Locale, view: AddedView) -> Card:
    """It counts: the campaign's new total, and how to undo it."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-offline-added"),
        lines=(*lines_of(say, view.gifts), say("staff-offline-total", raised=view.raised, goal=view.goal)),
        note=say("staff-offline-undo-note", command=name_of("add", locale)) if view.undo is not None else "",
        rows=row(say.button("staff-offline-another", view.another, "primary"))
        + row(
            say.button("staff-offline-undo", view.undo, "danger"), say.button("staff-offline-deposits", view.deposits)
        ),
    )


def second_asked(catalog: Catalog, locale: Locale) -> Card:
    """A second person was asked."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-offline-title"), lines=(say("staff-offline-second-asked"),))


def second_wanted(catalog: Catalog, locale: Locale, money: Money, way: str, by: str, see: Tap) -> Card:
    """A notice: gifts outside Stripe await a second person."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-offline-second-title"),
        lines=(say("staff-offline-second-by", name=by, amount=money, way=way),),
        rows=row(say.button("staff-offline-see", see, "primary")),
    )
