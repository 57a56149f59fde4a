"""PostgreSQL through psycopg, where a server or network that drops packets costs seconds at most.

libpq's keepalives detect a dead peer, and the server's own `statement_timeout` ends slow statements. Neither helps if
something in between accepts bytes and passes none on, so waiting for each answer is limited too.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from psycopg import waiting
from psycopg.pq import TransactionStatus

CONNECT_SECONDS = 5
ANSWER_SECONDS = 15.0  # to one statement
STATEMENT_SECONDS = 12  # in a writing transaction; the server's limit comes before ours
LONG_SECONDS = 600.0  # for reading whole tables, and for migrations

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
