"""Processes of ours in tests, forked from one that has imported everything: importing takes 2 s of CPU in each.

What is tested must not depend on how a process starts.
"""

import os
import runpy
import subprocess
import sys
import warnings
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.preloaded"])
_INPUT, _OUTPUT, _ERRORS = range(3)


class Fork:
    """A module run as a program in a forked process, with the part of `subprocess.Popen` that tests use.

    What it writes to standard error is appended to the file `errors`. `folder`, `environment`: in place of
    this process's.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str],
        errors: Path,
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        read_by_it, written_by_us = FORKS.Pipe(duplex=False)
        read_by_us, written_by_it = FORKS.Pipe(duplex=False)
        self._errors = errors
        files = (read_by_it, written_by_it, errors)
        self._process = FORKS.Process(target=_run, args=(module, arguments, *files, folder or Path.cwd(), environment))
        self._process.start()
        self.stdin = os.fdopen(os.dup(written_by_us.fileno()), "w")
        self.stdout = os.fdopen(os.dup(read_by_us.fileno()))
        for end in (read_by_it, written_by_us, read_by_us, written_by_it):
            end.close()

    @property
    def stderr(self) -> str:
        """What it and its own forks have written to standard error so far."""
        return self._errors.read_text() if self._errors.exists() else ""

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit status. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self._process.exitcode

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def send_signal(self, signal: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, signal)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self) -> None:
        """End it if it still runs."""
        self.kill()
        self.stdin.close()
        self.stdout.close()


def _run(
    module: str,
    arguments: Sequence[str],
    stdin: Connection,
    stdout: Connection,
    errors: Path,
    folder: Path,
    environment: Mapping[str, str] | None,
) -> None:
    os.chdir(folder)
    with errors.open("ab") as file:
        become(stdin.fileno(), stdout.fileno(), file.fileno(), environment)
    stdin.close()
    stdout.close()
    sys.argv = [module, *arguments]
    warnings.filterwarnings("ignore", ".*found in sys.modules", RuntimeWarning)  # its module has been imported already
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def become(stdin: int | None, stdout: int, stderr: int, environment: Mapping[str, str] | None = None) -> None:
    """Make these the standard files of this process, and its environment if given."""
    if stdin is not None:
        os.dup2(stdin, _INPUT)
        sys.stdin = open(_INPUT, closefd=False)  # noqa: SIM115 - as long as the process
    os.dup2(stdout, _OUTPUT)
    os.dup2(stderr, _ERRORS)
    if environment is not None:
        os.environ.clear()
        os.environ.update(environment)
