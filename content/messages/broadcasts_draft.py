"""Writing a broadcast, for staff: the draft, its audience, and the questions for its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from content.broadcast import MAX_TEXT
from content.campaign import Campaign
from content.cards import Button, Card, Tap, shorten
from content.catalog import LOCALES, Catalog, Locale
from content.rich import BadMarkup, MarkupProblem
from content.writer import Writer, in_rows, nonempty, row

_PLACES = 12  # with a button, the newest: Discord accepts five rows
_NAMED = 5  # places listed by name
_CRISIS = ("staff-broadcast-crisis-what", "staff-broadcast-crisis-need", "staff-broadcast-crisis-next")
LANGUAGE: Mapping[Locale, str] = {"fr": "staff-broadcast-in-fr", "en": "staff-broadcast-in-en"}
PLATFORMS: Mapping[str, str] = {"telegram": "Telegram", "discord": "Discord"}
_GROUPS: Mapping[str, str] = {
    "donors": "staff-broadcast-donors",
    "campaign_donors": "staff-broadcast-campaign-donors",
    "lapsed": "staff-broadcast-lapsed",
    "non_donors": "staff-broadcast-non-donors",
}
QUIET: Mapping[str, str] = {
    "silent": "staff-broadcast-silent",
    "morning": "staff-broadcast-morning",
    "emergency": "staff-broadcast-emergency",
}
_MARKUP: Mapping[MarkupProblem, str] = {
    "unclosed": "staff-broadcast-unclosed",
    "empty": "staff-broadcast-unclosed",
    "no_address": "staff-broadcast-no-address",
    "foreign": "staff-foreign-link",
}
DraftFeedback = Literal[
    "stale", "no_picture", "picture_kept", "preview_stop", "not_a_time", "no_such_time", "time_past"
]
_FEEDBACK: Mapping[DraftFeedback, str] = {
    "stale": "staff-broadcast-stale",
    "no_picture": "staff-broadcast-no-picture",
    "picture_kept": "staff-broadcast-picture-kept",
    "preview_stop": "staff-broadcast-preview-stop",
    "not_a_time": "staff-broadcast-not-a-time",
    "no_such_time": "staff-broadcast-no-such-time",
    "time_past": "staff-broadcast-time-past",
}
_REFUSED: Mapping[str, str] = {
    "frozen": "staff-broadcast-frozen",
    "closed": "staff-broadcast-campaign-closed",
    "ends_before": "staff-broadcast-campaign-ends-before",
    "empty": "staff-broadcast-no-text",
    "nobody": "staff-broadcast-nobody",
    "language": "staff-broadcast-language-missing",
    "past": "staff-broadcast-time-past",
    "far": "staff-broadcast-time-far",
    "gap": "staff-broadcast-no-such-time",
    "reason": "staff-broadcast-no-reason",
    "place_lost": "staff-broadcast-place-lost",
    "foreign": "staff-foreign-link",
    "markup": "staff-broadcast-unclosed",
}


# --- the list of broadcasts -------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class ListedView:
    """`drafts` and `sent`: labels and taps, and the state of sent ones."""

    new: Tap
    drafts: Sequence[tuple[str, Tap]]
    sent: Sequence[tuple[str, str, Tap]]


def listed(catalog: Catalog, locale: Locale, view: ListedView) -> Card:
    """The reply to `/diffusion`: drafts and sent broadcasts."""
    say = Writer(catalog, locale)
    drafts = [(say.button("staff-broadcast-draft", tap, "plain", name=name),) for name, tap in view.drafts]
    sent = [(tap.button(f"{state_name(say, state)} · {name}"),) for name, state, tap in view.sent]
    return Card(
        title=say("staff-broadcasts-title"),
        lines=(say("staff-broadcasts-what"),),
        rows=((say.button("staff-broadcast-new", view.new, "primary"),), *drafts[:2], *sent[:2]),
    )


def choose_campaign(catalog: Catalog, locale: Locale, options: Sequence[tuple[Campaign, Tap]]) -> Card:
    """The choice of the broadcast's campaign."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-broadcast-new"),
        lines=(say("staff-broadcast-which" if options else "staff-broadcast-no-campaign"),),
        rows=tuple((tap.button(campaign.name.get(locale)),) for campaign, tap in options),
    )


