"""The outbox worker against a platform that fails in every possible way."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.delivery.loop import DeliveryLoop
from bot.delivery.pace import Pace
from bot.delivery.pacer import Pacer
from bot.delivery.sender import Sender
from bot.domain.people import PlatformName
from bot.store.core import outbox, private_replies
from bot.store.db import Database
from bot.store.gifts.tables import gift
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.ports import (
    InDoubt,
    MessageRef,
    PlatformError,
    PrivateReply,
    Rejected,
    RetryLater,
    Unreachable,
)
from content.cards import Card
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import ALEX, CAMILLE, make_context, metadata, open_campaign, queued, signed
from tests.usecases.money.test_record import take
from tests.waiting import until

SAME_GIFT = "it is about the same gift"


class RecordingPlatform:
    """Implements the Platform port and records calls. `trouble`: the errors that the next sends raise."""

    def __init__(self, name: PlatformName = "telegram") -> None:
        self.name: PlatformName = name
        self.sent: list[tuple[str, str, str]] = []
        self.cards: list[Card] = []  # of `sent`
        self.private: list[str] = []
        self.trouble: list[PlatformError | None] = []
        self.private_trouble: PlatformError | None = None
        self.answers = asyncio.Event()  # while cleared, no call is answered
        self.answers.set()

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        self.sent.append((external_id, card.title, nonce))
        self.cards.append(card)
        await self.answers.wait()
        if self.trouble and (error := self.trouble.pop(0)) is not None:
            raise error
        return MessageRef(chat_id=external_id, message_id="1")

    async def edit(self, ref: MessageRef, card: Card) -> None: ...

    async def edit_private(self, answer: PrivateReply, card: Card) -> None:
        if self.private_trouble is not None:
            raise self.private_trouble
        self.private.append(answer.token)

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        raise NotImplementedError


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> AsyncIterator[Context]:
    yield make_context(db, clock)


def loop_for(ctx: Context, platform: RecordingPlatform) -> DeliveryLoop:
    return DeliveryLoop(ctx, platform, Pacer(Pace(overall=1000), monotonic=time.monotonic))


async def record_gift(ctx: Context, contact: object = CAMILLE) -> None:
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign, contact)  # type: ignore[arg-type]
    paid = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    await take(ctx, stripe.event("checkout.session.completed", paid))


async def test_thank_you_is_sent_once(ctx: Context) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    loop = loop_for(ctx, platform)
    assert await loop.step() == 1
    assert await loop.step() == 0
    assert len(platform.sent) == 1
    assert await queued(ctx) == {"sent": 1}


@pytest.mark.parametrize(
    ("error", "state"),
    [(Unreachable("blocked"), "unreachable"), (Rejected("too long"), "failed"), (RetryLater(3), "waiting")],
)
async def test_failed_delivery_ends_in_its_state(ctx: Context, error: PlatformError, state: str) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    platform.trouble = [error]
    await loop_for(ctx, platform).step()
    assert await queued(ctx) == {state: 1}


async def test_blocked_address_is_unreachable_until_person_writes(ctx: Context) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    platform.trouble = [Unreachable("blocked")]
    await loop_for(ctx, platform).step()
    async with ctx.db.read() as conn:
        blocked = await supporters.find(conn, "telegram", "42")
    assert blocked is not None
    assert not blocked.reachable
    assert (await find_or_join(ctx, CAMILLE)).reachable


async def test_service_message_in_doubt_is_resent_with_same_nonce(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    platform.trouble = [InDoubt("no answer")]
    loop = loop_for(ctx, platform)
    await loop.step()
    clock.move(minutes=1)
    await loop.step()
    assert len(platform.sent) == 2
    assert len({nonce for *_, nonce in platform.sent}) == 1


async def test_next_process_sends_what_a_dead_one_claimed(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx)
    async with ctx.db.write() as conn:
        await outbox.claim(conn, "telegram", clock(), 10)
    clock.move(seconds=1)
    platform = RecordingPlatform()
    loop = loop_for(ctx, platform)
    await loop.recover()
    assert await loop.step() == 1
    assert await queued(ctx) == {"sent": 1}


async def test_briefly_lost_lease_repeats_nothing_in_flight(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    platform.answers.clear()
    loop = loop_for(ctx, platform)
    await loop._run_once()
    clock.move(minutes=1)
    await loop.recover()
    platform.answers.set()
    for _ in range(3):
        await loop.step()
    assert len(platform.sent) == 1
    assert await queued(ctx) == {"sent": 1}


async def test_discord_private_answer_becomes_thank_you(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx, ALEX)
    person = await find_or_join(ctx, ALEX)
    async with ctx.db.write() as conn:
        await private_replies.put(conn, person.address_id, 1, "token", clock() + timedelta(minutes=10))
    platform = RecordingPlatform("discord")
    await loop_for(ctx, platform).step()
    assert platform.private == ["token"]
    assert platform.sent == []
    # An edit triggers no notification: the card is shown again on the next use, and only then counts as read.
    assert await queued(ctx) == {"parked": 1}
    reply = await router.on_command(ctx, ALEX, "help", "")
    ((_, card),) = reply.also
    assert SAME_GIFT in card.lines[0], "or they would believe to have paid twice"
    await router.shown(ctx, [delivery_id for delivery_id, _ in reply.also])
    assert await queued(ctx) == {"sent": 1}


async def test_thank_you_in_private_answer_is_also_sent_where_allowed(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx, ALEX)
    person = await find_or_join(ctx, ALEX)
    async with ctx.db.write() as conn:
        await private_replies.put(conn, person.address_id, 1, "token", clock() + timedelta(minutes=10))
        await supporters.record_private_message(conn, person.address_id, clock())
    platform = RecordingPlatform("discord")
    await loop_for(ctx, platform).step()
    assert (platform.private, [external for external, *_ in platform.sent]) == (["token"], ["77"])
    assert SAME_GIFT in platform.cards[0].lines[0]
    assert await queued(ctx) == {"sent": 1}


async def test_discord_stranger_is_thanked_on_next_use(ctx: Context) -> None:
    await record_gift(ctx, ALEX)
    platform = RecordingPlatform("discord")
    await loop_for(ctx, platform).step()
    assert await queued(ctx) == {"parked": 1}
    reply = await router.on_command(ctx, ALEX, "help", "")
    ((delivery_id, card),) = reply.also
    assert card.title and SAME_GIFT not in card.lines[0]
    await router.shown(ctx, [delivery_id])
    assert await queued(ctx) == {"sent": 1}
    assert (await router.on_command(ctx, ALEX, "help", "")).also == ()


async def test_expired_discord_answer_falls_back_to_allowed_dm(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx, ALEX)
    person = await find_or_join(ctx, ALEX)
    async with ctx.db.write() as conn:
        await private_replies.put(conn, person.address_id, 1, "token", clock() + timedelta(minutes=10))
        await supporters.record_private_message(conn, person.address_id, clock())
    platform = RecordingPlatform("discord")
    platform.private_trouble = Unreachable("token expired")
    await loop_for(ctx, platform).step()
    assert [external for external, *_ in platform.sent] == ["77"]


async def test_platform_outage_uses_up_no_attempts(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    platform.trouble = [RetryLater(2, everything=False)] * 30
    loop = loop_for(ctx, platform)
    for _ in range(31):
        await loop.step()
        clock.move(seconds=3)
    assert await queued(ctx) == {"sent": 1}


async def test_discord_thank_you_waits_while_dms_are_closed(ctx: Context, clock: MovingClock) -> None:
    await record_gift(ctx, ALEX)
    person = await find_or_join(ctx, ALEX)
    async with ctx.db.write() as conn:
        await supporters.record_private_message(conn, person.address_id, clock())
    platform = RecordingPlatform("discord")
    platform.trouble = [Unreachable("they take no direct messages")]
    await loop_for(ctx, platform).step()
    assert await queued(ctx) == {"parked": 1}
    assert len((await router.on_text(ctx, ALEX, "hello")).also) == 1


async def test_sent_message_that_could_not_be_marked_is_not_resent(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    loop = loop_for(ctx, platform)

    async def away(*_: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark", away)
        with pytest.raises(OSError, match="away"):
            await loop.step()
    await loop.step()
    assert len(platform.sent) == 1
    assert await queued(ctx) == {"sent": 1}


async def test_stopping_during_claim_releases_messages(ctx: Context) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    loop = loop_for(ctx, platform)
    holding = asyncio.Event()
    holding.set()
    running = asyncio.create_task(loop.serve(holding))
    await until(lambda: loop._claiming is not None, every=0)  # not one step of the event loop longer
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert platform.sent == []
    assert await queued(ctx) == {"waiting": 1}


async def test_stopping_waits_briefly_for_answer(ctx: Context) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    platform.answers.clear()
    running = asyncio.create_task(Sender(ctx, "telegram", [loop_for(ctx, platform)], holder="test").run())

    async def handed_over() -> bool:
        return len(platform.sent) == 1

    await until(handed_over)
    running.cancel()
    await asyncio.sleep(0.05)
    platform.answers.set()
    await asyncio.gather(running, return_exceptions=True)
    assert await queued(ctx) == {"sent": 1}


async def test_stopping_releases_unsent_messages(ctx: Context) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    pacer = Pacer(Pace(overall=1, window=60), monotonic=time.monotonic)
    await pacer.slot("somebody else")
    running = asyncio.create_task(Sender(ctx, "telegram", [DeliveryLoop(ctx, platform, pacer)], holder="test").run())

    async def claimed() -> bool:
        return "sending" in await queued(ctx)

    await until(claimed)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert platform.sent == []
    assert await queued(ctx) == {"waiting": 1}


async def test_slow_answer_delays_no_other(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    loop = loop_for(ctx, platform)
    platform.answers.clear()
    with monkeypatch.context() as hurried:
        hurried.setattr("bot.delivery.loop._PATIENCE", 0.05)
        assert await loop.step() == 1
    assert await queued(ctx) == {"sending": 1}
    platform.answers.set()
    await loop.step()
    assert await queued(ctx) == {"sent": 1}


async def test_returning_supporter_gets_pending_thank_you(ctx: Context) -> None:
    await record_gift(ctx)
    platform = RecordingPlatform()
    platform.trouble = [Unreachable("blocked")]
    loop = loop_for(ctx, platform)
    await loop.step()
    assert await loop.step() == 0
    await find_or_join(ctx, CAMILLE)
    assert await loop.step() == 1
    assert await queued(ctx) == {"sent": 1}


@pytest.mark.parametrize("proved", [False, True])
async def test_late_debit_message_says_what_is_true_by_then(ctx: Context, proved: bool) -> None:
    """The payer gets only the thank-you; an unproved supporter gets one message, which thanks."""
    campaign = await open_campaign(ctx)
    _, token = await signed(ctx, campaign)
    unpaid = stripe.session(client_reference_id=token, metadata=metadata(campaign), payment_status="unpaid")
    paid = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    await take(ctx, stripe.event("checkout.session.completed", unpaid))
    if proved:
        async with ctx.db.write() as conn:
            await conn.execute(update(gift).values(claimed_at=ctx.clock()))
    await take(ctx, stripe.event("checkout.session.async_payment_succeeded", paid, id="evt_2"))
    platform = RecordingPlatform()
    await loop_for(ctx, platform).step()
    assert await queued(ctx) == ({"dropped": 1, "sent": 1} if proved else {"sent": 1})
    assert [title for _, title, _ in platform.sent] == [ctx.catalog.text(CAMILLE.locale, "thanks-title")]
