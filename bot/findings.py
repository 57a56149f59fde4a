"""The findings of `obole check`: a message, and how to fix it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    level: Level
    message: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding for `--json`, under its published keys."""
        return {"level": self.level, "what": self.message, "mend": self.fix}


def ok(message: str) -> Finding:
    """Return a finding that needs no action."""
    return Finding("ok", message)


def warning(message: str, fix: str) -> Finding:
    """Return a finding that should be looked at, although everything works."""
    return Finding("warning", message, fix)


def problem(message: str, fix: str) -> Finding:
    """Return a finding that must be fixed."""
    return Finding("problem", message, fix)
