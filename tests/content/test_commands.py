"""Commands are distinct in both languages."""

import re

from content.commands import COMMANDS, verb_of


def test_names_suit_both_platforms_and_are_unique() -> None:
    for command in COMMANDS:
        for name in (command.fr, command.en):
            assert re.fullmatch(r"[a-z]{1,32}", name)
            assert verb_of(name) == command.verb
    assert sum(command.listed for command in COMMANDS) <= 6
    assert "monthly" in {command.verb for command in COMMANDS if command.listed}


def test_unknown_command_is_none() -> None:
    assert verb_of("cadeau") is None
    assert verb_of("Préférences") == "preferences"
