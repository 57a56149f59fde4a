"""The pace that each platform allows, and the priorities of waiting messages."""

from dataclasses import dataclass
from enum import IntEnum

MINUTE = 60.0  # seconds


class Priority(IntEnum):
    """The order in which waiting messages leave, lowest first."""

    ANSWER = 0  # a person is looking at their screen
    THANKS = 1
    SERVICE = 2
    NUDGE = 3
    EDIT = 4  # cards in channels
    BROADCAST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most `overall` sends in any `window` seconds, and `per_chat` seconds between two in one chat.

    `burst`: how many answers may follow each other at once, and at most in `burst` times `per_chat` seconds.
    `per_group`: sends a minute in one Telegram group or channel; 0 for no limit. `chats_apart`: the platform says when
    a refusal concerns the whole bot, so any other refusal pauses only its chat.
    """

    overall: int
    window: float = 1.0
    per_chat: float = 0.0
    burst: int = 5
    per_group: int = 0
    chats_apart: bool = False

    @property
    def per_second(self) -> float:
        """Sends per second."""
        return self.overall / self.window


TELEGRAM = Pace(overall=30, per_chat=1.0, per_group=20)
# discord.py tracks the rate-limit buckets; this keeps background work modest.
DISCORD = Pace(overall=20, per_chat=0.25, chats_apart=True)
DISCORD_DMS = Pace(
    overall=10, window=MINUTE
)  # unsolicited direct messages: Discord flags bots that write to many people
