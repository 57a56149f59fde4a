"""The workers of a sender, with the texts that supporters get."""

import asyncio
import time

import pytest

from bot.delivery.pace import Pace
from bot.delivery.pacer import Pacer
from bot.delivery.workers import build_workers
from bot.domain.broadcasts import BroadcastState
from bot.store.db import Database
from bot.usecases.ports import Copies, MessageRef
from content.cards import Card
from payments.reference import TouchKind
from tests.conftest import MovingClock
from tests.delivery.running_broadcast import (
    BROADCAST,
    RecordingMassPlatform,
    add_post,
    change,
    start_broadcast,
)
from tests.usecase_setup import make_context
from tests.waiting import until


class CardRecorder(RecordingMassPlatform):
    """Records the cards."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.cards: list[Card] = []

    async def send_copy(
        self, external_id: str, copies: Copies, reference: str, *, nonce: str, silent: bool = False
    ) -> MessageRef:
        self.cards.append(copies.for_one(reference))
        return await super().send_copy(external_id, copies, reference, nonce=nonce, silent=silent)

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        self.cards.append(card)
        return await super().post(place, card, nonce=nonce, silent=silent)

    async def edit(self, ref: MessageRef, card: Card) -> None:
        self.cards.append(card)


async def test_copy_has_own_links_and_unsubscribe_button(db: Database, clock: MovingClock) -> None:
    ctx = make_context(db, clock, public_url="https://don.example")
    ctx.identity.telegram_username = "tablee_bot"
    await start_broadcast(ctx, 1)
    await add_post(ctx, "-100")
    platform = CardRecorder()
    _, sends, corrections = build_workers(ctx, platform, Pacer(Pace(overall=1000), monotonic=time.monotonic))
    await sends.step()
    copy = platform.cards.pop()
    urls = [button.url for button in copy.buttons if button.url]
    assert urls
    read = ctx.keyring.read(urls[0].split("/g/")[1].split("/")[0])
    assert (read.supporter_id, read.touch.kind, read.touch.id) == (1000, TouchKind.BROADCAST, BROADCAST)
    assert copy.buttons[-1].action == f"unsub:{BROADCAST}"
    await corrections.step()
    assert "Bonjour" in str(platform.cards.pop())
    await change(ctx, revision=2, state=BroadcastState.DONE, body={"texts": {"fr": "Corrigé", "en": "Corrected"}})
    await corrections.step()
    assert all("Corrigé" in str(card) for card in platform.cards)
    assert len(platform.cards) == 2


@pytest.mark.parametrize("steps", range(5))
async def test_worker_cancelled_as_it_is_woken_ends(db: Database, clock: MovingClock, steps: int) -> None:
    ctx = make_context(db, clock)
    pacer = Pacer(Pace(overall=1000), monotonic=time.monotonic)
    outbox, sends, _ = build_workers(ctx, CardRecorder(), pacer)
    holding = asyncio.Event()
    holding.set()
    for worker in (outbox, sends):
        running = asyncio.create_task(worker.serve(holding))
        woken = vars(worker._woken)["_waiters"]
        await until(lambda: bool(woken), every=0)  # noqa: B023 - called before the next worker
        worker.wake()
        for _ in range(steps):  # of the event loop between the wake and the cancellation
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running], timeout=3)
        assert running.done(), f"{type(worker).__name__} missed its cancellation"
