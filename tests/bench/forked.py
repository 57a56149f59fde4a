"""A benchmark whose programs are forks of one process, for the smoke test: it takes half the CPU.

Figures would differ, since forks share memory and start at once; the benchmarks themselves start every program afresh.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench import program
from tests.bench.__main__ import main
from tests.forks import FORKS, Fork


def _fork(errors: Path) -> program.Start:
    def start(module: str, arguments: Sequence[str]) -> Fork:
        return Fork(f"tests.bench.{module}", arguments, errors)

    return start


if __name__ == "__main__":
    errors, *words = sys.argv[1:]
    program.start, program.processes = _fork(Path(errors)), FORKS
    sys.exit(main(words))
