"""Logging without personal data: where something failed and why, never people's names or texts.

An exception's message often quotes a value (`KeyError: 'Ana'`), and PostgreSQL's details quote whole rows. So a
traceback is printed with every frame, but with the message only if its type is known to quote no values.
"""

import asyncio
import copy
import logging
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

# Their messages concern code, the network or the file system. ValueError and LookupError quote values.
_QUOTE_NOTHING = (OSError, RuntimeError, AttributeError, NameError, TypeError, ImportError, ArithmeticError)
_PACKAGES = ("bot", "payments", "content", "aiohttp", "telegram", "discord", "stripe", "alembic")  # safe messages
_DRIVERS = ("sqlite3", "psycopg")  # the first line names the constraint; the others quote the row


def place_of(error: BaseException) -> str:
    """Return an exception's type and innermost line of code, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {'/'.join(frames[-1].filename.split('/')[-2:])}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def described(error: BaseException) -> str:
    """Return an exception's type, with its message if that quotes no personal data."""
    kind, package = type(error), type(error).__module__.partition(".")[0]
    original = getattr(error, "orig", None)
    if package == "sqlalchemy" and isinstance(original, BaseException):
        return described(original)
    if package in _DRIVERS and kind.__name__ != "DataError":
        message = str(error).partition("\n")[0]
    elif isinstance(error, _QUOTE_NOTHING) or (
        package in _PACKAGES and not isinstance(error, ValueError | LookupError)
    ):
        message = str(error)
    else:
        message = ""
    return f"{kind.__qualname__}: {message}" if message else kind.__qualname__


class DiscreetFormatter(logging.Formatter):
    """Formats tracebacks without personal data."""

    def format(self, record: logging.LogRecord) -> str:
        """Format the record afresh: another handler may have cached a traceback in it."""
        copied = copy.copy(record)
        copied.exc_text = None
        return super().format(copied)

    def formatException(self, ei: Any) -> str:
        """Return the traceback with its causes."""
        return "".join(_traceback(ei[1], set())).rstrip("\n")


def _traceback(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _traceback(before, seen)
        how = "caused this one" if error.__cause__ is not None else "was being handled when this one occurred"
        yield f"\nThe error above {how}:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{described(error)}\n"
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        if id(one) not in seen:
            yield "".join(f"  | {line}\n" for line in "".join(_traceback(one, seen)).splitlines())


def log_loop_failure(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """Log what asyncio reports. Its default handler prints tasks and futures, whose repr quotes their exception."""
    error = context.get("exception")
    logging.getLogger("asyncio").error("%s", context.get("message", "unhandled error"), exc_info=error)
