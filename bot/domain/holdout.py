"""Who is held out, so that it can be told whether reminders work: drawn once for each supporter, by a keyed hash.

The key is a secret of its own, kept in the database: with the keys of references, replacing one would draw anew.
"""

import hmac
from dataclasses import dataclass
from typing import Literal

HELD_OUT_OF_ALL = 0.05  # of supporters, beside each policy's own holdout
AT_FIRST = 0.5
LATER = 0.1

ArmName = Literal["sent", "held_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Which arm a supporter is in, and what the chance was of being sent to."""

    arm: ArmName
    propensity: float
    text: int  # 0 or 1: which of two texts


def draw(secret: bytes, policy: str, supporter_id: int, share: float) -> Draw:
    """The arm of one supporter under one policy, of which `share` are held out. The same every time.

    A smaller share holds out a part of those whom the larger one held out, so that few change arms.
    """
    sent = _point(secret, "all", supporter_id) >= HELD_OUT_OF_ALL and _point(secret, policy, supporter_id) >= share
    propensity = (1 - HELD_OUT_OF_ALL) * (1 - share)
    text = int(_point(secret, f"text:{policy}", supporter_id) >= 0.5)
    return Draw(arm="sent" if sent else "held_out", propensity=propensity, text=text)


def spread(secret: bytes, reason: str, supporter_id: int) -> float:
    """A number from 0 to 1 by which messages that would go out together are spread."""
    return _point(secret, f"spread:{reason}", supporter_id)


def _point(secret: bytes, purpose: str, supporter_id: int) -> float:
    hashed = hmac.digest(secret, f"{purpose}:{supporter_id}".encode(), "sha256")
    return int.from_bytes(hashed[:7]) / 2**56
