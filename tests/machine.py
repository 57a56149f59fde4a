"""Resources of a test run: temporary files, compiled modules, garbage collection, size of simulations."""

import gc
import importlib.util
import os
import ssl
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

# Simulations and properties run at full size in `.ci/run` and if CI is set; a plain `pytest` runs them smaller, in
# a tenth of the time.
FULL = bool(os.environ.get("FULL_TESTS") or os.environ.get("CI"))

_ROOM = 2 << 30  # bytes that a memory file system must have free for databases and pictures
_MEMORY = Path("/dev/shm")


def use_memory() -> None:
    """Put temporary files on a memory file system with enough room, since most writes of tests wait for the disk.

    Does not override TMPDIR, and does not use Docker's small, non-executable /dev/shm.
    """
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK | os.X_OK):
        return
    room = os.statvfs(_MEMORY)
    if room.f_bavail * room.f_frsize >= _ROOM and not room.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def keep_bytecode() -> None:
    """Make Python write compiled modules even if the environment disables that.

    Tests start a hundred processes; compiling four hundred modules in each takes 3 s of CPU.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def collect_less_garbage() -> None:
    """Collect cycles less often: with all the imports of tests, that takes a twelfth of their CPU."""
    gc.set_threshold(20_000, 20, 20)


def share_certificates() -> None:
    """Read the trusted certificates once: HTTP clients that tests open by the hundred never speak TLS to anybody."""
    ssl.create_default_context = cache(ssl.create_default_context)


def import_less() -> None:
    """Remember that sniffio is not installed: httpcore looks for it in all folders twice per request."""
    if importlib.util.find_spec("sniffio") is None:
        missing: dict[str, Any] = sys.modules
        missing["sniffio"] = None
