"""Seeds that change with the code and can be played again."""

import subprocess
from hashlib import blake2b
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def commit_seed() -> int:
    """A seed derived from the commit; the same everywhere outside a repository."""
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=_ROOT, capture_output=True, text=True, check=False)
    return int.from_bytes(blake2b((asked.stdout.strip() or "no commit").encode(), digest_size=8).digest())
