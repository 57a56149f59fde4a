"""The question about age before a monthly gift, what is possible under 18, and how staff correct an answer."""

from dataclasses import dataclass
from datetime import date

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, nonempty, row
from payments.money import Money


def question(catalog: Catalog, locale: Locale, yes: Tap, no: Tap, how_to_end: Tap | None) -> Card:
    """Ask once whether they are 18 or over."""
    say = Writer(catalog, locale)
    return Card(
        title=say("adult-title"),
        lines=(say("adult-why"),),
        rows=row(say.button("adult-yes", yes), say.button("adult-no", no))
        + row(say.button("how-to-end-button", how_to_end)),
    )


def refused(catalog: Catalog, locale: Locale, most: Money, once: Tap, how_to_end: Tap | None) -> Card:
    """Under 18: single gifts only, up to `most`."""
    say = Writer(catalog, locale)
    return Card(
        title=say("adult-refused-title"),
        lines=(say("adult-refused", amount=most), say("adult-refused-parent")),
        rows=row(say.button("adult-once", once, "primary"), say.button("how-to-end-button", how_to_end)),
    )


@dataclass(frozen=True, kw_only=True)
class AgeView:
    adult: bool | None  # None: nothing is stored
    since: date | None  # when it was stored
    monthly: int  # monthly gifts known to be theirs that have not ended
    unproved: int  # monthly gifts that another person may pay, which continue
    to_adult: Tap | None
    to_minor: Tap | None
    cancel: Tap
    corrected: bool  # just now


def age(catalog: Catalog, locale: Locale, view: AgeView) -> Card:
    """What is stored about a person's age, and what a correction changes."""
    say = Writer(catalog, locale)
    stored = {None: "staff-age-unknown", True: "staff-age-is-adult", False: "staff-age-is-minor"}[view.adult]
    ends = "staff-age-ends" if view.to_minor else "staff-age-pending"
    return Card(
        title=say("staff-age-title"),
        lines=nonempty(
            say(stored, day=view.since) if view.since is not None else say(stored),
            say("staff-age-minor-means") if view.to_minor and not view.corrected else "",
            say(ends, number=view.monthly) if view.monthly and not (view.to_minor and view.corrected) else "",
            say("staff-age-unproved", number=view.unproved) if view.unproved else "",
            say("staff-age-adult-means") if view.to_adult and not view.corrected else "",
        ),
        note=say("staff-age-logged"),
        rows=row(say.button("staff-age-to-minor", view.to_minor))
        + row(say.button("staff-age-to-adult", view.to_adult))
        + (() if view.corrected else row(say.button("staff-cancel", view.cancel))),
    )


def age_gone(catalog: Catalog, locale: Locale) -> Card:
    """The person asked to be forgotten, so nothing is left to correct."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-age-title"), lines=(say("staff-age-gone"),))
