"""The Telegram sandbox with people of whom some write far too much. Run by the flood benchmark.

`wire_flood WORLD COUNT`: WORLD is `chat` or `bot` (the scope of flood waits), COUNT the number of recipients.
"""

import asyncio
import sys
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.domain.time import system_clock
from bot.sandbox.telegram import Limits, TelegramSandbox
from bot.supervise import tune_memory
from tests.bench.program import serve_requests

LATENCY = 0.06  # seconds from a request's arrival to its answer
OTHERS, DONORS, REMINDED = 60, 150, 40
TAPS_PER_SECOND = 2.0
_FLOODER_PAUSE = 0.2  # seconds: five commands a second
_GROUP_PAUSE = 9 / 26  # seconds: 26 commands within nine seconds
_IN_FLIGHT = LATENCY + 0.05  # seconds after a refusal in which requests in transit still arrive
_MESSAGES = ("send", "edit", "delete", "copy")


@dataclass(slots=True)
class SimulatedPeople:
    """The people in the sandbox, and what they do."""

    sandbox: TelegramSandbox
    recipients: list[int]
    flooders: list[int]
    others: list[int]
    donors: list[int]
    reminded: list[int]
    group: int
    acts: list[asyncio.Task[None]] = field(default_factory=list)
    taps: list[tuple[int, float]] = field(default_factory=list)
    refusing: tuple[float, float] = (0.0, 0.0)  # (start, seconds) of the requested flood wait

    def info(self) -> dict[str, Any]:
        """What the bot's process needs to know."""
        people = {"recipients": self.recipients, "donors": self.donors, "reminded": self.reminded}
        return {"api": self.sandbox.url, "token": self.sandbox.token, **people}

    async def get_cards(self) -> None:
        """Let each of the others get a card with buttons."""
        for who in self.others:
            self.sandbox.say(who, "/donner")
            await self.sandbox.wait_message(who, timeout=20)

    def begin(self, *, flood: bool) -> None:
        """Let the others tap now and then, and the flooders flood if `flood`."""
        self.acts = [asyncio.create_task(self._tap_by_turns())]
        if flood:
            self.acts += [asyncio.create_task(self._flood(who, who, _FLOODER_PAUSE)) for who in self.flooders]
            self.acts.append(asyncio.create_task(self._flood(self.flooders[0], self.group, _GROUP_PAUSE)))

    def refuse(self, seconds: int) -> None:
        """Start a flood wait at the next answer to a flooder."""
        self.refusing = (self.sandbox.world.monotonic(), seconds)
        self.sandbox.force_429(times=1, retry_after=seconds, chat=self.flooders[0])

    async def end(self) -> None:
        """Stop everybody."""
        for act in self.acts:
            act.cancel()
        await asyncio.gather(*self.acts, return_exceptions=True)

    async def _flood(self, who: int, where: int, pause: float) -> None:
        while True:
            self.sandbox.say(who, "/donner", chat=where)
            await asyncio.sleep(pause)

    async def _tap_by_turns(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                for who in self.others:
                    self.taps.append((who, self.sandbox.world.monotonic()))
                    group.create_task(self._tap(who))
                    await asyncio.sleep(1 / TAPS_PER_SECOND)

    async def _tap(self, who: int) -> None:
        message, button = next(
            (message["id"], str(button["value"]))
            for message in reversed(self.sandbox.view(who))
            for row in message["buttons"]
            for button in row
            if message["from_bot"] and button["kind"] == "callback_data"
        )
        await self.sandbox.tap(who, who, message, button)

    def figures(self) -> dict[str, Any]:
        """Return what was accepted and refused while the copies left; times in seconds."""
        messages = [c for c in self.sandbox.sent.calls if c.method.startswith(_MESSAGES)]
        taken = [c for c in messages if c.status == 200]
        people = set(self.recipients)
        copies = [c.at for c in taken if c.chat_id in people]
        first, last = min(copies), max(copies)
        others = [c for c in taken if c.chat_id not in people and first <= c.at <= last]
        refused = [c.at for c in self.sandbox.sent.calls if c.status == 429 and c.at >= first]
        since, wait = self.refusing
        told = next((at for at in refused if at > since), last)
        late = [at for at in refused if told + _IN_FLIGHT < at < told + wait]
        return {
            "seconds": last - first,
            "copies": len(copies) - 1,
            "other messages": len(others),
            "refused": len(refused),
            "refused late": len(late),
            "taps": [self._answered(who, at, messages) for who, at in self.taps if first <= at <= last - 1],
            "flooder answers": sum(c.chat_id in self.flooders for c in others),
            "group answers": sum(c.chat_id == self.group for c in others),
        }

    def _answered(self, who: int, at: float, messages: list[Any]) -> float:
        """Return seconds from a tap to its answer, which may change nothing (400). Raises RuntimeError if none came."""
        found = next((c.at for c in messages if c.chat_id == who and c.at > at and c.status != 429), None)
        if found is None:
            raise RuntimeError("a tap was never answered")
        return float(found - at)


def build(sandbox: TelegramSandbox, count: int) -> SimulatedPeople:
    """Create everybody; all have already started the bot."""

    def people(name: str, number: int) -> list[int]:
        users = [sandbox.add_user(f"{name} {n}") for n in range(number)]
        for user in users:
            sandbox.press_start(user)
        return [int(user["id"]) for user in users]

    flooders = people("Flooder", 3)
    group = sandbox.add_chat("supergroup", "Amis")
    for flooder in flooders:
        sandbox.join(flooder, group)
    town = SimulatedPeople(
        sandbox=sandbox,
        recipients=people("Recipient", count),
        flooders=flooders,
        others=people("Other", OTHERS),
        donors=people("Donor", DONORS),
        reminded=people("Reminded", REMINDED),
        group=int(group["id"]),
    )
    sandbox.world.updates.waiting.clear()
    return town


async def main(world: Literal["chat", "bot"], count: int) -> None:
    limits = Limits(flood_waits=world)
    async with TelegramSandbox(clock=system_clock, limits=limits, keep_messages=5, keep_calls=200_000) as sandbox:
        sandbox.set_latency(LATENCY)
        town = build(sandbox, count)
        tune_memory()

        async def answer(question: str) -> dict[str, Any]:
            verb, _, argument = question.partition(" ")
            if verb == "cards":
                await town.get_cards()
            elif verb == "begin":
                town.begin(flood=argument == "flood")
            elif verb == "refuse":
                town.refuse(int(argument))
            else:
                await town.end()
                return town.figures()
            return {}

        await serve_requests(town.info(), answer)


if __name__ == "__main__":
    asyncio.run(main("bot" if sys.argv[1] == "bot" else "chat", int(sys.argv[2])))
