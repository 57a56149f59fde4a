"""Which cores a benchmark's processes use: the bot that is measured has one to itself, all others share the rest."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def use_one_core() -> None:
    """Keep this process on one core, with all threads that it starts from now on."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def leave_one_core() -> None:
    """Keep this process off the core that `use_one_core` takes, unless there is only one."""
    if hasattr(os, "sched_setaffinity"):
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, cores - {min(cores)} or cores)


@contextmanager
def without_one_core() -> Iterator[None]:
    """Like `leave_one_core`, for what is started within the context."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    leave_one_core()
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
