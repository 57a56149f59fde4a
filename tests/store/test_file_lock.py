"""One process serves a SQLite file; the lock ends with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.file_lock import InUse, serve_alone

_HOLD = """
import sys
from pathlib import Path
from bot.store.file_lock import serve_alone
with serve_alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_lock_is_held_until_released_or_process_killed(tmp_path: Path) -> None:
    file = tmp_path / "obole.sqlite3"
    with serve_alone(file):
        pass
    command = [sys.executable, "-c", _HOLD, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(InUse, match="another"), serve_alone(file):
            pass
        other.kill()
    with serve_alone(file):
        pass
