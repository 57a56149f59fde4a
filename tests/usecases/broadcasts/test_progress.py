"""The live progress of a broadcast: one message, edited in place, final once it shows the end."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.domain.broadcasts import Quiet, Segment
from bot.domain.people import Contact, PlatformName, Preference
from bot.domain.staff import Member, Role
from bot.store.broadcasts import broadcasts, progress_messages, recipients
from bot.store.broadcasts.recipients import Result
from bot.store.broadcasts.tables import broadcast as table
from bot.store.campaigns import places
from bot.store.core.outbox import State
from bot.store.db import Database
from bot.store.staff import staff
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.broadcasts.report import progress
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.ports import InDoubt, MessageRef, PrivateReply, Unreachable
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.staff.broadcasts.progress import refresh
from content.broadcast import Message
from content.cards import Card
from tests.conftest import MovingClock
from tests.delivery.running_broadcast import BROADCAST, start_broadcast
from tests.usecase_setup import make_context, open_campaign


class RecordingPlatform:
    """A platform that records what it showed."""

    name: PlatformName = "telegram"

    def __init__(self) -> None:
        self.sent: list[Card] = []
        self.edits: list[Card] = []
        self.gone = False

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        self.sent.append(card)
        return MessageRef(chat_id=external_id, message_id=str(len(self.sent)))

    async def edit(self, ref: MessageRef, card: Card) -> None:
        if self.gone:
            raise Unreachable("gone")
        self.edits.append(card)

    async def edit_private(self, answer: PrivateReply, card: Card) -> None: ...

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        return await self.send(place, card, nonce=nonce)

    async def delete(self, ref: MessageRef) -> None: ...


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def running(ctx: Context, clock: MovingClock, people: int = 4) -> tuple[int, Member]:
    """A running broadcast, and who started it."""
    campaign = await open_campaign(ctx, ends_on=None)
    async with ctx.db.write() as conn:
        nadia = await staff.add(
            conn, "telegram", "900", Role.EDITOR, label="Nadia", locale="fr", added_by=None, at=ctx.clock()
        )
    for number in range(people):
        contact = Contact(platform="telegram", external_id=str(number), locale="fr", private=True)
        await set_preferences(ctx, await find_or_join(ctx, contact), [Preference.NEWS], True)
    spec = Spec(
        campaign_id=campaign.id,
        message=Message(texts={"fr": "Un repas", "en": "A meal"}),
        segment=Segment(),
        quiet=Quiet.SILENT,
    )
    broadcast = await submit(ctx, nadia, spec)
    assert broadcast is not None
    clock.move(minutes=6)
    await lifecycle.tick(ctx)
    await lifecycle.tick(ctx)
    return broadcast.id, nadia


async def deliver(ctx: Context, broadcast_id: int, limit: int) -> None:
    async with ctx.db.write() as conn:
        claimed = await recipients.claim(conn, broadcast_id, "telegram", ctx.clock(), limit)
        whom = [delivery.supporter_id for delivery in claimed]
        results = [
            Result(broadcast_id=broadcast_id, supporter_id=supporter_id, state=State.SENT) for supporter_id in whom
        ]
        await recipients.mark(conn, results, ctx.clock())


def card_text(card: Card) -> str:
    return "\n".join(card.lines).replace("\u00a0", " ")


async def test_progress_message_is_edited_until_end(ctx: Context, clock: MovingClock) -> None:
    platform = RecordingPlatform()
    broadcast_id, _ = await running(ctx, clock)
    await refresh(ctx, platform)
    assert "0 sur 4" in card_text(platform.sent[0])
    await deliver(ctx, broadcast_id, 2)
    clock.move(seconds=1)
    await refresh(ctx, platform)
    assert not platform.edits, "not more often than every 3 seconds"
    clock.move(seconds=3)
    await refresh(ctx, platform)
    assert "50 %" in card_text(platform.edits[0]) and "2 sur 4" in card_text(platform.edits[0])
    await deliver(ctx, broadcast_id, 2)
    await lifecycle.tick(ctx)
    clock.move(seconds=4)
    await refresh(ctx, platform)
    assert "Terminée" in card_text(platform.edits[-1]) and "4 sur 4" in card_text(platform.edits[-1])
    clock.move(seconds=10)
    assert await refresh(ctx, platform) == 0
    assert len(platform.sent) == 1
    async with ctx.db.read() as conn:
        assert await progress_messages.of_platform(conn, "telegram") == []


async def test_restart_continues_same_progress_message(ctx: Context, clock: MovingClock) -> None:
    broadcast_id, nadia = await running(ctx, clock)
    await refresh(ctx, RecordingPlatform())
    await lifecycle.pause(ctx, broadcast_id, actor=nadia)
    clock.move(seconds=4)
    after = RecordingPlatform()
    await refresh(ctx, after)
    assert not after.sent and "En pause" in card_text(after.edits[0])
    assert f"bs:{broadcast_id}:resume" in {button.action for button in after.edits[0].buttons}


async def test_deleted_progress_message_is_not_replaced(ctx: Context, clock: MovingClock) -> None:
    broadcast_id, _ = await running(ctx, clock)
    platform = RecordingPlatform()
    await refresh(ctx, platform)
    await deliver(ctx, broadcast_id, 4)
    await lifecycle.tick(ctx)
    clock.move(seconds=4)
    platform.gone = True
    await refresh(ctx, platform)
    assert await refresh(ctx, platform) == 0 and len(platform.sent) == 1


async def hire(ctx: Context, number: str, role: Role = Role.EDITOR) -> Member:
    async with ctx.db.write() as conn:
        return await staff.add(conn, "telegram", number, role, label=number, locale="en", added_by=None, at=ctx.clock())


async def watched(ctx: Context) -> set[str]:
    async with ctx.db.read() as conn:
        return {message.target for message in await progress_messages.of_platform(conn, "telegram")}


async def test_approver_gets_progress_message(ctx: Context, clock: MovingClock) -> None:
    broadcast_id, _ = await running(ctx, clock)
    omar = await hire(ctx, "901")
    async with ctx.db.write() as conn:
        await conn.execute(update(table).where(table.c.id == broadcast_id).values(approved_by=omar.id))
    await refresh(ctx, RecordingPlatform())
    assert await watched(ctx) == {"900", "901"}


async def test_removed_member_stops_watching_and_inbox_takes_over(ctx: Context, clock: MovingClock) -> None:
    broadcast_id, nadia = await running(ctx, clock)
    platform = RecordingPlatform()
    await refresh(ctx, platform)
    async with ctx.db.write() as conn:
        await staff.remove(conn, nadia.id, ctx.clock())
        await places.save(conn, "telegram", "-77", title="Équipe", purpose=places.STAFF, locales="en", at=ctx.clock())
    await deliver(ctx, broadcast_id, 2)
    clock.move(seconds=4)
    await refresh(ctx, platform)
    assert not platform.edits and await watched(ctx) == {"-77"}
    assert "2 of 4" in card_text(platform.sent[-1])


async def test_unreachable_watcher_is_not_retried_each_second(ctx: Context, clock: MovingClock) -> None:
    class Closed(RecordingPlatform):
        async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
            self.sent.append(card)
            raise Unreachable("blocked")

    broadcast_id, _ = await running(ctx, clock)
    platform = Closed()
    for _ in range(3):
        await refresh(ctx, platform)
        clock.move(seconds=4)
    assert len(platform.sent) == 1
    await deliver(ctx, broadcast_id, 4)
    await lifecycle.tick(ctx)
    await refresh(ctx, platform)
    assert await watched(ctx) == set()


async def test_pause_does_not_lower_pace(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 90)
    clock.move(hours=1)  # it was paused
    sent = [Result(broadcast_id=BROADCAST, supporter_id=1000 + n, state=State.SENT) for n in range(30)]
    async with ctx.db.write() as conn:
        await recipients.mark(conn, sent, clock())
        found = await broadcasts.get(conn, BROADCAST)
    clock.move(seconds=30)
    assert found is not None
    now = await progress(ctx, found)
    assert (now.per_second, now.time_left) == (0.5, timedelta(minutes=2))


async def test_progress_with_lost_response_is_not_sent_again(ctx: Context, clock: MovingClock) -> None:
    await running(ctx, clock)
    tried = []

    class Deaf(RecordingPlatform):
        async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
            tried.append(external_id)
            raise InDoubt("no answer")

    for _ in range(5):
        await refresh(ctx, Deaf())
        clock.move(minutes=1)
    assert tried == ["900"]
