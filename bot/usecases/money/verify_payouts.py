"""Verify the entries that belong to no gift: those of payouts, and of movements of the Stripe balance."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.store.db import Connection
from bot.store.money import payouts as rows
from payments.payouts import Payout, movement_books, payout_books

_PAGE = 1_000  # payouts


async def problems(conn: Connection, since: datetime | None) -> tuple[list[str], Counter[tuple[str, str]]]:
    """Return where the books disagree with payouts and movements, and the sums by account and currency.

    since: from when on payouts are booked (UTC).
    """
    found, totals = list[str](), Counter[tuple[str, str]]()
    last = ""
    while page := await rows.page(conn, last, _PAGE):
        ids = [payout.id for payout in page]
        last = ids[-1]
        booked = await rows.booked(conn, ids)
        found += _payout_problems(page, booked, since)
        found += _item_problems(page, await rows.itemised_net(conn, ids))
        for (_, account, code), minor in booked.items():
            totals[account, code] += minor
    booked_for_movements = await rows.booked_for_movements(conn)
    found += _movement_problems(await rows.moved(conn), booked_for_movements)
    totals.update(booked_for_movements)
    return found, totals


def _payout_problems(
    payouts: Sequence[Payout], booked: Mapping[tuple[str, str, str], int], since: datetime | None
) -> Iterator[str]:
    should = {
        (payout.id, account, code): minor
        for payout in payouts
        if since is not None and payout.created_at >= since
        for (account, code), minor in payout_books(payout).items()
    }
    for at in sorted(should.keys() | booked.keys()):
        if should.get(at, 0) != booked.get(at, 0):
            payout_id, account, code = at
            yield f"payout {payout_id}: {account} {code} is {booked.get(at, 0)}, should be {should.get(at, 0)}"


def _item_problems(payouts: Sequence[Payout], net: Mapping[str, int]) -> Iterator[str]:
    for payout in payouts:
        if net.get(payout.id, payout.money.minor) != payout.money.minor:
            yield f"payout {payout.id}: its items add up to {net[payout.id]}, should be {payout.money.minor}"


def _movement_problems(moved: Sequence[rows.Moved], booked: Mapping[tuple[str, str], int]) -> Iterator[str]:
    should: Counter[tuple[str, str]] = Counter()
    for sums in moved:
        should.update(movement_books(sums.kind, sums.gross, sums.fee, sums.presented, ours=sums.is_ours))
    for at in sorted(should.keys() | booked.keys()):
        if should[at] != booked.get(at, 0):
            account, code = at
            yield f"movements: {account} {code} is {booked.get(at, 0)} in the books, should be {should[at]}"
