"""Whether SQLite's file is still the one that we opened: a process goes on writing into a deleted file, unnoticed."""

from pathlib import Path


class DatabaseLost(OSError):
    """The database's file was deleted or replaced; what is written now is lost."""


class FileWatch:
    """Remembers which file was opened. Without a path (PostgreSQL, memory) nothing is ever lost."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._opened: tuple[int, int] | None = None
        self.lost = ""  # what happened to it
        self.seen = ""  # what the last look returned

    def remember(self) -> None:
        """Take the file that is there now as ours."""
        self._opened = None if self._path is None else self._identity()

    def look(self) -> str:
        """Return what happened to the file, or nothing. A file that is put back is ours again."""
        self.seen = self._look()
        return self.seen

    def _look(self) -> str:
        if self._path is None or self._opened is None:
            return ""
        try:
            now = self._identity()
        except OSError as error:  # a file system that does not answer says nothing about the file
            return self.lost or f"the database's file cannot be looked at: {error.strerror}"
        if now == self._opened:
            self.lost = ""
        else:
            self.lost = f"the database's file was {'replaced' if now else 'deleted'} while we were running"
        return self.lost

    def require(self) -> None:
        """Raises DatabaseLost."""
        if self.lost:
            raise DatabaseLost(self.lost)

    def _identity(self) -> tuple[int, int] | None:
        """Device and inode; None where there is no file."""
        assert self._path is not None
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino
