"""How the log is written: lines of text, or JSON for a log collector. The standard library is enough for both.

Every record becomes one line, with an ISO time and its zone, and the id of what it belongs to (`tracing.py`).
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot import tracing
from bot.logs import DiscreetFormatter, place_of

Style = Literal["text", "json"]

_CHATTY = ("httpx", "httpcore", "stripe", "alembic", "discord", "aiohttp.access")
_SAME_MOST = 5  # warnings and errors of one place that are written in a minute; further ones are counted
_MINUTE = 60.0


def set_up(style: Style | None, handler: logging.Handler) -> None:
    """Let everything be logged through this handler. `style` None: the handler's own format, for a terminal."""
    handler.setFormatter(_FORMATTERS[style]() if style else DiscreetFormatter("%(name)s: %(message)s"))
    handler.addFilter(Floods())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


class TextFormatter(DiscreetFormatter):
    """One line: time, level, logger, id, message; tracebacks with escaped line ends."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        trace = f" [{found}]" if (found := tracing.current()) else ""
        whole = f"{_time_of(record)} {record.levelname} {record.name}{trace} {super().format(record)}"
        return whole.replace("\r", "\\r").replace("\n", "\\n")


class JsonFormatter(DiscreetFormatter):
    """One JSON object: time, level, logger, id, message, and the traceback of an error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        found = {"time": _time_of(record), "level": record.levelname.lower(), "logger": record.name}
        if trace := tracing.current():
            found["id"] = trace
        found["message"] = record.getMessage()
        if record.exc_info:
            found["traceback"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=False)


_FORMATTERS: dict[Style, Callable[[], DiscreetFormatter]] = {"text": TextFormatter, "json": JsonFormatter}


def _time_of(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


@dataclass(slots=True)
class _Same:
    since: float
    written: int = 0
    left_out: int = 0


class Floods(logging.Filter):
    """Leaves out warnings and errors that repeat within a minute, and says with the next one how many there were."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._monotonic = monotonic
        self._seen: dict[tuple[str, object, str], _Same] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write a record."""
        if record.levelno < logging.WARNING:
            return True
        now = self._monotonic()
        error = record.exc_info[1] if record.exc_info else None
        key = (record.name, record.msg, "" if error is None else place_of(error))
        same = self._seen.setdefault(key, _Same(now))
        if now - same.since >= _MINUTE:
            if same.left_out:
                record.msg = f"{record.getMessage()} ({same.left_out} more like this were left out)"
                record.args = None
            self._seen = {other: one for other, one in self._seen.items() if now - one.since < _MINUTE or one.left_out}
            same = self._seen[key] = _Same(now)
        if same.written >= _SAME_MOST:
            same.left_out += 1
            return False
        same.written += 1
        return True
