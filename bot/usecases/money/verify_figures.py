"""Verify the stored figures: the days of gifts, sums and numbers of donors by period. See daily_figures.py."""

from collections.abc import Iterator

from bot.domain.giving_days import DonorChanges
from bot.store.db import Connection
from bot.store.reports import recount


async def problems(conn: Connection) -> list[str]:
    """Return where the stored figures differ from the gifts."""
    right = DonorChanges()
    async for donors in recount.days_of_donors(conn):
        for days in donors.values():
            right.change(frozenset(), days)
    return [
        *(f"gift {gift_id}: paid without a day, or the reverse" for gift_id in await recount.undated(conn)),
        *(_said(one) for one in await recount.differences(conn)),
        *[f"sums {span.value} {start}: differ from their parts" for span, start in await recount.wrong_periods(conn)],
        *_wrong_donors(right, await recount.stored_donors(conn)),
    ]


def _said(found: recount.Difference) -> str:
    return f"daily sums: {'missing' if found.missing else 'wrong'} row {', '.join(map(str, found.row))}"


def _wrong_donors(right: DonorChanges, stored: recount.StoredDonors) -> Iterator[str]:
    for at in sorted(right.donors.keys() | stored.keys()):
        span, start = at
        numbers = (right.donors[at], right.new[at], right.again[at])
        if stored.get(at) != numbers:
            yield f"donors {span.value} {start}: {stored.get(at)}, should be {numbers}"
