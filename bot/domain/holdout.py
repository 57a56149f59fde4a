"""The holdout that shows whether reminders work: drawn once per supporter, by a keyed hash.

The key is a separate secret, stored in the database: replacing a reference key must not change the draw.
"""

import hmac
from dataclasses import dataclass
from typing import Literal

USUAL = 0.1  # of supporters, by default; stored policies keep theirs
LARGE = 0.5  # answers sooner, but costs more gifts

ArmName = Literal["sent", "held_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A supporter's arm, and the probability of the "sent" arm."""

    arm: ArmName
    propensity: float
    text: int  # 0 or 1: which of two texts


def draw(secret: bytes, policy: str, supporter_id: int, share: float, of_all: float = 0.0) -> Draw:
    """Return a supporter's arm under a policy that holds out `share` of supporters. Always the same.

    Lowering the share keeps a subset of those held out before, so few supporters change arms. `of_all`: of supporters,
    held out of every policy besides.
    """
    sent = _point(secret, "all", supporter_id) >= of_all and _point(secret, policy, supporter_id) >= share
    propensity = 1 - held_out_share(share, of_all)
    text = int(_point(secret, f"text:{policy}", supporter_id) >= 0.5)
    return Draw(arm="sent" if sent else "held_out", propensity=propensity, text=text)


def draw_alone(secret: bytes, test: str, supporter_id: int, share: float) -> ArmName:
    """Return a supporter's arm in a test that has nothing to do with reminders. Always the same."""
    return "sent" if _point(secret, test, supporter_id) >= share else "held_out"


def held_out_share(share: float, of_all: float) -> float:
    """Return the share of supporters who get no reminders by a policy: held out by it (`share`) or of every one."""
    return share + of_all - share * of_all


def spread(secret: bytes, reason: str, supporter_id: int) -> float:
    """Return a number from 0 to 1 that spreads messages which would otherwise go out together."""
    return _point(secret, f"spread:{reason}", supporter_id)


def _point(secret: bytes, purpose: str, supporter_id: int) -> float:
    hashed = hmac.digest(secret, f"{purpose}:{supporter_id}".encode(), "sha256")
    return int.from_bytes(hashed[:7]) / 2**56
