"""Supporters as the rest of the bot sees them: who is talking, and what they agreed to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

PlatformName = Literal["telegram", "discord"]
Locale = Literal["fr", "en"]

ERASED = "erased:"  # before what stands for an address's own id once they asked to be forgotten


class Preference(StrEnum):
    """What a supporter can agree to. All are off until accepted."""

    NEWS = "news"
    REMINDERS = "reminders"
    PERSONAL_AMOUNTS = "personal_amounts"
    BEING_NAMED = "being_named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who is in front of us right now, as the platform tells it. Nothing of it is kept but ids and locale."""

    platform: PlatformName
    external_id: str  # Telegram user id or Discord user id, which in private is the chat too
    locale: Locale  # what the platform says; a choice made in /preferences goes before it
    private: bool  # only this person reads the answer: private chat, DM, ephemeral answer
    name: str = ""  # what the platform shows; never kept for supporters
    place: str | None = None  # the channel or group in which they are, where they are in one
    place_title: str = ""
    place_open: bool = False  # more than a circle of invited people may read along there
    guild: str | None = None  # Discord: the server, and the roles they have there
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporter:
    """A person who joined, met on one of their addresses."""

    id: int
    address_id: int
    platform: PlatformName
    external_id: str
    locale: Locale
    locale_chosen: bool
    time_zone: str | None
    reachable: bool
    gift_count: int
    joined_at: datetime

    @property
    def is_erased(self) -> bool:
        """Whether they asked to be forgotten. The address stays as a row, and leads to nobody."""
        return self.external_id.startswith(ERASED)