_STATES: Mapping[str, str] = {
    "approval": "staff-broadcast-is-approval",
    "countdown": "staff-broadcast-is-countdown",
    "held": "staff-broadcast-is-held",
    "preparing": "staff-broadcast-is-preparing",
    "running": "staff-broadcast-is-running",
    "paused": "staff-broadcast-is-paused",
    "stopped": "staff-broadcast-is-stopped",
    "done": "staff-broadcast-is-done",
    "withdrawn": "staff-broadcast-is-withdrawn",
}


def state_name(say: Writer, state: str) -> str:
    """Return a broadcast's state in a word or two."""
    return say(_STATES[state])


# --- the draft --------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A draft's current content. `act`: the prefix of its buttons' actions, `bc:<draft>:`."""

    act: str
    campaign: Campaign
    texts: Mapping[Locale, str]
    amounts: bool
    crisis: bool
    pictured: bool
    private: bool
    giving: Sequence[str]
    language: Locale | None
    platform: str | None
    places: Sequence[str]
    quiet: str
    reason: str
    starts_at: datetime | None
    zone: str
    problem: str = ""  # feedback on the last input
    name: str = ""  # the colleague who changed it meanwhile

    def tap(self, what: str) -> Tap:
        """Return the tap of a button."""
        return Tap(action=f"{self.act}{what}")


def draft(catalog: Catalog, locale: Locale, view: DraftView) -> Card:
    """The draft's settings, each with the button that changes it."""
    say = Writer(catalog, locale)
    ready = all(view.texts.get(language) for language in LOCALES)
    return Card(
        title=say("staff-broadcast-draft", name=view.campaign.name.get(locale)),
        lines=nonempty(view.problem, *(_text_line(say, view, language) for language in LOCALES), *_choices(say, view)),
        rows=(
            tuple(
                say.button(_WRITE[language], view.tap(language), _style(not view.texts.get(language)))
                for language in LOCALES
            ),
            (
                say.button(
                    "staff-broadcast-picture-off" if view.pictured else "staff-broadcast-picture",
                    view.tap("nopic" if view.pictured else "pic"),
                ),
                say.button(
                    "staff-broadcast-amounts-off" if view.amounts else "staff-broadcast-amounts-on", view.tap("amounts")
                ),
                say.button(
                    "staff-broadcast-tone-news" if view.crisis else "staff-broadcast-tone-crisis", view.tap("tone")
                ),
            ),
            (say.button("staff-broadcast-to", view.tap("to")), say.button("staff-broadcast-where", view.tap("where"))),
            (
                say.button("staff-broadcast-night", view.tap("quiet")),
                say.button("staff-broadcast-when", view.tap("when")),
            ),
            (
                say.button("staff-broadcast-review", view.tap("review"), _style(ready)),
                say.button("staff-broadcast-drop", view.tap("drop"), "danger"),
            ),
        ),
    )


_WRITE: Mapping[Locale, str] = {"fr": "staff-broadcast-write-fr", "en": "staff-broadcast-write-en"}


def _style(first: bool) -> Literal["primary", "plain"]:
    return "primary" if first else "plain"


def _text_line(say: Writer, view: DraftView, language: Locale) -> str:
    text = view.texts.get(language)
    if not text:
        return say("staff-broadcast-text-missing", language=say(LANGUAGE[language]))
    return say("staff-broadcast-text", language=say(LANGUAGE[language]), text=shorten(text, 200))


