"""Referrals: their rules, and which figures a person may see.

A referral is certain or unknown: guessed credit would be taken from someone else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PlatformName

LEVELS = 32  # how many ancestors a gift is credited to
GIFTS_SHOWN_FROM = 5  # donors; with fewer, one friend's gift could be derived from the sum
_DONORS_IN_STEPS_OF = 5
INVITERS_THANKED_AT = (1, 5, 20)  # people invited


class JoinedVia(StrEnum):
    """How a newcomer joined."""

    DEEP_LINK = "deep_link"  # `/start i_<code>`
    CHAT_LINK = "chat_link"  # a personal link into a Telegram channel or group
    DISCORD = "discord"  # a personal Discord invite
    WEB = "web"  # gave on the invite's page and claimed the gift
    SAID = "said"  # named the inviter themselves


class ReferralOutcome(StrEnum):
    """The result of proposing a referral."""

    RECORDED = "brought"
    UNKNOWN = "unknown"  # someone invited them, but nobody can say who
    ALREADY_INVITED = "already"  # the first referral counts
    NOT_NEW = "old"  # they joined or gave before
    SELF = "self"
    CYCLE = "cycle"  # the inviter was invited, directly or not, by them


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """How one supporter joined. `inviter_id` is None while unknown."""

    supporter_id: int
    inviter_id: int | None
    how: JoinedVia
    certain: bool
    at: datetime
    invite_id: int | None = None
    settled_at: datetime | None = None
    campaign_id: int | None = None
    candidates: Sequence[int] = ()
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A supporter's share code. `code` is None once the supporter is erased."""

    id: int
    supporter_id: int
    code: str | None
    made_at: datetime
    words: str | None = None
    told_staff_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteLink:
    """What a platform created for an invite: a chat invite link, or a Discord invite code."""

    id: int
    invite_id: int
    platform: PlatformName
    place: str
    code: str
    made_at: datetime
    uses: int = 0
    used_at: datetime | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleMoney:
    """Gifts in one currency within a circle, in minor units. `below` counts all levels, including the first."""

    gifts_direct: int = 0
    gifts_below: int = 0
    minor_direct: int = 0
    minor_below: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """The results of a supporter's invites, on the first level and on all (at most 32) levels together."""

    people_direct: int = 0
    people_below: int = 0
    donors_direct: int = 0
    donors_below: int = 0
    money: Mapping[str, CircleMoney] = field(default_factory=dict)  # by currency


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundedGifts:
    """Lower bounds of how many people gave and how much: minor units by currency, rounded down."""

    donors: int
    money: Mapping[str, int] = field(default_factory=dict)


def visible_direct(circle: Circle) -> RoundedGifts | None:
    """Return what directly invited people gave, as far as the inviter may see it; None for too few donors."""
    return _shown(circle.donors_direct, {code: (m.gifts_direct, m.minor_direct) for code, m in circle.money.items()})


def visible_total(circle: Circle) -> RoundedGifts | None:
    """Return the same for all levels together.

    None if it adds nothing to `visible_direct`, or if too few donors further down account for the difference.
    """
    further = _shown(
        circle.donors_below - circle.donors_direct,
        {c: (m.gifts_below - m.gifts_direct, m.minor_below - m.minor_direct) for c, m in circle.money.items()},
    )
    direct = visible_direct(circle)
    of_all = _shown(circle.donors_below, {c: (m.gifts_below, m.minor_below) for c, m in circle.money.items()})
    if circle.people_below == circle.people_direct or of_all is None or direct is None:
        return of_all if circle.people_below > circle.people_direct else None
    if further is None:
        return None
    # In a currency also shown for direct donors, the difference must not reveal what a few people gave either.
    safe = {code: minor for code, minor in of_all.money.items() if code not in direct.money or code in further.money}
    return RoundedGifts(donors=of_all.donors, money=safe)


def _shown(donors: int, money: Mapping[str, tuple[int, int]]) -> RoundedGifts | None:
    """Return rounded sums, or None for too few donors. `money`: (gifts, minor units) by currency.

    A sum is shown if at least five of the donors must have given in its currency, given that each other donor made at
    least one gift in another one.
    """
    if donors < GIFTS_SHOWN_FROM:
        return None
    all_gifts = sum(gifts for gifts, _ in money.values())
    sums = {
        code: _leading_digit(minor)
        for code, (gifts, minor) in money.items()
        if minor > 0 and donors - (all_gifts - gifts) >= GIFTS_SHOWN_FROM
    }
    return RoundedGifts(donors=donors - donors % _DONORS_IN_STEPS_OF, money=sums)


def _leading_digit(number: int) -> int:
    """Round down to the leading digit: 1,437 becomes 1,000."""
    step = int("1" + "0" * (len(str(number)) - 1))
    return number - number % step


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the referral tree. `ancestors`: as stored, nearest first."""

    supporter_id: int
    parent_id: int | None
    ancestors: tuple[int, ...] = ()


def path_under(parent: Node | None) -> tuple[int, ...]:
    """Return the ancestors of a direct child of this node."""
    return () if parent is None else (parent.supporter_id, *parent.ancestors)[:LEVELS]


def gave_before_joining(referral: Referral, first_gift_at: datetime | None, elsewhere: datetime | None = None) -> bool:
    """Return whether a supporter gave before joining, so that no one invited them.

    On an invite's page people give first and then join. `elsewhere`: their first gift as another supporter who turned
    out to be the same person. Stripe truncates times to whole seconds, so a gift dated in the second of an arrival
    counts as later.
    """
    came_at = (
        min(referral.at, first_gift_at) if referral.how is JoinedVia.WEB and first_gift_at is not None else referral.at
    )
    return any(gave is not None and gave < came_at.replace(microsecond=0) for gave in (first_gift_at, elsewhere))


def earliest_referral(first: Referral | None, other: Referral | None) -> Referral | None:
    """Return the earlier of the referrals of two supporters who turn out to be the same person."""
    return min((r for r in (first, other) if r is not None), key=lambda r: r.at, default=None)
