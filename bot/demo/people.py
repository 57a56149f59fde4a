"""Who appears in the demo: four people you can act as, and the neighbours who gave before."""

from dataclasses import dataclass, field
from typing import Any

from content.catalog import Locale

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person with an account on both platforms, as the fakes know them."""

    key: str
    name: str
    locale: Locale
    telegram: Json = field(repr=False)
    discord: Json = field(repr=False)

    @property
    def email(self) -> str:
        """Their e-mail address, which their phones fill in on payment pages."""
        return f"{self.key}@example.org"

    @property
    def chat(self) -> int:
        """The id of their private chat with the bot on Telegram, which is their own id."""
        return int(self.telegram["id"])


# Camille and Alex give; Inès is a friend who has never met the bot; Nadia is on the charity's team.
# (key, name, language)
PLAYERS: tuple[tuple[str, str, Locale], ...] = (
    ("camille", "Camille", "fr"),
    ("alex", "Alex", "en"),
    ("ines", "Inès", "fr"),
    ("nadia", "Nadia", "fr"),
)

STAFF = "nadia"  # the key of the one on the charity's team
NEWCOMER = "ines"  # the key of the one who is not in the Discord server yet

# Gifts before the scenario: (who, language, dollars, hours before now). A little more than half of the goal.
NEIGHBOURS: tuple[tuple[str, Locale, int, float], ...] = (
    ("Mathilde", "fr", 40, 70.2),
    ("Noah", "en", 20, 68.9),
    ("Lucie", "fr", 10, 61.0),
    ("Youssef", "fr", 20, 50.4),
    ("Grace", "en", 5, 49.8),
    ("Étienne", "fr", 40, 47.3),
    ("Thérèse", "fr", 20, 46.1),
    ("Sam", "en", 10, 38.5),
    ("Mathilde", "fr", 20, 27.7),
    ("Marie-Ève", "fr", 40, 26.2),
    ("Olivier", "fr", 20, 25.0),
    ("Lucie", "fr", 10, 22.6),
    ("Priya", "en", 5, 21.3),
    ("Noah", "en", 20, 4.8),
    ("Fatou", "fr", 40, 3.1),
    ("Youssef", "fr", 20, 2.4),
    ("Jean", "fr", 10, 1.6),
)
# The neighbours who have agreed to news.
READERS: tuple[str, ...] = ("Mathilde", "Noah", "Lucie", "Grace", "Étienne", "Thérèse", "Marie-Ève", "Fatou")
