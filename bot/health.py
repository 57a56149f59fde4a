"""The health of this process, for /healthz and `obole check`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.people import PlatformName


@dataclass(slots=True, kw_only=True)
class Health:
    """Collects problems. `refused` is set as they occur; the callables are asked for each report."""

    refused: dict[PlatformName, str] = field(default_factory=dict)  # reason, by platform that is off until restart
    database: Callable[[], str] = str  # what is wrong with the database file; empty if nothing
    hung: Callable[[], Mapping[str, float]] = dict  # seconds running, by hung job
    unreadable: Callable[[], Mapping[str, int]] = dict  # skipped updates, by platform

    def report(self) -> dict[str, object]:
        """Return the body of /healthz. A refused platform does not count as unhealthy: a restart would not help."""
        hung = {name: round(age) for name, age in self.hung().items()}
        database = self.database()
        return {
            "ok": not hung and not database,
            "hung": hung,
            "refused": dict(self.refused),
            "unreadable": dict(self.unreadable()),
            "database": database,
        }
