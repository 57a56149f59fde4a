"""A correction of a broadcast that awaits its author or a second person, for staff."""

from collections.abc import Mapping
from typing import Literal

from content.cards import Card, Tap, shorten
from content.catalog import Catalog, Locale
from content.messages.broadcasts_draft import LANGUAGE
from content.writer import Writer, nonempty, row

_SHOWN = 900  # characters of the text on the card; the whole message is in the previews
Done = Literal["sent", "dropped"]
_DONE: Mapping[Done, str] = {"sent": "staff-broadcast-fix-sent", "dropped": "staff-broadcast-fix-dropped"}


def waits(
    catalog: Catalog,
    locale: Locale,
    *,
    language: Locale,
    text: str,
    second: bool,
    approve: Tap | None,
    drop: Tap,
    alone: Tap | None,
) -> Card:
    """Show a correction in one language that is not sent yet.

    `second`: a second person must approve it, else its author; `approve` is None for anyone else; `alone`: owners only.
    """
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-broadcast-fix-title"),
        lines=(
            say("staff-broadcast-fix-waits" if second else "staff-broadcast-fix-unread"),
            f"{say(LANGUAGE[language])}\n{shorten(text, _SHOWN)}",
        ),
        rows=row(
            say.button("staff-broadcast-fix-approve", approve, "primary"),
            say.button("staff-broadcast-fix-drop", drop, "danger")
            if second
            else say.button("staff-broadcast-fix-cancel", drop),
        )
        + row(say.button("staff-broadcast-fix-alone", alone)),
    )


def ask_why(catalog: Catalog, locale: Locale, back: Tap) -> tuple[Card, str]:
    """Return the question for an owner's reason to send it without a second person, and the form's label."""
    say = Writer(catalog, locale)
    card = Card(
        title=say("staff-broadcast-fix-alone"),
        lines=(say("staff-broadcast-why-write"),),
        rows=row(say.button("staff-back", back)),
    )
    return card, say("staff-broadcast-reason-label")


def done(catalog: Catalog, locale: Locale, what: Done, see: Tap) -> Card:
    """The correction is being sent, or was discarded."""
    return _feedback(catalog, locale, catalog.text(locale, _DONE[what]), see)


def gone(catalog: Catalog, locale: Locale) -> Card:
    """The correction is no longer waiting."""
    return _feedback(catalog, locale, catalog.text(locale, "staff-broadcast-fix-gone"))


def own(catalog: Catalog, locale: Locale) -> Card:
    """Authors cannot approve their own correction."""
    return _feedback(catalog, locale, catalog.text(locale, "staff-broadcast-own"))


def refused(catalog: Catalog, locale: Locale, problem: str) -> Card:
    """The correction cannot be sent, with the reason."""
    return _feedback(catalog, locale, problem)


def _feedback(catalog: Catalog, locale: Locale, line: str, see: Tap | None = None) -> Card:
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-broadcast-fix-title"), lines=nonempty(line), rows=row(say.button("staff-broadcast-see", see))
    )
