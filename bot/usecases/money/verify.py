"""Verify: recompute counters and books from postings and gifts, and compare.

Gifts are read once, page by page, so that memory grows with donors rather than gifts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Connection
from bot.store.gifts import gifts as gift_rows
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.matching import matching
from bot.usecases.money import payouts, verify_figures, verify_payouts, verify_referrals
from payments import books

_PAGE = 2_000  # gifts
_Sums = Mapping[tuple[int, str, str], int]  # (gift, account, currency) -> minor units


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was compared, and where it disagrees; an empty `problems` means that the books are right."""

    gifts: int
    entries_sum: dict[tuple[str, str], int]
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Recount:
    """Sums over the gifts read so far. Money in minor units."""

    gifts: int = 0
    totals: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))  # by account, currency
    raised: Counter[tuple[int, str]] = field(default_factory=Counter)  # by campaign and currency
    offline: Counter[tuple[int, str]] = field(default_factory=Counter)
    numbers: Counter[tuple[int, str]] = field(default_factory=Counter)
    donors: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # by campaign
    paid: Counter[int] = field(default_factory=Counter)  # by supporter
    given: verify_referrals.Given = field(default_factory=dict)

    def add(self, page: Sequence[Gift], booked: _Sums) -> None:
        """Add one page of gifts, with the sums of their postings."""
        self.gifts += len(page)
        for (_, account, code), minor in booked.items():
            self.totals[account, code] += minor
        for gift in page:
            at = gift.campaign_id, gift.book.currency
            if gift.book.counted.is_positive:
                self.raised[at] += gift.book.counted.minor
                self.offline[at] += gift.book.counted.minor if gift.book.is_offline else 0
                self.numbers[at] += 1
            if gift.supporter_id is not None:
                self._add_supporter(gift, gift.supporter_id)

    def add_totals(self, booked: Mapping[tuple[str, str], int]) -> None:
        """Add what belongs to no gift."""
        for at, minor in booked.items():
            self.totals[at] += minor

    def _add_supporter(self, gift: Gift, supporter_id: int) -> None:
        self.paid[supporter_id] += gift.book.is_paid
        if gift.book.counted.is_positive:
            self.donors[gift.campaign_id].add(supporter_id)
            verify_referrals.add_gift(self.given, supporter_id, gift.book.counted)


async def verify(ctx: Context) -> Verified:
    """Compare postings and counters with the gifts, in one consistent snapshot."""
    recount, problems = _Recount(), list[str]()
    async with ctx.db.snapshot() as conn:
        come_to: int | None = 0
        while come_to is not None:
            page, come_to = await gift_rows.page(conn, come_to, _PAGE)
            booked = await gift_rows.sums_by_account(conn, page)
            problems += _books_problems(page.gifts, booked)
            problems += await matching.overmatched_gifts(conn, page.gifts)
            recount.add(page.gifts, booked)
        account, more = await verify_payouts.problems(conn, await payouts.since_known(ctx, conn))
        problems += account
        recount.add_totals(more)
        campaigns = await campaign_rows.all_campaigns(conn)
        problems += [f"postings in {c} add up to {minor}, not to zero" for c, minor in _by_currency(recount) if minor]
        problems += _counter_problems(campaigns, recount)
        problems += _other_problems(campaigns, await campaign_rows.other_currencies(conn), recount)
        problems += await _supporter_problems(conn, recount)
        problems += await matching.pool_problems(conn)
        problems += await verify_referrals.problems(conn, recount.given)
        problems += await verify_figures.problems(conn)
    return Verified(gifts=recount.gifts, entries_sum=dict(recount.totals), problems=tuple(problems))


def _books_problems(gifts: Sequence[Gift], booked: _Sums) -> Iterator[str]:
    should = {(g.id, account, code): minor for g in gifts for (account, code), minor in books.target(g.book).items()}
    for at in sorted(should.keys() | booked.keys()):
        if should.get(at, 0) != booked.get(at, 0):
            gift_id, account, code = at
            yield f"gift {gift_id}: {account} {code} is {booked.get(at, 0)} in the books, should be {should.get(at, 0)}"


def _by_currency(recount: _Recount) -> list[tuple[str, int]]:
    sums: Counter[str] = Counter()
    for (_, code), minor in recount.totals.items():
        sums[code] += minor
    return sorted(sums.items())


def _counter_problems(campaigns: Sequence[Campaign], recount: _Recount) -> Iterator[str]:
    for campaign in campaigns:
        own_currency = campaign.id, campaign.goal.currency
        compared = {
            "raised": (campaign.raised.minor, recount.raised[own_currency]),
            "offline": (campaign.offline.minor, recount.offline[own_currency]),
            "gifts": (campaign.gift_count, recount.numbers[own_currency]),
            "donors": (campaign.donor_count, len(recount.donors[campaign.id])),
        }
        for name, (stored, right) in compared.items():
            if stored != right:
                yield f"campaign {campaign.slug}: {name} is {stored}, should be {right}"


def _other_problems(
    campaigns: Sequence[Campaign], stored: Mapping[tuple[int, str], tuple[int, int]], recount: _Recount
) -> Iterator[str]:
    """Compare the sums in currencies other than the campaign's own."""
    own_currency = {(campaign.id, campaign.goal.currency) for campaign in campaigns}
    right = {at: (recount.raised[at], recount.numbers[at]) for at in recount.numbers.keys() - own_currency}
    for at in sorted(stored.keys() | right.keys()):
        if stored.get(at, (0, 0)) != right.get(at, (0, 0)):
            yield f"campaign {at[0]}: {at[1]} is {stored.get(at, (0, 0))}, should be {right.get(at, (0, 0))}"


async def _supporter_problems(conn: Connection, recount: _Recount) -> list[str]:
    stored = await supporters.gift_counts(conn)
    return [
        f"supporter {who}: gifts are {stored.get(who, 0)}, should be {recount.paid[who]}"
        for who in sorted(stored.keys() | recount.paid.keys())
        if stored.get(who, 0) != recount.paid[who]
    ]
