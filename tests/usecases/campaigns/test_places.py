"""Places are added and given a use, cards are posted and removed, and lost rights are notified once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.store.campaigns import places, posted
from bot.store.campaigns.places import STAFF, Place
from bot.store.core import audit
from bot.store.core.notices import Notice
from bot.store.db import Database
from bot.usecases.campaigns import live_cards
from bot.usecases.context import Context
from bot.usecases.ports import MessageRef, PlatformError, Rejected, RetryLater, Unreachable
from bot.usecases.reply import Reply
from bot.usecases.staff import access_check
from bot.usecases.staff.campaigns import notices as campaign_notices
from bot.usecases.staff.inbox import public_inbox
from content.cards import Card
from tests.conftest import MovingClock
from tests.delivery.test_loop import RecordingPlatform
from tests.usecase_setup import CAMILLE, hire, make_context, notices_of, open_campaign

GROUP = "-100123"
SOON = timedelta(seconds=5)


class Channel(RecordingPlatform):
    def __init__(self) -> None:
        super().__init__()
        self.posts: list[tuple[str, Card]] = []
        self.deleted: list[MessageRef] = []
        self.fails: PlatformError | None = None

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        if self.fails is not None:
            raise self.fails
        self.posts.append((place, card))
        return MessageRef(chat_id=place, message_id="900")

    async def edit(self, ref: MessageRef, card: Card) -> None:
        if self.fails is not None:
            raise self.fails

    async def delete(self, ref: MessageRef) -> None:
        self.deleted.append(ref)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    ctx = make_context(db, clock)
    await hire(ctx, CAMILLE, Role.EDITOR, label="Camille")
    return ctx


async def arrive(ctx: Context, *, may_post: bool = True, is_open: bool = False, who: Contact = CAMILLE) -> Reply | None:
    contact = replace(who, place=GROUP, place_title="Le groupe", place_open=is_open)
    return await access_check.on_place(ctx, contact, GROUP, "Le groupe", may_post)


async def tap(ctx: Context, data: str) -> Reply:
    verb, _, argument = data.partition(":")
    return await access_check.on_action(ctx, CAMILLE, verb, argument)


async def known(ctx: Context) -> list[Place]:
    async with ctx.db.read() as conn:
        return await places.all_places(conn)


async def test_place_whose_title_shows_nothing_is_called_by_its_id(ctx: Context) -> None:
    await access_check.on_place(ctx, replace(CAMILLE, place=GROUP, place_title="\u3164"), GROUP, "\u3164", True)
    assert [place.title for place in await known(ctx)] == [GROUP]
    await arrive(ctx)
    await access_check.on_place(ctx, replace(CAMILLE, place=GROUP, place_title="\u2800"), GROUP, "\u2800", True)
    assert [place.title for place in await known(ctx)] == ["Le groupe"]


def actions(reply: Reply) -> list[str | None]:
    return [button.action for button in reply.card.buttons]


async def test_staff_who_add_the_bot_are_asked_for_the_use(ctx: Context) -> None:
    asked = await arrive(ctx)
    assert asked is not None and asked.card.title == "Le groupe"
    assert actions(asked) == ["pl:1:fr", "pl:1:en", "pl:1:fr+en", "pl:1:staff", "pl"]
    assert await arrive(ctx) is None  # other rights changed: nothing new
    for use, purpose in (("fr", "public"), ("staff", "staff"), ("off", "off"), ("fr+en", "public")):
        assert "C’est noté." in (await tap(ctx, f"pl:1:{use}")).card.lines
        (place,) = await known(ctx)
        assert place.purpose == purpose
    async with ctx.db.read() as conn:
        acts = await audit.latest(conn, 9, action="place.")
    assert len(acts) == 4 and acts[0].details["place"] == "Le groupe"


async def test_public_place_cannot_be_an_inbox(ctx: Context) -> None:
    await arrive(ctx, is_open=True)
    assert any("Tout le monde peut lire" in line for line in (await tap(ctx, "pl:1:staff")).card.lines)
    assert [place.purpose for place in await known(ctx)] == ["off"]


async def test_strangers_and_viewers_get_no_reply(ctx: Context) -> None:
    assert await arrive(ctx, who=replace(CAMILLE, external_id="666")) is None
    await hire(ctx, CAMILLE, Role.VIEWER, label="Camille")
    assert await arrive(ctx) is None
    assert await known(ctx) == []


async def test_here_command_shows_the_channel_or_lists_all(ctx: Context) -> None:
    in_group = replace(CAMILLE, private=False, place=GROUP, place_title="Le groupe")
    assert "pl:1:fr" in actions(await access_check.on_command(ctx, in_group, "here", ""))
    listed = ["pl:1", "pl:giving:on", "pl:steps:on"]
    assert actions(await access_check.on_command(ctx, CAMILLE, "here", "")) == listed
    assert actions(await tap(ctx, "pl:9")) == listed


async def test_switches_for_all_places_are_set_in_chat(ctx: Context) -> None:
    assert actions(await tap(ctx, "pl:giving:on")) == ["pl:giving:off", "pl:steps:on"]
    assert actions(await tap(ctx, "pl:steps:on")) == ["pl:giving:off", "pl:steps:off"]
    assert actions(await tap(ctx, "pl:giving:off")) == ["pl:giving:on", "pl:steps:off"]


async def test_card_is_posted_once_from_chat_and_removed(ctx: Context) -> None:
    await open_campaign(ctx)
    await arrive(ctx)
    await tap(ctx, "pl:1:fr")
    channel = Channel()
    assert actions(await tap(ctx, "pp:1")) == ["pp:1:1", "pl", "cv:1"]
    for _ in range(2):  # a double tap
        assert actions(await tap(ctx, "pp:1:1")) == ["pp:1:1:off", "pl", "cv:1"]
    for _ in range(2):
        await live_cards.tick(ctx, channel, at_most_every=SOON)
    assert [place for place, _ in channel.posts] == [GROUP]
    await tap(ctx, "pp:1:1:off")
    for _ in range(2):
        await live_cards.tick(ctx, channel, at_most_every=SOON)
    assert [ref.message_id for ref in channel.deleted] == ["900"]
    async with ctx.db.read() as conn:
        assert await posted.chats(conn, 1) == set()


async def test_rate_limited_place_is_retried(ctx: Context, clock: MovingClock) -> None:
    await open_campaign(ctx)
    await arrive(ctx)
    await tap(ctx, "pl:1:fr")
    await tap(ctx, "pp:1:1")
    channel = Channel()
    channel.fails = RetryLater(7)
    await live_cards.post_asked(ctx, channel)
    channel.fails = None
    assert await live_cards.post_asked(ctx, channel) == 0
    clock.move(seconds=8)
    assert await live_cards.post_asked(ctx, channel) == 1
    assert len(channel.posts) == 1


async def open_inbox_notices(ctx: Context) -> list[Notice]:
    return await notices_of(ctx, "inbox_open")


async def test_inbox_that_becomes_public_is_closed_and_staff_are_notified(ctx: Context) -> None:
    await arrive(ctx)
    await tap(ctx, "pl:1:staff")

    async def is_private(_chat: str) -> bool:
        return False

    async def is_public(chat: str) -> bool:
        return chat == GROUP

    assert await public_inbox.tick(ctx, "telegram", is_private) == 0
    assert await public_inbox.tick(ctx, "discord", is_public) == 0
    assert (await known(ctx))[0].purpose == "staff"
    assert [await public_inbox.tick(ctx, "telegram", is_public) for _ in range(3)] == [1, 0, 0]
    (place,) = await known(ctx)
    assert (place.purpose, place.is_open) == ("off", True)
    (notice,) = await open_inbox_notices(ctx)
    card = await campaign_notices.KINDS["inbox_open"](ctx, notice, "fr")
    assert "Le groupe" in card.title and [b.action for b in card.buttons] == ["pl:1"]
    await tap(ctx, "pl:1:staff")
    assert (await known(ctx))[0].purpose == "off", "it is not made the inbox again while it is public"


async def test_inbox_found_public_by_a_message_is_reported(ctx: Context) -> None:
    await arrive(ctx)
    await tap(ctx, "pl:1:staff")
    await arrive(ctx, is_open=True)
    assert (await known(ctx))[0].purpose == "off"
    assert len(await open_inbox_notices(ctx)) == 1


async def test_unreachable_inbox_does_not_hide_others(ctx: Context) -> None:
    async with ctx.db.write() as conn:
        for chat in ("-1", "-2"):
            row = {"title": chat, "purpose": STAFF, "locales": "fr", "at": ctx.clock()}
            await places.save(conn, "telegram", chat, **row)

    async def is_open(chat: str) -> bool:
        if chat == "-1":
            raise Unreachable("kicked")
        return True

    assert await public_inbox.tick(ctx, "telegram", is_open) == 1
    assert [place.purpose for place in await known(ctx)] == ["staff", "off"]


@pytest.mark.parametrize("refusal", [Rejected("no rights"), Unreachable("kicked")])
async def test_lost_rights_are_notified_once_with_a_remedy(ctx: Context, refusal: PlatformError) -> None:
    await open_campaign(ctx)
    await arrive(ctx)
    await tap(ctx, "pl:1:fr")
    await tap(ctx, "pp:1:1")
    channel = Channel()
    channel.fails = refusal
    await live_cards.post_asked(ctx, channel)
    await arrive(ctx, may_post=False)
    (notice,) = await notices_of(ctx, "place_lost")
    card = await campaign_notices.KINDS["place_lost"](ctx, notice, "fr")
    assert "Le groupe" in card.title and [b.action for b in card.buttons] == ["pl:1"]
    back = await arrive(ctx)
    assert back is not None and (await known(ctx))[0].lost_at is None
