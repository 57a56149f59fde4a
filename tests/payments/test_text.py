"""Text that no database can hold is replaced on arrival."""

import json

from hypothesis import given
from hypothesis import strategies as st

from payments.text import is_storable, storable

TEXT = st.text(st.characters(exclude_categories=()))
JSON = st.recursive(st.none() | st.booleans() | st.integers() | TEXT, lambda v: st.lists(v) | st.dictionaries(TEXT, v))


@given(JSON)
def test_storable_text_can_be_encoded_and_has_no_nul(value: object) -> None:
    stored = storable(value)
    text = json.dumps(stored, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text.replace("\\\\", "")
    assert storable(stored) is stored


def test_storable_value_is_returned_unchanged() -> None:
    value = {"a": ["é", {"b": 1}], "c": None}
    assert storable(value) is value
    assert storable({"a\x00": ["\ud83d!"]}) == {"a\ufffd": ["\ufffd!"]}
    assert is_storable("é\n") and not is_storable("\x00") and not is_storable("\udc80")
