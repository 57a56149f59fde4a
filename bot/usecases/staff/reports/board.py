"""Handlers for `/board`: one page for the board, as a file that keeps its figures.

Buttons: `bd:new` issues a page, `bd:show:<page>:<language>` shows one again, `bd:list` the pages issued before.
"""

import asyncio
from zoneinfo import ZoneInfo

from bot.domain import periods
from bot.domain.ids import read_id
from bot.domain.people import Contact, Locale
from bot.domain.staff import Member
from bot.store.reports.documents import Document
from bot.usecases.context import Context, local_day
from bot.usecases.reply import Reply
from bot.usecases.reports import board
from bot.usecases.reports.documents import sheet_of
from content.cards import Tap
from content.folding import fold
from content.messages import board as messages
from content.pdf import file_of

_SHOWN = 4  # rows: Discord has five
_MENU, _LIST = Tap(action="go:team"), Tap(action="bd:list")


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/board [period]`: issue a page, or say that the period is none."""
    today, written = local_day(ctx, ctx.clock()), argument.strip()
    period = periods.read_period(fold(written), today) if written else board.usual_period(today)
    if period is None:
        return Reply(card=messages.unknown_period(ctx.catalog, person.locale, written))
    return await _page(ctx, person, await board.issue(ctx, person, period), person.locale)


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button. A page is a new message, since a file never replaces one."""
    choice, _, rest = argument.partition(":")
    page, _, language = rest.partition(":")
    number = read_id(page)
    if choice == "new":
        return await by_command(ctx, contact, person, "")
    if choice == "show" and number is not None:
        issued = await board.find(ctx, number)
        if issued is not None:
            return await _page(ctx, person, issued, "fr" if language == "fr" else "en")
    return await _list(ctx, person)


async def _page(ctx: Context, person: Member, issued: Document, locale: Locale) -> Reply:
    sheet = sheet_of(issued, locale)
    file = await asyncio.to_thread(file_of, sheet, board.name_of(issued))
    other = Tap(action=f"bd:show:{issued.id}:{'en' if locale == 'fr' else 'fr'}")
    return Reply(card=messages.page(ctx.catalog, person.locale, sheet, file, other=other, earlier=_LIST, menu=_MENU))


async def _list(ctx: Context, person: Member) -> Reply:
    """List the newest pages as a new message, so that a page in this chat keeps its buttons."""
    pages = [
        messages.IssuedPage(
            first=one.period.since,
            last=one.period.last,
            at=one.as_of.astimezone(ZoneInfo(ctx.zone)),
            show=Tap(action=f"bd:show:{one.id}:{person.locale}"),
        )
        for one in await board.latest(ctx, _SHOWN)
    ]
    return Reply(card=messages.pages(ctx.catalog, person.locale, pages, _MENU))
