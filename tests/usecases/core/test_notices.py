"""Notices reach each member of staff once, whatever happens in between."""

from typing import Any, Literal

import pytest
from sqlalchemy import update

from bot.domain.staff import Role
from bot.store.campaigns import places
from bot.store.core import notices as rows
from bot.store.core.notices import Notice
from bot.store.core.tables import notice
from bot.store.db import Database
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.ports import InDoubt, MessageRef, RetryLater, Unreachable
from bot.usecases.staff import notices
from bot.usecases.staff.inbox import public_inbox
from content.cards import Card
from tests.conftest import MovingClock
from tests.usecase_setup import make_context


class RecordingPlatform:
    """A platform that records every message."""

    def __init__(self, name: str = "telegram") -> None:
        self.name: Any = name
        self.sent: list[tuple[str, Card]] = []
        self.edited: list[tuple[str, Card]] = []
        self.fails: dict[str, Exception] = {}

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        if external_id in self.fails:
            raise self.fails[external_id]
        self.sent.append((external_id, card))
        return MessageRef(chat_id=f"dm{external_id}", message_id=str(len(self.sent)))

    async def edit(self, ref: MessageRef, card: Card) -> None:
        self.edited.append((ref.message_id, card))

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        sent = await self.send(place, card, nonce=nonce)
        return MessageRef(chat_id=place, message_id=sent.message_id)

    edit_private: Any = None
    delete: Any = None


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock)
    async with context.db.write() as conn:
        for number, locale in (("1", "fr"), ("2", "en")):
            await staff.add(
                conn,
                "telegram",
                number,
                Role.EDITOR,
                label=f"P{number}",
                locale=locale,  # type: ignore[arg-type]  # one of the two
                added_by=None,
                at=clock(),
            )
    return context


async def news(ctx: Context, key: str = "a", kind: str = "staff_added") -> None:
    args = {"label": "Luc", "role": "editor", "by": "Nadia", "event": "evt_1", "type": "charge.refunded", "why": "?"}
    async with ctx.db.write() as conn:
        await rows.add(conn, Notice(id=ctx.ids.new(), key=key, kind=kind, args=args, due_at=ctx.clock()), ctx.clock())


async def test_notice_reaches_all_once_in_their_language(ctx: Context) -> None:
    platform = RecordingPlatform()
    await news(ctx)
    await news(ctx)  # the same thing
    assert await notices.tick(ctx, [platform]) == 1
    assert await notices.tick(ctx, [platform]) == 0
    assert [who for who, _ in platform.sent] == ["1", "2"]
    assert platform.sent[0][1].title != platform.sent[1][1].title


async def test_delayed_member_is_notified_later_and_nobody_twice(ctx: Context, clock: MovingClock) -> None:
    platform = RecordingPlatform()
    platform.fails["2"] = RetryLater(3)
    await news(ctx)
    assert await notices.tick(ctx, [platform]) == 0
    platform.fails.clear()
    clock.move(minutes=1)
    assert await notices.tick(ctx, [platform]) == 1
    assert [who for who, _ in platform.sent] == ["1", "2"]


async def test_unreachable_member_delays_nobody_else(ctx: Context) -> None:
    platform = RecordingPlatform()
    platform.fails["1"] = Unreachable("blocked")
    await news(ctx)
    assert await notices.tick(ctx, [platform]) == 1
    assert [who for who, _ in platform.sent] == ["2"]


async def test_notice_without_reader_is_kept(ctx: Context, clock: MovingClock) -> None:
    await news(ctx)
    assert await notices.tick(ctx, [RecordingPlatform("discord")]) == 0
    clock.move(hours=2)
    platform = RecordingPlatform()
    assert await notices.tick(ctx, [platform]) == 1
    assert len(platform.sent) == 2


async def opened(ctx: Context, platform: Literal["telegram", "discord"]) -> None:
    async with ctx.db.write() as conn:
        room = {"title": "Équipe", "purpose": places.STAFF, "locales": "fr", "at": ctx.clock()}
        inbox = await places.save(conn, platform, "-100", **room)
        await public_inbox.close(ctx, conn, inbox)


async def test_public_inbox_is_reported_in_private_and_gets_no_notices(ctx: Context) -> None:
    await opened(ctx, "telegram")
    await news(ctx, kind="intake_error")
    platform = RecordingPlatform()
    assert await notices.tick(ctx, [platform]) == 2
    assert [who for who, _ in platform.sent] == ["1", "2", "1", "2"]


