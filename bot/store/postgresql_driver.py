"""PostgreSQL through psycopg, where a server or network that drops packets costs seconds at most.

libpq's keepalives detect a dead peer, and the server's own `statement_timeout` ends slow statements. Neither helps if
something in between accepts bytes and passes none on, so waiting for each answer is limited too.
"""

import asyncio
import select
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from psycopg import waiting
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine

CONNECT_SECONDS = 5
ANSWER_SECONDS = 15.0  # to one statement
STATEMENT_SECONDS = 12  # in a writing transaction; the server's limit comes before ours
LONG_SECONDS = 600.0  # for reading whole tables, and for migrations
PING_AFTER_SECONDS = 1.0  # idle in the pool; a connection used since then is only looked at

CONNECT: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
    # A pooler that gives each transaction another connection (PgBouncer) does not know statements prepared on a
    # previous one.
    "prepare_threshold": None,
}

_RETURNED_AT = "returned_at"  # monotonic seconds, in what the pool keeps with a connection

_patience: ContextVar[float | None] = ContextVar("seconds to wait for an answer", default=None)


@asynccontextmanager
async def long_answers() -> AsyncIterator[None]:
    """Allow longer answers (LONG_SECONDS) to this task's statements within the context."""
    token = _patience.set(LONG_SECONDS)
    try:
        yield
    finally:
        _patience.reset(token)


class PatientConnection(psycopg.AsyncConnection[Any]):
    """Gives up on a server that does not answer in time, and on cancellation, without contacting it again.

    psycopg would ask the server to cancel, and wait ten seconds for that if the server is silent.
    """

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        """Wait for an answer. Raises OperationalError, with the connection closed, if none comes in time."""
        seconds = _patience.get() or ANSWER_SECONDS
        try:
            async with asyncio.timeout(seconds):
                return await waiting.wait_async(gen, self.pgconn.socket, interval=interval, timeout=timeout)
        except TimeoutError:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"the server has not answered for {seconds:.0f} s") from None
        except asyncio.CancelledError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


def check_before_use(engine: AsyncEngine) -> None:
    """Check pooled connections, so that the first tap after a restart of the server finds a live one.

    SQLAlchemy's `pool_pre_ping` asks the server before every use, which doubles the cost of a small read. Here only a
    connection that was idle for PING_AFTER_SECONDS, or whose socket has something to read, costs that round trip: a
    server that ends sends a farewell or closes the socket.
    """
    sync_engine = engine.sync_engine

    @event.listens_for(sync_engine, "checkin")
    def _note_return(_connection: Any, record: Any) -> None:
        record.info[_RETURNED_AT] = time.monotonic()

    @event.listens_for(sync_engine, "checkout")
    def _check(connection: Any, record: Any, _proxy: Any) -> None:
        returned_at = record.info.get(_RETURNED_AT)
        if returned_at is None:  # just opened
            return
        if time.monotonic() - returned_at < PING_AFTER_SECONDS and not _has_news(connection.driver_connection):
            return
        try:
            sync_engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error


def _has_news(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Return whether there is something to read although nothing was asked, or the connection is closed."""
    if connection.closed:
        return True
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    return bool(looking.poll(0))
