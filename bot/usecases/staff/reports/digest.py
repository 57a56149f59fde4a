"""The weekly summary in the staff's inbox: counts and sums only, since volunteers read there too.

Buttons: `dg:off` ends it, `dg:on` begins it again, `dg:show:<day>` shows one that came late.
"""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from bot.domain.digest import FEWEST_SUMMED, due_at
from bot.domain.holidays import is_holiday
from bot.domain.late import is_late
from bot.domain.people import Contact, Locale
from bot.domain.periods import Span, period_of, start_of
from bot.domain.staff import Member
from bot.store.core import cursors, switches
from bot.store.core.notices import Notice
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.store.reports import totals
from bot.usecases.context import Context, local_day
from bot.usecases.core import late
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import Renderer, notify_staff
from bot.usecases.reply import Reply
from bot.usecases.reports import overview
from content.cards import Card, Tap
from content.messages import digest as messages
from content.pictures.overview import overview_picture

_KIND = "digest"
_OFF, _ON = Tap(action="dg:off"), Tap(action="dg:on")
_WEEK = timedelta(days=7)


async def tick(ctx: Context) -> None:
    """Add the notice of the week that ended, once; the time of the last run is stored with it."""
    now = ctx.clock()
    async with ctx.db.read() as conn:
        if not await late.is_note_due(conn, late.DIGEST, now):
            return
    async with ctx.db.write() as conn:
        last = await cursors.read(conn, late.DIGEST, now)
        monday = start_of(Span.WEEK, local_day(ctx, now))
        due = due_at(monday, ctx.zone, lambda day: is_holiday(ctx.holidays, day))
        if last is not None and last < due <= now and await _is_wanted(conn):
            week = (monday - _WEEK).isoformat()
            await notify_staff(ctx, conn, f"digest:{week}", _KIND, week=week, late=is_late(due, now))
        await cursors.write(conn, late.DIGEST, now)


async def _is_wanted(conn: Connection) -> bool:
    """Whether it is on, and anything was ever given."""
    return not await is_off(conn) and await totals.first_day(conn) is not None


async def is_off(conn: Connection) -> bool:
    """Return whether staff ended the summaries."""
    return await switches.is_on(conn, switches.DIGEST_OFF)


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle the buttons."""
    choice, _, day = argument.partition(":")
    if choice == "show":
        try:
            week = date.fromisoformat(day)
        except ValueError:
            week = start_of(Span.WEEK, local_day(ctx, ctx.clock())) - _WEEK
        return Reply(card=await _card(ctx, person.locale, week), mode="edit")
    async with ctx.db.write() as conn:
        off = choice == "off"
        if off != await is_off(conn):
            await switches.set_switch(
                conn, Switch(name=switches.DIGEST_OFF, on=off, at=ctx.clock(), by=person.id or None)
            )
            await log_action(ctx, conn, person, "digest.off" if off else "digest.on")
    return Reply(card=messages.switched(ctx.catalog, person.locale, on=not off, other=_ON if off else _OFF))


async def _notice(ctx: Context, notice: Notice, locale: Locale) -> Card:
    week = date.fromisoformat(str(notice.args["week"]))
    if notice.args.get("late"):
        show = Tap(action=f"dg:show:{week.isoformat()}")
        return messages.late(ctx.catalog, locale, week, week + _WEEK - timedelta(days=1), show)
    return await _card(ctx, locale, week)


async def _card(ctx: Context, locale: Locale, week: date) -> Card:
    """Return the summary, with the figures known now, and the picture that `/stats` has, without averages."""
    view, picture = await overview.read(ctx, period_of(Span.WEEK, week)), None
    if messages.may_be_drawn(view, FEWEST_SUMMED):
        drawing = partial(overview_picture, ctx.catalog, locale, ctx.charity.name, view, typical=False)
        picture = await asyncio.to_thread(drawing)
    return messages.digest(ctx.catalog, locale, view, fewest=FEWEST_SUMMED, stop=_OFF, picture=picture)


KINDS: Mapping[str, Renderer] = {_KIND: _notice}
