"""Keep the figures that are stored beside the gifts: sums by day, and numbers of donors."""

from collections.abc import Sequence

from bot.domain.gifts import GiftChange
from bot.domain.giving_days import donor_changes, giving_changes, sum_changes
from bot.store.db import Connection
from bot.store.reports import daily


async def apply(conn: Connection, changes: Sequence[GiftChange]) -> None:
    """Apply the differences that these changes make, in their transaction, after the gifts were written."""
    if sums := sum_changes(changes):
        await daily.add_sums(conn, sums)
    if moved := giving_changes(changes):
        now = await daily.days_of(conn, {supporter_id for supporter_id, _ in moved})
        await daily.add_donors(conn, donor_changes(now, moved))
