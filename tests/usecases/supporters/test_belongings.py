"""Merging moves every row of a supporter, and erasure leaves none that identifies them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Float, String, Table, UniqueConstraint, insert, select, update

from bot.domain.campaigns import Campaign
from bot.store.columns import Utc
from bot.store.core.tables import private_answer
from bot.store.db import Connection, Database
from bot.store.schema import metadata
from bot.store.supporters.merging import winner_and_loser
from bot.store.supporters.tables import supporter
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.supporters import forgetting
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import make_context, open_campaign
from tests.usecases.referral_tree.test_referrals import come, contact
from tests.usecases.supporters.test_forgetting import NAME, everything
from tests.usecases.supporters.test_merging import _broadcast, become_one

# Rows that belong to a supporter and move with a merge.
THEIRS = (
    "blocked", "broadcast_opt_out", "decision", "error_case", "my_data_file", "my_data_link", "name_hidden",
    "one_time_message", "own_link", "payer_proof", "pledge", "preference_change", "recognition", "share_prompt",
)  # fmt: skip
# Tables with rules and tests of their own, or whose rows end with the account.
OTHERS = (
    "address", "campaign_donor", "circle", "circle_money", "circle_shown", "gift", "invite", "lineage",
    "link_code", "preference", "recipient", "referral", "saved_card", "supporter", "to_repath",
)  # fmt: skip


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


def _points_at_people(table: Table) -> bool:
    return any(key.column.table.name == "supporter" for key in table.foreign_keys)


def test_every_table_with_supporters_is_covered() -> None:
    """Add a new table to `bot/store/supporters/merging.py` and to one of the lists above."""
    assert {t.name for t in metadata.sorted_tables if _points_at_people(t)} == {*THEIRS, *OTHERS}


def _row(ctx: Context, table: Table, known: dict[str, int]) -> dict[str, Any]:
    """Insert a row into any table, with the same values where they must be unique per supporter."""
    keys = [set(table.primary_key.columns)]
    keys += [set(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    alone = {column for key in keys if not any(c.name == "supporter_id" for c in key) for column in key}
    wanted = [c for c in table.columns if c.foreign_keys or not (c.nullable or c.server_default)]
    return {c.name: _value(ctx, c, known, unique=c in alone) for c in wanted if not _is_staffs(c)}


def _is_staffs(column: Column[Any]) -> bool:
    return any(key.column.table.name == "staff" for key in column.foreign_keys)


def _value(ctx: Context, column: Column[Any], known: dict[str, int], *, unique: bool) -> Any:
    for key in column.foreign_keys:
        return known[key.column.table.name]
    match column.type:
        case Utc():
            return ctx.clock()
        case Boolean():
            return True
        case JSON():
            return {}
        case String():
            return str(ctx.ids.new())[-12:] if unique else "x"
        case Float():
            return 0.5
        case _:
            return ctx.ids.new() if unique else 1


async def _everything_of(ctx: Context, campaign: Campaign, person: int, broadcast: int) -> None:
    gift = await give(ctx, campaign, person)
    known = {"supporter": person, "campaign": campaign.id, "broadcast": broadcast, "gift": gift.id}
    async with ctx.db.write() as conn:
        for name in THEIRS:
            table = metadata.tables[name]
            await conn.execute(insert(table).values(_row(ctx, table, known)))


async def _whose(conn: Connection, name: str) -> set[int]:
    return set((await conn.execute(select(metadata.tables[name].c.supporter_id))).scalars())


@pytest.mark.parametrize("both", [False, True])
async def test_merge_moves_every_row(ctx: Context, campaign: Campaign, clock: MovingClock, both: bool) -> None:
    """Without duplicates, whether or not the winner has such a row."""
    ada = await come(ctx, "ada")
    clock.move(days=1)
    other = await come(ctx, "other", "discord")
    broadcast, until = await _broadcast(ctx, campaign, {}), clock() + timedelta(days=9)
    for person in (other, ada) if both else (other,):
        await _everything_of(ctx, campaign, person, broadcast)
    async with ctx.db.write() as conn:
        await conn.execute(update(supporter).where(supporter.c.id == other).values(snoozed_until=until))
        assert await winner_and_loser(conn, ada, other) == (ada, other)
    assert await become_one(ctx, ada, other) == ada
    async with ctx.db.read() as conn:
        for name in THEIRS:
            found = await _whose(conn, name)
            assert ada in found, name
            assert both or found == {ada}, name
        rows = {row.id: row for row in await conn.execute(select(supporter))}
    assert rows[ada].snoozed_until == until, "not now, they said"
    assert rows[other].next_nudge_at is None, "nobody is reminded who is somebody else"


async def test_erasure_drops_pending_messages(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    """Copies of a broadcast, and the private Discord reply that a thank-you would replace."""
    ada = await come(ctx, NAME, "discord")
    await _broadcast(ctx, campaign, {ada: "waiting"})
    address = (await find_or_join(ctx, contact(NAME, "discord"))).address_id
    answer = {"address_id": address, "campaign_id": campaign.id, "token": "t0ken-of-discord", "expires_at": clock()}
    async with ctx.db.write() as conn:
        await conn.execute(insert(private_answer).values(answer))
    await forgetting.forget(ctx, ada)
    left = await everything(ctx)
    assert NAME not in left and "t0ken-of-discord" not in left
