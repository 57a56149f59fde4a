"""Connections to the run's PostgreSQL server that outlive the tests which open and close them.

A fresh connection costs a server process, which reads the catalog for each table that it touches: 8 ms of CPU. A
kept one is reset in one. Only connections to databases that were named here, through the local socket, are kept:
tests of slow and broken networks connect through a proxy and get fresh ones.
"""

from collections.abc import Generator
from typing import Any

from psycopg import pq
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus, abc

from bot.store import postgresql_driver

_ROOM = 8  # connections kept per database: what one `Database` opens at most

_kept: dict[str, list[abc.PGconn]] = {}  # by database; their names are unique


class _KeptConnection(postgresql_driver.PatientConnection):
    """Takes over the server process of a connection that was closed, and leaves its own to the next."""

    @classmethod
    def _connect_gen(cls, conninfo: str = "") -> Generator[Any, Any, Any]:
        wanted = conninfo_to_dict(conninfo)
        kept = _kept.get(str(wanted["dbname"]), [])
        while kept and str(wanted["host"]).startswith("/"):
            pgconn = kept.pop()
            if _succeeds(pgconn, b""):
                return cls(pgconn)
            pgconn.finish()  # a test has ended the server process
        return (yield from super()._connect_gen(conninfo))

    async def close(self) -> None:
        """Leave the server process as if it had just started; end it if it is busy or not to be kept."""
        if not self.closed and _is_idle(self.pgconn) and self.pgconn.host.startswith(b"/"):
            kept = _kept.get(self.pgconn.db.decode())
            if kept is not None and len(kept) < _ROOM and _succeeds(self.pgconn, b"DISCARD ALL"):
                kept.append(self.pgconn)
                self.pgconn = pq.PGconn.connect_start(b"host=/nowhere")  # closed below, in its place
        await super().close()


def share() -> None:
    """Let every connection of this process be one that can be kept."""
    postgresql_driver.PatientConnection = _KeptConnection  # type: ignore[misc]


def keep(database: str) -> None:
    """Keep connections to a database from now on."""
    _kept[database] = []


def idle(database: str) -> list[int]:
    """Return the process ids of the connections that wait to be used again."""
    return [pgconn.backend_pid for pgconn in _kept[database]]


def forget(database: str) -> None:
    """End the connections to a database, and keep no more."""
    for pgconn in _kept.pop(database):
        pgconn.finish()


def _is_idle(pgconn: abc.PGconn) -> bool:
    return pgconn.status == ConnStatus.OK and pgconn.transaction_status == TransactionStatus.IDLE


def _succeeds(pgconn: abc.PGconn, command: bytes) -> bool:
    return pgconn.exec_(command).status in (ExecStatus.COMMAND_OK, ExecStatus.EMPTY_QUERY)
