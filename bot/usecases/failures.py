"""The one way in which an unexpected error is reported: the log, staff and, where set, an error tracker get one id.

Reporting never fails and never waits, so that it can be called from any handler. Staff are notified by a recurring job
(`core/failure_notices.py`), which works even if the database was what failed.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot import tracing
from bot.store.faults import is_transient
from bot.usecases.ports import RetryLater
from payments.gateway_errors import GatewayUnavailable

log = logging.getLogger(__name__)

Track = Callable[[BaseException, str, str], None]  # error, place, id -> the error tracker


def _track_nowhere(_error: BaseException, _where: str, _id: str) -> None:
    """Do nothing: no error tracker is set."""


@dataclass(slots=True)
class Failure:
    """Failures in one place of which staff have not been notified yet. `id`: the first one's, as in the log."""

    id: str
    count: int = 1


@dataclass(slots=True, kw_only=True)
class Failures:
    """The failures of this process."""

    track: Track = _track_nowhere
    waiting: dict[str, Failure] = field(default_factory=dict)  # by place
    notified_at: dict[str, datetime] = field(default_factory=dict)  # when staff were last notified, by place

    def report(self, error: BaseException, where: str, item: str = "") -> str:
        """Log an error, pass it to the error tracker and have staff notified. Return its id.

        `where`: a few words that staff read, such as "messages on telegram"; the same for every error of one place.
        `item`: what it concerned, by id; for the log alone. Of outages, which end by themselves, staff hear nothing.
        """
        found = self.log(error, where, item)
        if not is_outage(error):
            if where in self.waiting:
                self.waiting[where].count += 1
            else:
                self.waiting[where] = Failure(found)
        return found

    def log(self, error: BaseException, where: str, item: str = "") -> str:
        """Like `report`, for errors of which staff are notified otherwise, or cannot be."""
        found = tracing.current() or secrets.token_hex(4)
        log.error("%s failed%s; error %s", where, f" at {item}" if item else "", found, exc_info=error)
        if not is_outage(error):
            self.track(error, where, found)
        return found


def is_outage(error: BaseException) -> bool:
    """Return whether an error is an outage of the database or a service, so that a retry may succeed."""
    return isinstance(error, GatewayUnavailable | RetryLater) or is_transient(error)
