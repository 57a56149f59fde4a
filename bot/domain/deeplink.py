"""What a `?start=` payload says: at most 64 characters of [A-Za-z0-9_-] (Telegram's rule)."""

import re
from dataclasses import dataclass

from bot.domain.ids import read_id
from payments.reference import Touch, TouchKind

_GIVE = re.compile(r"g_(\d{1,19})(?:_(\d{1,12}))?(?:_([a-z])(\d{1,19}))?")
_CLAIM = re.compile(r"c_([A-Za-z0-9-]{8,62})")
_STAFF = re.compile(r"s_([A-Za-z0-9-]{8,62})")


@dataclass(frozen=True, slots=True)
class GivePayload:
    """Straight to a campaign, with the amount (minor units) and the touch of the card that was tapped."""

    campaign_id: int
    minor: int | None
    touch: Touch


@dataclass(frozen=True, slots=True)
class ClaimPayload:
    """A payer comes from the return page to claim their anonymous gift."""

    token: str


@dataclass(frozen=True, slots=True)
class StaffPayload:
    """Somebody follows an invitation to the staff: its one-time code."""

    code: str


Payload = GivePayload | ClaimPayload | StaffPayload


def give_payload(campaign_id: int, minor: int | None = None, touch: Touch | None = None) -> str:
    """The payload behind a shared card's button."""
    amount = "" if minor is None else f"_{minor}"
    origin = "" if touch is None else f"_{touch.kind.value}{touch.id}"
    return f"g_{campaign_id}{amount}{origin}"


def read_touch(kind: str | None, digits: str | None) -> Touch:
    """The touch that a button or link carries; a command's where it carries none, or one that cannot be ours."""
    touch_id = read_id(digits) if digits else None
    if kind not in {k.value for k in TouchKind} or touch_id is None:
        return Touch(TouchKind.COMMAND)
    return Touch(TouchKind(kind), touch_id)


def read_payload(text: str) -> Payload | None:
    """What the payload means; None for one that is foreign, cut or made up."""
    if match := _GIVE.fullmatch(text):
        campaign, minor, kind, ident = match.groups()
        campaign_id = read_id(campaign)
        if campaign_id is None:
            return None
        return GivePayload(campaign_id, int(minor) if minor else None, read_touch(kind, ident))
    if match := _CLAIM.fullmatch(text):
        return ClaimPayload(match.group(1))
    if match := _STAFF.fullmatch(text):
        return StaffPayload(match.group(1))
    return None
