"""The monthly statement, sent to those with the finance right, in private; and `/statement`.

It is issued on the fifth working day. If some of the month's payouts have not arrived by then it is provisional, and a
final one follows once they have. Buttons: `sm:show:<document>:<language>`.
"""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta

from bot.domain.holidays import is_holiday
from bot.domain.ids import read_id
from bot.domain.late import is_late
from bot.domain.people import Contact, Locale
from bot.domain.periods import Span, period_of, read_period, start_of
from bot.domain.staff import Member
from bot.domain.statement import due_at
from bot.store.core import cursors, switches
from bot.store.core.notices import Notice
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.store.reports.documents import Document
from bot.usecases.context import Context, local_day
from bot.usecases.core import late
from bot.usecases.core.notify import Renderer, notify_staff
from bot.usecases.reply import Reply
from bot.usecases.reports import statement
from bot.usecases.reports.documents import sheet_of
from content.cards import Card, Tap
from content.folding import fold
from content.messages import statement as messages
from content.pdf import file_of

STATEMENT = "statement"  # the kind of its notices
_DAY = timedelta(days=1)


# --- by itself --------------------------------------------------------------------------------------------
async def tick(ctx: Context) -> None:
    """Issue the statements that have become due since the last run, and final ones whose payouts have arrived."""
    now = ctx.clock()
    async with ctx.db.read() as conn:
        if not await late.is_note_due(conn, late.STATEMENTS, now):
            return
        last = await cursors.read(conn, late.STATEMENTS, now)
        unfinished = await _open_months(conn)
    this = start_of(Span.MONTH, local_day(ctx, now))
    for first in (_month_before(this), this):  # two: Obole may have been off for weeks
        due = due_at(first, ctx.zone, lambda day: is_holiday(ctx.holidays, day))
        if last is not None and last < due <= now:
            await _send(ctx, _month_before(first), overdue=is_late(due, now))
    for month in unfinished:
        if await statement.is_settled(ctx, month):
            await _send(ctx, month, final=True)
    async with ctx.db.write() as conn:
        await cursors.write(conn, late.STATEMENTS, now)


def _month_before(first: date) -> date:
    return start_of(Span.MONTH, first - _DAY)


async def _send(ctx: Context, month: date, *, overdue: bool = False, final: bool = False) -> None:
    """Keep the statement and notify, once each; a month in which nothing was booked has none."""
    view = await statement.read(ctx, month)
    if not view.currencies:
        return
    key = f"{STATEMENT}:{month:%Y-%m}{':final' if final else ''}"
    async with ctx.db.write() as conn:
        issued = await statement.keep(ctx, conn, view, None)
        await notify_staff(ctx, conn, key, STATEMENT, document=issued.id, late=overdue)
        months = {*await _open_months(conn)} - {month} | (set() if view.is_final else {month})
        value = [each.isoformat() for each in sorted(months)]
        await switches.set_switch(
            conn, Switch(name=switches.STATEMENTS_OPEN, on=bool(value), value=value, at=ctx.clock())
        )


async def _open_months(conn: Connection) -> list[date]:
    """Return the months whose statement was provisional."""
    switch = await switches.read(conn, switches.STATEMENTS_OPEN)
    return [date.fromisoformat(each) for each in switch.value] if switch is not None and switch.on else []


async def _notice(ctx: Context, notice: Notice, locale: Locale) -> Card:
    issued = await statement.find(ctx, int(notice.args["document"]))
    assert issued is not None  # documents are kept
    if notice.args.get("late"):
        show = Tap(action=f"sm:show:{issued.id}:{locale}")
        return messages.late(ctx.catalog, locale, sheet_of(issued, locale), show)
    return await _card(ctx, locale, issued, locale)


KINDS: Mapping[str, Renderer] = {STATEMENT: _notice}


# --- on request -------------------------------------------------------------------------------------------
async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/statement [month]`: the last month that is over, or the one that was asked for."""
    today, written = local_day(ctx, ctx.clock()), argument.strip()
    last_month = period_of(Span.MONTH, _month_before(start_of(Span.MONTH, today)))
    period = read_period(fold(written), today) if written else last_month
    if period is None or period.since is None or period.until is None or period.span is not Span.MONTH:
        return Reply(card=messages.none(ctx.catalog, person.locale, "unknown", written))
    if period.until > today:
        return Reply(card=messages.none(ctx.catalog, person.locale, "not_over", written))
    issued = await statement.final_or_new(ctx, person, period.since)
    if issued is None:
        return Reply(card=messages.none(ctx.catalog, person.locale, "nothing", written))
    return Reply(card=await _card(ctx, person.locale, issued, person.locale))


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button: a statement as a new message, since a file never replaces one."""
    _, _, rest = argument.partition(":")
    ident, _, language = rest.partition(":")
    number = read_id(ident)
    issued = None if number is None else await statement.find(ctx, number)
    if issued is None:
        return await by_command(ctx, contact, person, "")
    return Reply(card=await _card(ctx, person.locale, issued, "fr" if language == "fr" else "en"))


async def _card(ctx: Context, reader: Locale, issued: Document, locale: Locale) -> Card:
    """Return the file in a language, with the words around it in the reader's."""
    sheet = sheet_of(issued, locale)
    file = await asyncio.to_thread(file_of, sheet, statement.name_of(issued))
    other = Tap(action=f"sm:show:{issued.id}:{'en' if locale == 'fr' else 'fr'}")
    return messages.issued(ctx.catalog, reader, sheet, file, other)
