"""Count the figures of lateral reach again from their definitions, with loops over rows instead of SQL."""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.lateral import Scope, Tree
from bot.domain.periods import Period
from bot.store.db import Connection
from bot.store.gifts.tables import gift
from bot.store.referrals.tables import invite, invite_count, lineage, referral, share_prompt
from bot.store.supporters.tables import supporter

_DAYS_90, _DAYS_30 = timedelta(days=90), timedelta(days=30)
Sums = dict[str, tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class History:
    """Every row that the figures depend on."""

    gifts: Sequence[Any]  # counted gifts
    referrals: Sequence[Any]
    parents: Mapping[int, int | None]
    invites: Sequence[Any]
    counts: Sequence[Any]
    prompts: Sequence[Any]
    campaigns: Mapping[int, int]  # gift -> its campaign


async def read(conn: Connection) -> History:
    """Read all rows."""
    gone = set((await conn.execute(select(supporter.c.id).where(supporter.c.merged_into.is_not(None)))).scalars())
    nodes = (await conn.execute(select(lineage))).all()
    return History(
        gifts=(await conn.execute(select(gift).where(gift.c.counted > 0))).all(),
        referrals=(await conn.execute(select(referral))).all(),
        parents={node.supporter_id: node.parent_id for node in nodes},
        invites=(await conn.execute(select(invite))).all(),
        counts=(await conn.execute(select(invite_count))).all(),
        prompts=[p for p in (await conn.execute(select(share_prompt))).all() if p.supporter_id not in gone],
        campaigns={row.id: row.campaign_id for row in await conn.execute(select(gift.c.id, gift.c.campaign_id))},
    )


def within(at: datetime, scope: Scope) -> bool:
    return (scope.since is None or at >= scope.since) and (scope.until is None or at < scope.until)


def about(campaign_id: int | None, scope: Scope) -> bool:
    return scope.campaign_id is None or campaign_id == scope.campaign_id


def first_gifts(history: History, scope: Scope) -> dict[int, datetime]:
    """Return each donor's first gift to the scope's campaign."""
    found: dict[int, datetime] = {}
    for counted in history.gifts:
        if counted.supporter_id is not None and about(counted.campaign_id, scope):
            found[counted.supporter_id] = min(counted.paid_at, found.get(counted.supporter_id, counted.paid_at))
    return found


def above(history: History, who: int) -> list[int]:
    """Return a supporter's ancestors, nearest first."""
    path: list[int] = []
    while (parent := history.parents.get(path[-1] if path else who)) is not None:
        path.append(parent)
    return path


def trees(history: History, scope: Scope, now: datetime) -> Counter[Tree]:
    first = first_gifts(history, scope)
    donors: Counter[int] = Counter()
    brought: Counter[int] = Counter()
    for who, at in first.items():
        if not within(at, scope) or at > now - _DAYS_90:
            continue
        root = [who, *above(history, who)][-1]
        donors[root] += 1
        for referred in history.referrals:
            friend = first.get(referred.supporter_id)
            if referred.inviter_id == who and friend is not None and at <= friend <= at + _DAYS_90:
                brought[root] += 1
    return Counter(Tree(number, brought[root]) for root, number in donors.items())


def figures(history: History, scope: Scope, now: datetime) -> dict[str, Any]:
    """Return all figures except the intervals."""
    first = first_gifts(history, scope)
    here = [g for g in history.gifts if within(g.paid_at, scope) and about(g.campaign_id, scope)]
    came = [r for r in history.referrals if within(r.at, scope) and about(r.campaign_id, scope)]
    known, unknown = ([r for r in came if (r.inviter_id is None) is lost] for lost in (False, True))
    everybody = {r.supporter_id: r.inviter_id for r in history.referrals}
    kinds = trees(history, scope, now)
    return {
        "made": sum(within(i.made_at, scope) for i in history.invites),
        "shared": _counted(history, scope, "shared"),
        "opened": _counted(history, scope, "opened"),
        "came": (len(known), len(unknown), sum(r.supporter_id in first for r in known)),
        "new": sum(within(at, scope) for who, at in first.items() if everybody.get(who) is not None),
        "by_invite": _sums([g for g in here if g.touch_kind == "i"]),
        "downstream": _sums([g for g in here if everybody.get(g.supporter_id) is not None]),
        "levels": _levels(history, {g.supporter_id for g in here}),
        "donors": sum(tree.donors * count for tree, count in kinds.items()),
        "brought": sum(tree.new_donors * count for tree, count in kinds.items()),
        "unknown": _unknown(history, first, scope),
        "arms": {shown: _arm(history, scope, now, shown) for shown in (True, False)},
    }


def giving(history: History, period: Period, campaign_id: int | None) -> dict[str, Any]:
    """Return the figures of gifts by currency; a gift counts on its own day."""
    here = [g for g in history.gifts if g.day in period and campaign_id in (None, g.campaign_id)]
    return {code: _giving([g for g in here if g.currency == code]) for code in {g.currency for g in here}}


def _giving(gifts: Sequence[Any]) -> dict[str, Any]:
    each = Counter(g.supporter_id for g in gifts if g.supporter_id is not None)
    amounts = [g.counted for g in gifts]
    typical = sorted(g.counted for g in gifts if g.origin == "stripe") or sorted(amounts)
    return {
        "donors": len(each),
        "gifts": len(gifts),
        "gifts_per_donor": round(each.total() / len(each), 2) if each else None,
        "donors_again": sum(number > 1 for number in each.values()),
        "total_minor": sum(amounts),
        "average_minor": math.floor(statistics.mean(typical) + 0.5),
        "median_minor": statistics.median_low(typical),
        "anonymous_gifts": len(gifts) - each.total(),
        "outside_minor": sum(g.counted for g in gifts if g.origin != "stripe"),
        "fees_minor": sum(g.fee or 0 for g in gifts if g.fee_currency == g.currency),
    }


def _counted(history: History, scope: Scope, kind: str) -> int:
    total = 0
    for count in history.counts:
        day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=count.day)
        total += count.number if count.kind == kind and within(day, scope) and about(count.campaign_id, scope) else 0
    return total


def _sums(gifts: Sequence[Any]) -> Sums:
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for counted in gifts:
        sums[counted.currency][0] += 1
        sums[counted.currency][1] += counted.counted
    return {code: (number, minor) for code, (number, minor) in sums.items()}


def _levels(history: History, donors: set[int | None]) -> dict[int, int]:
    depths = Counter(min(32, len(above(history, who))) for who in donors if who is not None)
    return {level: number for level, number in depths.items() if level}


def _unknown(history: History, first: Mapping[int, datetime], scope: Scope) -> int:
    lost = {r.supporter_id for r in history.referrals if r.inviter_id is None}
    later = Scope(since=scope.since, until=scope.until + _DAYS_90 if scope.until else None)
    return sum(within(at, later) for who, at in first.items() if who in lost)


def _arm(history: History, scope: Scope, now: datetime, shown: bool) -> tuple[int, int]:
    assigned = [
        p
        for p in history.prompts
        if p.shown is shown
        and p.at <= now - _DAYS_30
        and within(p.at, scope)
        and about(history.campaigns[p.gift_id], scope)
    ]
    brought = [
        p
        for p in assigned
        if any(r.inviter_id == p.supporter_id and p.at <= r.at <= p.at + _DAYS_30 for r in history.referrals)
    ]
    return len(assigned), len(brought)
