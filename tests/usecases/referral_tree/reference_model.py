"""A reference model of the referral rules: plain dictionaries, without paths, chunks or a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.referrals import JoinedVia, ReferralOutcome

Gave = Mapping[int, datetime | None]  # when supporters first gave


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """How someone joined; `by` is None while unknown. `claimed`: they have named their inviter."""

    by: int | None
    at: datetime
    how: JoinedVia = JoinedVia.DEEP_LINK
    claimed: bool = False


@dataclass
class ReferenceModel:
    """Everyone by supporter id. Erased people stay in the tree, but no longer invite anyone."""

    joined: dict[int, datetime] = field(default_factory=dict)
    came: dict[int, Arrival] = field(default_factory=dict)
    merged_into: dict[int, int] = field(default_factory=dict)  # merged into
    erased: set[int] = field(default_factory=set)

    def current_id(self, person: int) -> int | None:
        """Return the current id of a supporter, or None if erased."""
        while person in self.merged_into:
            person = self.merged_into[person]
        return None if person in self.erased else person

    def above(self, person: int) -> list[int]:
        """Return the ancestors of a supporter, the nearest first."""
        ancestors: list[int] = []
        at = self.by(person)
        while at is not None:
            assert at not in ancestors, f"a cycle above {person}"
            ancestors.append(at)
            at = self.by(at)
        return ancestors

    def by(self, person: int) -> int | None:
        """Return the inviter of a supporter."""
        return self.came[person].by if person in self.came else None

    def may_claim(self, person: int) -> bool:
        """Return whether their inviter is unknown and they have not named one."""
        return person not in self.came or (self.came[person].by is None and not self.came[person].claimed)

    def joins(self, person: int, named: int | None, how: JoinedVia, now: datetime) -> ReferralOutcome:
        """Add a newcomer invited by `named`, an id of any age; None: the inviter is unknown."""
        by = None if named is None else self.current_id(named)
        self.joined[person] = now
        self.came[person] = Arrival(by=by, at=now, how=how)
        return ReferralOutcome.UNKNOWN if by is None else ReferralOutcome.RECORDED

    def claim_inviter(self, person: int, named: int, gave: datetime | None) -> ReferralOutcome:
        """Apply a supporter's claim of who invited them; return the expected outcome."""
        by = self.current_id(named)
        if by is None:
            return ReferralOutcome.UNKNOWN
        if person == by:
            return ReferralOutcome.SELF
        if not self.may_claim(person):
            return ReferralOutcome.ALREADY_INVITED
        known = self.came.get(person)
        if gave is not None and (known is None or (known.how is not JoinedVia.WEB and gave < known.at)):
            return ReferralOutcome.NOT_NEW
        at = known.at if known else self.joined[person]
        if self.joined[by] > at:
            return ReferralOutcome.NOT_NEW
        if person in self.above(by):
            return ReferralOutcome.CYCLE
        self.came[person] = Arrival(by=by, at=at, how=known.how if known else JoinedVia.SAID, claimed=True)
        return ReferralOutcome.RECORDED

    def merge(self, person: int, other: int, gave: Gave) -> int:
        """Merge two supporters; return the one who stays."""
        winner, loser = sorted((person, other), key=lambda i: (self.joined[i], i))
        first = self._first(winner, loser, gave)
        for i in (winner, loser):
            self.came.pop(i, None)
        self.came |= {i: replace(c, by=winner) for i, c in self.came.items() if c.by == loser}
        if first is not None:
            self.came[winner] = first
        self.merged_into[loser] = winner
        return winner

    def _first(self, winner: int, loser: int, gave: Gave) -> Arrival | None:
        """Return the earlier of two arrivals, unless they had given before. Gifts on a web page do
        not count as before.
        """
        arrived = [i for i in (winner, loser) if i in self.came]
        if not arrived:
            return None
        earlier = min(arrived, key=lambda i: self.came[i].at)
        first, own, elsewhere = self.came[earlier], gave[earlier], gave[loser if earlier == winner else winner]
        joined_at = first.at if first.how is not JoinedVia.WEB or own is None else min(first.at, own)
        if any(gift is not None and gift < joined_at for gift in (own, elsewhere)):
            return None
        invited_by_themselves = first.by is not None and {winner, loser} & {first.by, *self.above(first.by)}
        return replace(first, by=None) if invited_by_themselves else first
