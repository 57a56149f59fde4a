"""Verify: rebuild from the postings and the gifts what the counters and the books say, and compare."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.gifts import Gift
from bot.store import campaigns as campaign_rows
from bot.store import gifts as gift_rows
from bot.store import supporters
from bot.store.db import Connection
from bot.usecases import matching, verify_tree
from bot.usecases.context import Context
from payments import ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was compared, and where it disagrees; nothing in `problems` means that the books are right."""

    gifts: int
    entries_sum: dict[tuple[str, str], int]
    problems: tuple[str, ...]


async def verify(ctx: Context) -> Verified:
    """Compare postings with gifts, and counters with gifts, from scratch, in one consistent reading."""
    async with ctx.db.snapshot() as conn:
        gifts = await gift_rows.everything(conn)
        booked = await gift_rows.sums_by_account(conn)
        problems = [
            *_books_problems(gifts, booked),
            *await _counter_problems(conn, gifts),
            *await _other_problems(conn, gifts),
            *await _supporter_problems(conn, gifts),
            *await matching.problems(conn, gifts),
            *await verify_tree.problems(conn, gifts),
        ]
    totals: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (_, account, code), minor in booked.items():
        totals[account, code] += minor
    return Verified(gifts=len(gifts), entries_sum=dict(totals), problems=tuple(problems))


def _books_problems(gifts: list[Gift], booked: dict[tuple[int, str, str], int]) -> Iterator[str]:
    should = {(g.id, account, code): minor for g in gifts for (account, code), minor in ledger.target(g.book).items()}
    for at in sorted(should.keys() | booked.keys()):
        if should.get(at, 0) != booked.get(at, 0):
            gift_id, account, code = at
            yield f"gift {gift_id}: {account} {code} is {booked.get(at, 0)} in the books, should be {should.get(at, 0)}"
    by_currency: defaultdict[str, int] = defaultdict(int)
    for (_, _, code), minor in booked.items():
        by_currency[code] += minor
    yield from (f"postings in {code} add up to {minor}, not to zero" for code, minor in by_currency.items() if minor)


async def _counter_problems(conn: Connection, gifts: list[Gift]) -> list[str]:
    problems = []
    for campaign in await campaign_rows.everything(conn):
        own = [g for g in gifts if g.campaign_id == campaign.id and g.book.counted.is_positive]
        home = [g for g in own if g.book.currency == campaign.goal.currency]
        recount = {
            "raised": (campaign.raised.minor, sum(g.book.counted.minor for g in home)),
            "gifts": (campaign.gift_count, len(home)),
            "donors": (campaign.donor_count, len({g.supporter_id for g in own} - {None})),
        }
        problems += [
            f"campaign {campaign.slug}: {name} is {kept}, should be {right}"
            for name, (kept, right) in recount.items()
            if kept != right
        ]
    return problems


async def _other_problems(conn: Connection, gifts: list[Gift]) -> list[str]:
    """What campaigns received in other currencies than their own."""
    home = {campaign.id: campaign.goal.currency for campaign in await campaign_rows.everything(conn)}
    recount: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for gift in gifts:
        if gift.book.counted.is_positive and gift.book.currency != home[gift.campaign_id]:
            sums = recount[gift.campaign_id, gift.book.currency]
            sums[0] += gift.book.counted.minor
            sums[1] += 1
    kept = await campaign_rows.other_currencies(conn)
    return [
        f"campaign {at[0]}: {at[1]} is {kept.get(at, (0, 0))}, should be {tuple(recount.get(at, (0, 0)))}"
        for at in sorted(kept.keys() | recount.keys())
        if kept.get(at, (0, 0)) != tuple(recount.get(at, (0, 0)))
    ]


async def _supporter_problems(conn: Connection, gifts: list[Gift]) -> list[str]:
    kept = await supporters.gift_counts(conn)
    recount = Counter(gift.supporter_id for gift in gifts if gift.supporter_id is not None and gift.book.is_paid)
    return [
        f"supporter {who}: gifts are {kept.get(who, 0)}, should be {recount[who]}"
        for who in sorted(kept.keys() | recount.keys())
        if kept.get(who, 0) != recount[who]
    ]