def _choices(say: Writer, view: DraftView) -> list[str]:
    places = some_places(say, view.places) or say("staff-broadcast-nowhere")
    return [
        say("staff-broadcast-looks", picture=_yes(say, view.pictured), amounts=_yes(say, view.amounts)),
        say("staff-broadcast-is-crisis") if view.crisis else "",
        say("staff-broadcast-audience", who=audience_words(say, view)),
        say("staff-broadcast-places", places=places),
        say(QUIET[view.quiet], reason=view.reason),
        when_words(say, view.starts_at, view.zone),
    ]


def _yes(say: Writer, yes: bool) -> str:
    return say("staff-broadcast-yes" if yes else "staff-broadcast-no")


def audience_words(say: Writer, view: DraftView) -> str:
    """Describe who gets it in private."""
    if not view.private:
        return say("staff-broadcast-nobody-private")
    groups = [say(_GROUPS[group]) for group in view.giving] or [say("staff-broadcast-everybody")]
    narrower = nonempty(
        say(LANGUAGE[view.language]) if view.language else "", PLATFORMS[view.platform] if view.platform else ""
    )
    return ", ".join(groups) + (f" ({', '.join(narrower)})" if narrower else "")


def when_words(say: Writer, starts_at: datetime | None, zone: str) -> str:
    """Describe when it goes out."""
    if starts_at is None:
        return say("staff-broadcast-at-once")
    return say("staff-broadcast-at", when=say.catalog.moment(say.locale, starts_at, zone))


def audience(catalog: Catalog, locale: Locale, view: DraftView) -> Card:
    """The audience: groups to toggle, then language and platform."""
    say = Writer(catalog, locale)

    def ticked(label: str, on: bool, what: str) -> Button:
        return view.tap(what).button(f"✓ {label}" if on else label)

    groups = [ticked(say(key), group in view.giving, f"to:{group}") for group, key in _GROUPS.items()]
    return Card(
        title=say("staff-broadcast-to"),
        lines=(say("staff-broadcast-to-what"), audience_words(say, view)),
        rows=(
            tuple(groups[:2]),
            tuple(groups[2:]),
            (
                ticked(say("staff-broadcast-any-language"), view.language is None, "to:all"),
                *(ticked(say(LANGUAGE[language]), view.language == language, f"to:{language}") for language in LOCALES),
            ),
            (
                ticked(say("staff-broadcast-any-platform"), view.platform is None, "to:both"),
                *(ticked(name, view.platform == platform, f"to:{platform}") for platform, name in PLATFORMS.items()),
            ),
            (
                ticked(say("staff-broadcast-private"), view.private, "to:private"),
                say.button("staff-back", view.tap("home")),
            ),
        ),
    )


def where(
    catalog: Catalog, locale: Locale, view: DraftView, places: Sequence[tuple[str, bool, Tap]], every: Tap | None
) -> Card:
    """Channels and groups to toggle. `every`: all of them, or none."""
    say = Writer(catalog, locale)
    buttons = [tap.button(f"✓ {title}" if on else title) for title, on, tap in places[-_PLACES:]]
    all_on = bool(places) and all(on for _, on, _ in places)
    return Card(
        title=say("staff-broadcast-where"),
        lines=nonempty(
            say("staff-broadcast-where-what" if places else "staff-broadcast-no-places"),
            say("staff-broadcast-places", places=some_places(say, view.places)) if view.places else "",
        ),
        rows=in_rows(buttons, 3)
        + row(
            say.button("staff-broadcast-where-none" if all_on else "staff-broadcast-where-all", every),
            say.button("staff-back", view.tap("home")),
        ),
    )


def some_places(say: Writer, places: Sequence[str]) -> str:
    """Name the first places and count the others."""
    more = len(places) - _NAMED
    named = ", ".join(places[:_NAMED])
    return say("staff-broadcast-and-more", names=named, more=more) if more > 0 else named


# --- questions ---------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Question:
    """A question as a card, and as the title and label of a form."""

    card: Card
    title: str
    label: str


