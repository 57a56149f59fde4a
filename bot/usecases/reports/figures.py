"""The figures with all their details, for `obole stats --json` and `--details`. Staff read `overview.py`."""

from collections import Counter
from typing import Any

from bot.domain.periods import ALL_TIME, Period
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import outbox
from bot.store.gifts import gifts
from bot.store.reports import figures, totals
from bot.usecases.context import Context
from payments.reference import TouchKind

DEFINITIONS = {
    "donors": "supporters with at least one gift that counts; unclaimed gifts are gifts, not donors",
    "gifts_per_donor": "gifts of known donors divided by donors",
    "donors_again": "donors with two gifts or more",
    "total_minor": "money that counts, net of refunds and disputes, in minor units",
    "average_minor": "the average gift through Obole, rounded; large gifts raise it, so it is shown beside the median",
    "outside_minor": "of the total, what came outside Obole: cash, cheques, transfers that staff entered",
    "median_minor": "the gift in the middle, through Obole; never shown without the number of gifts",
    "lateral_gifts": "gifts whose link was somebody's invite",
}


async def stats(ctx: Context, period: Period = ALL_TIME, campaign_id: int | None = None) -> dict[str, Any]:
    """Return the figures of a period, ready for JSON. Amounts are never added across currencies.

    Supporters, taps, messages and cases are today's, whatever the period of the gifts.
    """
    async with ctx.db.snapshot() as conn:
        rows = await totals.amounts(conn, period, campaign_id)
        details = await figures.details(conn, period, campaign_id)
        result: dict[str, Any] = {
            "at": ctx.clock().isoformat(),
            "supporters": await figures.supporters(conn),
            "taps": await figures.taps(conn),
            "deliveries": await outbox.counts(conn),
            "open_cases": len(await gifts.open_cases(conn)),
        }
        campaigns = await campaign_rows.all_campaigns(conn)
    touches: Counter[str] = Counter()
    for row in rows:
        touches[TouchKind(row.touch_kind).name.lower()] += row.gifts
    result["currencies"] = {one.currency: _currency(one, details[one.currency]) for one in totals.by_currency(rows)}
    result["gifts_by_touch"] = dict(touches)
    result["lateral_gifts"] = touches[TouchKind.INVITE.name.lower()]
    result["campaigns"] = {
        c.slug: {
            "state": c.state.value,
            "currency": c.goal.currency,
            "raised_minor": c.raised.minor,
            "goal_minor": c.goal.minor,
            "gifts": c.gift_count,
            "donors": c.donor_count,
        }
        for c in campaigns
    }
    result["definitions"] = DEFINITIONS
    return result


def _currency(found: totals.Total, details: figures.Details) -> dict[str, Any]:
    return {
        "donors": details.donors,
        "gifts": found.gifts,
        "gifts_per_donor": round(found.known / details.donors, 2) if details.donors else None,
        "donors_again": details.donors_again,
        "total_minor": found.minor,
        "average_minor": found.average,
        "median_minor": found.median,
        "anonymous_gifts": found.gifts - found.known,
        "outside_minor": found.offline,
        "fees_minor": details.fees_minor,
    }
