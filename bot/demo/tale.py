"""What the story's steps share: what they hand on, what the books must say by now, and reading what is on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.demo.cast import NEIGHBOURS, Json
from bot.demo.stage import Stage
from bot.demo.telling import Step

NBSP = "\u00a0"


@dataclass(slots=True)
class Tale:
    """What the steps hand on, and what the books must say by now (minor units)."""

    gifts: int
    raised: int
    given: int  # all that was ever given; refunds do not take from it
    refunded: int = 0
    asked: Json | None = None  # the message whose button Camille is about to tap
    paid: Json | None = None  # Camille's first payment
    late: Json | None = None  # the one whose webhook was withheld
    invite: str = ""  # Camille's link into the bot

    @classmethod
    async def begin(cls, stage: Stage) -> Self:
        """What the neighbours gave is known from the script, not from the books."""
        total = sum(dollars * 100 for _, _, dollars, _ in NEIGHBOURS)
        return cls(gifts=len(NEIGHBOURS), raised=total, given=total)

    def gift(self, minor: int) -> None:
        """One more gift must be counted from here on."""
        self.gifts, self.raised, self.given = self.gifts + 1, self.raised + minor, self.given + minor


async def counted(stage: Stage, tale: Tale, step: Step) -> None:
    """The campaign's own counters are what the story has come to."""
    campaign = await stage.campaign()
    step.check("gifts counted", campaign.gift_count, tale.gifts)
    step.check("cents raised", campaign.raised.minor, tale.raised)


def plain(text: str) -> str:
    """A text with ordinary spaces."""
    return str(text).replace(NBSP, " ")


def button(message: Json, label: str) -> Json:
    """A button of a Telegram message. Raises LookupError."""
    for row in message["buttons"]:
        for one in row:
            if one["text"] == label:
                return dict(one)
    raise LookupError(f"no button {label!r} under {message['text'][:40]!r}")


def event(stage: Stage, kind: str, about: str) -> Json:
    """Stripe's event of this kind about that object."""
    events = stage.stripe.world.every("event")
    return next(e for e in events if e["type"] == kind and e["data"]["object"]["id"] == about)


def last_card(stage: Stage, viewer: str) -> Json:
    """The newest message of the Discord channel that everybody sees and that has buttons."""
    seen = stage.discord.view(stage.room, stage.people[viewer].discord)
    return next(dict(message) for message in reversed(seen) if message["buttons"] and not message["ephemeral"])


def link(message: Json) -> str:
    """The address behind the first link button of a Discord message."""
    return str(next(one["url"] for row in message["buttons"] for one in row if one["url"]))