def ask_text(
    catalog: Catalog, locale: Locale, language: Locale, cancel: Tap, problem: str = "", present: str = ""
) -> Question:
    """The question for the text in one language. `present`: the current text, shown if no form shows it."""
    say = Writer(catalog, locale)
    title = say(_WRITE[language])
    lines = nonempty(problem, say("staff-broadcast-ask-text", language=say(LANGUAGE[language]), most=MAX_TEXT), present)
    card = Card(title=title, lines=lines, note=say("staff-broadcast-marks"), rows=row(say.button("staff-back", cancel)))
    return Question(card=card, title=title, label=say("staff-broadcast-text-label"))


def ask_picture(catalog: Catalog, locale: Locale, back: Tap, feedback: DraftFeedback | None = None) -> Card:
    """The question for a picture, which is sent as a separate message."""
    say = Writer(catalog, locale)
    lines = nonempty(say(_FEEDBACK[feedback]) if feedback else "", say("staff-broadcast-ask-picture"))
    return Card(title=say("staff-broadcast-picture"), lines=lines, rows=row(say.button("staff-back", back)))


def ask_when(catalog: Catalog, locale: Locale, cancel: Tap, feedback: DraftFeedback | None = None) -> Question:
    """The question for a day and time in the charity's zone."""
    say = Writer(catalog, locale)
    lines = nonempty(say(_FEEDBACK[feedback]) if feedback else "", say("staff-broadcast-ask-when"))
    card = Card(title=say("staff-broadcast-when"), lines=lines, rows=row(say.button("staff-back", cancel)))
    return Question(card=card, title=say("staff-broadcast-when"), label=say("staff-broadcast-when-label"))


def ask_reason(catalog: Catalog, locale: Locale, cancel: Tap) -> Question:
    """The question for the reason to ignore quiet hours."""
    say = Writer(catalog, locale)
    title = say("staff-broadcast-night")
    card = Card(title=title, lines=(say("staff-broadcast-ask-reason"),), rows=row(say.button("staff-back", cancel)))
    return Question(card=card, title=title, label=say("staff-broadcast-reason-label"))


def feedback_line(catalog: Catalog, locale: Locale, what: DraftFeedback, name: str = "") -> str:
    """Return the feedback on the previous action."""
    if what == "stale":
        return catalog.text(locale, _FEEDBACK[what], name=name)
    return catalog.text(locale, _FEEDBACK[what])


def bad_markup(catalog: Catalog, locale: Locale, why: BadMarkup) -> str:
    """Say what in the text cannot be shown, and where."""
    return catalog.text(locale, _MARKUP[why.kind], what=shorten(why.what, 40))


def too_long(catalog: Catalog, locale: Locale, by: int) -> str:
    """Say by how many characters the text is too long."""
    return catalog.text(locale, "staff-broadcast-too-long", by=by)


def refusal(catalog: Catalog, locale: Locale, kind: str, facts: Mapping[str, str | int] | None = None) -> str:
    """Say why the draft cannot be sent. `facts`: such as the lost place or the missing language."""
    say, known = Writer(catalog, locale), facts or {}
    about = nonempty(
        str(known.get("place", "")),
        say(LANGUAGE["en" if known["language"] == "en" else "fr"]) if "language" in known else "",
    )
    sentence = say(_REFUSED.get(kind, "staff-broadcast-refused"), what=str(known.get("what", "")))
    return say("staff-broadcast-refused-about", told=sentence, about=about[0]) if about else sentence


def crisis_text(catalog: Catalog, language: Locale) -> str:
    """Return a template for a crisis: three plain sentences to fill in, in the readers' language."""
    return "\n\n".join(catalog.text(language, key) for key in _CRISIS)


def dropped(catalog: Catalog, locale: Locale) -> Card:
    """The draft was discarded, or sent meanwhile."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-broadcasts-title"), lines=(say("staff-broadcast-dropped"),))
