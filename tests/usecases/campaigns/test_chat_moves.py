"""A group that became a supergroup: one place, nothing twice, and no message id of the old chat is used again."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact, PlatformName
from bot.domain.staff import Member, Role
from bot.store.broadcasts import posts, progress_messages, recipients
from bot.store.broadcasts.progress_messages import ProgressMessage
from bot.store.broadcasts.tables import broadcast, broadcast_post
from bot.store.campaigns import places, posted
from bot.store.campaigns.places import Place
from bot.store.campaigns.tables import posted_card
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.store.db import Database
from bot.store.schema import metadata
from bot.usecases import router
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.campaigns import chat_moves, live_cards, publish
from bot.usecases.context import Context
from bot.usecases.ports import MessageRef, PrivateReply
from content.broadcast import Message
from content.cards import Card
from tests.conftest import MovingClock
from tests.usecase_setup import hire, make_context, open_campaign

OLD, NEW = "-500", "-1001500"
NADIA = Contact(platform="telegram", external_id="900", locale="fr", private=True)


@dataclass
class Group:
    """A platform that records what is posted, edited and deleted where."""

    name: PlatformName = "telegram"
    posts: list[tuple[str, str | None]] = field(default_factory=list)
    changed: list[MessageRef] = field(default_factory=list)

    async def send(self, external_id: str, card: Card, *, nonce: str, silent: bool = False) -> MessageRef:
        return MessageRef(chat_id=external_id, message_id="1")

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        self.posts.append((place, thread))
        return MessageRef(chat_id=place, message_id=str(len(self.posts)))

    async def edit(self, ref: MessageRef, card: Card) -> None:
        self.changed.append(ref)

    async def edit_private(self, answer: PrivateReply, card: Card) -> None: ...

    async def delete(self, ref: MessageRef) -> None:
        self.changed.append(ref)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


@pytest.fixture
async def nadia(ctx: Context) -> Member:
    return await hire(ctx, NADIA, Role.OWNER)


async def connect(ctx: Context, chat: str, use: str = "fr") -> Place:
    """The bot is added to a group, and staff say what it is for."""
    await router.on_place(ctx, NADIA, chat, "Bénévoles", True)
    async with ctx.db.read() as conn:
        place = await places.at_chat(conn, "telegram", chat)
    assert place is not None
    if use:
        await router.on_action(ctx, NADIA, f"pl:{place.id}:{use}")
    return place


async def all_places(ctx: Context) -> list[Place]:
    async with ctx.db.read() as conn:
        return await places.all_places(conn)


async def submitted(ctx: Context, campaign: Campaign, author: Member, *to: Place) -> int:
    """Submit a broadcast to these groups alone; return its id."""
    words = Message(texts={"fr": "Bonjour", "en": "Hello"})
    spec = Spec(campaign_id=campaign.id, message=words, segment=None, places=tuple(place.id for place in to))
    made = await submit(ctx, author, spec)
    assert made is not None
    return made.id


async def heard(ctx: Context, order: str) -> None:
    """Hear of the upgrade in both chats: the new one's membership, and the message about the move."""
    steps = {"old": [OLD, NEW], "new": [NEW, OLD]}[order]
    for chat in steps:
        if chat == OLD:
            await router.on_moved(ctx, "telegram", OLD, NEW)
        else:
            await router.on_place(ctx, NADIA, NEW, "Bénévoles", True)
    await router.on_moved(ctx, "telegram", OLD, NEW)  # said in both chats


@pytest.mark.parametrize("order", ["old", "new"])
async def test_group_stays_one_place_in_either_order(ctx: Context, nadia: Member, order: str) -> None:
    before = await connect(ctx, OLD)
    await heard(ctx, order)
    (place,) = await all_places(ctx)
    assert (place.id, place.chat_id, place.purpose, place.locales) == (before.id, NEW, "public", "fr")
    assert place.lost_at is None


async def test_use_that_staff_chose_for_the_new_chat_is_kept(ctx: Context, nadia: Member) -> None:
    await connect(ctx, OLD, "fr")
    await connect(ctx, NEW, "fr+en")
    await router.on_moved(ctx, "telegram", OLD, NEW)
    assert [(place.chat_id, place.locales) for place in await all_places(ctx)] == [(NEW, "fr+en")]


@pytest.mark.parametrize("order", ["old", "new"])
async def test_broadcast_to_both_chats_is_posted_once(
    ctx: Context, campaign: Campaign, nadia: Member, order: str
) -> None:
    old = await connect(ctx, OLD)
    new = await connect(ctx, NEW) if order == "new" else None
    made = await submitted(ctx, campaign, nadia, *[place for place in (old, new) if place is not None])
    await heard(ctx, order)
    async with ctx.db.write() as conn:
        due = await posts.claim(conn, made, "telegram", ctx.clock() + timedelta(days=1), 9)
    assert [post.place.chat_id for post in due] == [NEW]


async def test_post_that_has_left_for_the_new_chat_is_kept(ctx: Context, campaign: Campaign, nadia: Member) -> None:
    old, new = await connect(ctx, OLD), await connect(ctx, NEW)
    made = await submitted(ctx, campaign, nadia, old, new)
    async with ctx.db.write() as conn:
        due = await posts.claim(conn, made, "telegram", ctx.clock() + timedelta(days=1), 9)
        there = next(post for post in due if post.place.id == new.id)
        back = next(post for post in due if post.place.id == old.id)
        await posts.mark(conn, there, state="sent", chat_id=NEW, message_id="7")
        await posts.mark(conn, back, state="waiting")
    await router.on_moved(ctx, "telegram", OLD, NEW)
    async with ctx.db.read() as conn:
        (kept,) = (await conn.execute(select(broadcast_post))).all()
    assert (kept.place_id, kept.state, kept.message_id) == (old.id, "sent", "7")


