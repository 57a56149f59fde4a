"""Names of people: what can be shown of them, and what leaves a gap in a sentence."""

import pytest

from content.names import displayable_name, readable_name


@pytest.mark.parametrize(
    "blank",
    [
        "\u3164",
        "\uffa0",
        "\u115f\u1160",
        "\u2800",
        "\u034f",
        "\ufe0f",
        "\u0301",
        "\u200d",
        "\u180e",
        "\u17b4",
        "\u00ad",
    ],
    ids=ascii,
)
def test_name_that_shows_nothing_is_none(blank: str) -> None:
    for name in (blank, blank * 3, f" {blank}\u200b "):
        assert displayable_name(name) is None
        assert readable_name(name, 200) is None


@pytest.mark.parametrize(
    ("reported", "shown"),
    [
        ("Inès\u3164", "Inès"),
        ("\u2800Camille\u2800\u2800Roy", "Camille Roy"),
        ("Zoé", "Zoé"),
        ("Zoe\u0301", "Zoe\u0301"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("김민수", "김민수"),
        ("👩\u200d🍳", "👩\u200d🍳"),
    ],
)
def test_readable_name_is_kept(reported: str, shown: str) -> None:
    assert displayable_name(reported) == shown


def test_title_may_be_an_address_but_a_persons_name_may_not() -> None:
    assert readable_name("Dons\u2800tablee.example", 200) == "Dons tablee.example"
    assert readable_name("Dons", 3) == "Don"
    assert displayable_name("tablee.example") is None
