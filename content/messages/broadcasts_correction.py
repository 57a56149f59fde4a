"""What staff read about a correction of a broadcast that waits for its author or for a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from content.cards import Card, Tap, shorten
from content.catalog import Catalog, Locale
from content.messages.broadcasts_draft import LANGUAGE
from content.writer import Writer, nonempty, row

_SHOWN = 900  # characters of the text on the card; the whole message is in the previews
Done = Literal["sent", "dropped"]
_DONE: Mapping[Done, str] = {"sent": "staff-broadcast-fix-sent", "dropped": "staff-broadcast-fix-dropped"}


@dataclass(frozen=True, kw_only=True)
class FixView:
    """The new words in one language. `second`: a second person must agree, else their author; `approve` None: that is
    not the reader; `alone`: for owners only."""

    language: Locale
    text: str
    second: bool
    approve: Tap | None
    drop: Tap
    alone: Tap | None


def waits(catalog: Catalog, locale: Locale, view: FixView) -> Card:
    """It is not sent before somebody else agrees, or its author has read it."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-broadcast-fix-title"),
        lines=(
            say("staff-broadcast-fix-waits" if view.second else "staff-broadcast-fix-unread"),
            f"{say(LANGUAGE[view.language])}\n{shorten(view.text, _SHOWN)}",
        ),
        rows=row(
            say.button("staff-broadcast-fix-approve", view.approve, "primary"),
            say.button("staff-broadcast-fix-drop", view.drop, "danger")
            if view.second
            else say.button("staff-broadcast-fix-cancel", view.drop),
        )
        + row(say.button("staff-broadcast-fix-alone", view.alone)),
    )


def ask_why(catalog: Catalog, locale: Locale, back: Tap) -> tuple[Card, str]:
    """An owner's reason to send it without a second person, and the label of the window."""
    say = Writer(catalog, locale)
    card = Card(
        title=say("staff-broadcast-fix-alone"),
        lines=(say("staff-broadcast-why-write"),),
        rows=row(say.button("staff-back", back)),
    )
    return card, say("staff-broadcast-reason-label")


def done(catalog: Catalog, locale: Locale, what: Done, see: Tap) -> Card:
    """It is on its way, or thrown away."""
    return _said(catalog, locale, catalog.text(locale, _DONE[what]), see)


def gone(catalog: Catalog, locale: Locale) -> Card:
    """It waits no more."""
    return _said(catalog, locale, catalog.text(locale, "staff-broadcast-fix-gone"))


def own(catalog: Catalog, locale: Locale) -> Card:
    """Its author cannot approve it."""
    return _said(catalog, locale, catalog.text(locale, "staff-broadcast-own"))


def refused(catalog: Catalog, locale: Locale, problem: str) -> Card:
    """It cannot be sent, and why."""
    return _said(catalog, locale, problem)


def _said(catalog: Catalog, locale: Locale, line: str, see: Tap | None = None) -> Card:
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-broadcast-fix-title"), lines=nonempty(line), rows=row(say.button("staff-broadcast-see", see))
    )
