"""Who brought whom by the rules as people would put them: in dictionaries, without paths, chunks or a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.referrals import How, ReferralOutcome

Gave = Mapping[int, datetime | None]  # when supporters first gave


@dataclass(frozen=True, kw_only=True)
class Came:
    """How somebody came; `by` is None while it is unknown. `said`: they have named somebody themselves."""

    by: int | None
    at: datetime
    how: How = How.DEEP_LINK
    said: bool = False


@dataclass
class PlainTree:
    """Everybody by their supporter's id. Who was erased stays in the tree, and brings nobody any more."""

    joined: dict[int, datetime] = field(default_factory=dict)
    came: dict[int, Came] = field(default_factory=dict)
    became: dict[int, int] = field(default_factory=dict)  # whom they turned out to be
    erased: set[int] = field(default_factory=set)

    def living(self, one: int) -> int | None:
        """Who somebody is today, where they are still there."""
        while one in self.became:
            one = self.became[one]
        return None if one in self.erased else one

    def above(self, one: int) -> list[int]:
        """Through whom somebody came, the nearest first."""
        found: list[int] = []
        at = self.by(one)
        while at is not None:
            assert at not in found, f"a ring above {one}"
            found.append(at)
            at = self.by(at)
        return found

    def by(self, one: int) -> int | None:
        """Who brought them."""
        return self.came[one].by if one in self.came else None

    def may_say(self, one: int) -> bool:
        """Whether it is unknown who brought them, and they have not said it."""
        return one not in self.came or (self.came[one].by is None and not self.came[one].said)

    def comes(self, one: int, named: int | None, how: How, now: datetime) -> ReferralOutcome:
        """Somebody new came by this person, as they were called then; None: by somebody, nobody can say who."""
        by = None if named is None else self.living(named)
        self.joined[one] = now
        self.came[one] = Came(by=by, at=now, how=how)
        return ReferralOutcome.UNKNOWN if by is None else ReferralOutcome.RECORDED

    def settle(self, one: int, named: int, gave: datetime | None) -> ReferralOutcome:
        """Somebody says who brought them."""
        by = self.living(named)
        if by is None:
            return ReferralOutcome.UNKNOWN
        if one == by:
            return ReferralOutcome.SELF
        if not self.may_say(one):
            return ReferralOutcome.ALREADY_INVITED
        known = self.came.get(one)
        if gave is not None and (known is None or (known.how is not How.WEB and gave < known.at)):
            return ReferralOutcome.NOT_NEW
        at = known.at if known else self.joined[one]
        if self.joined[by] > at:
            return ReferralOutcome.NOT_NEW
        if one in self.above(by):
            return ReferralOutcome.CYCLE
        self.came[one] = Came(by=by, at=at, how=known.how if known else How.SAID, said=True)
        return ReferralOutcome.RECORDED

    def merge(self, one: int, other: int, gave: Gave) -> int:
        """Two are one person; who stays."""
        winner, loser = sorted((one, other), key=lambda i: (self.joined[i], i))
        first = self._first(winner, loser, gave)
        for i in (winner, loser):
            self.came.pop(i, None)
        self.came |= {i: replace(c, by=winner) for i, c in self.came.items() if c.by == loser}
        if first is not None:
            self.came[winner] = first
        self.became[loser] = winner
        return winner

    def _first(self, winner: int, loser: int, gave: Gave) -> Came | None:
        """The first of two arrivals, unless they had given before. Who gave on a page came in that moment."""
        there = [i for i in (winner, loser) if i in self.came]
        if not there:
            return None
        half = min(there, key=lambda i: self.came[i].at)
        first, own, elsewhere = self.came[half], gave[half], gave[loser if half == winner else winner]
        came_at = first.at if first.how is not How.WEB or own is None else min(first.at, own)
        if any(gift is not None and gift < came_at for gift in (own, elsewhere)):
            return None
        through = first.by is not None and {winner, loser} & {first.by, *self.above(first.by)}
        return replace(first, by=None) if through else first
