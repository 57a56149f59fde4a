"""Supporters, contacts and preferences."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

PlatformName = Literal["telegram", "discord"]
Locale = Literal["fr", "en"]

ERASED = "erased:"  # prefix of the placeholder that replaces an address's id after /forget


class Preference(StrEnum):
    """A kind of consent. All are off until accepted."""

    NEWS = "news"
    REMINDERS = "reminders"
    PERSONAL_AMOUNTS = "personal_amounts"
    BEING_NAMED = "being_named"


APPEALS = (Preference.NEWS, Preference.REMINDERS)  # what asks for gifts: a stop word stops them


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A message that a person wrote, and may edit later. Ids in the platform's own format."""

    chat: str
    message: str
    attached: bool = False  # a picture, voice note or file came with the text; only text is passed on


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who tapped or wrote, as the platform reports it. Only ids and locale are stored."""

    platform: PlatformName
    external_id: str  # Telegram or Discord user id, which is also the id of the private chat
    locale: Locale  # the platform's; a choice made in /preferences takes precedence
    names_locale: bool = True  # False: the platform says none (a direct message on Discord), so `locale` is a guess
    private: bool  # whether only this person reads the reply: private chat, DM, ephemeral reply
    name: str = ""  # as the platform shows it; never stored for supporters
    place: str | None = None  # the channel or group they are in, if any
    place_title: str = ""
    thread: str | None = None  # Telegram: the topic of a group in which they wrote or tapped
    place_open: bool = False  # whether people beyond an invited circle can read there
    origin: Origin | None = None  # the message they wrote, where this is about one
    anonymous: bool = False  # Telegram: they write in the name of a group or channel, so nobody knows who it is
    in_dm: bool = False  # Discord: they used a command or button in the direct messages with the bot
    installed: bool = False  # Discord: they have installed the bot on their account
    guild: str | None = None  # Discord: the server, and their roles in it
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporter:
    """A person who joined, on one of their addresses."""

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
    adult: bool | None = None  # what they answered to "Are you 18 or over?"; None: they were not asked
    deceased_at: datetime | None = None  # when staff recorded that they have died (UTC)
    wrote_at: datetime | None = None  # to the bot, in private (UTC, to the day); noted on Discord only
    installed_at: datetime | None = None  # Discord: when they were first seen to have installed the bot (UTC)
    awaits: str | None = None  # what the next amount that they write is for, if it comes in time
    awaits_until: datetime | None = None

    def awaited(self, now: datetime) -> str | None:
        """Return what an amount that they write now (UTC) is for, or None: for a gift."""
        return self.awaits if self.awaits_until is not None and now < self.awaits_until else None

    @property
    def may_be_written(self) -> bool:
        """Whether the bot may write to them first.

        On Telegram always, since only the person can open the chat. Discord flags bots that write to people who have
        not turned to them, so there only to those who wrote to the bot in private or installed it.
        """
        return self.platform != "discord" or self.wrote_at is not None or self.installed_at is not None

    @property
    def is_erased(self) -> bool:
        """Whether they asked to be forgotten. The address's row remains but identifies no one."""
        return self.external_id.startswith(ERASED)
