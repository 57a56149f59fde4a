"""Campaigns: paused ones, milestones, and the list and card for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.campaign import Campaign, Milestone
from content.cards import Card, Tap
from content.catalog import LOCALES, Catalog, Locale
from content.writer import CampaignProgress, Writer, in_rows, nonempty, row
from payments.money import Money


def paused(catalog: Catalog, locale: Locale, campaign: Campaign, other: Tap | None = None) -> Card:
    """The reply to someone who wants to give to a paused campaign. `other`: an open campaign."""
    say = Writer(catalog, locale)
    name = campaign.name.get(locale)
    button = say.button("see-open", other, "primary")
    return Card(title=say("campaign-paused-title"), lines=(say("campaign-paused", campaign=name),), rows=row(button))


@dataclass(frozen=True, kw_only=True)
class MilestoneView:
    campaign: Campaign
    milestone: Milestone | None  # None: its authors have removed it since it was crossed
    progress: CampaignProgress  # at the time of sending


def milestone_text(catalog: Catalog, locale: Locale, view: MilestoneView) -> str:
    """Return the announcement's text: the charity's own, or the campaign's current progress.

    « Il ne manque que 120 $ » uses the current figure, and is omitted once the goal is reached.
    """
    if view.milestone is not None and view.milestone.text is not None:
        return view.milestone.text.get(locale)
    say, now = Writer(catalog, locale), view.progress
    key = {"near": "milestone-near", "reached": "milestone-reached"}.get(now.phase, "milestone-half")
    return say(key, raised=now.raised, goal=now.goal, missing=now.missing, percent=now.percent)


def milestone_news(
    catalog: Catalog,
    locale: Locale,
    *,
    campaign: Campaign,
    texts: Mapping[Locale, str],  # as they would read now
    places: int,
    approve: Tap,
    edit: Mapping[Locale, Tap],
    skip: Tap,
) -> Card:
    """A notice to staff: a milestone was crossed, and its announcement awaits approval."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-milestone-title", campaign=campaign.name.get(locale)),
        lines=(
            say("staff-milestone-where", places=places),
            *(texts[language] for language in LOCALES),
            say("staff-milestone-figures"),
        ),
        rows=row(say.button("staff-milestone-approve", approve, "primary"))
        + row(
            say.button("staff-milestone-edit-fr", edit["fr"]),
            say.button("staff-milestone-edit-en", edit["en"]),
        )
        + row(say.button("staff-milestone-skip", skip)),
    )


# --- for staff ------------------------------------------------------------------------------------
State = Literal["open", "paused", "closed"]
ChangeFeedback = Literal["done", "stale", "failed"]
_STATES: dict[State, str] = {
    "open": "staff-campaign-open",
    "paused": "staff-campaign-paused",
    "closed": "staff-campaign-closed",
}
_FEEDBACK: dict[ChangeFeedback, str] = {
    "done": "staff-campaign-done",
    "stale": "staff-campaign-stale",
    "failed": "staff-campaign-failed",
}
_OFFERS = {
    "edit": "staff-edit-change",
    "pause": "staff-campaign-pause",
    "resume": "staff-campaign-resume",
    "close": "staff-campaign-close",
}
_SURE = {
    "pause": "staff-campaign-pause-sure",
    "resume": "staff-campaign-resume-sure",
    "close": "staff-campaign-close-sure",
}


@dataclass(frozen=True, kw_only=True)
class CampaignRow:
    campaign: Campaign
    state: State
    progress: CampaignProgress
    gifts: int
    offline: Money  # of what was raised: outside Stripe
    ends_on: date | None
    tap: Tap


def campaign_list(catalog: Catalog, locale: Locale, rows: tuple[CampaignRow, ...], new: Tap | None = None) -> Card:
    """All campaigns as buttons. `new`: create one."""
    say = Writer(catalog, locale)
    lines = tuple(
        f"{r.campaign.name.get(locale)} · {say(_STATES[r.state])} · {say.money(r.progress.raised)}" for r in rows
    )
    buttons = in_rows([r.tap.button(r.campaign.name.get(locale)) for r in rows], 2)
    return Card(
        title=say("staff-campaigns-title"),
        lines=lines or (say("staff-campaigns-none"),),
        rows=buttons + row(say.button("staff-edit-begin", new)),
    )


@dataclass(frozen=True, kw_only=True)
class CampaignView:
    row: CampaignRow
    offers: tuple[tuple[str, Tap], ...]
    back: Tap
    places: Tap | None = None  # the places with its card
    match: Tap | None = None  # its match periods
    news: Tap | None = None  # write a broadcast about it
    feedback: ChangeFeedback | None = None  # on the last change


def campaign_view(catalog: Catalog, locale: Locale, view: CampaignView) -> Card:
    """One campaign, with its actions."""
    say, now = Writer(catalog, locale), view.row.progress
    return Card(
        title=view.row.campaign.name.get(locale),
        lines=nonempty(
            say(_FEEDBACK[view.feedback]) if view.feedback else "",
            say(_STATES[view.row.state]),
            say("staff-campaign-figures", raised=now.raised, goal=now.goal, percent=now.percent, gifts=view.row.gifts),
            say("staff-campaign-offline", amount=view.row.offline) if view.row.offline.is_positive else "",
            say("staff-campaign-until", day=view.row.ends_on) if view.row.ends_on else "",
        ),
        rows=row(*(say.button(_OFFERS[what], tap) for what, tap in view.offers))
        + row(say.button("staff-campaign-places", view.places), say.button("staff-match-new", view.match))
        + row(say.button("staff-broadcast-new", view.news), say.button("staff-campaigns-back", view.back)),
    )


def confirm_change(catalog: Catalog, locale: Locale, *, campaign: Campaign, what: str, yes: Tap, no: Tap) -> Card:
    """The confirmation before a campaign is paused, resumed or closed."""
    say = Writer(catalog, locale)
    buttons = row(
        say.button(_OFFERS[what], yes, "danger" if what == "close" else "primary"),
        say.button("staff-campaign-no", no),
    )
    return Card(title=campaign.name.get(locale), lines=(say(_SURE[what]),), rows=buttons)
