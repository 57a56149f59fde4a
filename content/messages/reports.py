"""The figures that staff see in chat, each with its meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from content.campaign import Campaign
from content.cards import Button, Card, Picture, Tap, shorten
from content.catalog import Catalog, Locale
from content.messages import overview
from content.messages.overview import Overview
from content.writer import Writer, in_rows, nonempty, row
from payments.money import Money


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What the figures cover, and the other choices."""

    campaign: Campaign | None = None  # None: all campaigns
    first: date | None = None  # None: since the start
    last: date | None = None
    periods: Sequence[tuple[str, Tap]] = ()  # the other periods: w, m, y, a, or a number of days
    pick: Tap | None = None  # to choose another campaign


def figures(
    catalog: Catalog,
    locale: Locale,
    view: Overview,
    *,
    picture: Picture | None = None,
    menu: Tap | None = None,
    selection: Selection | None = None,
    more: Tap | None = None,
) -> Card:
    """The overview: what to do, the campaigns, the week, and the figures of a period."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-figures-title"),
        lines=overview.lines(catalog, locale, view),
        note=say("staff-figures-net"),
        picture=picture,
        rows=(
            *row(say.button("overview-details", more)),
            *(_others(say, selection) if selection else ()),
            *row(say.button("staff-home-open", menu)),
        ),
    )


def unknown(catalog: Catalog, locale: Locale, text: str) -> Card:
    """A word after the command that is neither a campaign nor a period."""
    return Card(lines=(Writer(catalog, locale)("overview-unknown", text=shorten(text, 40)),))


def _of(say: Writer, selection: Selection) -> str:
    campaign = selection.campaign
    return "\n".join(
        nonempty(
            say("staff-figures-of-campaign", name=campaign.name.get(say.locale)) if campaign else "",
            overview.days_between(say, selection.first, selection.last) if selection.first else "",
        )
    )


_PERIODS = {"w": "overview-pick-week", "m": "overview-pick-month", "y": "overview-pick-year", "a": "overview-pick-all"}


def _others(say: Writer, selection: Selection) -> tuple[tuple[Button, ...], ...]:
    periods = [
        say.button(_PERIODS[name], tap) if name in _PERIODS else say.button("overview-pick-days", tap, days=int(name))
        for name, tap in selection.periods
    ]
    return (*row(*periods), *row(say.button("staff-figures-pick", selection.pick)))


def pick(catalog: Catalog, locale: Locale, campaigns: Sequence[tuple[Campaign, Tap]], *, every: Tap) -> Card:
    """The choice of the campaign that figures cover."""
    say = Writer(catalog, locale)
    names = [tap.button(campaign.name.get(locale)) for campaign, tap in campaigns]
    return Card(
        title=say("staff-figures-pick-title"),
        rows=in_rows(names, 2) + row(say.button("staff-figures-every", every)),
    )


@dataclass(frozen=True, kw_only=True)
class LateralView:
    """The results of invites. Sums are (gifts, money), one per currency."""

    made: int
    shared: int
    opened: int
    joined: int
    unknown: int
    gave: int
    new_donors: int
    by_invite: Sequence[tuple[int, Money]]
    downstream: Sequence[tuple[int, Money]]
    levels: int
    r90: float | None  # None: no donor first gave 90 days ago
    low: float | None
    high: float | None
    shown: tuple[int, int]  # the share prompt's arms: (inviters, people in the arm)
    left_out: tuple[int, int]
    is_shown: bool  # whether the prompt has an effect beyond chance
    is_lower_bound: bool = False  # the rate is a lower bound: some donors' inviters are unknown
    points: tuple[float, float] | None = None  # bounds of the difference, in percentage points


def lateral(catalog: Catalog, locale: Locale, view: LateralView, *, back: Tap, selection: Selection) -> Card:
    """The three kinds of lateral reach, separately, and how certain they are."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-lateral-title"),
        lines=nonempty(
            _of(say, selection),
            say("staff-lateral-invites", made=view.made, shared=view.shared, opened=view.opened),
            say("staff-lateral-came", joined=view.joined, gave=view.gave, unknown=view.unknown),
            "\n".join(
                (
                    say("staff-lateral-a", donors=view.new_donors),
                    say("staff-lateral-b", sums=_sums(say, view.by_invite)),
                    say("staff-lateral-c", sums=_sums(say, view.downstream)),
                )
            ),
            say("staff-lateral-depth", levels=view.levels),
            _r90(say, view),
            say("staff-lateral-scope-period") if selection.first else "",
            say("staff-lateral-scope-campaign") if selection.campaign else "",
            _prompt(say, view),
        ),
        note=say("staff-lateral-apart"),
        rows=(*_others(say, selection), *row(say.button("staff-home-stats", back))),
    )


def _sums(say: Writer, sums: Sequence[tuple[int, Money]]) -> str:
    each = [say("staff-lateral-gifts", gifts=gifts, total=money) for gifts, money in sums]
    return ", ".join(each) or say("staff-lateral-none")


def _r90(say: Writer, view: LateralView) -> str:
    if view.r90 is None:
        return say("staff-lateral-r90-young")
    known = view.low is not None and view.high is not None
    low, high = _decimal(say, view.low or 0.0), _decimal(say, view.high or 0.0)
    sure = say("staff-lateral-r90-sure", low=low, high=high) if known else ""
    caution = say("staff-lateral-r90-least" if view.is_lower_bound else "staff-lateral-r90-causal")
    return " ".join(nonempty(say("staff-lateral-r90", value=_decimal(say, view.r90)), sure, caution))


def _prompt(say: Writer, view: LateralView) -> str:
    (brought, shown), (without, left) = view.shown, view.left_out
    if not shown and not left:
        return say("staff-lateral-prompt-none")
    sentence = say("staff-lateral-prompt", **{"with": brought}, shown=shown, without=without, left=left)
    verdict = say("staff-lateral-prompt-shown" if view.is_shown else "staff-lateral-prompt-open")
    return " ".join(nonempty(sentence, _between(say, view.points), verdict))


def _between(say: Writer, points: tuple[float, float] | None) -> str:
    if points is None:
        return ""
    low, high = (_decimal(say, value, 1).replace("-", "−") for value in points)
    return say("staff-lateral-prompt-sure", low=low, high=high)


def _decimal(say: Writer, number: float, places: int = 2) -> str:
    written = f"{number:.{places}f}"
    return written.replace(".", ",") if say.locale == "fr" else written
