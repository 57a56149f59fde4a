"""References: who was asked, for which campaign and by which appeal, in a signed token for a payment link's URL.

A token stays in chats indefinitely, contains nothing secret and needs no row:

    base64url( key id, 2 bytes | supporter | campaign | touch kind, 1 byte | touch id | MAC, 12 bytes )

with the three ids as varints (7 bits a byte, low bits first). Ordinary ids give 28 to 34 characters.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

_KEY_ID_BYTES = 2
_MAC_BYTES = 12
_SHORTEST_MAC = 12
_LONGEST_TOKEN = 200  # what Stripe accepts as client_reference_id
_MAX_ID = 2**63 - 1

Reason = Literal["malformed", "unknown_key", "forged"]


class BadReference(ValueError):
    """The token is not one of ours. `reason`: malformed, unknown_key (its key was retired) or forged."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"bad reference: {reason}")
        self.reason: Reason = reason


class TouchKind(StrEnum):
    """The kind of appeal that a link came from."""

    COMMAND = "c"
    CARD = "p"  # a card posted in a channel or group
    BROADCAST = "b"
    NUDGE = "n"
    INVITE = "i"
    THANKS = "t"
    NONE = "-"


@dataclass(frozen=True, slots=True)
class Touch:
    """The appeal that a gift came from. `id`: the row of that kind, or 0 if the kind has no rows."""

    kind: TouchKind
    id: int = 0


NOBODY = 0
"""The supporter of a link that is not for one person, such as on a page or in a channel."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The supporter a link was made for, its campaign, and the appeal. Ids are 0 to 2**63 - 1."""

    supporter_id: int
    campaign_id: int
    touch: Touch


class Keyring:
    """Sign with the newest secret, and accept signatures by any of them.

    secrets: newest first. Raises ValueError if there are none or one is blank.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if isinstance(secrets, str) or not secrets or not all(secret.strip() for secret in secrets):
            raise ValueError("a keyring needs a sequence of secrets, none of them blank")
        self._keys = tuple(secret.encode() for secret in secrets)
        self._ids = tuple(_key_id(key) for key in self._keys)

    def __repr__(self) -> str:  # without the secrets
        return f"Keyring({len(self._keys)} keys)"

    def sign(self, ref: Reference) -> str:
        """Return the token of a reference, always the same one. Raises ValueError for an id out of range."""
        body = self._ids[0] + _pack(ref)
        return _encode(body + _mac(self._keys[0], "reference", body)[:_MAC_BYTES])

    def read(self, token: str) -> Reference:
        """Return the reference in a token. Raises BadReference."""
        raw = _decode(token)
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        keys = [key for key, key_id in zip(self._keys, self._ids, strict=True) if key_id == body[:_KEY_ID_BYTES]]
        if not keys:
            raise BadReference("unknown_key")
        # Secrets may share an id: there are only 65,536 of them.
        if not any(hmac.compare_digest(_mac(key, "reference", body)[:_MAC_BYTES], mac) for key in keys):
            raise BadReference("forged")
        return _unpack(body[_KEY_ID_BYTES:])

    def mac(self, purpose: str, data: bytes, length: int = 32) -> bytes:
        """Return a MAC of `length` bytes (12 to 32) by the newest secret, valid for this purpose only."""
        if not _SHORTEST_MAC <= length <= 32:
            raise ValueError("a MAC has 12 to 32 bytes")
        return _mac(self._keys[0], purpose, data)[:length]

    def macs(self, purpose: str, data: bytes, length: int = 32) -> list[bytes]:
        """Return the MAC by each secret, newest first, to find values stored under an older one."""
        if not _SHORTEST_MAC <= length <= 32:
            raise ValueError("a MAC has 12 to 32 bytes")
        return [_mac(key, purpose, data)[:length] for key in self._keys]

    def verify(self, purpose: str, data: bytes, mac: bytes) -> bool:
        """Return whether one of the secrets made this MAC (12 bytes or more) for this purpose."""
        if not _SHORTEST_MAC <= len(mac) <= 32:
            return False
        return any(hmac.compare_digest(_mac(key, purpose, data)[: len(mac)], mac) for key in self._keys)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"obole key id\0" + key).digest()[:_KEY_ID_BYTES]


def _mac(key: bytes, purpose: str, data: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + data, "sha256")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(token: str) -> bytes:
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
        raise BadReference("malformed")
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadReference("malformed") from None
    # Each reference has one spelling: unused bits in the last character would allow aliases.
    if _encode(raw) != token or len(raw) < _KEY_ID_BYTES + 4 + _MAC_BYTES:
        raise BadReference("malformed")
    return raw


def _pack(ref: Reference) -> bytes:
    kind = ord(ref.touch.kind.value)
    return _varint(ref.supporter_id) + _varint(ref.campaign_id) + bytes([kind]) + _varint(ref.touch.id)


def _unpack(body: bytes) -> Reference:
    try:
        supporter_id, at = _read_varint(body, 0)
        campaign_id, at = _read_varint(body, at)
        kind = TouchKind(chr(body[at]))
        touch_id, at = _read_varint(body, at + 1)
    except (IndexError, ValueError):
        raise BadReference("malformed") from None
    if at != len(body):
        raise BadReference("malformed")
    return Reference(supporter_id, campaign_id, Touch(kind, touch_id))


def _varint(number: int) -> bytes:
    if type(number) is not int or not 0 <= number <= _MAX_ID:
        raise ValueError(f"an id is an integer from 0 to 2**63 - 1, not {number!r}")
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return number, at
        shift += 7
