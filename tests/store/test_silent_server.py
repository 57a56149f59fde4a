"""A PostgreSQL server that drops packets: statements fail in time, and work again once it answers."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.store import db as module
from bot.store import postgresql_driver
from bot.store.db import Database
from bot.store.faults import is_transient
from bot.usecases.money import intake as intake_module
from bot.usecases.money.intake import Intake, NotAccepted
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.payments.test_signature import signature
from tests.silence import Proxy, silent_proxy
from tests.usecase_setup import make_context
from tests.waiting import until

ONE = text("SELECT 1")
SECRET = "whsec_silent"

pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)  # there is no network before SQLite


@pytest.fixture
async def proxy(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    monkeypatch.setattr(postgresql_driver, "ANSWER_SECONDS", 0.5)
    monkeypatch.setitem(postgresql_driver.CONNECT, "connect_timeout", 2)
    monkeypatch.setattr(module, "_POOL_SECONDS", 0.5)
    async with silent_proxy(url) as proxy:
        yield proxy


async def read(db: Database) -> int:
    async with db.read() as conn:
        return int((await conn.execute(ONE)).scalar_one())


async def write(db: Database) -> int:
    async with db.write_money() as conn:
        return int((await conn.execute(ONE)).scalar_one())


async def test_silent_server_fails_reads_and_writes_in_time(proxy: Proxy) -> None:
    db = Database(proxy.url)
    try:
        for ask in (read, write):
            assert await ask(db) == 1
            proxy.silent = True
            async with asyncio.timeout(20):
                for _ in range(2):  # on the connection that is open, and on one that cannot be opened
                    with pytest.raises((SQLAlchemyError, OSError)) as caught:
                        await ask(db)
                    assert is_transient(caught.value)
            proxy.silent = False
            assert await ask(db) == 1
    finally:
        await db.close()


async def test_cancellation_does_not_wait_for_silent_server(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_driver, "ANSWER_SECONDS", 3600.0)
    db = Database(proxy.url)
    try:
        for ask in (read, write):
            assert await ask(db) == 1
            proxy.silent, proxy.swallowed = True, 0
            task = asyncio.create_task(ask(db))
            await until(lambda: proxy.swallowed)
            task.cancel()
            async with asyncio.timeout(4):
                with pytest.raises(asyncio.CancelledError):
                    await task
            proxy.silent = False
            assert await ask(db) == 1
    finally:
        await db.close()


async def test_slow_statement_is_ended_by_server(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_driver, "ANSWER_SECONDS", 60.0)
    monkeypatch.setattr(postgresql_driver, "STATEMENT_SECONDS", 1)
    db = Database(proxy.url)
    try:
        with pytest.raises(SQLAlchemyError) as caught:
            async with db.write() as conn:
                await conn.execute(text("SELECT pg_sleep(30)"))
        assert is_transient(caught.value)
        async with db.snapshot() as conn:  # whole tables may take longer
            assert (await conn.execute(text("SHOW statement_timeout"))).scalar_one() == "10min"
    finally:
        await db.close()


async def test_webhook_gets_503_while_server_is_silent(
    proxy: Proxy, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "ANSWER_SECONDS", 0.3)
    db = Database(proxy.url)
    ctx = make_context(db, clock)
    intake = Intake(ctx, [SECRET], livemode=False)
    running = asyncio.create_task(intake.run())
    charge = stripe.charge(payment_intent="pi_2", metadata={"obole": "1"})
    raw = json.dumps(stripe.event("charge.updated", charge, id="evt_2")).encode()
    stamp = int(clock().timestamp())
    try:
        assert await read(db) == 1
        proxy.silent = True
        async with asyncio.timeout(20):
            with pytest.raises(NotAccepted) as refused:
                await intake.receive(raw, f"t={stamp},v1={signature(SECRET, stamp, raw)}")
        assert refused.value.status == 503
    finally:
        running.cancel()
        async with asyncio.timeout(20):
            await asyncio.gather(running, return_exceptions=True)
        await db.close()
