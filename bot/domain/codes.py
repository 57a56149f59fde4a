"""One-time codes that people copy by hand: easy to read aloud, infeasible to guess, stored as hashes only."""

import hashlib
import random
import re

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O and U, which are misread or form words
_LOOKALIKES = str.maketrans("OIL", "011")
_GROUP = 4

BRIEF = 8  # characters: 40 bits, valid for minutes with limited guesses
SHORT = 16  # characters: 80 bits, valid for a day
LONG = 28  # 140 bits, valid for years on paper


def new_code(rng: random.Random, length: int = SHORT) -> str:
    """Return a code such as `K7QF-2M9X-...`. `rng` must be a system random source in production."""
    letters = "".join(rng.choice(_LETTERS) for _ in range(length))
    return "-".join(letters[at : at + _GROUP] for at in range(0, length, _GROUP))


def code_hash(typed: str, purpose: str = "staff") -> str:
    """Return the hash stored for a code and purpose, ignoring case, hyphens and look-alikes such as O for 0."""
    bare = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_LOOKALIKES)
    return hashlib.sha256(f"obole {purpose} code {bare}".encode()).hexdigest()
