"""Board pages: issued with the figures of one moment, and kept."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.domain.periods import Period, Span, period_of
from bot.domain.staff import Member
from bot.store.reports import documents
from bot.store.reports.documents import Document, Kind
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.reports import overview
from bot.usecases.reports.documents import in_each_language
from content.messages import board as messages

_MONTH = timedelta(days=31)


def usual_period(today: date) -> Period:
    """Return the period of a page for which none was asked: this year, and in January the year that is over."""
    return period_of(Span.YEAR, today - _MONTH)


async def issue(ctx: Context, member: Member, period: Period) -> Document:
    """Make a page of the figures of now, in both languages, and keep it."""
    now = ctx.clock()
    view = await overview.read(ctx, period)
    at = now.astimezone(ZoneInfo(ctx.zone))
    words = in_each_language(lambda locale: messages.sheet(ctx.catalog, locale, ctx.charity.name, view, at))
    shown = Period(since=view.giving.first, until=view.giving.last and view.giving.last + timedelta(days=1))
    async with ctx.db.write() as conn:
        issued = await documents.add(conn, Kind.BOARD, shown, now, words, member.id or None)
        await log_action(ctx, conn, member, "board.issued", page=issued.id)
    return issued


async def find(ctx: Context, page_id: int) -> Document | None:
    """Return a page that was issued, with the figures it had, or None."""
    async with ctx.db.read() as conn:
        return await documents.find(conn, Kind.BOARD, page_id)


async def latest(ctx: Context, limit: int) -> Sequence[Document]:
    """Return the newest pages, the newest first."""
    async with ctx.db.read() as conn:
        return await documents.latest(conn, Kind.BOARD, limit)


def name_of(issued: Document) -> str:
    """Return the name of its file, without language and ending."""
    return f"obole-board-{issued.id}"
