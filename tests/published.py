"""Campaigns for tests, published once per process and restored from their rows afterwards.

Publishing creates a payment link per amount and language, with five statements each: most tests need the campaign, and
only a few care how it came about. The first publication of a campaign is real. A later one in a database without
campaigns, with everything that it depends on the same, inserts the same rows in one transaction, with that test's ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table, and_, exists, insert, literal, select

from bot.domain.campaigns import Campaign
from bot.store.db import Connection, Database
from bot.store.giving import links as link_rows
from bot.store.giving.links import StoredLink
from bot.store.giving.tables import payment_link
from bot.store.schema import metadata
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from content.campaign import Campaign as Authored
from payments.stripe import LinkSpec

_WRITTEN = [table for table in metadata.sorted_tables if table.name in {"audit", "campaign", "milestone"}]
_READ = [table for table in metadata.sorted_tables if table.name in {"audit", "campaign", "payment_link", "switch"}]
_IS_NEW = select(and_(*(~exists(select(literal(1)).select_from(table)) for table in _READ)))
_LINK = tuple(StoredLink.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class _Publication:
    """What a publication wrote: its rows by table, its links with their specifications, in order."""

    campaign: Campaign
    rows: Sequence[tuple[Table, Sequence[dict[str, Any]]]]
    links: Sequence[tuple[StoredLink, LinkSpec]]


_known: dict[tuple[Any, ...], _Publication] = {}


async def restore_or_publish(ctx: Context, authored: Authored, made: Sequence[LinkSpec]) -> Campaign:
    """Publish a campaign, by its rows if it was published before in the same circumstances.

    `made`: the specifications of all links that the context's gateway has created, which grows with them.
    """
    if not await _is_new(ctx.db):
        return await publish.publish(ctx, authored)
    key = (
        *(ctx.db.is_sqlite, authored.model_dump_json(), ctx.clock(), id(ctx.catalog)),
        *(ctx.public_url, ctx.link_domains, ctx.zone, ctx.charity),
    )
    if key in _known:
        return await _restored(ctx, _known[key])
    before = len(made)
    campaign = await publish.publish(ctx, authored)
    async with ctx.db.read() as conn:
        rows = [(table, await _rows(conn, table)) for table in _WRITTEN]
        links = await link_rows.active(conn)
    _known[key] = _Publication(campaign, rows, list(zip(links, made[before:], strict=True)))
    return campaign


async def _is_new(db: Database) -> bool:
    """Return whether the database has nothing of what publishing reads and writes."""
    async with db.read() as conn:
        return bool(await conn.scalar(_IS_NEW))


async def _rows(conn: Connection, table: Table) -> list[dict[str, Any]]:
    """Return a table's rows without the ids that the database assigns, in their order."""
    columns = [column for column in table.columns if column is not table.autoincrement_column]
    found = await conn.execute(select(*columns).order_by(*table.primary_key.columns))
    return [dict(row) for row in found.mappings()]


async def _restored(ctx: Context, known: _Publication) -> Campaign:
    async with ctx.db.write() as conn:
        for table, rows in known.rows:
            made = [{**row, "id": ctx.ids.new()} if table.name == "audit" else row for row in rows]
            if made:
                await conn.execute(insert(table), made)
        stored = []
        for link, spec in known.links:
            number = ctx.ids.new()
            created = await ctx.gateway.create_link(spec, idempotency_key=f"obole-link-{number}")
            stored.append(replace(link, id=number, stripe_id=created.stripe_id, url=created.url))
        now = ctx.clock()
        await conn.execute(
            insert(payment_link),
            [{name: getattr(link, name) for name in _LINK} | {"active": True, "created_at": now} for link in stored],
        )
    for link in stored:
        ctx.links.put(link)
    return known.campaign
