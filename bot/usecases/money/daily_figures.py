"""Keep the figures that are stored beside the gifts: sums by day, and numbers of donors."""

from collections.abc import Sequence

from bot.domain.gifts import CountedGift, GiftChange
from bot.domain.giving_days import donor_changes, giving_changes, sum_changes
from bot.store.db import Connection
from bot.store.reports import daily


async def apply(conn: Connection, changes: Sequence[GiftChange], theirs: Sequence[CountedGift]) -> None:
    """Apply the differences that these changes make, in their transaction.

    `theirs`: the gifts of the changes' supporters that count, after them.
    """
    if sums := sum_changes(changes):
        await daily.add_sums(conn, sums)
    if moved := giving_changes(changes):
        await daily.add_donors(conn, donor_changes(theirs, moved))
