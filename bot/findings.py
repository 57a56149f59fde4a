"""What `obole check` finds, in plain words: what it is, and how to mend it."""

from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    what: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


def ok(what: str) -> Finding:
    """All is well."""
    return Finding("ok", what)


def warning(what: str, mend: str) -> Finding:
    """It works, but somebody should look."""
    return Finding("warning", what, mend)


def problem(what: str, mend: str) -> Finding:
    """It does not work until somebody mends it."""
    return Finding("problem", what, mend)
