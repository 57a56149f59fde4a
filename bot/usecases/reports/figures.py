"""The four main figures, for staff and for `obole stats`."""

from typing import Any

from bot.domain.lateral import EVERYTHING, Scope
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import outbox
from bot.store.gifts import gifts
from bot.store.reports import figures
from bot.usecases.context import Context
from payments.reference import TouchKind

DEFINITIONS = {
    "donors": "supporters with at least one gift that counts; unclaimed gifts are gifts, not donors",
    "gifts_per_donor": "gifts of known donors divided by donors",
    "donors_again": "donors with two gifts or more",
    "total_minor": "money that counts, net of refunds and disputes, in minor units",
    "median_minor": "the gift in the middle; never shown without the number of gifts",
    "lateral_gifts": "gifts whose link was somebody's invite",
}


async def stats(ctx: Context, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """Return the figures, ready for JSON. Amounts are never added across currencies.

    Supporters, taps, messages and cases are today's, whatever the `scope` of the gifts.
    """
    async with ctx.db.snapshot() as conn:
        rows = await figures.by_currency(conn, scope)
        touches = await figures.gifts_by_touch(conn, scope)
        result: dict[str, Any] = {
            "at": ctx.clock().isoformat(),
            "supporters": await figures.supporters(conn),
            "taps": await figures.taps(conn),
            "deliveries": await outbox.counts(conn),
            "open_cases": len(await gifts.open_cases(conn)),
        }
        campaigns = await campaign_rows.all_campaigns(conn)
    result["currencies"] = {row.currency: _currency(row) for row in rows}
    result["gifts_by_touch"] = {TouchKind(kind).name.lower(): count for kind, count in touches.items()}
    result["lateral_gifts"] = touches.get(TouchKind.INVITE, 0)
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


def _currency(row: figures.CurrencyFigures) -> dict[str, Any]:
    known = row.gifts - row.anonymous_gifts
    return {
        "donors": row.donors,
        "gifts": row.gifts,
        "gifts_per_donor": round(known / row.donors, 2) if row.donors else None,
        "donors_again": row.donors_again,
        "total_minor": row.total_minor,
        "median_minor": row.median_minor,
        "anonymous_gifts": row.anonymous_gifts,
        "fees_minor": row.fees_minor,
    }
