"""Who brought whom: the rules, and what a person sees of it.

A referral is certain or it is unknown: credit that was guessed would be taken from somebody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PlatformName

LEVELS = 32  # how far up a gift is credited
GIFTS_SHOWN_FROM = 5  # donors; with fewer, what a friend gave could be told from the sum
_DONORS_IN_STEPS_OF = 5
INVITERS_THANKED_AT = (1, 5, 20)  # people brought


class How(StrEnum):
    """The way somebody came."""

    DEEP_LINK = "deep_link"  # `/start i_<code>`
    CHAT_LINK = "chat_link"  # a personal link into a Telegram channel or group
    DISCORD = "discord"  # a personal Discord invite
    WEB = "web"  # gave on the invite's page, and claimed the gift
    SAID = "said"  # they named who it was themselves


class ReferralOutcome(StrEnum):
    """What became of a referral that was proposed."""

    RECORDED = "brought"
    UNKNOWN = "unknown"  # somebody brought them, nobody can say who
    ALREADY_INVITED = "already"  # the first one counts
    NOT_NEW = "old"  # they were here, or gave, before
    SELF = "self"
    CYCLE = "cycle"  # the inviter came through them


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """How one supporter came. `inviter_id` is None while it is unknown."""

    supporter_id: int
    inviter_id: int | None
    how: How
    certain: bool
    at: datetime
    invite_id: int | None = None
    settled_at: datetime | None = None
    campaign_id: int | None = None
    candidates: Sequence[int] = ()
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A supporter's share code. `code` is None once the supporter was erased."""

    id: int
    supporter_id: int
    code: str | None
    made_at: datetime
    words: str | None = None
    told_staff_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteLink:
    """What a platform made for an invite: a chat invite link, or the code of a Discord invite."""

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
    """Gifts of one currency in somebody's circle, in minor units; `below` holds all levels, the first one too."""

    gifts_direct: int = 0
    gifts_below: int = 0
    minor_direct: int = 0
    minor_below: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """What came of somebody's invites, on the first level and on all (at most 32) levels together."""

    people_direct: int = 0
    people_below: int = 0
    donors_direct: int = 0
    donors_below: int = 0
    money: Mapping[str, CircleMoney] = field(default_factory=dict)  # by currency


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundedGifts:
    """At least how many of some people gave, and at least how much: minor units by currency, rounded down."""

    donors: int
    money: Mapping[str, int] = field(default_factory=dict)


def visible_direct(circle: Circle) -> RoundedGifts | None:
    """What those gave who came by this person, as far as they may see it; None for too few donors."""
    return _shown(circle.donors_direct, {code: (m.gifts_direct, m.minor_direct) for code, m in circle.money.items()})


def visible_total(circle: Circle) -> RoundedGifts | None:
    """The same for all levels together.

    None where it says no more than `shown_direct`, or where too few donors further down make up the difference.
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
    # Of a currency that is shown for the direct ones too, the difference must not be what a few gave either.
    safe = {code: minor for code, minor in of_all.money.items() if code not in direct.money or code in further.money}
    return RoundedGifts(donors=of_all.donors, money=safe)


def _shown(donors: int, money: Mapping[str, tuple[int, int]]) -> RoundedGifts | None:
    """Round what some people gave; `money`: (gifts, minor units) by currency.

    A sum is shown where at least five of them must have given in its currency: each of the others has made at least
    one gift in another one.
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
    """Round down to the leading digit: 1 437 becomes 1 000."""
    step = int("1" + "0" * (len(str(number)) - 1))
    return number - number % step


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place in the tree. `ancestors`: as stored, the nearest first."""

    supporter_id: int
    parent_id: int | None
    ancestors: tuple[int, ...] = ()


def path_under(parent: Node | None) -> tuple[int, ...]:
    """The ancestors of who comes right below this node."""
    return () if parent is None else (parent.supporter_id, *parent.ancestors)[:LEVELS]


def gave_before_joining(one: Referral, first_gift_at: datetime | None, elsewhere: datetime | None = None) -> bool:
    """Whether somebody gave before they came: then nobody brought them. On an invite's page one gives, then comes.

    `elsewhere`: their first gift as another supporter, who has turned out to be the same person.
    Stripe dates in whole seconds, cut off: what it dates in the very second of an arrival came after it.
    """
    came_at = min(one.at, first_gift_at) if one.how is How.WEB and first_gift_at is not None else one.at
    return any(gave is not None and gave < came_at.replace(microsecond=0) for gave in (first_gift_at, elsewhere))


def earliest_referral(one: Referral | None, other: Referral | None) -> Referral | None:
    """How somebody came who turns out to be two supporters: the earliest referral counts."""
    return min((r for r in (one, other) if r is not None), key=lambda r: r.at, default=None)
