"""The record of erasures and opt-outs: a file beside the database or the backups, which no restore takes back.

A backup brings erased people and their consent back, so both are withdrawn again from here. The file holds keyed hashes
of accounts and times, and identifies nobody without our secret key. Lines are appended; those older than a year are
dropped, so older backups must not be used.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

KEPT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What one account withdrew, and when (UTC). `preference`: what it opted out of; empty: it was erased."""

    hash: str
    at: datetime
    preference: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.at.isoformat(), self.hash, self.preference)))


class ErasureFile:
    """The file at `path`. It exists once a person was erased or opted out."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, hashes: Iterable[str], at: datetime, preference: str = "") -> None:
        """Add accounts that were erased, or opted out of a preference. On the disk when this returns.

        Raises OSError.
        """
        if (oldest := self._oldest()) is not None and oldest.at < at - KEPT:
            self._replace([one for one in self.read() if one.at >= at - KEPT])
        lines = "".join(f"{Erasure(each, at, preference)}\n" for each in hashes)
        with self.path.open("a+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            if size and file.read(1) != b"\n":  # a crash left half a line, of what was then not carried out
                file.truncate(self.path.read_bytes().rfind(b"\n") + 1)
            file.write(lines.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())

    def merge(self, other: "ErasureFile") -> None:
        """Add what another record holds, such as the one kept with a backup. Raises OSError or ValueError."""
        both = {*self.read(), *other.read()}
        if both:
            self._replace(sorted(both, key=lambda one: (one.at, one.hash, one.preference)))

    def erased(self) -> list[Erasure]:
        """Return the recorded erasures, the oldest first. Raises like `read`."""
        return [one for one in self.read() if not one.preference]

    def read(self) -> list[Erasure]:
        """Return everything recorded, the oldest first. Raises OSError, or ValueError if it is another file."""
        if not self.path.exists():
            return []
        whole = self.path.read_text(encoding="ascii").rpartition("\n")[0]  # a crash may have left half a line
        return [_parsed(line) for line in whole.splitlines() if line.strip()]

    def _oldest(self) -> Erasure | None:
        if not self.path.exists():
            return None
        with self.path.open(encoding="ascii") as file:
            line = file.readline()
        return _parsed(line) if line.endswith("\n") and line.strip() else None

    def _replace(self, kept: Iterable[Erasure]) -> None:
        """Rewrite the file; a crash leaves it as it was, or whole."""
        new = self.path.with_name(f"{self.path.name}.new")
        with new.open("w", encoding="ascii") as file:
            file.writelines(f"{one}\n" for one in kept)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)


def _parsed(line: str) -> Erasure:
    at, account, *preference = line.split()
    return Erasure(account, datetime.fromisoformat(at), "".join(preference))
