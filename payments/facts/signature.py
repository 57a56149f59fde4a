"""Webhook signatures, over the bytes as they came."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=300)


class SignatureRefused(ValueError):
    """The webhook was not signed by Stripe with one of our secrets, or too long ago."""


class SignatureExpired(SignatureRefused):
    """Its time is too far from ours: it was held back, or one of the clocks is wrong."""


def verify_signature(
    raw: bytes, header: str, secrets: Sequence[str], now: datetime, tolerance: timedelta = TOLERANCE
) -> None:
    """Check the header `Stripe-Signature: t=<unix time>,v1=<hex>[,v1=<hex>...]` against the body.

    While secrets are rolled there are several of them, and Stripe sends one v1 for each: any pair that fits
    will do. now: aware UTC. Raises SignatureRefused, with a reason that may be logged.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware")
    stamp, given = _parse(header)
    if abs(now.timestamp() - int(stamp)) > tolerance.total_seconds():
        raise SignatureExpired("signed too long ago, or the clock is wrong")
    signed = stamp.encode() + b"." + raw
    for secret in secrets:
        expected = hmac.digest(secret.encode(), signed, "sha256").hex()
        if any(hmac.compare_digest(expected, signature) for signature in given):
            return
    raise SignatureRefused("no secret fits")


def _parse(header: str) -> tuple[str, list[str]]:
    """The time as it was written (it is part of what is signed) and the v1 signatures."""
    stamp, given = "", []
    for item in header[:2000].split(","):
        scheme, _, value = item.strip().partition("=")
        if scheme == "t":
            stamp = value
        elif scheme == "v1" and value.isascii():
            given.append(value)
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12) or not given:
        raise SignatureRefused("no time or no v1 signature in the header")
    return stamp, given
