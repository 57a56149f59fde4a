"""Keep the figures that are stored beside the gifts: sums by day, and numbers of donors."""

from collections.abc import Sequence

from bot.domain.gifts import GiftChange
from bot.domain.giving_days import donor_changes, giving_changes, sum_changes
from bot.store.db import Connection
from bot.store.reports import daily


async def apply(conn: Connection, changes: Sequence[GiftChange]) -> None:
    """Apply the differences that these changes make, in their transaction."""
    if sums := sum_changes(changes):
        await daily.add_sums(conn, sums)
    if moved := giving_changes(changes):
        known = await daily.days_of(conn, {key.supporter_id for key in moved})
        await daily.add_days(conn, moved)
        await daily.add_donors(conn, donor_changes(known, moved))
