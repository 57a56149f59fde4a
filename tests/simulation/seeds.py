"""Seeds that change with the code and can be replayed."""

import subprocess
from hashlib import blake2b
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def commit_seed() -> int:
    """Return a seed derived from the commit; outside a repository, always the same one."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=_ROOT, capture_output=True, text=True, check=False)
    return int.from_bytes(blake2b((head.stdout.strip() or "no commit").encode(), digest_size=8).digest())
