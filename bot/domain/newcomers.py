"""Which Discord invite a newcomer used: derived from use counts before and after, and never guessed.

Discord reports that someone joined, but not by which invite. The use counts of a server's invites are all we have.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often each invite of a server had been used at one moment."""

    uses: Mapping[str, int] = field(default_factory=dict)  # by code
    ending: frozenset[str] = frozenset()  # those that disappear with their next use
    vanity: int | None = None  # of the server's vanity address, if it has one


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Which invite people used who joined between two readings.

    `code`: the only invite of ours that the only newcomer can have used. Otherwise `candidates`: our invites that may
    have been used; if empty, none was. `owed`: uses beyond the known joins, whose join events are still to come.
    """

    code: str | None = None
    candidates: tuple[str, ...] = ()
    owed: int = 0


def explain(before: Counts, after: Counts, ours: Collection[str], joined: int) -> Attribution:
    """Return which invite `joined` people (not counting bots) used.

    Certain only if one person joined, the count of one invite of ours rose by one and nothing else changed: no other
    invite, no use of the vanity address, and no invite disappeared that may have been used up.
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
