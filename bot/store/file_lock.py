"""One serving process for each SQLite file, by an operating-system lock that ends with the process."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class InUse(Exception):
    """Another process serves this database. The message is for the operator."""


@contextmanager
def serve_alone(file: Path) -> Iterator[None]:
    """Hold the lock `<file>.lock` while the context is open. Raises InUse if another process holds it, or OSError.

    The database itself is not locked: SQLite has its own locks, and terminal commands keep using it.
    """
    with Path(f"{file}.lock").open("a") as lock:
        try:
            _lock(lock)
        except (BlockingIOError, PermissionError) as why:
            raise InUse(f"another `obole run` or `obole migrate` uses {file}; stop it first") from why
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(lock: IO[str]) -> None:
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(lock: IO[str]) -> None:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
