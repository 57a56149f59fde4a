"""Reminders to past donors, the consent for them, and impact updates."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.campaign import Campaign
from content.cards import Card, Picture, Tap
from content.catalog import Catalog, Locale
from content.messages.supporters import PreferenceKind, preference_wording
from content.writer import CampaignProgress, Charity, Choice, OwnLinkButton, Writer, nonempty, row
from payments.money import Money

NudgeKind = Literal["second_gift", "last_day", "lapsing", "nearly_there", "match_open"]


@dataclass(frozen=True, kw_only=True)
class NudgeView:
    kind: NudgeKind
    charity: Charity
    campaign: Campaign
    progress: CampaignProgress
    choices: tuple[Choice, ...]
    not_now: Tap
    stop: Tap
    text: str = ""  # the staff's text in this language; empty: the catalog's
    until: date | None = None  # last day of the campaign or the match period
    picture: Picture | None = None
    other: Tap | None = None
    own_link: OwnLinkButton | None = None


def nudge(catalog: Catalog, locale: Locale, view: NudgeView) -> Card:
    """A reminder with amounts to tap, and two ways to decline further ones."""
    say = Writer(catalog, locale)
    key = "nudge-" + view.kind.replace("_", "-")
    return Card(
        title=say(f"{key}-title"),
        lines=nonempty(view.text or _words(say, key, view), _does(say, view)),
        note=say("nudge-note"),
        picture=view.picture,
        rows=(
            *say.amount_rows(view.choices),
            *row(say.button("other-amount", view.other)),
            *say.own_link_row(view.own_link),
            *row(say.button("nudge-not-now", view.not_now), say.button("nudge-stop", view.stop)),
        ),
    )


def _words(say: Writer, key: str, view: NudgeView) -> str:
    name = view.campaign.name.get(say.locale)
    if view.kind == "lapsing":
        return say(key, campaign=name, charity=view.charity.name)
    if view.kind == "nearly_there":
        return say(key, campaign=name, missing=view.progress.missing)
    if view.kind in ("last_day", "match_open"):
        return say(key, campaign=name, day=view.until) if view.until else say(f"{key}-undated", campaign=name)
    return say(key, campaign=name)


def _does(say: Writer, view: NudgeView) -> str:
    if not view.choices:
        return ""
    return say.does(view.campaign, view.choices[(len(view.choices) - 1) // 2].money)


def nudge_later(catalog: Catalog, locale: Locale, day: date, preferences: Tap) -> Card:
    """The reply to « Pas maintenant »."""
    say = Writer(catalog, locale)
    return Card(
        title=say("nudge-later-title"),
        lines=(say("nudge-later", day=day),),
        rows=row(say.button("preferences-open", preferences)),
    )


def nudge_stopped(catalog: Catalog, locale: Locale, preferences: Tap) -> Card:
    """The reply to the button that stops reminders."""
    say = Writer(catalog, locale)
    return Card(
        title=say("nudge-stopped-title"),
        lines=(say("nudge-stopped"),),
        rows=row(say.button("preferences-open", preferences)),
    )


@dataclass(frozen=True, kw_only=True)
class ConsentView:
    charity: Charity
    none: Tap  # declines; they are not asked again
    more: Tap  # all preferences


_ASKED_FIRST: tuple[PreferenceKind, ...] = ("news", "reminders")


def consent(catalog: Catalog, locale: Locale, view: ConsentView) -> Card:
    """The question for consent after the first gift: news and reminders, with "no" beside them."""
    say = Writer(catalog, locale)
    wordings = [preference_wording(catalog, locale, kind, view.charity) for kind in _ASKED_FIRST]
    return Card(
        title=say("consent-title"),
        lines=(say("consent-line", charity=view.charity.name), *wordings),
        rows=(
            *row(*(say.button(f"pref-{kind}-on", Tap(action=f"pref:{kind}:on")) for kind in _ASKED_FIRST)),
            *row(say.button("consent-none", view.none), say.button("consent-more", view.more)),
        ),
    )


def declined(catalog: Catalog, locale: Locale, preferences: Tap) -> Card:
    """They want no other messages."""
    say = Writer(catalog, locale)
    rows = row(say.button("preferences-open", preferences))
    return Card(title=say("consent-none-title"), lines=(say("consent-none-line"),), rows=rows)


@dataclass(frozen=True, kw_only=True)
class ImpactUpdateView:
    campaign: Campaign
    money: Money
    paid_on: date
    progress: CampaignProgress
    picture: Picture | None = None


def impact_update(catalog: Catalog, locale: Locale, view: ImpactUpdateView) -> Card:
    """What a gift did, 30 to 60 days later, without an appeal."""
    say = Writer(catalog, locale)
    name = view.campaign.name.get(locale)
    donors, raised = view.progress.donors, view.progress.raised
    return Card(
        title=say("bilan-title"),
        lines=nonempty(
            say("bilan-line", day=view.paid_on, amount=view.money, campaign=name),
            say.does(view.campaign, view.money),
            say("bilan-together", donors=donors, raised=raised) if donors > 1 else "",
            say("bilan-thanks"),
        ),
        picture=view.picture,
    )


@dataclass(frozen=True, kw_only=True)
class YearView:
    charity: Charity
    year: int
    gifts: int
    total: Money
    others: tuple[tuple[int, Money], ...] = ()  # number of gifts and total in each other currency


def year(catalog: Catalog, locale: Locale, view: YearView) -> Card:
    """In January: « Votre année : 9 dons, 55 $ », a line per currency, since currencies are never added."""
    say = Writer(catalog, locale)
    sums = ((view.gifts, view.total), *view.others)
    return Card(
        title=say("year-title", year=str(view.year)),
        lines=(
            *(say("year-line", gifts=gifts, total=total) for gifts, total in sums),
            say("year-thanks", charity=view.charity.name),
        ),
    )