@pytest.mark.parametrize("order", ["old", "new"])
async def test_live_card_is_posted_anew_and_the_old_one_is_left_alone(
    ctx: Context, clock: MovingClock, campaign: Campaign, nadia: Member, order: str
) -> None:
    place = await connect(ctx, OLD)
    group = Group()
    await router.on_action(ctx, NADIA, f"pp:{campaign.id}:{place.id}")
    await live_cards.tick(ctx, group, at_most_every=timedelta())
    async with ctx.db.read() as conn:
        number = (await conn.execute(select(posted_card.c.id))).scalar_one()
    await heard(ctx, order)
    await publish.publish(ctx, campaign.authored.model_copy(update={"goal_minor": 999_900}))
    clock.move(seconds=30)
    for _ in range(2):
        await live_cards.tick(ctx, group, at_most_every=timedelta())

    assert [chat for chat, _ in group.posts] == [OLD, NEW]
    assert group.changed == []
    async with ctx.db.read() as conn:
        (card,) = (await conn.execute(select(posted_card))).all()
    assert (card.id, card.chat_id, card.message_id, card.gone_at) == (number, NEW, "2", None)


async def test_card_of_a_closed_campaign_is_not_posted_again(ctx: Context, campaign: Campaign, nadia: Member) -> None:
    place = await connect(ctx, OLD)
    group = Group()
    await router.on_action(ctx, NADIA, f"pp:{campaign.id}:{place.id}")
    await live_cards.tick(ctx, group, at_most_every=timedelta())
    await publish.close(ctx, campaign)
    await router.on_moved(ctx, "telegram", OLD, NEW)
    await live_cards.tick(ctx, group, at_most_every=timedelta())
    assert (len(group.posts), group.changed) == (1, [])


async def test_edit_that_found_the_move_does_not_end_the_new_card(
    ctx: Context, campaign: Campaign, nadia: Member
) -> None:
    await connect(ctx, OLD)
    async with ctx.db.write() as conn:
        card = posted.PostedCard(id=5, campaign_id=campaign.id, platform="telegram", chat_id=OLD, message_id="3",
                                 locale="fr")  # fmt: skip
        await posted.add(conn, card, ctx.clock())
    await chat_moves.move_chat(ctx, "telegram", OLD, NEW)
    async with ctx.db.write() as conn:
        await posted.mark_gone(conn, card, ctx.clock())
        assert [one.chat_id for one in await posted.requested(conn, "telegram", ctx.clock())] == [NEW]


async def test_notices_in_the_inbox_are_left_alone_and_not_sent_again(ctx: Context, nadia: Member) -> None:
    await connect(ctx, OLD, "staff")
    async with ctx.db.write() as conn:
        notice = Notice(id=ctx.ids.new(), key="k", kind="place_lost", args={}, due_at=ctx.clock())
        await notices.add(conn, notice, ctx.clock())
        await notices.add_copy(conn, notice.id, "telegram", OLD, "7", OLD)
    await router.on_moved(ctx, "telegram", OLD, NEW)
    async with ctx.db.read() as conn:
        assert await notices.copies(conn, notice.id) == []  # never edited again
        assert await notices.of_message(conn, "telegram", NEW, "7") is None
        assert ("telegram", NEW) in await notices.notified_targets(conn, notice.id)  # and not sent again


async def test_progress_is_shown_anew(ctx: Context, campaign: Campaign, nadia: Member) -> None:
    place = await connect(ctx, OLD)
    made = await submitted(ctx, campaign, nadia, place)
    async with ctx.db.write() as conn:
        shown = ProgressMessage(broadcast_id=made, platform="telegram", chat_id=OLD, message_id="4", target=OLD,
                                locale="fr", shown="", edited_at=ctx.clock())  # fmt: skip
        await progress_messages.put(conn, shown)
    await router.on_moved(ctx, "telegram", OLD, NEW)
    async with ctx.db.read() as conn:
        assert await progress_messages.of_platform(conn, "telegram") == []


async def test_sent_post_is_neither_corrected_nor_withdrawn(ctx: Context, campaign: Campaign, nadia: Member) -> None:
    place = await connect(ctx, OLD)
    made = await submitted(ctx, campaign, nadia, place)
    async with ctx.db.write() as conn:
        (due,) = await posts.claim(conn, made, "telegram", ctx.clock() + timedelta(days=1), 9)
        await posts.mark(conn, due, state="sent", chat_id=OLD, message_id="3", revision=1)
        await conn.execute(broadcast.update().values(state="withdrawn", revision=2, changed_at=ctx.clock()))
    await router.on_moved(ctx, "telegram", OLD, NEW)
    async with ctx.db.read() as conn:
        (job,) = await recipients.jobs(conn, ctx.clock())
        assert await posts.outdated(conn, job, "telegram", 9) == []


def test_every_table_with_a_message_id_says_what_a_move_does() -> None:
    """A new table with a chat and a message id must be handled in `chat_moves`, or be listed with its reason."""
    handled = {"posted_card", "broadcast_post", "notice_copy", "progress_message"}
    private = {"recipient", "my_data_file"}  # messages in private chats, which never migrate
    origins = {"reply_origin"}  # what staff wrote, found by chat and id when they edit it; never edited by us
    named = {
        table.name
        for table in metadata.tables.values()
        if any(column.name.startswith("chat") for column in table.c) and "message_id" in table.c
    }
    assert named - origins == handled | private
