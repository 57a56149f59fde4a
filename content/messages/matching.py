"""Match periods, for staff: sponsors, pools and dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from content.campaign import Campaign
from content.cards import Card, Tap, shorten
from content.catalog import Catalog, Locale
from content.writer import Writer, nonempty, row
from payments.money import Money

MOST = 5  # number of periods shown, newest first
_ASK: Mapping[str, str] = {
    "fr": "staff-match-ask-fr",
    "en": "staff-match-ask-en",
    "pool": "staff-match-ask-pool",
    "from": "staff-match-ask-from",
    "until": "staff-match-ask-until",
}
_FIELDS: Mapping[str, str] = {
    "fr": "staff-match-field-fr",
    "en": "staff-match-field-en",
    "pool": "staff-match-field-pool",
    "from": "staff-match-field-from",
    "until": "staff-match-field-until",
}
_FAULTS: Mapping[str, str] = {
    "name": "staff-match-bad-name",
    "amount": "staff-match-bad-amount",
    "time": "staff-match-bad-time",
    "past": "staff-match-past",
    "order": "staff-match-order",
    "overlap": "staff-match-overlap",
    "foreign": "staff-foreign-link",
}


@dataclass(frozen=True)
class Fault:
    """The problem with typed text: a key of _FAULTS. `what`: the part concerned, for a foreign link."""

    kind: str
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class PeriodRow:
    sponsor: Mapping[Locale, str]
    pool: Money
    left: Money
    starts_at: datetime
    ends_at: datetime
    end: Tap | None = None  # ends it early


def matches(
    catalog: Catalog,
    locale: Locale,
    *,
    campaign: Campaign,
    periods: tuple[PeriodRow, ...],
    zone: str,
    new: Tap,
    back: Tap,
) -> Card:
    """A campaign's match periods."""
    say = Writer(catalog, locale)
    lines = tuple(_line(say, period, zone) for period in periods) or (say("staff-match-none"),)
    ends = tuple((p.end.button(say("staff-match-end", sponsor=p.sponsor[locale]), "danger"),) for p in periods if p.end)
    buttons = row(say.button("staff-match-new", new, "primary"), say.button("staff-match-back", back))
    name = campaign.name.get(locale)
    return Card(title=say("staff-match-title", campaign=name), lines=lines, rows=ends + buttons)


def _fault(say: Writer, fault: Fault | None) -> str:
    return "" if fault is None else say(_FAULTS[fault.kind], what=shorten(fault.what, 40))


def ask_field(catalog: Catalog, locale: Locale, field: str, fault: Fault | None, cancel: Tap) -> Card:
    """The question for one field, with the last answer's problem."""
    say = Writer(catalog, locale)
    lines = nonempty(_fault(say, fault), say(_ASK[field]))
    return Card(title=say("staff-match-new"), lines=lines, rows=row(say.button("staff-cancel", cancel)))


def field_form(catalog: Catalog, locale: Locale, field: str) -> tuple[str, str]:
    """Return title and label of the form for the same question."""
    say = Writer(catalog, locale)
    return say("staff-match-new"), say(_FIELDS[field])


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    campaign: Campaign
    period: PeriodRow
    zone: str
    fault: Fault | None
    fields: tuple[tuple[str, Tap], ...]
    go: Tap
    drop: Tap


def review(catalog: Catalog, locale: Locale, view: ReviewView) -> Card:
    """The review before a match period begins; every field can be changed."""
    say = Writer(catalog, locale)
    period = view.period
    fields = [tap.button(say(_FIELDS[field])) for field, tap in view.fields]
    return Card(
        title=say("staff-match-title", campaign=view.campaign.name.get(locale)),
        lines=nonempty(
            _fault(say, view.fault),
            say("staff-match-names", fr=period.sponsor["fr"], en=period.sponsor["en"]),
            _line(say, period, view.zone),
            say("staff-match-promise"),
        ),
        rows=(
            tuple(fields[:3]),
            tuple(fields[3:]),
            (say.button("staff-match-go", view.go, "primary"), say.button("staff-match-drop", view.drop)),
        ),
    )


def confirm_end(catalog: Catalog, locale: Locale, period: PeriodRow, yes: Tap, no: Tap) -> Card:
    """The confirmation before a match period ends early."""
    say = Writer(catalog, locale)
    sponsor = period.sponsor[locale]
    return Card(
        title=say("staff-match-end", sponsor=sponsor),
        lines=(say("staff-match-end-sure", sponsor=sponsor, left=period.left),),
        rows=row(say.button("staff-match-end-yes", yes, "danger"), say.button("staff-cancel", no)),
    )


def stale(catalog: Catalog, locale: Locale) -> Card:
    """The button is outdated, or a colleague was faster."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-match-new"), lines=(say("staff-match-stale"),))


def _line(say: Writer, period: PeriodRow, zone: str) -> str:
    begins, ends = (say.catalog.moment(say.locale, at, zone) for at in (period.starts_at, period.ends_at))
    sponsor = period.sponsor[say.locale]
    return say("staff-match-line", sponsor=sponsor, pool=period.pool, left=period.left, begins=begins, ends=ends)
