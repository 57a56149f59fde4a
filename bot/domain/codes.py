"""One-time codes that people copy by hand: easy to read aloud, hopeless to guess, kept as hashes only."""

import hashlib
import random
import re

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which are misread or make words
_LOOKALIKES = str.maketrans("OIL", "011")
_GROUP = 4

BRIEF = 8  # characters: 40 bits, for minutes, where guesses are counted
SHORT = 16  # characters: 80 bits, for a day
LONG = 28  # 140 bits, for years on paper


def new_code(rng: random.Random, length: int = SHORT) -> str:
    """`K7QF-2M9X-...`; `rng` must be the system's own where it is meant."""
    letters = "".join(rng.choice(_LETTERS) for _ in range(length))
    return "-".join(letters[at : at + _GROUP] for at in range(0, length, _GROUP))


def code_hash(typed: str, purpose: str = "staff") -> str:
    """What is kept of a code for one purpose, however it was typed: small letters, no hyphens, O for 0."""
    bare = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_LOOKALIKES)
    return hashlib.sha256(f"obole {purpose} code {bare}".encode()).hexdigest()
