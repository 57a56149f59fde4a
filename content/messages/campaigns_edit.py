"""Creating and editing a campaign in chat, for staff: its fields, what is missing, what is invalid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from content.campaign import Campaign
from content.cards import Card, Tap, shorten
from content.catalog import LOCALES, Catalog, Locale
from content.writer import Writer, in_rows, nonempty, row

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
    "least": "staff-edit-least",
    "receipts": "staff-edit-receipts",
    "ends": "staff-edit-ends",
    "steps": "staff-edit-steps",
    "words_fr": "staff-edit-words-fr",
    "words_en": "staff-edit-words-en",
}
_HOW = {  # hints on how to write a field that needs one
    "currency": "staff-edit-how-currency",
    "goal": "staff-edit-how-amount",
    "cap": "staff-edit-how-amount",
    "least": "staff-edit-how-least",
    "receipts": "staff-edit-how-receipts",
    "amounts": "staff-edit-how-amounts",
    "does": "staff-edit-how-does",
    "ends": "staff-edit-how-ends",
    "steps": "staff-edit-how-steps",
}
_MOST_IN_PAIRS = 6  # fields, so that their settings and *Back* fit below them: Discord accepts five rows
_SECTIONS = {
    "fr": "staff-edit-section-fr",
    "en": "staff-edit-section-en",
    "money": "staff-edit-section-money",
    "rest": "staff-edit-section-rest",
    "monthly": "staff-edit-section-monthly",
}
_PROBLEMS = {
    "ambiguous": "staff-edit-bad-ambiguous",
    "currency": "staff-edit-bad-currency",
    "amount": "staff-edit-bad-amount",
    "how_many": "staff-edit-bad-how-many",
    "share": "staff-edit-bad-share",
    "missing": "staff-edit-bad-missing",
    "same_place": "staff-edit-bad-same-place",
    "many_steps": "staff-edit-bad-many-steps",
    "noun": "staff-edit-bad-noun",
    "example": "staff-edit-bad-example",
    "day": "staff-edit-bad-day",
    "past": "staff-edit-bad-past",
    "unknown_currency": "staff-edit-bad-unknown-currency",
    "uncharged_currency": "staff-edit-bad-uncharged-currency",
    "step": "staff-edit-bad-step",
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
    "foreign": "staff-foreign-link",
    "payments_paused": "staff-payments-paused-news",
}


_TOGGLE = {  # the button's label, by setting and its value
    ("earmarked", False): "staff-edit-earmarked-on",
    ("earmarked", True): "staff-edit-earmarked-off",
    ("crisis", False): "staff-edit-crisis-on",
    ("crisis", True): "staff-edit-crisis-off",
    ("monthly", False): "staff-edit-monthly-on",
    ("monthly", True): "staff-edit-monthly-off",
    ("monthly_on_card", False): "staff-edit-on-card-on",
    ("monthly_on_card", True): "staff-edit-on-card-off",
    ("direct_from_channels", False): "staff-edit-direct-on",
    ("direct_from_channels", True): "staff-edit-direct-off",
}
_IS = {  # how a setting is described; defaults are left out
    ("earmarked", False): "staff-edit-is-example",
    ("earmarked", True): "staff-edit-is-earmarked",
    ("crisis", True): "staff-edit-is-crisis",
    ("monthly", False): "staff-edit-no-monthly",
    ("monthly", True): "staff-edit-is-monthly",
    ("monthly_on_card", True): "staff-edit-is-on-card",
    ("direct_from_channels", True): "staff-edit-is-direct",
}


@dataclass(frozen=True)
class DraftProblem:
    """What is invalid. `kind`: a key of _PROBLEMS."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def problem_line(say: Writer, problem: DraftProblem | None) -> str:
    """Say what is invalid and what to do about it."""
    return "" if problem is None else say(_PROBLEMS[problem.kind], **problem.facts)


@dataclass(frozen=True, kw_only=True)
class DraftView:
    values: Mapping[str, str]  # by field, as typed
    missing: tuple[str, ...]
    is_new: bool
    pictured: bool
    toggles: tuple[tuple[str, bool], ...] = ()  # settings and their values
    sections: tuple[tuple[str, Tap], ...]
    picture: Tap
    publish: Tap
    drop: Tap
    problem: DraftProblem | None = None


