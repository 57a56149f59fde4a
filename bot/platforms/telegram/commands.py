"""Commands as Telegram has them: what somebody typed, for which bot, and the menu of each language."""

from dataclasses import dataclass

from telegram import BotCommand

from content.catalog import Catalog, Locale
from content.commands import COMMANDS, STAFF_COMMANDS, Command, verb_of

START = "start"
MAX_DESCRIPTION = 256

# The menu of each language Telegram tells apart. None is everybody else: English, as pick_locale says.
MENUS: tuple[tuple[str | None, Locale], ...] = ((None, "en"), ("en", "en"), ("fr", "fr"))

# Names that nearly every bot has: in a group they are ours only with our name behind them.
_COMMON = frozenset({START, "help", "stop", "privacy", "claim", "team", "stats"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A message that begins with a slash."""

    name: str
    bot: str  # behind the @; empty where nobody is named
    argument: str


def read_command(text: str) -> Typed | None:
    """The command in a message's text; None where it is not one."""
    word, argument = (*text.split(maxsplit=1), "", "")[:2]
    if not word.startswith("/") or len(word) < 2:
        return None
    name, _, bot = word[1:].partition("@")
    return Typed(name=name, bot=bot, argument=argument)


def is_for_us(typed: Typed, username: str) -> bool:
    """Whether a command in a group is meant for this bot: named, or a verb that is hardly anybody else's."""
    verb = START if typed.name.lower() == START else verb_of(typed.name)
    if verb is None or (typed.bot and typed.bot.lower() != username.lower()):
        return False
    return bool(typed.bot) or verb not in _COMMON


def menu(catalog: Catalog, locale: Locale) -> list[BotCommand]:
    """What Telegram lists behind the slash for people of this language."""
    return [_listed(catalog, locale, command) for command in COMMANDS if command.listed]


def staff_menu(catalog: Catalog, locale: Locale) -> list[BotCommand]:
    """The same for one of the staff, whose own commands come first."""
    own = [_listed(catalog, locale, command) for command in STAFF_COMMANDS if command.listed]
    return own + menu(catalog, locale)


def _listed(catalog: Catalog, locale: Locale, command: Command) -> BotCommand:
    return BotCommand(command.name(locale), catalog.text(locale, command.description_key)[:MAX_DESCRIPTION])
