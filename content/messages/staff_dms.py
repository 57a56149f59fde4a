"""Discord refuses direct messages, for staff: the notice, the question before they resume, and that they did."""

from collections.abc import Mapping
from typing import Literal

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, row

Why = Literal["flagged", "too_fast"]
_WHY: Mapping[Why, tuple[str, str]] = {
    "flagged": ("staff-dms-flagged", "staff-dms-how-flagged"),
    "too_fast": ("staff-dms-too-fast", "staff-dms-how-too-fast"),
}  # what happened, and what to do


def stopped(catalog: Catalog, locale: Locale, why: Why, resume: Tap) -> Card:
    """Direct messages are stopped, until staff let them go on."""
    say, (what, how) = Writer(catalog, locale), _WHY[why]
    lines = (say(what), say("staff-dms-what"), say(how))
    return Card(title=say("staff-dms-title"), lines=lines, rows=row(say.button("staff-dms-resume", resume)))


def confirm_resume(catalog: Catalog, locale: Locale, yes: Tap, no: Tap) -> Card:
    """The question before they go on."""
    say = Writer(catalog, locale)
    buttons = row(say.button("staff-dms-resume", yes, "primary"), say.button("staff-cancel", no))
    return Card(title=say("staff-dms-sure-title"), lines=(say("staff-dms-sure"),), rows=buttons)


def resumed(catalog: Catalog, locale: Locale, by: str = "") -> Card:
    """They go on. `by`: who decided it; empty where this is known."""
    say = Writer(catalog, locale)
    lines = (say("staff-dms-resumed"), *((say("staff-news-by", name=by),) if by else ()))
    return Card(title=say("staff-dms-resumed-title"), lines=lines)
