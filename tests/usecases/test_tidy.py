"""Retention: what is deleted when, what never is, and that nobody waits for it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select

from bot.store.db import Database
from bot.store.retention import RETENTION
from bot.store.schema import delivery, stripe_event
from bot.store.schema_staff import audit, notice, notice_copy, relay
from bot.usecases.context import Context
from bot.usecases.join import who
from bot.usecases.tidy import delete_old
from tests.conftest import START, MovingClock
from tests.docs.pages import read
from tests.world import CAMILLE, make_context

OLD = START - timedelta(days=2000)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def put(ctx: Context, table: Table, *rows: dict[str, Any]) -> None:
    async with ctx.db.write() as conn:
        await conn.execute(insert(table), list(rows))


async def ids(ctx: Context, table: Table) -> list[Any]:
    async with ctx.db.read() as conn:
        return sorted((await conn.execute(select(table.c.id))).scalars())


async def message(ctx: Context, number: int, state: str, at: datetime | None, name: str = "thanks") -> dict[str, Any]:
    address = (await who(ctx, CAMILLE)).address_id
    row = {"id": number, "lane": 1, "platform": "telegram", "address_id": address, "message": name, "args": {}}
    return {**row, "state": state, "due_at": OLD, "done_at": at}


def event(number: int, state: str, at: datetime) -> dict[str, Any]:
    return {"id": f"evt_{number:04}", "type": "charge.refunded", "created_at": at, "received_at": at, "state": state}


def said(number: int, at: datetime) -> dict[str, Any]:
    return {"id": number, "key": f"k{number}", "kind": "case", "args": {}, "made_at": at, "due_at": at, "said_at": at}


async def test_messages_that_are_over_are_deleted_and_all_others_kept(ctx: Context) -> None:
    recent = START - timedelta(days=89)
    over = [await message(ctx, n, state, OLD) for n, state in enumerate(("sent", "failed", "dropped"), 1)]
    kept = [await message(ctx, n, state, OLD) for n, state in enumerate(("in_doubt", "unreachable"), 10)]
    kept += [await message(ctx, n, state, None) for n, state in enumerate(("waiting", "sending", "parked"), 20)]
    kept += [await message(ctx, 30, "sent", recent), await message(ctx, 31, "sent", OLD, "nudge")]
    kept += [await message(ctx, 32, "failed", OLD, "relayed")]
    await put(ctx, delivery, *over, *kept)
    await put(ctx, relay, {"delivery_id": 32, "at": OLD})
    assert await delete_old(ctx) == len(over)
    assert await ids(ctx, delivery) == [row["id"] for row in kept]


async def test_events_that_were_applied_are_deleted_and_what_waits_or_failed_is_kept(ctx: Context) -> None:
    rows = [event(n, state, OLD) for n, state in enumerate(("applied", "ignored", "waiting", "failed"))]
    await put(ctx, stripe_event, *rows, event(8, "applied", START - timedelta(days=89)))
    assert await delete_old(ctx) == 2
    assert await ids(ctx, stripe_event) == ["evt_0002", "evt_0003", "evt_0008"]


async def test_notices_go_with_their_copies_and_acts_after_three_years(ctx: Context) -> None:
    await put(ctx, notice, said(1, OLD), said(2, START - timedelta(days=364)))
    copies = [
        {"platform": "telegram", "chat_id": "1", "message_id": str(n), "notice_id": n, "target": "1"} for n in (1, 2)
    ]
    await put(ctx, notice_copy, *copies)
    acts = [{"id": n, "at": START - timedelta(days=days)} for n, days in ((1, 1096), (2, 1094))]
    await put(ctx, audit, *(act | {"actor": "terminal", "action": "x", "details": {}} for act in acts))
    await delete_old(ctx)
    assert (await ids(ctx, notice), await ids(ctx, audit)) == ([2], [2])
    async with ctx.db.read() as conn:
        assert list((await conn.execute(select(notice_copy.c.notice_id))).scalars()) == [2]


async def test_a_gift_is_written_in_the_middle_of_a_large_deletion(ctx: Context) -> None:
    await put(ctx, stripe_event, *(event(n, "applied", OLD) for n in range(900)))
    deleting = asyncio.create_task(delete_old(ctx))
    left = []
    while not deleting.done():
        async with ctx.db.write_money() as conn:
            left.append((await conn.execute(select(func.count()).select_from(stripe_event))).scalar_one())
    assert await deleting == 900
    assert any(0 < number < 900 for number in left)


PHRASES = {
    "delivery": (90, "deleted after 90 days", "effacés après 90 jours"),
    "stripe_event": (90, "numbers of Stripe’s events, 90 days", "numéros des événements de Stripe, 90 jours"),
    "notice": (365, "notices to staff, a year", "avis à l’équipe, un an"),
    "audit": (1095, "the audit log, three years", "journal de l’équipe, trois ans"),
}


def test_readmes_state_each_retention() -> None:
    assert {one.table.name: one.kept.days for one in RETENTION} == {name: days for name, (days, *_) in PHRASES.items()}
    english, french = (" ".join(read(page).split()) for page in ("README.md", "README.fr.md"))
    assert [name for name, (_, phrase, _) in PHRASES.items() if phrase not in english] == []
    assert [name for name, (*_, phrase) in PHRASES.items() if phrase not in french] == []
