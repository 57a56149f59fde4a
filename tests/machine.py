"""What a run takes from the machine: where temporary files lie, compiled modules, how long simulations are."""

import gc
import os
import sys
import tempfile
from pathlib import Path

# Simulations and properties are played at full size by `.ci/run` and wherever CI is set; a plain `pytest` plays them
# smaller, in a tenth of the time.
FULL = bool(os.environ.get("FULL_TESTS") or os.environ.get("CI"))

_ROOM = 2 << 30  # bytes a memory file system must have free: the databases and pictures of a run
_MEMORY = Path("/dev/shm")


def use_memory() -> None:
    """Put temporary files on a memory file system where there is room: most of what tests write waits for the disk.

    A TMPDIR that is set stays. Docker's small /dev/shm from which nothing can be run is left alone.
    """
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK | os.X_OK):
        return
    room = os.statvfs(_MEMORY)
    if room.f_bavail * room.f_frsize >= _ROOM and not room.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def keep_bytecode() -> None:
    """Let Python keep compiled modules where the environment says not to.

    Tests start a hundred processes of ours; compiling four hundred modules in each takes 3 s of CPU.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def collect_less_garbage() -> None:
    """Look for cycles less often: with all that tests import, looking takes a twelfth of their CPU."""
    gc.set_threshold(20_000, 20, 20)
