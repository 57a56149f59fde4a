"""What the scenario's steps share: expected totals, what one step hands to the next, and reading the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bot.demo.environment import Environment
from bot.demo.narration import Step
from bot.demo.people import NEIGHBOURS, Json

NBSP = "\u00a0"


@dataclass(slots=True)
class ScenarioState:
    """The totals that the books must show by now (minor units), and what one step hands to the next."""

    gifts: int
    raised: int
    given: int  # before refunds
    refunded: int = 0
    offline: int = 0  # of `raised`: outside Stripe
    asked: Json | None = None  # the message whose button Camille is about to tap
    paid: Json | None = None  # Camille's first payment
    late: Json | None = None  # the payment whose webhook was withheld
    invite: str = ""  # Camille's link into the bot

    @classmethod
    def begin(cls) -> Self:
        """Return the state before the first step. What the neighbours gave is known from the script, not the books."""
        total = sum(dollars * 100 for _, _, dollars, _ in NEIGHBOURS)
        return cls(gifts=len(NEIGHBOURS), raised=total, given=total)

    def add_gift(self, minor: int) -> None:
        """Expect one more gift of this amount from now on."""
        self.gifts, self.raised, self.given = self.gifts + 1, self.raised + minor, self.given + minor


async def check_counters(env: Environment, state: ScenarioState, step: Step) -> None:
    """Check the campaign's own counters against the expected totals."""
    campaign = await env.campaign()
    step.check("gifts counted", campaign.gift_count, state.gifts)
    step.check("cents raised", campaign.raised.minor, state.raised)


def plain(text: str) -> str:
    """Return the text with ordinary spaces."""
    return str(text).replace(NBSP, " ")


def button(message: Json, label: str) -> Json:
    """Return the button of a Telegram message that has this label. Raises LookupError."""
    for row in message["buttons"]:
        for candidate in row:
            if candidate["text"] == label:
                return dict(candidate)
    raise LookupError(f"no button {label!r} under {message['text'][:40]!r}")


def event(env: Environment, kind: str, about: str) -> Json:
    """Return Stripe's event of this type about this object."""
    events = env.stripe.world.every("event")
    return next(e for e in events if e["type"] == kind and e["data"]["object"]["id"] == about)


def last_card(env: Environment, viewer: str) -> Json:
    """Return the newest public message with buttons in the Discord channel."""
    seen = env.discord.view(env.room, env.people[viewer].discord)
    return next(dict(message) for message in reversed(seen) if message["buttons"] and not message["ephemeral"])


def link(message: Json) -> str:
    """Return the address of the first link button of a Discord message."""
    return str(next(candidate["url"] for row in message["buttons"] for candidate in row if candidate["url"]))
