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
from bot.usecases.reply import OfferedCopy, Reply
from bot.usecases.supporters.my_data import MyData, gather, to_csv, to_json
from content.cards import Card, File, Tap
from content.commands import name_of
from content.messages import supporters as messages

_SURE = Tap(action="mydata:sure")
_CANCEL = Tap(action="mydata:cancel")


async def ask(ctx: Context, contact: Contact, person: Supporter | None, _argument: str = "") -> Reply:
    """Handle `/mydata`: warn and ask. Nobody is recorded for asking."""
    if person is None:
        return Reply(card=messages.my_data_nothing(ctx.catalog, contact.locale))
    if _is_elsewhere(contact):
        return Reply(card=messages.my_data_in_dm(ctx.catalog, person.locale))
    return Reply(card=messages.my_data_ask(ctx.catalog, person.locale, sure=_SURE, cancel=_CANCEL))


async def on_tap(ctx: Context, contact: Contact, person: Supporter | None, argument: str) -> Reply:
    """Handle `mydata:sure` and `mydata:cancel`. The file follows the summary as a message of its own."""
    if person is None:
        return Reply(card=messages.my_data_nothing(ctx.catalog, contact.locale), mode="edit")
    if argument == "cancel":
        return Reply(card=messages.my_data_cancelled(ctx.catalog, person.locale), mode="edit")
    if argument != "sure" or _is_elsewhere(contact):
        return await ask(ctx, contact, person)
    data = await _take(ctx, person)
    if isinstance(data, Card):  # as a new message: after two quick taps, the summary stays
        return Reply(card=data)
    summary = messages.my_data_summary(ctx.catalog, person.locale, _counts(data.collected), _counts(data.inferred))
    file = to_file(data, name_of("mydata", person.locale))
    more = (messages.my_data_file(ctx.catalog, person.locale, file),)
    return Reply(card=summary, mode="edit", more=more, copy=OfferedCopy(person.id, person.locale))


def _is_elsewhere(contact: Contact) -> bool:
    """Return whether they are in a Discord server, where the bot cannot delete what only they see."""
    return contact.platform == "discord" and not contact.in_dm


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


async def _take(ctx: Context, person: Supporter) -> MyData | Card:
    """Return the copy, or why there is none now: one a day for a person, on whichever of their accounts.

    It counts once it was delivered (`my_data_delivery.py`). Until then, a second tap gets no second one.
    """
    async with ctx.db.read() as conn:
        if await _is_spent(ctx, conn, rate_limits.COPIES, person):
            return messages.my_data_again(ctx.catalog, person.locale)
        data = await gather(ctx, conn, person.id)
    async with ctx.db.write() as conn:
        if await _is_spent(ctx, conn, rate_limits.COPIES, person):
            return messages.my_data_again(ctx.catalog, person.locale)
        if await _is_spent(ctx, conn, rate_limits.COPIES_ON_THE_WAY, person):
            return messages.my_data_on_its_way(ctx.catalog, person.locale)
        await rate_limits.spend(ctx, conn, rate_limits.COPIES_ON_THE_WAY, person.platform, person.external_id)
    return data


async def _is_spent(ctx: Context, conn: Connection, limit: rate_limits.Rate, person: Supporter) -> bool:
    accounts = await supporters.addresses_of(conn, await merging.merged_ids(conn, person.id))
    return any([await rate_limits.is_spent(ctx, conn, limit, each.platform, each.external_id) for each in accounts])


def _counts(parts: Mapping[str, Rows]) -> dict[str, int]:
    return {name: len(rows) for name, rows in parts.items() if rows}
