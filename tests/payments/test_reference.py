import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.reference import BadReference, Keyring, Reference, Touch, TouchKind

ids = st.integers(0, 2**63 - 1)
references = st.builds(Reference, ids, ids, st.builds(Touch, st.sampled_from(TouchKind), ids))

RING = Keyring(["a secret of this spring", "a secret of last year"])
OLD = Keyring(["a secret of last year"])
ORDINARY = Reference(1_234_567, 42, Touch(TouchKind.BROADCAST, 31_000))


@given(references)
def test_signed_reference_is_read_back(ref: Reference) -> None:
    token = RING.sign(ref)
    assert RING.read(token) == ref
    assert RING.sign(ref) == token
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,200}", token)


def test_ordinary_token_is_short() -> None:
    assert len(RING.sign(ORDINARY)) <= 40
    assert len(RING.sign(Reference(2**40, 10**6, Touch(TouchKind.NUDGE, 10**9)))) <= 40


def test_older_key_is_accepted_and_retired_key_is_unknown() -> None:
    assert RING.read(OLD.sign(ORDINARY)) == ORDINARY
    with pytest.raises(BadReference) as refused:
        OLD.read(RING.sign(ORDINARY))
    assert refused.value.reason == "unknown_key"


@given(references, st.data())
def test_changed_character_is_refused(ref: Reference, data: st.DataObject) -> None:
    token = RING.sign(ref)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from([c for c in "Aa0_-Zz9" if c != token[at]]))
    with pytest.raises(BadReference):
        RING.read(token[:at] + other + token[at + 1 :])


def test_changed_supporter_is_forged() -> None:
    token = RING.sign(ORDINARY)
    with pytest.raises(BadReference) as refused:
        RING.read(token[:4] + ("A" if token[4] != "A" else "B") + token[5:])
    assert refused.value.reason == "forged"


@given(st.text(max_size=250))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(BadReference):
        RING.read(text)


@pytest.mark.parametrize(
    "token", ["", "A", "AAAA", "é" * 30, "A" * 500, "AAAA AAAA AAAA AAAA AAAA AAAA", "A" * 26 + "=="]
)
def test_malformed_token_is_refused(token: str) -> None:
    with pytest.raises(BadReference) as refused:
        RING.read(token)
    assert refused.value.reason == "malformed"


@pytest.mark.parametrize("bad", [-1, 2**63, True, 1.5])
def test_id_out_of_range_is_refused(bad: int) -> None:
    with pytest.raises(ValueError, match="an id is"):
        RING.sign(Reference(bad, 1, Touch(TouchKind.NONE)))


def test_mac_is_valid_for_its_purpose_and_keys_only() -> None:
    mac = RING.mac("claim", b"gift 7")
    assert RING.verify("claim", b"gift 7", mac)
    assert RING.verify("claim", b"gift 7", OLD.mac("claim", b"gift 7", length=12))
    assert not RING.verify("thanks", b"gift 7", mac)
    assert not RING.verify("claim", b"gift 8", mac)
    assert not RING.verify("claim", b"gift 7", mac[:8])
    assert not OLD.verify("claim", b"gift 7", mac)


@pytest.mark.parametrize("secrets", [[], [""], ["good", " "], "one string"])
def test_keyring_without_secrets_is_refused(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="secrets"):
        Keyring(secrets)


def test_keyring_does_not_show_its_secrets() -> None:
    assert "secret of" not in repr(RING)
