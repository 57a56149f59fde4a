"""The record of erasures: a file beside the database, which is kept with the backups.

A backup brings erased people back, so their erasure is repeated from here. The file holds keyed hashes of accounts and
days, and identifies nobody without our secret key. Lines older than a year are dropped: older backups must not be used.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

KEPT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erased account, and when it was erased (UTC)."""

    hash: str
    at: datetime


class ErasureFile:
    """The file at `path`. It exists once a person was erased."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, hashes: Iterable[str], at: datetime) -> None:
        """Add erased accounts. On the disk when this returns; a crash leaves the file as it was, or with them.

        Raises OSError.
        """
        kept = [one for one in self.read() if one.at >= at - KEPT]
        self._write([*kept, *(Erasure(each, at) for each in hashes)])

    def _write(self, erasures: Iterable[Erasure]) -> None:
        lines = [f"{one.at.isoformat()} {one.hash}\n" for one in erasures]
        new = self.path.with_name(f"{self.path.name}.new")
        with new.open("w", encoding="ascii") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)

    def merge(self, other: "ErasureFile") -> None:
        """Add what another record holds, such as the one kept with a backup. Raises OSError or ValueError."""
        both = {(one.at, one.hash): one for one in [*self.read(), *other.read()]}
        if both:
            self._write([both[key] for key in sorted(both)])

    def read(self) -> list[Erasure]:
        """Return all recorded erasures, the oldest first. Raises OSError, or ValueError if it is another file."""
        if not self.path.exists():
            return []
        lines = (line.split() for line in self.path.read_text(encoding="ascii").splitlines() if line.strip())
        return [Erasure(found, datetime.fromisoformat(at)) for at, found in lines]
