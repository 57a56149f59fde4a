"""PostgreSQL through psycopg, where a server or a network that swallows packets costs seconds and no more.

libpq's keepalives find a dead peer, and the server's own `statement_timeout` ends what takes too long there. Neither
helps where something in between accepts bytes and passes none on, so each answer is waited for only so long.
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
STATEMENT_SECONDS = 12  # in a transaction that writes; the server ends it before we give up on the server
LONG_SECONDS = 600.0  # for what reads whole tables, and for migrations

CONNECT: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
    # Behind a pooler that hands each transaction another connection (PgBouncer), a statement that was prepared on one
    # of them is unknown on the next.
    "prepare_threshold": None,
}

_patience: ContextVar[float | None] = ContextVar("seconds to wait for an answer", default=None)


@asynccontextmanager
async def long_answers() -> AsyncIterator[None]:
    """Wait longer for the answers to what this task asks meanwhile."""
    token = _patience.set(LONG_SECONDS)
    try:
        yield
    finally:
        _patience.reset(token)


class PatientConnection(psycopg.AsyncConnection[Any]):
    """Gives up on a server that does not answer in time, and when it is cancelled, without asking it anything more.

    psycopg would ask the server to cancel, and wait ten seconds for that where the server is silent.
    """

    async def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        """Wait for an answer. Raises OperationalError, with the connection closed, where none comes in time."""
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
