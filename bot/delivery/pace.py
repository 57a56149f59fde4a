"""What each platform takes in how much time, and who goes first when several messages wait."""

from dataclasses import dataclass
from enum import IntEnum

MINUTE = 60.0  # seconds


class Priority(IntEnum):
    """Who goes first when several wait."""

    ANSWER = 0  # somebody is looking at their screen
    THANKS = 1
    SERVICE = 2
    NUDGE = 3
    EDIT = 4  # cards in channels
    BROADCAST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most `overall` sends in any `window` seconds; `per_chat` seconds between two in one chat.

    `burst`: answers may follow each other faster, so many at once and no more than that in `burst` times `per_chat`
    seconds. `per_group`: so many a minute in one group or channel of Telegram, 0 for no such limit. `chats_apart`: the
    platform says itself when a refusal is about the whole bot, so that all others pause their chat and nothing else.
    """

    overall: int
    window: float = 1.0
    per_chat: float = 0.0
    burst: int = 5
    per_group: int = 0
    chats_apart: bool = False

    @property
    def per_second(self) -> float:
        """How many leave in a second."""
        return self.overall / self.window


TELEGRAM = Pace(overall=30, per_chat=1.0, per_group=20)
# discord.py keeps the buckets; this keeps background work modest.
DISCORD = Pace(overall=20, per_chat=0.25, chats_apart=True)
DISCORD_DMS = Pace(overall=10, window=MINUTE)  # unasked direct messages: Discord flags bots that write to many
