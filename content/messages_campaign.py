"""What is said of a campaign as it goes: that it rests, and that it has reached a milestone."""

from dataclasses import dataclass

from content.campaign import Campaign, Milestone
from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Standing, Writer, row


def paused(catalog: Catalog, locale: Locale, campaign: Campaign, other: Tap | None = None) -> Card:
    """Somebody wants to give to a campaign that rests. `other`: a campaign that is open."""
    say = Writer(catalog, locale)
    name = campaign.name.get(locale)
    button = say.button("see-open", other, "primary")
    return Card(title=say("campaign-paused-title"), lines=(say("campaign-paused", campaign=name),), rows=row(button))


@dataclass(frozen=True, kw_only=True)
class MilestoneView:
    campaign: Campaign
    milestone: Milestone | None  # None: the authors have taken it away since it was crossed
    standing: Standing  # of the moment at which it is sent


def milestone_text(catalog: Catalog, locale: Locale, view: MilestoneView) -> str:
    """What an announcement says: the charity's own words, or where the campaign stands right now.

    « Il ne manque que 120 $ » is said with the figure of this moment, and not at all once the goal is reached.
    """
    if view.milestone is not None and view.milestone.text is not None:
        return view.milestone.text.get(locale)
    say, now = Writer(catalog, locale), view.standing
    key = {"near": "milestone-near", "reached": "milestone-reached"}.get(now.phase, "milestone-half")
    return say(
        key,
        campaign=view.campaign.name.get(locale),
        raised=now.raised,
        goal=now.goal,
        missing=now.missing,
        percent=now.percent,
    )
