"""Commands on Telegram: parsing what was typed, for which bot, and the menu of each language."""

from dataclasses import dataclass

from telegram import BotCommand

from content.catalog import Catalog, Locale
from content.commands import COMMANDS, STAFF_COMMANDS, Command, verb_of
from content.folding import fold

START = "start"
MAX_DESCRIPTION = 256

# The menu of each language. None is for all others: English, like pick_locale.
MENUS: tuple[tuple[str | None, Locale], ...] = ((None, "en"), ("en", "en"), ("fr", "fr"))

# Words that many bots share: in a group they are for us only with our name behind them. Our other names for the same
# commands, such as /aide, are not among them.
_SHARED_WORDS = frozenset({START, "help", "stop", "privacy", "claim", "team", "stats"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command as typed."""

    name: str
    bot: str  # the name after the @; empty if there is none
    argument: str


def read_command(text: str) -> Typed | None:
    """Return the command in a message's text, or None if it is not a command."""
    word, argument = (*text.split(maxsplit=1), "", "")[:2]
    if not word.startswith("/") or len(word) < 2:
        return None
    name, _, bot = word[1:].partition("@")
    return Typed(name=name, bot=bot, argument=argument)


def is_for_us(typed: Typed, username: str) -> bool:
    """Return whether a command in a group is meant for this bot: by its name, or by a word that few other bots use."""
    word = fold(typed.name)
    if typed.bot:
        return typed.bot.lower() == username.lower() and (word == START or verb_of(word) is not None)
    return word not in _SHARED_WORDS and verb_of(word) is not None


def menu(catalog: Catalog, locale: Locale) -> list[BotCommand]:
    """Return the commands of Telegram's menu in this language."""
    return [_menu_entry(catalog, locale, command) for command in COMMANDS if command.listed]


def staff_menu(catalog: Catalog, locale: Locale) -> list[BotCommand]:
    """Return the menu of a team member, with the staff commands first."""
    staff_only = [_menu_entry(catalog, locale, command) for command in STAFF_COMMANDS if command.listed]
    return staff_only + menu(catalog, locale)


def _menu_entry(catalog: Catalog, locale: Locale, command: Command) -> BotCommand:
    return BotCommand(command.name(locale), catalog.text(locale, command.description_key)[:MAX_DESCRIPTION])
