"""Handlers for `/mydata`: warn, ask to confirm, then send a link, or a summary and a file, once a day."""

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
from bot.usecases.supporters import my_data_link
from bot.usecases.supporters.my_data import MyData, gather, to_csv, to_json
from content.cards import Card, File, Tap
from content.commands import name_of
from content.messages import my_data as messages

_SURE = Tap(action="mydata:sure")
_CANCEL = Tap(action="mydata:cancel")


async def ask(ctx: Context, contact: Contact, person: Supporter | None, _argument: str = "") -> Reply:
    """Handle `/mydata`: warn and ask. Nobody is recorded for asking."""
    if person is None:
        return Reply(card=messages.nothing(ctx.catalog, contact.locale))
    if _is_elsewhere(ctx, contact):
        return Reply(card=messages.in_dm(ctx.catalog, person.locale))
    by_link = bool(ctx.public_url)
    return Reply(card=messages.ask(ctx.catalog, person.locale, by_link=by_link, sure=_SURE, cancel=_CANCEL))


async def on_tap(ctx: Context, contact: Contact, person: Supporter | None, argument: str) -> Reply:
    """Handle `mydata:sure` and `mydata:cancel`: a link if the bot has a web address, otherwise a file."""
    if person is None:
        return Reply(card=messages.nothing(ctx.catalog, contact.locale), mode="edit")
    if argument == "cancel":
        return Reply(card=messages.cancelled(ctx.catalog, person.locale), mode="edit")
    if argument != "sure" or _is_elsewhere(ctx, contact):
        return await ask(ctx, contact, person)
    return await _offer(ctx, person)


def _is_elsewhere(ctx: Context, contact: Contact) -> bool:
    """Return whether they are in a Discord server, where the bot cannot delete a file that only they see."""
    return not ctx.public_url and contact.platform == "discord" and not contact.in_dm


async def _offer(ctx: Context, person: Supporter) -> Reply:
    """Return the link or the file, or why there is none now."""
    async with ctx.db.read() as conn:
        refusal = await _refusal(ctx, conn, person)
        data = None if refusal is not None or ctx.public_url else await gather(ctx, conn, person.id)
    async with ctx.db.write() as conn:
        refusal = refusal or await _refusal(ctx, conn, person)
        if refusal is not None:  # as a new message: after two quick taps, the first answer stays
            return Reply(card=refusal)
        await rate_limits.spend(ctx, conn, rate_limits.COPIES_ON_THE_WAY, person.platform, person.external_id)
        url = await my_data_link.create(ctx, conn, person) if data is None else ""
    if data is None:
        card = messages.link(ctx.catalog, person.locale, Tap(url=url))
        return Reply(card=card, mode="edit", copy=OfferedCopy(person.id, person.locale, is_file=False))
    return _with_file(ctx, person, data)


def _with_file(ctx: Context, person: Supporter, data: MyData) -> Reply:
    """Return the summary, and the file as a message of its own."""
    summary = messages.summary(ctx.catalog, person.locale, _counts(data.collected), _counts(data.inferred))
    file = messages.file(ctx.catalog, person.locale, to_file(data, name_of("mydata", person.locale)))
    return Reply(card=summary, mode="edit", more=(file,), copy=OfferedCopy(person.id, person.locale, is_file=True))


async def _refusal(ctx: Context, conn: Connection, person: Supporter) -> Card | None:
    """Say why there is no copy now: one a day for a person, on whichever of their accounts.

    It counts once it was delivered (`my_data_delivery.py`). Until then, a second tap gets no second one.
    """
    if await _is_spent(ctx, conn, rate_limits.COPIES, person):
        return messages.again(ctx.catalog, person.locale, by_link=bool(ctx.public_url))
    if await _is_spent(ctx, conn, rate_limits.COPIES_ON_THE_WAY, person):
        return messages.on_its_way(ctx.catalog, person.locale)
    return None


async def _is_spent(ctx: Context, conn: Connection, limit: rate_limits.Rate, person: Supporter) -> bool:
    accounts = await supporters.addresses_of(conn, await merging.merged_ids(conn, person.id))
    return any([await rate_limits.is_spent(ctx, conn, limit, each.platform, each.external_id) for each in accounts])


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


def _counts(parts: Mapping[str, Rows]) -> dict[str, int]:
    return {name: len(rows) for name, rows in parts.items() if rows}
