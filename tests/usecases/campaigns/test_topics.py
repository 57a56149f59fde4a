"""Topics of a Telegram group: `/ici` in one sends everything there, and a closed or deleted one is named to staff."""

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.people import Locale
from bot.domain.staff import Member
from bot.store.campaigns import places
from bot.store.campaigns.places import Place
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.usecases import router
from bot.usecases.campaigns import live_cards, publish
from bot.usecases.context import Context
from bot.usecases.ports import MessageRef, MissingPermission, PlatformError, TopicClosed, TopicDeleted
from bot.usecases.staff import notices as staff_notices
from bot.usecases.staff.broadcasts import progress
from content.cards import Card
from tests.conftest import MovingClock
from tests.usecase_setup import notices_of
from tests.usecases.campaigns.test_chat_moves import NADIA, Group, campaign, ctx, nadia

__all__ = ["campaign", "ctx", "nadia"]  # fixtures for this module's tests

GROUP, TOPIC = "-1007", "7"
THERE = replace(NADIA, private=False, place=GROUP, place_title="Bénévoles", thread=TOPIC)


class Refusing(Group):
    """A group that refuses every post."""

    def __init__(self, error: PlatformError) -> None:
        super().__init__()
        self.error = error

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        raise self.error


async def place_of(ctx: Context) -> Place:
    async with ctx.db.read() as conn:
        found = await places.at_chat(conn, "telegram", GROUP)
    assert found is not None
    return found


async def connect(ctx: Context, use: str) -> Place:
    await router.on_command(ctx, THERE, "ici", "")
    place = await place_of(ctx)
    await router.on_action(ctx, NADIA, f"pl:{place.id}:{use}")
    return await place_of(ctx)


async def test_here_in_a_topic_stores_it_and_says_so(ctx: Context, nadia: Member) -> None:
    reply = await router.on_command(ctx, THERE, "ici", "")
    assert "Les messages vont dans le sujet où /ici a été écrit en dernier." in reply.card.lines
    assert (await place_of(ctx)).thread_id == TOPIC
    await router.on_command(ctx, replace(THERE, thread="9"), "here", "")
    assert (await place_of(ctx)).thread_id == "9"
    await router.on_place(ctx, NADIA, GROUP, "Bénévoles", True)  # new rights change nothing about it
    assert (await place_of(ctx)).thread_id == "9"
    await router.on_command(ctx, replace(THERE, thread=None), "here", "")
    assert (await place_of(ctx)).thread_id is None


async def test_live_card_is_posted_in_the_topic(ctx: Context, campaign: Campaign, nadia: Member) -> None:
    place, group = await connect(ctx, "fr"), Group()
    await router.on_action(ctx, NADIA, f"pp:{campaign.id}:{place.id}")
    await live_cards.tick(ctx, group, at_most_every=timedelta())
    await publish.post(ctx, group, campaign, GROUP, "fr")  # by the terminal
    assert group.posts == [(GROUP, TOPIC)] * 2


async def test_notices_and_progress_go_to_the_topic_of_the_inbox(
    ctx: Context, clock: MovingClock, campaign: Campaign, nadia: Member
) -> None:
    await connect(ctx, "staff")
    group = Group()
    async with ctx.db.write() as conn:
        args = {"title": "Canal", "place": 1, "platform": "telegram"}
        await notices.add(conn, Notice(id=1, key="k", kind="place_lost", args=args, due_at=ctx.clock()), ctx.clock())
    await staff_notices.tick(ctx, [group])
    assert group.posts == [(GROUP, TOPIC)]
    assert await staff_notices.send_directly(ctx, [group], lambda _: Card(title="lost"), "key")
    assert group.posts == [(GROUP, TOPIC)] * 2
    async with ctx.db.read() as conn:
        inboxes = await places.of_purpose(conn, places.STAFF)
    watchers = [progress.Watcher(place.chat_id, "fr", is_place=True, thread=place.thread_id) for place in inboxes]
    assert [watcher.thread for watcher in watchers] == [TOPIC]


SAID: tuple[tuple[type[PlatformError], Locale, str], ...] = (
    (TopicClosed, "fr", "sujet est fermé"),
    (TopicClosed, "en", "topic is closed"),
    (TopicDeleted, "fr", "sujet a été supprimé"),
    (TopicDeleted, "en", "topic was deleted"),
    (MissingPermission, "en", "permission to post"),
)


@pytest.mark.parametrize(("error", "locale", "says"), SAID)
async def test_closed_or_deleted_topic_is_named_to_staff(
    ctx: Context, campaign: Campaign, nadia: Member, error: type[PlatformError], locale: Locale, says: str
) -> None:
    place = await connect(ctx, "fr")
    await router.on_action(ctx, NADIA, f"pp:{campaign.id}:{place.id}")
    for _ in range(2):
        await live_cards.tick(ctx, Refusing(error("TOPIC")), at_most_every=timedelta())
    (told,) = await notices_of(ctx, "place_lost")
    card = await staff_notices.KINDS["place_lost"](ctx, told, locale)
    assert says in card.lines[0]
    assert (await place_of(ctx)).lost_at is not None
    await router.on_command(ctx, THERE, "ici", "")
    assert (await place_of(ctx)).lost_at is None


def test_every_post_into_a_place_names_its_topic() -> None:
    """In the source: a call of the port's `post` without `thread` would end up in General."""
    missing = []
    for file in [*Path("bot/usecases").rglob("*.py"), *Path("bot/delivery").rglob("*.py")]:
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "post":
                names = {keyword.arg for keyword in call.keywords}
                missing += [f"{file}:{call.lineno}"] if "nonce" in names and "thread" not in names else []
    assert missing == []