def draft(catalog: Catalog, locale: Locale, view: DraftView) -> Card:
    """The draft: its content, what is missing, and its sections."""
    say = Writer(catalog, locale)
    own, other = f"name_{locale}", "name_en" if locale == "fr" else "name_fr"
    lacking = ", ".join(say(_FIELDS[name]) for name in view.missing)
    buttons = [say.button(_SECTIONS[name], tap) for name, tap in view.sections]
    return Card(
        title=view.values[own] or view.values[other] or say("staff-edit-new"),
        lines=nonempty(
            problem_line(say, view.problem),
            *_blocks(say, view.values),
            *(say(_IS[toggle]) for toggle in view.toggles if toggle in _IS),
            say("staff-edit-pictured") if view.pictured else "",
            say("staff-edit-missing", fields=lacking) if lacking else "",
            "" if lacking or view.problem else say("staff-edit-complete"),
        ),
        rows=row(*buttons[:2])
        + row(*buttons[2:], say.button("staff-edit-picture", view.picture))
        + row(say.button("staff-edit-publish" if view.is_new else "staff-edit-save", view.publish, "primary"))
        + row(say.button("staff-edit-drop", view.drop)),
    )


def _blocks(say: Writer, values: Mapping[str, str]) -> list[str]:
    """Summarize the fields, each language together and then the figures, short enough for a phone."""
    names = [name for name in _FIELDS if values.get(name)]
    blocks = (
        [name for name in names if name.endswith("_fr")],
        [name for name in names if name.endswith("_en")],
        [name for name in names if not name.endswith(("_fr", "_en"))],
    )
    return ["\n".join(_line(say, name, values[name], most=60) for name in block) for block in blocks if block]


def _line(say: Writer, name: str, value: str, most: int = 120) -> str:
    return say("staff-edit-value", field=say(_FIELDS[name]), value=shorten(value, most))


@dataclass(frozen=True, kw_only=True)
class SectionView:
    section: str
    fields: tuple[tuple[str, Tap], ...]
    values: Mapping[str, str]
    toggles: tuple[tuple[str, bool, Tap], ...] = ()  # settings, their values and taps
    goes_to: str | None = None  # the campaign that receives monthly gifts afterwards
    goes: Tap | None = None
    milestones: Tap | None = None  # to the milestones' texts
    back: Tap


def section(catalog: Catalog, locale: Locale, view: SectionView) -> Card:
    """One section: its fields as buttons."""
    say = Writer(catalog, locale)
    buttons = [say.button(_FIELDS[name], tap) for name, tap in view.fields]
    in_a_row = 2 if len(buttons) <= _MOST_IN_PAIRS else 3
    toggles = [say.button(_TOGGLE[name, on], tap) for name, on, tap in view.toggles]
    after = say("staff-edit-goes-to", campaign=view.goes_to) if view.goes_to else say("staff-edit-goes-nowhere")
    return Card(
        title=say(_SECTIONS[view.section]),
        lines=nonempty(
            *(_line(say, name, view.values[name] or "…") for name, _ in view.fields),
            *(say(_IS[name, on]) for name, on, _ in view.toggles if (name, on) in _IS),
            after if view.goes else "",
        ),
        rows=in_rows(buttons, in_a_row)
        + row(*toggles, say.button("staff-edit-stages", view.milestones), say.button("staff-edit-goes", view.goes))
        + row(say.button("staff-edit-back", view.back)),
    )


@dataclass(frozen=True, kw_only=True)
class PublishView:
    """A campaign to be published."""

    campaign: Campaign
    is_new: bool
    publish: Tap
    back: Tap


def review(catalog: Catalog, locale: Locale, view: PublishView) -> Card:
    """The confirmation before publishing, above its card in each language. It quotes texts that the card omits."""
    say, campaign = Writer(catalog, locale), view.campaign
    on_card = {*campaign.name.model_dump().values(), *campaign.story.model_dump().values()}
    rest = dict.fromkeys(text for text in campaign.texts if text not in on_card)
    return Card(
        title=campaign.name.get(locale),
        lines=nonempty(say("staff-edit-review"), say("staff-edit-review-rest") if rest else "", "\n".join(rest)),
        rows=row(
            say.button("staff-edit-publish" if view.is_new else "staff-edit-save", view.publish, "primary"),
            say.button("staff-edit-back", view.back),
        ),
    )


def goes_to(catalog: Catalog, locale: Locale, options: Sequence[tuple[Campaign, Tap]], none: Tap, back: Tap) -> Card:
    """The choice of the campaign that monthly gifts go to once this one ends."""
    say = Writer(catalog, locale)
    buttons = [tap.button(campaign.name.get(locale)) for campaign, tap in options]
    return Card(
        title=say("staff-edit-goes"),
        lines=(say("staff-edit-goes-what"),),
        rows=in_rows(buttons, 2) + row(say.button("staff-edit-goes-none", none), say.button("staff-edit-back", back)),
    )