async def test_public_inbox_is_reported_there_if_no_member_is_reachable(ctx: Context) -> None:
    await opened(ctx, "discord")  # all staff are on Telegram, which is switched off
    platform = RecordingPlatform("discord")
    assert await notices.tick(ctx, [platform]) == 1
    assert [who for who, _ in platform.sent] == ["-100"]


async def test_team_notices_are_private_even_with_inbox(ctx: Context) -> None:
    async with ctx.db.write() as conn:
        await places.save(conn, "telegram", "-100", title="Équipe", purpose=places.STAFF, locales="fr", at=ctx.clock())
    platform = RecordingPlatform()
    await news(ctx)
    await notices.tick(ctx, [platform])
    assert "-100" not in [who for who, _ in platform.sent]


async def test_member_by_discord_role_reads_team_notices_in_inbox(ctx: Context) -> None:
    role = staff.RoleMapping(guild_id="7", role_id="8", name="Équipe", role=Role.EDITOR)
    async with ctx.db.write() as conn:
        await staff.set_discord_role(conn, role, ctx.clock())
        await places.save(conn, "discord", "900", title="équipe", purpose=places.STAFF, locales="fr", at=ctx.clock())
        await places.save(conn, "telegram", "-100", title="Équipe", purpose=places.STAFF, locales="fr", at=ctx.clock())
    telegram, discord = RecordingPlatform(), RecordingPlatform("discord")
    await news(ctx)
    await notices.tick(ctx, [telegram, discord])
    assert [who for who, _ in telegram.sent] == ["1", "2"]
    assert [who for who, _ in discord.sent] == ["900"]


async def test_unrenderable_notice_holds_up_no_other(ctx: Context, clock: MovingClock) -> None:
    gone = {"broadcast": 404}  # of which nothing is known
    async with ctx.db.write() as conn:
        lost = Notice(id=ctx.ids.new(), key="lost", kind="broadcast_submitted", args=gone, due_at=ctx.clock())
        await rows.add(conn, lost, ctx.clock())
    await news(ctx, kind="broadcast_submitted", key="broken too")
    await news(ctx)
    platform = RecordingPlatform()
    assert await notices.tick(ctx, [platform]) == 1
    assert [who for who, _ in platform.sent] == ["1", "2"]
    async with ctx.db.read() as conn:
        assert await rows.due(conn, clock(), 9) == []  # they wait, and are not lost
        clock.move(hours=2)
        assert len(await rows.due(conn, clock(), 9)) == 2


async def test_uneditable_notice_holds_up_no_other(ctx: Context) -> None:
    platform = RecordingPlatform()
    await news(ctx, key="first")
    await news(ctx, key="second")
    await notices.tick(ctx, [platform])
    async with ctx.db.write() as conn:
        for key in ("first", "second"):
            await rows.mark_stale(conn, "staff_added", key)
        await conn.execute(update(notice).where(notice.c.key == "first").values(kind="broadcast_submitted"))
    assert await notices.tick(ctx, [platform]) == 0
    assert [number for number, _ in platform.edited] == ["3", "4"]


async def test_outage_is_one_notice(ctx: Context) -> None:
    platform = RecordingPlatform()
    for number in range(30):
        await news(ctx, key=f"k{number}", kind="intake_error")
    await notices.tick(ctx, [platform])
    assert len(platform.sent) == 2
    assert any("29" in str(line) for line in platform.sent[0][1].lines)
    assert await notices.tick(ctx, [platform]) == 0


async def test_each_notice_about_a_person_is_sent(ctx: Context) -> None:
    platform = RecordingPlatform()
    for number in range(7):
        await news(ctx, key=f"k{number}")
    assert await notices.tick(ctx, [platform]) == 7
    assert len(platform.sent) == 14


async def test_unknown_notice_kind_blocks_nothing(ctx: Context) -> None:
    platform = RecordingPlatform()
    await news(ctx, kind="from_the_future")
    await news(ctx, key="b")
    assert await notices.tick(ctx, [platform]) == 1


async def test_notice_with_lost_responses_is_sent_at_most_twice(ctx: Context, clock: MovingClock) -> None:
    tried: list[str] = []

    class LossyPlatform(RecordingPlatform):
        """Delivers the first message but loses the response; asks for a long pause on the second."""

        async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
            tried.append(external_id)
            raise InDoubt("no answer") if external_id == "1" else RetryLater(1)

        post: Any = send

    await news(ctx)
    for _ in range(6):
        await notices.tick(ctx, [LossyPlatform()])
        clock.move(hours=2)
    assert tried.count("1") == 2
