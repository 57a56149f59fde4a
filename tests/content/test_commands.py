"""Commands are distinct in both languages, and plain words that mean stop are recognized."""

import re

import pytest

from content.commands import COMMANDS, is_stop, verb_of


def test_names_suit_both_platforms_and_are_unique() -> None:
    for command in COMMANDS:
        for name in (command.fr, command.en):
            assert re.fullmatch(r"[a-z]{1,32}", name)
            assert verb_of(name) == command.verb
    assert sum(command.listed for command in COMMANDS) <= 6
    assert "monthly" in {command.verb for command in COMMANDS if command.listed}


@pytest.mark.parametrize("said", ["STOP", "Arrêt", "arrêtez!", " arreter. ", "Désabonnez-moi", "unsubscribe", "/stop"])
def test_stop_word_is_recognized(said: str) -> None:
    assert is_stop(said)


@pytest.mark.parametrize("said", ["stop!! non", "bonjour", "", "ne m'arrêtez pas", "bus stop"])
def test_other_text_is_not_stop(said: str) -> None:
    assert not is_stop(said)


def test_unknown_command_is_none() -> None:
    assert verb_of("cadeau") is None
    assert verb_of("Préférences") == "preferences"
