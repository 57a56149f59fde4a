"""The emergency stop, for staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, nonempty, row

_LABELS: Mapping[str, str] = {
    "wrong_text": "staff-freeze-wrong-text",
    "stolen_phone": "staff-freeze-stolen-phone",
    "other": "staff-freeze-other",
    "restored": "staff-freeze-restored",
}
REASONS = ("wrong_text", "stolen_phone")  # offered as buttons; any other reason is typed


def freeze_ask(catalog: Catalog, locale: Locale, reasons: Sequence[tuple[str, Tap]], payments: Tap) -> Card:
    """What would stop, and the choice of the reason. `payments`: to the pause of payments, which is separate."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-freeze-title"),
        lines=(say("staff-freeze-what"), say("staff-freeze-goes-on"), say("staff-freeze-why")),
        rows=tuple((tap.button(say(_LABELS[reason]), "danger"),) for reason, tap in reasons)
        + row(say.button("staff-home-payments", payments)),
    )


def ask_why(catalog: Catalog, locale: Locale, cancel: Tap) -> Card:
    """The question for a typed reason."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-freeze-title"),
        lines=(say("staff-freeze-write"),),
        rows=row(say.button("staff-cancel", cancel)),
    )


def why_form(catalog: Catalog, locale: Locale) -> tuple[str, str]:
    """Return title and label of the form for the same question."""
    say = Writer(catalog, locale)
    return say("staff-freeze-title"), say("staff-freeze-reason")


@dataclass(frozen=True, kw_only=True)
class FrozenView:
    since: datetime
    zone: str
    by: str  # empty: the terminal
    why: str  # one of REASONS, or typed text
    lift: Tap | None


def frozen(catalog: Catalog, locale: Locale, view: FrozenView) -> Card:
    """What is stopped, since when, by whom and why."""
    say = Writer(catalog, locale)
    since = catalog.moment(locale, view.since, view.zone)
    return Card(
        title=say("staff-frozen-title"),
        lines=(
            say("staff-frozen-since", since=since, name=view.by or "terminal", why=_reason(say, view.why)),
            say("staff-frozen-what"),
            say("staff-freeze-goes-on"),
        ),
        note="" if view.lift else say("staff-frozen-owner"),
        rows=row(say.button("staff-frozen-lift", view.lift, "primary")),
    )


def confirm_lift(catalog: Catalog, locale: Locale, yes: Tap, no: Tap) -> Card:
    """The confirmation before the freeze is lifted."""
    say = Writer(catalog, locale)
    buttons = row(say.button("staff-frozen-lift", yes, "primary"), say.button("staff-cancel", no))
    return Card(title=say("staff-lift-title"), lines=(say("staff-lift"),), rows=buttons)


def lifted(catalog: Catalog, locale: Locale) -> Card:
    """The freeze was lifted."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-lifted-title"), lines=(say("staff-lifted"),))


def freeze_news(catalog: Catalog, locale: Locale, *, kind: Literal["on", "off"], by: str, why: str = "") -> Card:
    """The notice to all staff about a freeze."""
    say = Writer(catalog, locale)
    if kind == "off":
        return Card(title=say("staff-lifted-title"), lines=(say("staff-news-by", name=by),))
    lines = nonempty(say("staff-frozen-news", name=by, why=_reason(say, why)), say("staff-frozen-what"))
    return Card(title=say("staff-frozen-title"), lines=lines)


def _reason(say: Writer, why: str) -> str:
    return say(_LABELS[why]) if why in _LABELS else why
