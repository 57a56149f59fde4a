"""PacedPlatform keeps to the pace, and retries after a flood wait."""

import pytest

from bot.delivery.pace import Pace
from bot.delivery.paced import PacedPlatform
from bot.usecases.ports import MessageRef, RetryLater
from content.cards import Card
from tests.delivery.test_loop import RecordingPlatform
from tests.delivery.test_pacer import make


class Flooded(RecordingPlatform):
    """Refuses posts with these pauses, in order."""

    def __init__(self, pauses: list[float]) -> None:
        super().__init__()
        self.pauses = pauses
        self.posted = 0

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        if self.pauses:
            raise RetryLater(self.pauses.pop(0))
        self.posted += 1
        return MessageRef(chat_id=place, message_id="1")


async def test_post_waits_out_flood_and_halts_the_rest() -> None:
    pacer, time = make(Pace(overall=30))
    inner = Flooded([3.0, 2.0])
    await PacedPlatform(inner, pacer).post("@news", Card(title="x"), nonce="1")
    assert inner.posted == 1
    assert time() >= 105


@pytest.mark.parametrize("pauses", [[3600.0], [1.0, 1.0, 1.0]])
async def test_long_or_repeated_pause_is_raised(pauses: list[float]) -> None:
    pacer, _ = make(Pace(overall=30))
    with pytest.raises(RetryLater):
        await PacedPlatform(Flooded(pauses), pacer).post("@news", Card(title="x"), nonce="1")
    assert pacer.halted_for > 0
