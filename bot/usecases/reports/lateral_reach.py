"""Lateral reach: the results of invites. Its three figures overlap and are never added."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.lateral import R90, WINDOW, Scope, r90
from bot.domain.lift import Arm, Lift, Stratum, compare
from bot.store.referrals import figures as rows
from bot.store.referrals.figures import PromptArm, ReferralCounts
from bot.store.reports import first_gifts
from bot.usecases.context import Context

SHARE_WINDOW = timedelta(days=30)
DEFINITIONS = {
    "made": "invites that supporters were given; an invite is for any campaign, so that naming one changes nothing",
    "shared": "invites passed on where the platform tells us: inline mode, /share; never taps on a share button; by "
    "whole days of UTC",
    "opened": "visits to an invite's page, each visitor once a day, and taps on its link into the bot; without the "
    "robots that fetch previews; who goes from the page into the bot is in both; by whole days of UTC",
    "joined": "people who came by somebody's invite, with certainty or by their own word; for a campaign, by one about "
    "it",
    "unknown": "people who came, or may have come, by an invite of whom nobody can say whose it was",
    "gave": "of the people who joined then, those with a gift that counts, whenever it came; for a campaign, to it",
    "new_donors_brought": "(a) donors who came by somebody, by the day of their first gift that counts; for a "
    "campaign, of their first one to it",
    "gifts_by_invite": "(b) gifts whose own link was somebody's invite, from whomever",
    "gifts_downstream": "(c) gifts, by whatever link, of people who came by somebody, directly or further down",
    "levels": "donors of the gifts that are looked at, by their distance from who came alone, as the tree is today; 32 "
    "means 32 or more",
    "depth": "the furthest of these levels",
    "r90": "donors brought directly whose first gift came within 90 days after their inviter's, divided by all donors "
    "whose own first gift lies in the period and is at least 90 days old; for a campaign, by first gifts to it; a "
    "lower bound where some are unknown; it does not say that the invite caused the gift",
    "share_prompt": "supporters who brought somebody within 30 days of the first thanks in which the proposal to share "
    "was drawn, once for all their later ones: shown (90 %) against left out (10 %); 95 % however often one looks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateral:
    """The figures, as defined in `DEFINITIONS`. Gifts are (gifts, minor units) by currency."""

    scope: Scope
    made: int
    shared: int
    opened: int
    came: ReferralCounts
    new_donors_brought: int
    gifts_by_invite: Mapping[str, tuple[int, int]]
    gifts_downstream: Mapping[str, tuple[int, int]]
    levels: Mapping[int, int]
    r90: R90
    share_prompt: Lift

    @property
    def depth(self) -> int:
        """How many levels the deepest tree has below its root."""
        return max(self.levels, default=0)


async def lateral(ctx: Context, scope: Scope, *, seed: int = 90) -> Lateral:
    """Return all figures of a campaign and a period, from one snapshot.

    `seed`: for the bootstrap, so that the same gifts give the same interval.
    """
    now = ctx.clock()
    async with ctx.db.snapshot() as conn:
        happened = await rows.invite_events(conn, scope)
        trees = await first_gifts.trees(conn, scope, now, WINDOW)
        unknown = await first_gifts.unknown_donors(conn, scope, WINDOW)
        arms = await rows.share_arms(conn, scope, now, SHARE_WINDOW)
        made, came = await rows.invites_made(conn, scope), await rows.referral_counts(conn, scope)
        new_donors = await first_gifts.new_donors_brought(conn, scope)
        by_invite, below = await rows.gifts_by_invite(conn, scope), await rows.gifts_downstream(conn, scope)
        levels = await rows.levels(conn, scope)
    return Lateral(
        scope=scope,
        made=made,
        shared=happened.get("shared", 0),
        opened=happened.get("opened", 0),
        came=came,
        new_donors_brought=new_donors,
        gifts_by_invite=by_invite,
        gifts_downstream=below,
        levels=levels,
        r90=await asyncio.to_thread(r90, trees, unknown, random.Random(seed)),
        share_prompt=_effect(_arm(arms[True]), _arm(arms[False])),
    )


def _effect(shown: Arm, left_out: Arm) -> Lift:
    """Compare the arms; their counts are reported even while one arm is empty and nothing can be compared."""
    return replace(compare([Stratum(sent=shown, held_out=left_out)]), sent=shown, held_out=left_out)


def _arm(prompted: PromptArm) -> Arm:
    return Arm(assigned=prompted.assigned, gave=prompted.referred)


def as_json(found: Lateral) -> dict[str, Any]:
    """Return the figures for other programs."""
    known, prompt = found.r90, found.share_prompt
    return {
        "asked": {name: _plain(getattr(found.scope, name)) for name in Scope.__dataclass_fields__},
        "made": found.made,
        "shared": found.shared,
        "opened": found.opened,
        "joined": found.came.known,
        "unknown": found.came.unknown,
        "gave": found.came.gave,
        "new_donors_brought": found.new_donors_brought,
        "gifts_by_invite": _money(found.gifts_by_invite),
        "gifts_downstream": _money(found.gifts_downstream),
        "levels": dict(found.levels),
        "depth": found.depth,
        "r90": {name: getattr(known, name) for name in R90.__dataclass_fields__},
        "share_prompt": {
            "shown": {"assigned": prompt.sent.assigned, "brought": prompt.sent.gave},
            "left_out": {"assigned": prompt.held_out.assigned, "brought": prompt.held_out.gave},
            "difference": prompt.lift,
            "low": prompt.low,
            "high": prompt.high,
            "smallest": prompt.smallest,
        },
        "definitions": DEFINITIONS,
    }


def _plain(value: datetime | int | None) -> str | int | None:
    return value.isoformat() if isinstance(value, datetime) else value


def _money(sums: Mapping[str, tuple[int, int]]) -> dict[str, dict[str, int]]:
    return {code: {"gifts": gifts, "minor": minor} for code, (gifts, minor) in sums.items()}
