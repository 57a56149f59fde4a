"""Which failures are the database's own, so that a retry may succeed."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnection

# SQLite's primary result codes (sqlite.org/rescode.html) that are not about the statement: busy, locked, out of
# memory, read-only, interrupted, I/O error, corrupt, full, cannot open, locking protocol, not a database.
_SQLITE = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26})
# PostgreSQL's SQLSTATEs: a server that has become a standby refuses writes (25006). Of the classes that psycopg calls
# OperationalError, these are temporary: connections, logins, deadlocks, resources, locks, shutdowns and timeouts, the
# system, the server's files. The others are about the statement and fail again, such as a row too large for its index
# (54). An error without a server has no SQLSTATE.
_READ_ONLY = "25006"
_TEMPORARY = frozenset({"08", "28", "40", "53", "55", "57", "58", "F0"})


def is_transient(error: BaseException) -> bool:
    """Return whether `error` is about the database or the connection to it, not about the statement."""
    if isinstance(error, NoConnection | PendingRollbackError | OSError):  # TimeoutError is an OSError
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error) or hasattr(error.orig, "sqlite_errorcode"):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE
    state = getattr(error.orig, "sqlstate", None)
    if state == _READ_ONLY:
        return True
    return isinstance(error, OperationalError | InterfaceError) and (state is None or state[:2] in _TEMPORARY)
