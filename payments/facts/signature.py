"""Webhook signatures, checked over the received bytes."""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=300)


class SignatureRefused(ValueError):
    """The webhook was not signed with one of our secrets, or too long ago."""


class SignatureExpired(SignatureRefused):
    """The signature's time is too far from ours: the webhook was delayed, or a clock is wrong."""


def verify_signature(
    raw: bytes, header: str, secrets: Sequence[str], now: datetime, tolerance: timedelta = TOLERANCE
) -> None:
    """Check the header `Stripe-Signature: t=<unix time>,v1=<hex>[,v1=<hex>...]` against the body.

    While a secret is being replaced there are several, and Stripe sends one v1 for each; one matching pair is enough.
    now: aware UTC. Raises SignatureRefused, with a reason that may be logged.
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
    raise SignatureRefused("no secret matches")


def _parse(header: str) -> tuple[str, list[str]]:
    """Return the time as written (it is part of the signed text) and the v1 signatures."""
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
