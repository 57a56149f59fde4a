"""Run `obole` commands in tests, each in a forked process (see forks.py)."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot import terminal
from bot.cli import main
from tests.forks import FORKS, become

WIDTH = 300  # columns; a long path is not broken in two


async def command(folder: Path, words: Sequence[str], env: Mapping[str, str]) -> tuple[int, str]:
    """Run `obole` with these arguments. Return its exit status, and what it printed to stdout and stderr."""
    printed = folder.parent / f"{folder.name}.printed"
    process = FORKS.Process(target=_run, args=(folder, list(words), dict(env), printed))
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode is not None
    return process.exitcode, printed.read_text()


def _run(folder: Path, words: Sequence[str], env: Mapping[str, str], printed: Path) -> None:
    os.chdir(folder)
    with printed.open("wb") as file:
        become(None, file.fileno(), file.fileno(), env)
    terminal.out.width = terminal.err.width = WIDTH
    sys.argv = ["obole", *words]
    main()
