"""Payments as a whole, for staff: too many declined ones, the pause of all links, and its end."""

from dataclasses import dataclass
from datetime import datetime

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, nonempty, row


@dataclass(frozen=True, kw_only=True)
class PaymentsView:
    """`since` None: payments are open. `by`: who paused them; empty: the terminal. `resume`: for owners."""

    since: datetime | None
    by: str
    zone: str
    pause: Tap | None
    resume: Tap | None


def payments(catalog: Catalog, locale: Locale, view: PaymentsView) -> Card:
    """Whether payments are accepted, and the button that changes it."""
    say = Writer(catalog, locale)
    if view.since is None:
        state = say("staff-payments-open")
    else:
        since = catalog.moment(locale, view.since, view.zone)
        state = say("staff-payments-paused-since", since=since, name=view.by or "terminal")
    return Card(
        title=say("staff-payments-title"),
        lines=(state, say("staff-payments-what")),
        note=say("staff-payments-owner") if view.since is not None and view.resume is None else "",
        rows=row(
            say.button("staff-payments-pause", view.pause, "danger"),
            say.button("staff-payments-resume", view.resume, "primary"),
        ),
    )


def confirm_resume(catalog: Catalog, locale: Locale, yes: Tap, no: Tap) -> Card:
    """The confirmation before payments are accepted again."""
    say = Writer(catalog, locale)
    buttons = row(say.button("staff-payments-resume", yes, "primary"), say.button("staff-cancel", no))
    return Card(title=say("staff-payments-resume"), lines=(say("staff-payments-resume-sure"),), rows=buttons)


def card_testing(catalog: Catalog, locale: Locale, declined: int, warned: int, pause: Tap) -> Card:
    """A notice: many payments were declined within an hour, or banks report fraud; with the button to pause."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-card-testing-title"),
        lines=nonempty(
            say("staff-card-testing", declined=declined, warned=warned),
            say("staff-card-testing-why"),
            say("staff-payments-what"),
        ),
        rows=row(say.button("staff-payments-pause", pause, "danger")),
    )


def news(catalog: Catalog, locale: Locale, by: str, *, paused: bool, see: Tap) -> Card:
    """The notice to all staff about a pause or its end."""
    say = Writer(catalog, locale)
    line = say("staff-payments-paused-news" if paused else "staff-payments-resumed-news")
    return Card(
        title=say("staff-payments-title"),
        lines=(line, say("staff-news-by", name=by)),
        rows=row(say.button("staff-broadcast-see", see)),
    )
