"""Nudges: which past donors may be asked again, when, and what holds them back. Pure rules over history and now.

A policy says when somebody would be due. Caps, consent and quiet hours are not its business: they hold for all
policies together, so that none can go around them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

DAY = timedelta(days=1)
APART = 14 * DAY  # between two nudges
MOST_IN_90_DAYS = 3
NO_NUDGE_AFTER_GIFT = 7 * DAY
SNOOZE = 30 * DAY  # « Pas maintenant »


class PolicyName(StrEnum):
    """The rules behind nudges."""

    SECOND_GIFT = "second_gift"
    LAST_DAY = "last_day"
    LAPSING = "lapsing"
    NEARLY_THERE = "nearly_there"
    MATCH_OPEN = "match_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingHistory:
    """What one supporter has done, as far as the rules ask. Times are UTC."""

    gifts: Sequence[datetime]  # when each counted gift was paid, the oldest first
    monthly: bool = False  # a monthly gift of theirs goes on, or was their last
    in_trouble: bool = False  # a refund or dispute is under way
    nudged: Sequence[datetime] = ()  # when a decision fell due, sent or held out, the oldest first
    reasons: frozenset[str] = frozenset()  # for which they were due already: never twice for the same one
    asked: Sequence[datetime] = ()  # everything automatic and broadcast that asked
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeCampaign:
    """The open campaign that a nudge would be for."""

    id: int
    percent: int  # of the goal
    ends_at: datetime | None
    match_until: datetime | None = None  # a sponsor's pool that is not empty, and when it ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Somebody would be asked from `at` on, until `until`, for this reason and only once for it."""

    at: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """A policy's numbers, which staff may set. Days, or percent of the goal."""

    after_days: int = 10
    until_days: int = 19
    rhythm: float = 1.5  # times the donor's own pause between gifts
    above_percent: int = 85

    def invalid_fields(self) -> tuple[str, ...]:
        """The names of numbers that contradict each other or cannot be."""
        found = []
        if not NO_NUDGE_AFTER_GIFT.days < self.after_days <= 365:
            found.append("after_days")
        if not self.after_days < self.until_days <= 730:
            found.append("until_days")
        if not 1.0 < self.rhythm <= 10:
            found.append("rhythm")
        if not 50 <= self.above_percent < 100:
            found.append("above_percent")
        return tuple(found)


def second_gift(history: GivingHistory, campaign: NudgeCampaign, numbers: PolicySettings, now: datetime) -> Due | None:
    """10 to 19 days after the first gift, to those who gave once. Who gives monthly has promised the second already."""
    if len(history.gifts) != 1 or history.monthly:
        return None
    first = history.gifts[0]
    return Due(
        at=first + numbers.after_days * DAY,
        until=first + (numbers.until_days + 1) * DAY,
        reason="second_gift",
    )


def last_day(history: GivingHistory, campaign: NudgeCampaign, numbers: PolicySettings, now: datetime) -> Due | None:
    """The last 24 hours of a campaign, to those who gave before."""
    if not history.gifts or campaign.ends_at is None:
        return None
    return Due(at=campaign.ends_at - DAY, until=campaign.ends_at, reason=f"last_day:{campaign.id}")


def lapsing(history: GivingHistory, campaign: NudgeCampaign, numbers: PolicySettings, now: datetime) -> Due | None:
    """Longer without a gift than the donor's own rhythm has it. A monthly gift's rhythm is its pauses and its end."""
    if len(history.gifts) < 2 or history.monthly:
        return None
    pauses = [later - earlier for earlier, later in pairwise(history.gifts)]
    usual = max(timedelta(seconds=median(p.total_seconds() for p in pauses)), numbers.after_days * DAY)
    at = history.gifts[-1] + usual * numbers.rhythm
    return Due(at=at, until=at + 30 * DAY, reason=f"lapsing:{len(history.gifts)}")


def nearly_there(history: GivingHistory, campaign: NudgeCampaign, numbers: PolicySettings, now: datetime) -> Due | None:
    """Above a share of the goal, to those who gave before."""
    if not history.gifts or not numbers.above_percent <= campaign.percent < 100:
        return None
    return Due(at=now, until=now + 7 * DAY, reason=f"nearly_there:{campaign.id}")


def match_open(history: GivingHistory, campaign: NudgeCampaign, numbers: PolicySettings, now: datetime) -> Due | None:
    """While a sponsor doubles gifts, to those who gave within a year."""
    if campaign.match_until is None or not history.gifts or now - history.gifts[-1] > 365 * DAY:
        return None
    return Due(at=now, until=campaign.match_until, reason=f"match_open:{campaign.id}:{campaign.match_until:%Y%m%d}")


Policy = Callable[[GivingHistory, NudgeCampaign, PolicySettings, datetime], Due | None]
POLICIES: Mapping[PolicyName, Policy] = {
    PolicyName.SECOND_GIFT: second_gift,
    PolicyName.LAST_DAY: last_day,
    PolicyName.LAPSING: lapsing,
    PolicyName.NEARLY_THERE: nearly_there,
    PolicyName.MATCH_OPEN: match_open,
}
ON_FROM_THE_START = frozenset({PolicyName.SECOND_GIFT, PolicyName.LAST_DAY})


class Held(StrEnum):
    """What holds a due nudge back."""

    TROUBLE = "trouble"
    JUST_GAVE = "just_gave"
    SNOOZED = "snoozed"
    TOO_SOON = "too_soon"
    ENOUGH_IN_90_DAYS = "enough_in_90_days"
    ASKED_ENOUGH = "asked_enough"
    ALREADY_SENT = "said_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The limits over everything that asks; broadcasts share the last two."""

    most_asks: int = 4
    asks_within: timedelta = field(default=30 * DAY)


def hold_reason(history: GivingHistory, due: Due, now: datetime, caps: Caps) -> tuple[Held, datetime | None] | None:
    """Why nobody is nudged now, and from when on it could be asked again (None: not for this reason); None: go on."""
    if due.reason in history.reasons:
        return Held.ALREADY_SENT, None
    if history.in_trouble:
        return Held.TROUBLE, now + DAY
    if history.snoozed_until is not None and now < history.snoozed_until:
        return Held.SNOOZED, history.snoozed_until
    if history.gifts and now < history.gifts[-1] + NO_NUDGE_AFTER_GIFT:
        return Held.JUST_GAVE, history.gifts[-1] + NO_NUDGE_AFTER_GIFT
    if history.nudged and now < history.nudged[-1] + APART:
        return Held.TOO_SOON, history.nudged[-1] + APART
    lately = [at for at in history.nudged if at > now - 90 * DAY]
    if len(lately) >= MOST_IN_90_DAYS:
        return Held.ENOUGH_IN_90_DAYS, lately[-MOST_IN_90_DAYS] + 90 * DAY
    asked = [at for at in history.asked if at > now - caps.asks_within]
    if len(asked) >= caps.most_asks:
        return Held.ASKED_ENOUGH, asked[-caps.most_asks] + caps.asks_within
    return None
