import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta

import pytest
import stripe

from payments.facts import SignatureRefused, verify_signature

RAW = '{"id": "evt_1", "object": "event", "é": 1}'.encode()
NOW = datetime(2026, 11, 23, tzinfo=UTC)
STAMP = int(NOW.timestamp())


def signature(secret: str, stamp: int = STAMP, raw: bytes = RAW) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()


def header(*secrets: str, stamp: int = STAMP) -> str:
    return ",".join([f"t={stamp}", *(f"v1={signature(secret, stamp)}" for secret in secrets), "v0=0123"])


@pytest.mark.parametrize(
    ("signed_with", "known"),
    [(("new",), ("new",)), (("old", "new"), ("new",)), (("old",), ("new", "old"))],
)
def test_one_matching_pair_is_enough(signed_with: tuple[str, ...], known: tuple[str, ...]) -> None:
    verify_signature(RAW, header(*signed_with), known, NOW)


@pytest.mark.parametrize(
    "bad",
    [
        "", "t=,v1=", f"t={STAMP}", f"v1={signature('new')}", f"t=x,v1={signature('new')}", header("other"),
        f"t=²,v1={signature('new')}", f"t={STAMP},v1=é", f"t={STAMP},v0={signature('new')}", "," * 5000,
        f"t={'9' * 4000},v1={signature('new')}", header("new").upper(),
    ],
)  # fmt: skip
def test_malformed_header_is_refused(bad: str) -> None:
    with pytest.raises(SignatureRefused):
        verify_signature(RAW, bad, ["new"], NOW)


def test_changed_byte_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        verify_signature(RAW + b" ", header("new"), ["new"], NOW)


@pytest.mark.parametrize(("age", "accepted"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_old_signature_is_refused(age: int, accepted: bool) -> None:
    now = NOW + timedelta(seconds=age)
    if accepted:
        verify_signature(RAW, header("new"), ["new"], now)
    else:
        with pytest.raises(SignatureRefused):
            verify_signature(RAW, header("new"), ["new"], now)


def test_without_secrets_nothing_is_accepted() -> None:
    with pytest.raises(SignatureRefused):
        verify_signature(RAW, header("new"), [], NOW)


def test_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        verify_signature(RAW, header("new"), ["new"], NOW.replace(tzinfo=None))


def test_result_matches_stripes_library() -> None:
    signed = header("whsec_x", stamp=int(time.time()))
    stripe.WebhookSignature.verify_header(RAW.decode(), signed, "whsec_x")
    verify_signature(RAW, signed, ["whsec_x"], datetime.now(UTC))
