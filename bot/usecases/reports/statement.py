"""The monthly statement: the sums of the month's journal, explained, with the payouts that were booked in it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.periods import Span, period_of, start_of
from bot.domain.staff import Member
from bot.store.db import Connection
from bot.store.reports import documents, payouts, postings
from bot.store.reports.documents import Document, Kind
from bot.store.reports.payouts import PaidOut
from bot.store.reports.postings import MOVEMENT, PostedSum
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.reports.documents import in_each_language, sheet_of
from bot.usecases.reports.payouts import parts_of, state_of
from content.messages import statement as messages
from content.messages.statement import Change, CurrencyMonth, PayoutLine, Statement, Way
from payments.ledger import Origin
from payments.money import Money

_WAYS: Mapping[str, Way] = {
    Origin.CASH: "cash",
    Origin.CHEQUE: "cheque",
    Origin.TRANSFER: "transfer",
    Origin.OTHER: "other",
}
# What an account that balances `stripe` explains, by what belongs to no gift or payout where that differs.
_CHANGES: Mapping[str, Change] = {
    "gifts": "gifts",
    "refunds": "refunds",
    "disputes": "disputes",
    "clearing": "clearing",
    "fees": "fees",
    "not_ours": "not_ours",
    "reserves": "reserves",
    "conversions": "conversions",
    "bank": "payouts",
    "payout_failures": "payouts",
}
_ORDER: tuple[Change, ...] = (*dict.fromkeys(_CHANGES.values()), "topups")


async def read(ctx: Context, month: date) -> Statement:
    """Return the statement of the month that has this day, from its postings by posting day."""
    period = period_of(Span.MONTH, month)
    assert period.since is not None and period.last is not None  # a month has bounds
    async with ctx.db.snapshot() as conn:
        sums = await postings.sums(conn, period)
        before = await postings.balances(conn, period.since)
        paid_out = await payouts.posted(conn, period)
    opened = {code for (code, account), minor in before.items() if account in ("stripe", "undeposited") and minor}
    codes = sorted(opened | {one.currency for one in sums if one.minor})
    now = ctx.clock()
    return Statement(
        first=period.since,
        last=period.last,
        currencies=tuple(_month(code, sums, before, paid_out, now) for code in codes),
        is_final=all(_is_settled(one) for one, _ in paid_out),
    )


async def is_settled(ctx: Context, month: date) -> bool:
    """Return whether all payouts of a month have arrived or failed, and Stripe has said what they consist of."""
    async with ctx.db.read() as conn:
        return all(_is_settled(one) for one, _ in await payouts.posted(conn, period_of(Span.MONTH, month)))


def _is_settled(one: PaidOut) -> bool:
    """Manual and instant payouts never say what they consist of, and failed ones no longer matter."""
    payout = one.payout
    return payout.is_gone or (payout.status == "paid" and (one.parts is not None or not payout.automatic))


def _month(
    code: str,
    sums: Sequence[PostedSum],
    before: Mapping[tuple[str, str], int],
    paid_out: Sequence[tuple[PaidOut, int]],
    now: datetime,
) -> CurrencyMonth:
    mine = [one for one in sums if one.currency == code]

    def posted(*accounts: str, outside: bool | None = None) -> int:
        return sum(one.minor for one in mine if one.account in accounts and outside in (None, one.source in _WAYS))

    def money(minor: int) -> Money:
        return Money(minor, code)

    opening, undeposited = before.get((code, "stripe"), 0), before.get((code, "undeposited"), 0)
    changes = _changes(mine)
    outside = {way: -sum(one.minor for one in mine if one.account == "gifts" and one.source == origin)
               for origin, way in _WAYS.items()}  # fmt: skip
    return CurrencyMonth(
        given=money(-posted("gifts")),
        given_back=money(-posted("refunds", "disputes")),
        fees=money(-posted("fees")),
        opening=money(opening),
        changes={change: money(changes[change]) for change in _ORDER},
        closing=money(opening + posted("stripe")),
        outside={way: money(minor) for way, minor in outside.items() if minor},
        outside_fees=money(-posted("fees", outside=True)),
        undeposited=(money(undeposited), money(undeposited + posted("undeposited"))),
        payouts=tuple(_line(one, minor, now) for one, minor in paid_out if one.payout.money.currency == code),
    )


def _changes(sums: Sequence[PostedSum]) -> Counter[Change]:
    """Return what changed the balance at Stripe: the other side of each entry outside of which no account is.

    Entries balance, so these add up to what was posted to `stripe`.
    """
    found: Counter[Change] = Counter()
    for one in sums:
        if one.account == "stripe" or one.source in _WAYS:
            continue
        is_topup = one.account == "bank" and one.source == MOVEMENT
        found["topups" if is_topup else _CHANGES[one.account]] -= one.minor
    return found


def _line(one: PaidOut, minor: int, now: datetime) -> PayoutLine:
    payout = one.payout
    return PayoutLine(
        day=payout.arrives_on,
        amount=Money(minor, payout.money.currency),
        state=state_of(payout, now),
        parts=parts_of(one),
    )


async def keep(ctx: Context, conn: Connection, view: Statement, member: Member | None) -> Document:
    """Keep a statement in both languages, in a transaction. `member`: who asked for it; None if it was automatic."""
    now = ctx.clock()
    at, period = now.astimezone(ZoneInfo(ctx.zone)), period_of(Span.MONTH, view.first)
    words = in_each_language(lambda locale: messages.sheet(ctx.catalog, locale, ctx.charity.name, view, at))
    made_by = member.id or None if member is not None else None
    issued = await documents.add(conn, Kind.STATEMENT, period, now, words, made_by)
    await log_action(ctx, conn, member, "statement.issued", month=f"{view.first:%Y-%m}", final=view.is_final)
    return issued


async def final_or_new(ctx: Context, member: Member, month: date) -> Document | None:
    """Return the final statement of a month that is over, or issue one; None if nothing was booked."""
    since = start_of(Span.MONTH, month)
    async with ctx.db.read() as conn:
        issued = await documents.latest_of(conn, Kind.STATEMENT, since)
    if issued is not None and not sheet_of(issued, "en").mark:
        return issued
    view = await read(ctx, month)
    if not view.currencies:
        return None
    async with ctx.db.write() as conn:
        return await keep(ctx, conn, view, member)


async def find(ctx: Context, document_id: int) -> Document | None:
    """Return a statement that was issued, or None."""
    async with ctx.db.read() as conn:
        return await documents.find(conn, Kind.STATEMENT, document_id)


def name_of(issued: Document) -> str:
    """Return the name of its file, without language and ending."""
    return f"obole-statement-{issued.period.since:%Y-%m}"
