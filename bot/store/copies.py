"""Copies of a SQLite file in use: beside it, named by revision and time; the latest few are kept."""

import glob
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

KEPT = 3


def copy_sqlite(file: Path, *, label: str, now: datetime) -> Path:
    """Copy the database as last committed, with the file's own permissions, since it holds the same secrets.

    Raises OSError or sqlite3.Error, in which case no copy is left.
    """
    copy = file.with_name(f"{file.name}.{label}-{now:%Y%m%dT%H%M%SZ}.copy")
    part = copy.with_name(f"{copy.name}.part")
    try:
        part.unlink(missing_ok=True)
        copy_file(file, part)
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
    for old in copies_of(file)[:-KEPT]:
        old.unlink(missing_ok=True)
    return copy


def copy_file(file: Path, to: Path) -> None:
    """Copy a SQLite database in use, as last committed, to a new file with the same permissions.

    Raises OSError or sqlite3.Error.
    """
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, file.stat().st_mode & 0o777))
    uri = f"file:{quote(str(file))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def copies_of(file: Path) -> list[Path]:
    """Return the copies beside `file`, the oldest first."""
    return sorted(file.parent.glob(f"{glob.escape(file.name)}.*.copy"), key=lambda copy: copy.name.rpartition("-")[2])
