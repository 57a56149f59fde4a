"""What staff read while they make or change a campaign in chat: what is there, what is missing, what does not fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from content.campaign import Campaign
from content.cards import Card, Tap, shorten
from content.catalog import Catalog, Locale
from content.writer import Writer, kept, row

_FIELDS = {
    "name_fr": "staff-edit-name-fr",
    "name_en": "staff-edit-name-en",
    "story_fr": "staff-edit-story-fr",
    "story_en": "staff-edit-story-en",
    "short_fr": "staff-edit-short-fr",
    "short_en": "staff-edit-short-en",
    "over_fr": "staff-edit-over-fr",
    "over_en": "staff-edit-over-en",
    "next_fr": "staff-edit-next-fr",
    "next_en": "staff-edit-next-en",
    "currency": "staff-edit-currency",
    "goal": "staff-edit-goal",
    "amounts": "staff-edit-amounts",
    "does": "staff-edit-does",
    "cap": "staff-edit-cap",
    "ends": "staff-edit-ends",
    "steps": "staff-edit-steps",
}
_HOW = {  # how a field is written, where that is not plain
    "currency": "staff-edit-how-currency",
    "goal": "staff-edit-how-amount",
    "cap": "staff-edit-how-amount",
    "amounts": "staff-edit-how-amounts",
    "does": "staff-edit-how-does",
    "ends": "staff-edit-how-ends",
    "steps": "staff-edit-how-steps",
}
_SECTIONS = {
    "fr": "staff-edit-section-fr",
    "en": "staff-edit-section-en",
    "money": "staff-edit-section-money",
    "rest": "staff-edit-section-rest",
}
_TROUBLE = {
    "ambiguous": "staff-edit-bad-ambiguous",
    "currency": "staff-edit-bad-currency",
    "amount": "staff-edit-bad-amount",
    "how_many": "staff-edit-bad-how-many",
    "share": "staff-edit-bad-share",
    "missing": "staff-edit-bad-missing",
    "example": "staff-edit-bad-example",
    "day": "staff-edit-bad-day",
    "past": "staff-edit-bad-past",
    "unknown_currency": "staff-edit-bad-unknown-currency",
    "long": "staff-edit-bad-long",
    "one_line": "staff-edit-bad-one-line",
    "empty": "staff-edit-bad-empty",
    "stale": "staff-edit-bad-stale",
    "fixed": "staff-edit-bad-fixed",
    "missing_fields": "staff-edit-bad-missing-fields",
    "above_cap": "staff-edit-bad-above-cap",
    "fit": "staff-edit-bad-fit",
    "closed": "staff-edit-bad-closed",
    "over": "staff-edit-bad-over",
    "stripe": "staff-edit-bad-stripe",
}


@dataclass(frozen=True)
class Trouble:
    """What does not fit. `kind`: one of those above."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def trouble_line(say: Writer, trouble: Trouble | None) -> str:
    """What does not fit, and what to do about it."""
    return "" if trouble is None else say(_TROUBLE[trouble.kind], **trouble.facts)


@dataclass(frozen=True, kw_only=True)
class DraftView:
    values: Mapping[str, str]  # by field, as typed
    missing: tuple[str, ...]
    is_new: bool
    pictured: bool
    sections: tuple[tuple[str, Tap], ...]
    picture: Tap
    publish: Tap
    drop: Tap
    problem: Trouble | None = None


def draft(catalog: Catalog, locale: Locale, view: DraftView) -> Card:
    """The campaign as it would be, what is missing, and where to go on."""
    say = Writer(catalog, locale)
    own, other = f"name_{locale}", "name_en" if locale == "fr" else "name_fr"
    lacking = ", ".join(say(_FIELDS[name]) for name in view.missing)
    buttons = [say.button(_SECTIONS[name], tap) for name, tap in view.sections]
    return Card(
        title=view.values[own] or view.values[other] or say("staff-edit-new"),
        lines=kept(
            trouble_line(say, view.problem),
            *(_line(say, name, view.values[name]) for name in _FIELDS if view.values[name]),
            say("staff-edit-pictured") if view.pictured else "",
            say("staff-edit-missing", fields=lacking) if lacking else say("staff-edit-complete"),
        ),
        rows=row(*buttons[:2])
        + row(*buttons[2:], say.button("staff-edit-picture", view.picture))
        + row(say.button("staff-edit-publish" if view.is_new else "staff-edit-save", view.publish, "primary"))
        + row(say.button("staff-edit-drop", view.drop)),
    )


def _line(say: Writer, name: str, value: str) -> str:
    return say("staff-edit-value", field=say(_FIELDS[name]), value=shorten(value, 120))


@dataclass(frozen=True, kw_only=True)
class SectionView:
    section: str
    fields: tuple[tuple[str, Tap], ...]
    values: Mapping[str, str]
    crisis: Tap | None
    is_crisis: bool
    back: Tap


def section(catalog: Catalog, locale: Locale, view: SectionView) -> Card:
    """The fields that belong together, each a button."""
    say = Writer(catalog, locale)
    crisis = say.button("staff-edit-crisis-off" if view.is_crisis else "staff-edit-crisis-on", view.crisis)
    buttons = [say.button(_FIELDS[name], tap) for name, tap in view.fields]
    pairs = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    lines = tuple(_line(say, name, view.values[name] or "…") for name, _ in view.fields)
    return Card(
        title=say(_SECTIONS[view.section]),
        lines=lines,
        rows=pairs + row(crisis) + row(say.button("staff-edit-back", view.back)),
    )


def ask(catalog: Catalog, locale: Locale, name: str, trouble: Trouble | None, cancel: Tap) -> tuple[Card, str]:
    """The question for one field, and its label; with what was wrong with the last answer."""
    say = Writer(catalog, locale)
    label = shorten(say(_FIELDS[name]), 45)
    lines = kept(trouble_line(say, trouble), say(_HOW[name]) if name in _HOW else say("staff-edit-how-text"))
    return Card(title=label, lines=lines, rows=row(say.button("staff-edit-cancel", cancel))), label


def ask_picture(catalog: Catalog, locale: Locale, cancel: Tap, *, refused: bool = False) -> Card:
    """Send a picture. `refused`: what came was none that can be shown."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-edit-picture"),
        lines=kept(say("staff-edit-no-picture") if refused else "", say("staff-edit-how-picture")),
        rows=row(say.button("staff-edit-cancel", cancel)),
    )


def sure_to_drop(catalog: Catalog, locale: Locale, yes: Tap, no: Tap) -> Card:
    """Asked once more before what was typed is thrown away."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-edit-drop"),
        lines=(say("staff-edit-drop-sure"),),
        rows=row(say.button("staff-edit-drop", yes, "danger"), say.button("staff-edit-back", no)),
    )


def gone(catalog: Catalog, locale: Locale, back: Tap) -> Card:
    """The draft was published or thrown away."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-campaigns-title"),
        lines=(say("staff-edit-gone"),),
        rows=row(say.button("staff-campaigns-back", back)),
    )


@dataclass(frozen=True, kw_only=True)
class PublishedView:
    campaign: Campaign
    see: Tap
    places: Tap


def published(catalog: Catalog, locale: Locale, view: PublishedView) -> Card:
    """It is open, and the next step is to show it."""
    say = Writer(catalog, locale)
    return Card(
        title=view.campaign.name.get(locale),
        lines=(say("staff-edit-published"),),
        rows=row(say.button("staff-campaign-places", view.places, "primary"))
        + row(say.button("staff-edit-see", view.see)),
    )
