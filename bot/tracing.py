"""One id for everything that follows from one webhook, update or run of a job; each line of the log carries it."""

import secrets
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_MOST_MESSAGES = 10_000  # remembered; others get an id of their own when they leave
_current: ContextVar[str] = ContextVar("trace", default="")
_of_messages: OrderedDict[int, str] = OrderedDict()


def current() -> str:
    """Return the id of what is going on; empty outside of `traced`."""
    return _current.get()


@contextmanager
def traced(trace: str = "") -> Iterator[str]:
    """Give what happens inside an id: this one, or a new one."""
    found = trace or secrets.token_hex(4)
    token = _current.set(found)
    try:
        yield found
    finally:
        _current.reset(token)


def remember(message_id: int) -> None:
    """Note that a message follows from what is going on; it may leave much later, in another task."""
    if trace := current():
        _of_messages[message_id] = trace
        if len(_of_messages) > _MOST_MESSAGES:
            _of_messages.popitem(last=False)


def recall(message_id: int) -> str:
    """Return the id under which a message was decided, once; empty if that was before the start."""
    return _of_messages.pop(message_id, "")
