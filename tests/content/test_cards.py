"""Buttons and cards that a platform would refuse cannot be created."""

import pytest

from content.cards import Button, Card, Tap, shorten
from content.writer import nonempty, row


def test_button_needs_exactly_one_target() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Button(label="x")
    with pytest.raises(ValueError, match="exactly one"):
        Button(label="x", action="a", url="b")


@pytest.mark.parametrize("label", ["", "x" * 81])
def test_label_of_wrong_length_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="label"):
        Button(label=label, action="a")


def test_action_length_is_counted_in_bytes() -> None:
    assert Button(label="x", action="é" * 32)
    with pytest.raises(ValueError, match="64 bytes"):
        Button(label="x", action="é" * 33)


def test_tap_shortens_its_label() -> None:
    assert len(Tap(action="a").button("x" * 200).label) == 80
    assert shorten("un\ndeux trois\n") == "un deux trois"


def test_no_break_spaces_survive_shortening() -> None:
    assert shorten("5\u00a0$") == "5\u00a0$"


def test_rows_and_lines_omit_empty_parts() -> None:
    button, other, third = (Button(label="x", action=action) for action in "abc")
    assert row(None) == () and row(button, None) == ((button,),)
    assert nonempty("", "a", "") == ("a",)
    assert Card(rows=((button,), (other, third))).buttons == (button, other, third)


def test_two_buttons_of_one_action_are_refused() -> None:
    """Discord refuses such a message: "Component custom id cannot be duplicated"."""
    again = Button(label="Back", action="np:all")
    with pytest.raises(ValueError, match="share an action"):
        Card(rows=((Button(label="All", action="np:all"),), (again,)))
