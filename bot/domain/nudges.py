"""Nudges: which past donors may be asked again, when, and what prevents it. Pure rules over history and time.

A policy says when a supporter would be due. Caps, consent and quiet hours apply outside the policies, so that none
can bypass them.
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
    """A supporter's history, as far as the rules need it. Times are UTC."""

    gifts: Sequence[datetime]  # when each counted gift was paid, oldest first
    monthly: bool = False  # they have an active monthly gift, or it was their last gift
    in_trouble: bool = False  # a refund or dispute is under way
    nudged: Sequence[datetime] = ()  # when decisions fell due, sent or held out, oldest first
    reasons: frozenset[str] = frozenset()  # of earlier decisions: never twice for the same one
    asked: Sequence[datetime] = ()  # all automatic appeals and broadcasts
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeCampaign:
    """The open campaign that a nudge would be for."""

    id: int
    percent: int  # of the goal
    ends_at: datetime | None
    match_until: datetime | None = None  # the end of a match period whose pool is not empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A supporter would be asked between `at` and `until`, and only once for this reason."""

    at: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """A policy's settings, which staff may change. Days, or percent of the goal."""

    after_days: int = 10
    until_days: int = 19
    rhythm: float = 1.5  # multiple of the donor's usual interval between gifts
    above_percent: int = 85

    def invalid_fields(self) -> tuple[str, ...]:
        """Return the names of settings that are out of range or contradict each other."""
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
    """10 to 19 days after the only gift. Monthly donors have already promised a second one."""
    if len(history.gifts) != 1 or history.monthly:
        return None
    first = history.gifts[0]
    return Due(
        at=first + numbers.after_days * DAY,
        until=first + (numbers.until_days + 1) * DAY,
        reason="second_gift",
    )


def last_day(history: GivingHistory, campaign: NudgeCampaign, numbers: PolicySettings, now: datetime) -> Due | None:
    """In the last 24 hours of a campaign, to past donors."""
    if not history.gifts or campaign.ends_at is None:
        return None
    return Due(at=campaign.ends_at - DAY, until=campaign.ends_at, reason=f"last_day:{campaign.id}")


def lapsing(history: GivingHistory, campaign: NudgeCampaign, numbers: PolicySettings, now: datetime) -> Due | None:
    """When a donor has given nothing for longer than their usual interval. Monthly donors are excluded."""
    if len(history.gifts) < 2 or history.monthly:
        return None
    pauses = [later - earlier for earlier, later in pairwise(history.gifts)]
    usual = max(timedelta(seconds=median(p.total_seconds() for p in pauses)), numbers.after_days * DAY)
    at = history.gifts[-1] + usual * numbers.rhythm
    return Due(at=at, until=at + 30 * DAY, reason=f"lapsing:{len(history.gifts)}")


def nearly_there(history: GivingHistory, campaign: NudgeCampaign, numbers: PolicySettings, now: datetime) -> Due | None:
    """Above a share of the goal, to past donors."""
    if not history.gifts or not numbers.above_percent <= campaign.percent < 100:
        return None
    return Due(at=now, until=now + 7 * DAY, reason=f"nearly_there:{campaign.id}")


def match_open(history: GivingHistory, campaign: NudgeCampaign, numbers: PolicySettings, now: datetime) -> Due | None:
    """While a sponsor doubles gifts, to donors of the last year."""
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
    """Why a due nudge is not sent."""

    TROUBLE = "trouble"
    JUST_GAVE = "just_gave"
    SNOOZED = "snoozed"
    TOO_SOON = "too_soon"
    ENOUGH_IN_90_DAYS = "enough_in_90_days"
    ASKED_ENOUGH = "asked_enough"
    ALREADY_SENT = "said_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The limits on all appeals, broadcasts included."""

    most_asks: int = 4
    asks_within: timedelta = field(default=30 * DAY)


def hold_reason(history: GivingHistory, due: Due, now: datetime, caps: Caps) -> tuple[Held, datetime | None] | None:
    """Return why not to nudge now and when to check again (None: never for this reason); None to go ahead."""
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
