"""The away message, as staff write it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.cards import Card, Tap
from content.catalog import LOCALES, Catalog, Locale
from content.writer import LANGUAGES, Writer, nonempty, row

Done = Literal["used", "removed"]
_DONE: Mapping[Done, str] = {"used": "staff-away-used", "removed": "staff-away-removed"}


@dataclass(frozen=True, kw_only=True)
class AwayView:
    """The current away message; without texts, there is none."""

    texts: Mapping[Locale, str]
    until: date | None
    held: str  # why it is not shown now, if a link in it is no longer allowed
    change: Tap
    remove: Tap | None
    menu: Tap


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A message being written. `use`: None while a language is missing."""

    texts: Mapping[Locale, str]
    until: date | None
    write: Mapping[Locale, Tap]
    day: Tap
    use: Tap | None
    drop: Tap


def overview(catalog: Catalog, locale: Locale, view: AwayView, done: Done | None) -> Card:
    """The current away message and its last day. `done`: what was just changed."""
    say = Writer(catalog, locale)
    state = say("staff-away-on") if view.until is None else say("staff-away-until", day=view.until)
    return Card(
        title=say("staff-away-title"),
        lines=nonempty(
            say(_DONE[done]) if done is not None else "",
            view.held,
            *_texts(say, view.texts),
            state if view.texts else "",
            say("staff-away-off") if not view.texts and done is None else "",
        ),
        note=say("staff-away-what"),
        rows=row(
            say.button("staff-away-change" if view.texts else "staff-away-new", view.change, "primary"),
            say.button("staff-away-remove", view.remove, "danger"),
            say.button("staff-home-open", view.menu),
        ),
    )


def draft(catalog: Catalog, locale: Locale, view: DraftView) -> Card:
    """The message being written; the previews follow it once it is complete."""
    say = Writer(catalog, locale)
    missing = [say("staff-away-missing", language=say(LANGUAGES[x])) for x in LOCALES if not view.texts.get(x)]
    day = say("staff-away-day-is", day=view.until) if view.until is not None else say("staff-away-day-none")
    return Card(
        title=say("staff-away-title"),
        lines=(*_texts(say, view.texts), *missing, day),
        note=say("staff-away-previews" if view.use is not None else "staff-away-draft"),
        rows=(
            *row(say.button("staff-away-use", view.use, "primary")),
            tuple(view.write[x].button(say("staff-away-write", language=say(LANGUAGES[x]))) for x in LOCALES),
            *row(say.button("staff-away-day", view.day), say.button("staff-away-drop", view.drop)),
        ),
    )


def _texts(say: Writer, texts: Mapping[Locale, str]) -> tuple[str, ...]:
    return tuple(say("staff-away-text", language=say(LANGUAGES[x]), text=texts[x]) for x in LOCALES if texts.get(x))


def ask_text(catalog: Catalog, locale: Locale, language: Locale, *, problem: str = "") -> tuple[Card, str]:
    """Return the question for a text, and the form's label. `problem`: with the last answer."""
    say = Writer(catalog, locale)
    asked = say("staff-away-ask-text", language=say(LANGUAGES[language]))
    return Card(title=say("staff-away-title"), lines=nonempty(problem, asked)), say("staff-away-label")


def ask_day(catalog: Catalog, locale: Locale, *, problem: str = "") -> tuple[Card, str]:
    """Return the question for the last day, and the form's label. `problem`: with the last answer."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-away-title"), lines=nonempty(problem, say("staff-away-ask-day"))), say(
        "staff-away-day"
    )


def bad_length(catalog: Catalog, locale: Locale, over: int) -> str:
    """Say that a text is too long by `over` characters, or empty."""
    return catalog.text(locale, "staff-nudges-too-long", over=over) if over else ""


def bad_day(catalog: Catalog, locale: Locale) -> str:
    """Say that a last day was not understood, is over, or is more than a year ahead."""
    return catalog.text(locale, "staff-away-bad-day")


def draft_gone(catalog: Catalog, locale: Locale, back: Tap) -> Card:
    """The draft was used already, changed, or is more than a day old."""
    say = Writer(catalog, locale)
    lines = (say("staff-away-gone"),)
    return Card(title=say("staff-away-title"), lines=lines, rows=row(say.button("staff-back", back)))
