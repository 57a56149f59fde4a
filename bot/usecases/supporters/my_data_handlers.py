"""Handlers for `/mydata`: warn, ask to confirm, then send a summary and a file, once a day."""

import io
from collections.abc import Mapping
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.domain.people import Contact, Supporter
from bot.store.db import Connection
from bot.store.supporters import merging, supporters
from bot.store.supporters.personal import Rows
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.reply import Reply
from bot.usecases.supporters.my_data import MyData, gather, to_csv, to_json
from content.cards import File, Tap
from content.commands import name_of
from content.messages import supporters as messages

_SURE = Tap(action="mydata:sure")
_CANCEL = Tap(action="mydata:cancel")


async def ask(ctx: Context, contact: Contact, person: Supporter | None, _argument: str = "") -> Reply:
    """Handle `/mydata`: warn and ask. Nobody is recorded for asking."""
    if person is None:
        return Reply(card=messages.my_data_nothing(ctx.catalog, contact.locale))
    return Reply(card=messages.my_data_ask(ctx.catalog, person.locale, sure=_SURE, cancel=_CANCEL))


async def on_tap(ctx: Context, contact: Contact, person: Supporter | None, argument: str) -> Reply:
    """Handle `mydata:sure` and `mydata:cancel`. The file follows the summary as a message of its own."""
    if person is None:
        return Reply(card=messages.my_data_nothing(ctx.catalog, contact.locale), mode="edit")
    if argument == "cancel":
        return Reply(card=messages.my_data_cancelled(ctx.catalog, person.locale), mode="edit")
    if argument != "sure":
        return await ask(ctx, contact, person)
    data = await _take(ctx, person)
    if data is None:  # as a new message: after two quick taps, the summary stays
        return Reply(card=messages.my_data_again(ctx.catalog, person.locale))
    summary = messages.my_data_summary(ctx.catalog, person.locale, _counts(data.collected), _counts(data.inferred))
    file = to_file(data, name_of("mydata", person.locale))
    return Reply(card=summary, mode="edit", more=(messages.my_data_file(ctx.catalog, person.locale, file),))


def to_file(data: MyData, name: str) -> File:
    """Return the copy as one archive that contains it as JSON and as CSV, both in UTF-8."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(_entry(f"{name}.json", data.made_at), to_json(data).encode())
        archive.writestr(_entry(f"{name}.csv", data.made_at), to_csv(data).encode("utf-8-sig"))  # for spreadsheets
    return File(name=f"{name}.zip", content=packed.getvalue())


def _entry(name: str, at: datetime) -> ZipInfo:
    entry = ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    return entry


async def _take(ctx: Context, person: Supporter) -> MyData | None:
    """Count one use and return the copy, or None if the person had one within a day on any of their accounts.

    The copy is made first, so that a failure costs nobody their day.
    """
    async with ctx.db.read() as conn:
        if await _is_spent(ctx, conn, person):
            return None
        data = await gather(ctx, conn, person.id)
    async with ctx.db.write() as conn:
        if await _is_spent(ctx, conn, person):
            return None
        await rate_limits.spend(ctx, conn, rate_limits.COPIES, person.platform, person.external_id)
    return data


async def _is_spent(ctx: Context, conn: Connection, person: Supporter) -> bool:
    accounts = await supporters.addresses_of(conn, await merging.merged_ids(conn, person.id))
    limit = rate_limits.COPIES
    return any([await rate_limits.is_spent(ctx, conn, limit, each.platform, each.external_id) for each in accounts])


def _counts(parts: Mapping[str, Rows]) -> dict[str, int]:
    return {name: len(rows) for name, rows in parts.items() if rows}
