"""Who came by which Discord invite: read from use counts before and after, and never guessed.

Discord tells that somebody joined, not by what. The counts of a server's invites are all there is to go by.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often each invite of one server had been used at one moment."""

    uses: Mapping[str, int] = field(default_factory=dict)  # by code
    ending: frozenset[str] = frozenset()  # those that vanish with their next use
    vanity: int | None = None  # of the server's own address, where it has one


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """By what people came who joined between two looks.

    `code`: the one invite of ours by which the one newcomer came. Else `candidates`: those of ours that it may have
    been; without any, nobody came by ours. `owed`: uses beyond those who are known to have joined, whose joins we
    are about to hear of.
    """

    code: str | None = None
    candidates: tuple[str, ...] = ()
    owed: int = 0


def explain(before: Counts, after: Counts, ours: Collection[str], joined: int) -> Attribution:
    """What the counts say of `joined` people, bots left out.

    Certain only where one person joined, one invite of ours rose by one, and nothing else has moved: no other
    invite, no use of the server's own address, and none vanished that might have been used up.
    """
    rises = {code: uses - before.uses.get(code, 0) for code, uses in after.uses.items()}
    rises = {code: rise for code, rise in rises.items() if rise > 0}
    gone = [code for code in before.uses if code not in after.uses]
    used_up = [code for code in gone if code in before.ending or code in ours]
    by_name = max((after.vanity or 0) - (before.vanity or 0), 0)
    mine = tuple(sorted(code for code in {*rises, *used_up} if code in ours))
    if not mine:
        return Attribution()
    if joined == 1 and rises == dict.fromkeys(mine, 1) and len(mine) == 1 and not used_up and not by_name:
        return Attribution(code=mine[0])
    uses = sum(rises.values()) + by_name + sum(code in before.ending for code in gone)
    return Attribution(candidates=mine, owed=max(uses - joined, 0))
