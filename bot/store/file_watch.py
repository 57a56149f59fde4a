"""Whether SQLite's file is still the one we opened: writes to a deleted file would go unnoticed.

A file copied over ours keeps its inode, and SQLite would mix it with the contents of the write-ahead log. So each check
is followed by a new mark in the file's header (`user_version`, a number that SQLite leaves to applications), which is
read bypassing SQLite: a copy from before the last check holds an older mark.
"""

import os
from collections import deque
from pathlib import Path

_MARK_AT = 60  # bytes; sqlite.org/fileformat2.html, the database header
_MARKS = 2**31  # user_version is a signed four-byte number


class DatabaseLost(OSError):
    """The database's file was deleted or replaced; further writes would be lost."""


class FileWatch:
    """Remembers which file was opened. Without a path (PostgreSQL, memory) nothing is ever lost."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._opened: tuple[int, int] | None = None
        self._descriptor: int | None = None
        self._marks: deque[int] = deque()  # marks that the header may hold, the oldest first
        self._overwritten = ""
        self.lost = ""  # what happened to the file
        self.seen = ""  # the last result of `look`

    def remember(self) -> None:
        """Take the file that is there now as ours."""
        self._opened = None if self._path is None else self._identity()
        if self._path is not None and self._opened is not None:
            # Stays open: closing it would release SQLite's own locks on the file (POSIX).
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            self._marks.append(self._mark())

    def look(self) -> str:
        """Check the file; return what happened to it, or "". A file that is put back counts as ours again."""
        self.seen = self._look()
        return self.seen

    def next_mark(self) -> int | None:
        """Return the mark to write into the file, or None if there is no file of ours."""
        if not self._marks or self.lost:
            return None
        self._marks.append((self._marks[-1] + 1) % _MARKS)
        return self._marks[-1]

    def forget_old_marks(self) -> None:
        """Stop accepting marks older than the one in the file now."""
        found = self._mark()
        while found in self._marks and self._marks[0] != found:
            self._marks.popleft()

    def require(self) -> None:
        """Raise DatabaseLost if the file is lost."""
        if self.lost:
            raise DatabaseLost(self.lost)

    def close(self) -> None:
        """Close the file, after all connections to it are closed."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            self._marks.clear()

    def _look(self) -> str:
        if self._path is None or self._opened is None:
            return ""
        try:
            now = self._identity()
            is_marked = self._is_marked()
        except OSError as error:  # a file system that fails proves nothing about the file
            return self.lost or f"the database's file cannot be looked at: {error.strerror}"
        if not is_marked:  # permanent: the contents are a mix of two files
            self._overwritten = "another file was copied over the database's file while we were running"
        if now == self._opened:
            self.lost = self._overwritten
        else:
            self.lost = f"the database's file was {'replaced' if now else 'deleted'} while we were running"
        return self.lost

    def _is_marked(self) -> bool:
        """Return whether the file holds one of our latest marks; the newest may still be in the log only."""
        if self._descriptor is None:
            return True
        if self._mark() not in self._marks:
            return False
        self.forget_old_marks()
        return True

    def _mark(self) -> int:
        assert self._descriptor is not None
        return int.from_bytes(os.pread(self._descriptor, 4, _MARK_AT), "big")

    def _identity(self) -> tuple[int, int] | None:
        """Return device and inode, or None if there is no file."""
        assert self._path is not None
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino
