"""What the process would print in its log: our own formatter at the level that `obole` enables."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.logs import DiscreetFormatter


@contextmanager
def as_printed() -> Iterator[io.StringIO]:
    """Everything that any logger, the libraries' own included, prints meanwhile."""
    printed = io.StringIO()
    handler = logging.StreamHandler(printed)
    handler.setFormatter(DiscreetFormatter("%(name)s: %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        yield printed
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
