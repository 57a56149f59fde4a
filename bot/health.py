"""What is wrong with this process, for /healthz, which `obole check` reads too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.people import PlatformName


@dataclass(slots=True, kw_only=True)
class Health:
    """Filled in by whoever notices; `hung` and `unreadable` are asked for when they are wanted."""

    refused: dict[PlatformName, str] = field(default_factory=dict)  # platforms that are off until the next start
    database: Callable[[], str] = str  # what is wrong with the database's file
    hung: Callable[[], Mapping[str, float]] = dict  # jobs, and for how many seconds they have been running
    unreadable: Callable[[], Mapping[str, int]] = dict  # updates that were skipped, by platform

    def report(self) -> dict[str, object]:
        """What /healthz shows. A platform that is off is no reason to restart, which would only be refused again."""
        hung = {name: round(age) for name, age in self.hung().items()}
        database = self.database()
        return {
            "ok": not hung and not database,
            "hung": hung,
            "refused": dict(self.refused),
            "unreadable": dict(self.unreadable()),
            "database": database,
        }
