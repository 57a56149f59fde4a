"""What staff read when a supporter has died."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, nonempty, row

_SOURCES: Mapping[str, str] = {
    "family": "staff-deceased-family",
    "notice": "staff-deceased-notice",
    "other": "staff-deceased-other",
}


@dataclass(frozen=True, kw_only=True)
class DeceasedView:
    since: date | None  # when it was recorded; None: it is not
    monthly: int  # monthly gifts known to be theirs that have not ended
    unproved: int  # monthly gifts that another person may pay, which continue
    sources: Sequence[tuple[str, Tap]]
    undo: Tap | None
    cancel: Tap


def deceased(catalog: Catalog, locale: Locale, view: DeceasedView) -> Card:
    """What is recorded, or the question whether to record it."""
    say = Writer(catalog, locale)
    if view.since is None:
        lines = nonempty(
            say("staff-deceased-what"),
            say("staff-deceased-monthly", number=view.monthly) if view.monthly else "",
            say("staff-deceased-unproved", number=view.unproved) if view.unproved else "",
            say("staff-deceased-ask"),
        )
        sources = tuple(say.button(_SOURCES[name], tap) for name, tap in view.sources)
        return Card(
            title=say("staff-deceased-title"),
            lines=lines,
            note=say("staff-deceased-mistake"),
            rows=row(*sources) + row(say.button("staff-cancel", view.cancel)),
        )
    return Card(
        title=say("staff-deceased-title"),
        lines=nonempty(
            say("staff-deceased-since", day=view.since),
            say("staff-deceased-pending", number=view.monthly) if view.monthly else "",
            say("staff-deceased-unproved", number=view.unproved) if view.unproved else "",
        ),
        rows=row(say.button("staff-deceased-undo", view.undo)),
    )


def undone(catalog: Catalog, locale: Locale) -> Card:
    """The record was a mistake and is gone."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-deceased-title"), lines=(say("staff-deceased-undone"),))


def gone(catalog: Catalog, locale: Locale) -> Card:
    """The person asked to be forgotten, so nothing is left to record."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-deceased-title"), lines=(say("staff-deceased-gone"),))