# --- milestones -------------------------------------------------------------------------------------
_ANNOUNCED = {
    "ask": "staff-edit-stage-ask",
    "at_once": "staff-edit-stage-at-once",
    "never": "staff-edit-stage-never",
}
_MILESTONE_TEXT = {"fr": "staff-edit-words-fr", "en": "staff-edit-words-en"}


@dataclass(frozen=True, kw_only=True)
class MilestoneView:
    """One milestone. `name`: its threshold as typed; `texts`: the charity's own texts, if any."""

    name: str
    announce: str
    texts: Mapping[Locale, str]
    see: Tap
    announced: Mapping[str, Tap]
    write: Mapping[Locale, Tap]
    plain: Tap  # removes the own texts


def milestones(catalog: Catalog, locale: Locale, views: Sequence[MilestoneView], back: Tap) -> Card:
    """All milestones as buttons."""
    say = Writer(catalog, locale)
    buttons = [view.see.button(view.name) for view in views]
    return Card(
        title=say("staff-edit-stages"),
        lines=tuple(f"{view.name} · {say(_ANNOUNCED[view.announce])}" for view in views)
        or (say("staff-edit-no-stages"),),
        rows=in_rows(buttons, 5) + row(say.button("staff-edit-back", back)),
    )


def milestone(catalog: Catalog, locale: Locale, view: MilestoneView, back: Tap) -> Card:
    """One milestone: how it is announced, and its own texts."""
    say = Writer(catalog, locale)
    own = [_line(say, f"words_{language}", view.texts[language]) for language in LOCALES if view.texts.get(language)]
    ways = [say.button(_ANNOUNCED[way], tap) for way, tap in view.announced.items() if way != view.announce]
    return Card(
        title=view.name,
        lines=(say(_ANNOUNCED[view.announce]), *(own or [say("staff-edit-stage-plain")])),
        rows=row(*ways)
        + row(*(say.button(_MILESTONE_TEXT[language], view.write[language]) for language in LOCALES))
        + row(say.button("staff-edit-stage-drop", view.plain) if own else None, say.button("staff-edit-back", back)),
    )


def ask_milestone(
    catalog: Catalog, locale: Locale, view: MilestoneView, language: Locale, problem: DraftProblem | None, back: Tap
) -> tuple[Card, str]:
    """Return the question for a milestone's text in one language, and the form's label."""
    say = Writer(catalog, locale)
    label = shorten(say(_MILESTONE_TEXT[language]), 45)
    lines = nonempty(problem_line(say, problem), say("staff-edit-how-stage", stage=view.name))
    return Card(title=label, lines=lines, rows=row(say.button("staff-edit-cancel", back))), label


def ask(catalog: Catalog, locale: Locale, name: str, problem: DraftProblem | None, cancel: Tap) -> tuple[Card, str]:
    """Return the question for one field, with the last answer's problem, and the form's label."""
    say = Writer(catalog, locale)
    label = shorten(say(_FIELDS[name]), 45)
    lines = nonempty(problem_line(say, problem), say(_HOW[name]) if name in _HOW else say("staff-edit-how-text"))
    return Card(title=label, lines=lines, rows=row(say.button("staff-edit-cancel", cancel))), label


PictureProblem = Literal["none", "stale"]
_PICTURE_PROBLEM: Mapping[PictureProblem, str] = {"none": "staff-edit-no-picture", "stale": "staff-edit-other-picture"}


def ask_picture(catalog: Catalog, locale: Locale, cancel: Tap, problem: PictureProblem | None = None) -> Card:
    """The question for a picture. `problem`: the last one cannot be shown, or a colleague sent one first."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-edit-picture"),
        lines=nonempty(say(_PICTURE_PROBLEM[problem]) if problem else "", say("staff-edit-how-picture")),
        rows=row(say.button("staff-edit-cancel", cancel)),
    )


def confirm_discard(catalog: Catalog, locale: Locale, yes: Tap, no: Tap) -> Card:
    """The confirmation before a draft is discarded."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-edit-drop"),
        lines=(say("staff-edit-drop-sure"),),
        rows=row(say.button("staff-edit-drop", yes, "danger"), say.button("staff-edit-back", no)),
    )


def gone(catalog: Catalog, locale: Locale, back: Tap) -> Card:
    """The draft was published or discarded."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-campaigns-title"),
        lines=(say("staff-edit-gone"),),
        rows=row(say.button("staff-campaigns-back", back)),
    )


def published(catalog: Catalog, locale: Locale, *, campaign: Campaign, see: Tap, places: Tap) -> Card:
    """The campaign is open; the next step is to post its card."""
    say = Writer(catalog, locale)
    return Card(
        title=campaign.name.get(locale),
        lines=(say("staff-edit-published"),),
        rows=row(say.button("staff-campaign-places", places, "primary")) + row(say.button("staff-edit-see", see)),
    )
