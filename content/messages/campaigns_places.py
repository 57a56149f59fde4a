"""Channels and groups, for staff: their use, and the cards posted in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from content.campaign import Campaign
from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, in_rows, nonempty, row

_SHOWN = 12  # places with a button, the newest: Discord accepts five rows
PlaceFeedback = Literal["done", "too_open"]
CardFeedback = Literal["posted", "away", "there", "not_open"]
_USES = {
    "fr": "staff-place-fr",
    "en": "staff-place-en",
    "fr+en": "staff-place-both",
    "staff": "staff-place-inbox",
    "off": "staff-place-off",
}
_IS = {
    "fr": "staff-place-is-fr",
    "en": "staff-place-is-en",
    "fr+en": "staff-place-is-both",
    "staff": "staff-place-is-inbox",
    "off": "staff-place-is-off",
}
_FEEDBACK: dict[PlaceFeedback, str] = {"done": "staff-place-done", "too_open": "staff-place-too-open"}
_CARD_FEEDBACK: dict[CardFeedback, str] = {
    "posted": "staff-cards-posted",
    "away": "staff-cards-away",
    "there": "staff-cards-there",
    "not_open": "staff-cards-not-open",
}


@dataclass(frozen=True, kw_only=True)
class PlaceView:
    title: str
    use: str  # fr, en, fr+en, staff or off
    lost: bool  # whether our rights there were removed
    in_topic: bool = False  # whether messages go to one topic of the group
    tap: Tap
    uses: tuple[tuple[str, Tap], ...]
    back: Tap


def place_card(catalog: Catalog, locale: Locale, view: PlaceView, feedback: PlaceFeedback | None = None) -> Card:
    """One channel or group, and its possible uses."""
    say = Writer(catalog, locale)
    buttons = {use: say.button(_USES[use], tap) for use, tap in view.uses if use != view.use}
    return Card(
        title=view.title,
        lines=nonempty(
            say(_FEEDBACK[feedback]) if feedback else "",
            say("staff-place-lost-line") if view.lost else say(_IS[view.use]),
            say("staff-place-in-topic") if view.in_topic else "",
        ),
        rows=tuple((button,) for button in buttons.values()) + row(say.button("staff-places-back", view.back)),
    )


@dataclass(frozen=True)
class Way:
    """A setting that applies to all places."""

    name: str  # giving, steps
    on: bool
    tap: Tap


_WAYS = {
    ("giving", True): "staff-place-giving-off",
    ("giving", False): "staff-place-giving-on",
    ("steps", True): "staff-place-steps-off",
    ("steps", False): "staff-place-steps-on",
}


def place_list(catalog: Catalog, locale: Locale, views: tuple[PlaceView, ...], ways: Sequence[Way] = ()) -> Card:
    """All known channels and groups, how to add one, and their common settings."""
    say = Writer(catalog, locale)
    lines = tuple(f"{v.title} · {say('staff-place-lost-short') if v.lost else say(_IS[v.use])}" for v in views)
    return Card(
        title=say("staff-places-title"),
        lines=(*(lines or (say("staff-places-none"),)), say("staff-places-how")),
        rows=in_rows([v.tap.button(v.title) for v in views[-_SHOWN:]], 3)
        + row(*(say.button(_WAYS[way.name, way.on], way.tap) for way in ways)),
    )


@dataclass(frozen=True, kw_only=True)
class CardRow:
    title: str
    stands: bool
    tap: Tap


def cards_in_places(
    catalog: Catalog,
    locale: Locale,
    *,
    campaign: Campaign,
    rows: tuple[CardRow, ...],
    back: Tap,
    places: Tap,
    feedback: CardFeedback | None = None,
) -> Card:
    """The places where a campaign's card is posted, and where it can be."""
    say = Writer(catalog, locale)
    buttons = [
        say.button("staff-cards-take-away" if r.stands else "staff-cards-post", r.tap, place=r.title)
        for r in rows[-_SHOWN:]
    ]
    return Card(
        title=campaign.name.get(locale),
        lines=nonempty(
            say(_CARD_FEEDBACK[feedback]) if feedback else "",
            say("staff-cards-where") if rows else say("staff-cards-nowhere"),
        ),
        rows=in_rows(buttons, 3) + row(say.button("staff-places-back", places), say.button("staff-cards-back", back)),
    )


def no_such_campaign(catalog: Catalog, locale: Locale) -> Card:
    """The reply to a button of a campaign that does not exist."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-campaigns-title"), lines=(say("staff-cards-no-campaign"),))


def inbox_open(catalog: Catalog, locale: Locale, title: str, places: Tap) -> Card:
    """A notice: the staff's inbox became readable to others and was removed; what to do."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-inbox-open-title", place=title),
        lines=(say("staff-inbox-open-what"), say("staff-inbox-open-then")),
        rows=row(say.button("staff-places-back", places)),
    )


_LOST = {"topic_closed": "staff-place-lost-topic-closed", "topic_deleted": "staff-place-lost-topic-deleted"}


def place_lost(catalog: Catalog, locale: Locale, title: str, places: Tap, why: str = "rights") -> Card:
    """A notice: we may no longer write in a channel, group or topic; what to do."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-place-lost-title", place=title),
        lines=(say(_LOST.get(why, "staff-place-lost-what")),),
        rows=row(say.button("staff-places-back", places)),
    )
