"""Retention: what is deleted and when, what is kept, and that deletion blocks no one."""

import asyncio
import importlib
import inspect
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select

from bot.store.broadcasts.recipient_sums import KEPT as KEPT_RECIPIENTS
from bot.store.core.tables import audit, delivery, notice, notice_copy
from bot.store.db import Database
from bot.store.giving.tables import own_link
from bot.store.inbox.tables import relay
from bot.store.money.tables import stripe_event
from bot.store.retention import ELSEWHERE, KEPT, RETENTION
from bot.store.schema import metadata
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.prune import delete_old
from tests.conftest import START, MovingClock
from tests.docs.pages import read
from tests.usecase_setup import CAMILLE, make_context, open_campaign

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
    address = (await find_or_join(ctx, CAMILLE)).address_id
    row = {"id": number, "lane": 1, "platform": "telegram", "address_id": address, "message": name, "args": {}}
    return {**row, "state": state, "due_at": OLD, "done_at": at}


def event(number: int, state: str, at: datetime) -> dict[str, Any]:
    return {"id": f"evt_{number:04}", "type": "charge.refunded", "created_at": at, "received_at": at, "state": state}


def notice_row(number: int, at: datetime) -> dict[str, Any]:
    return {"id": number, "key": f"k{number}", "kind": "case", "args": {}, "made_at": at, "due_at": at, "said_at": at}


async def test_finished_messages_are_deleted_and_others_kept(ctx: Context) -> None:
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


async def test_applied_events_are_deleted_and_waiting_or_failed_kept(ctx: Context) -> None:
    rows = [event(n, state, OLD) for n, state in enumerate(("applied", "ignored", "waiting", "failed"))]
    await put(ctx, stripe_event, *rows, event(8, "applied", START - timedelta(days=89)))
    assert await delete_old(ctx) == 2
    assert await ids(ctx, stripe_event) == ["evt_0002", "evt_0003", "evt_0008"]


async def test_notices_are_deleted_with_copies_and_audit_after_three_years(ctx: Context) -> None:
    await put(ctx, notice, notice_row(1, OLD), notice_row(2, START - timedelta(days=364)))
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


async def test_gift_is_written_during_large_deletion(ctx: Context) -> None:
    await put(ctx, stripe_event, *(event(n, "applied", OLD) for n in range(900)))
    deleting = asyncio.create_task(delete_old(ctx))
    left = []
    while not deleting.done():
        async with ctx.db.write_money() as conn:
            left.append((await conn.execute(select(func.count()).select_from(stripe_event))).scalar_one())
    assert await deleting == 900
    assert any(0 < number < 900 for number in left)


def test_every_table_has_one_stated_retention() -> None:
    places = Counter([*(rule.table.name for rule in RETENTION), *ELSEWHERE, *KEPT])
    assert set(metadata.tables) - set(places) == set(), "say in bot/store/retention.py how long these are kept"
    assert set(places) - set(metadata.tables) == set()
    assert [name for name, number in places.items() if number > 1] == []


def test_functions_that_delete_elsewhere_exist() -> None:
    for says in ELSEWHERE.values():
        module, _, function = says.partition(":")[0].rpartition(".")
        assert inspect.iscoroutinefunction(getattr(importlib.import_module(f"bot.{module}"), function)), says


async def test_own_links_are_deleted_once_closed(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    same = {"campaign_id": campaign.id, "minor": 500, "monthly": False, "stripe_id": "plink_1", "url": "https://s"}
    recent = START - timedelta(days=89)
    links = [(1, OLD, False), (2, OLD, True), (3, recent, False)]
    await put(ctx, own_link, *(same | {"id": n, "made_at": at, "active": active} for n, at, active in links))
    assert await delete_old(ctx) == 1
    assert await ids(ctx, own_link) == [2, 3]


STATED = {  # as stated in the tables of docs/privacy.md and its French twin
    "delivery": ("What was sent to whom", "Ce qui a été envoyé à qui"),
    "recipient": ("What each person got of a broadcast", "Ce que chaque personne a reçu d’une diffusion"),
    "own_link": ("Payment links made for one person", "Liens de paiement faits pour une seule personne"),
    "saved_card": (r"A card saved at Stripe .*", r"Une carte gardée chez Stripe .*"),
    "stripe_event": ("IDs of Stripe’s events", "Numéros des événements de Stripe"),
    "notice": ("Notices to your team", "Avis à votre équipe"),
    "audit": ("The audit log of your team", "Journal de votre équipe"),
}
SPANS = {90: ("90 days", "90 jours"), 180: ("180 days", "180 jours"), 365: ("a year", "un an")}
SPANS |= {1095: ("three years", "trois ans")}


def test_privacy_pages_state_each_retention() -> None:
    kept = {rule.table.name: rule.kept.days for rule in RETENTION} | {"recipient": KEPT_RECIPIENTS.days}
    assert set(kept) == set(STATED)
    english, french = (read(page).replace("'", "’") for page in ("docs/privacy.md", "docs/privacy.fr.md"))
    for table, (what, quoi) in STATED.items():
        days, jours = SPANS[kept[table]]
        assert re.search(rf"^\| {what} \| deleted after {days}\b", english, re.MULTILINE)
        assert re.search(rf"^\| {quoi} \| effacée?s? après {jours}\b", french, re.MULTILINE)
