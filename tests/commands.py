"""Run `obole` commands in tests, each in a process forked from one that has imported everything.

Importing takes 1.7 s of CPU, most commands a tenth of that.
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot import terminal
from bot.cli import main

WIDTH = 300  # columns; a long path is not broken in two
_FORKS = multiprocessing.get_context("forkserver")


async def command(folder: Path, words: Sequence[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Run `obole` with these arguments. Return its exit status, and what it printed to stdout and stderr."""
    _FORKS.set_forkserver_preload([__name__])
    printed = folder.parent / f"{folder.name}.printed"
    process = _FORKS.Process(target=_run, args=(folder, list(words), dict(env), printed))
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode is not None
    return process.exitcode, printed.read_text()


def _run(folder: Path, words: Sequence[str], env: Mapping[str, str], printed: Path) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    with printed.open("wb") as file:
        for channel in (1, 2):
            os.dup2(file.fileno(), channel)
    terminal.out.width = terminal.err.width = WIDTH
    sys.argv = ["obole", *words]
    main()
