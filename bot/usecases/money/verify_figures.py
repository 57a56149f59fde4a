"""Verify the stored figures: sums by day, days of supporters, donors by period, new donors. See daily_figures.py."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from bot.domain.giving_days import DonorChanges
from bot.store.db import Connection
from bot.store.reports import recount

_Key = TypeVar("_Key")


async def problems(conn: Connection) -> list[str]:
    """Return where the stored figures differ from the gifts."""
    right = DonorChanges()
    async for donors in recount.days_of_donors(conn):
        for days in donors.values():
            right.change((), days)
    first = {day: (donors, right.again[day]) for day, donors in right.by_first_day.items()}
    periods = {(span.value, start): donors for (span, start), donors in right.by_period.items()}
    return [
        *(f"gift {gift_id}: paid without a day, or the reverse" for gift_id in await recount.undated(conn)),
        *(_said(one) for one in await recount.differences(conn)),
        *(f"sums of the month {month}: differ from those of its days" for month in await recount.wrong_months(conn)),
        *_compared("donors", periods, await recount.stored_donors(conn)),
        *_compared("new donors", first, await recount.stored_first_days(conn)),
    ]


def _said(found: recount.Difference) -> str:
    return f"daily sums: {'missing' if found.missing else 'wrong'} row {', '.join(map(str, found.row))}"


def _compared(name: str, right: Mapping[_Key, object], stored: Mapping[_Key, object]) -> Iterator[str]:
    for at in sorted(right.keys() | stored.keys(), key=str):
        if right.get(at) != stored.get(at):
            yield f"{name} {at}: {stored.get(at)}, should be {right.get(at)}"
