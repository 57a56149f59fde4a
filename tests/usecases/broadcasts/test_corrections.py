"""A correction of a broadcast waits for its author's confirmation, or for a second person, like the broadcast."""

import pytest

from bot.domain.broadcasts import Broadcast, BroadcastState, Segment
from bot.domain.people import Contact, Preference
from bot.domain.staff import Role
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import places
from bot.store.core import audit
from bot.store.core.notices import due
from bot.store.db import Database
from bot.store.staff import drafts, staff
from bot.usecases import router
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts.cards import copy_of
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.join import find_or_join
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.reply import Reply
from bot.usecases.staff.broadcasts.notices import KINDS
from content.broadcast import Message
from tests.conftest import MovingClock
from tests.usecase_setup import approvals_waiting, hire, make_context, notices_of, open_campaign

NADIA = Contact(platform="telegram", external_id="900", locale="fr", private=True)
OMAR = Contact(platform="discord", external_id="901", locale="en", private=True)
NEW = "Dernier jour : tout est doublé."


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock, public_url="https://dons.example")
    await hire(context, NADIA)
    await hire(context, OMAR, label="Omar")
    await open_campaign(context, ends_on=None)
    return context


async def running(ctx: Context, *, above: int, ticks: int = 3) -> Broadcast:
    """Nadia's broadcast to three people, approved by Omar if the limit (`above`) requires it."""
    async with ctx.db.read() as conn:
        nadia = await staff.find(conn, "telegram", "900")
        omar = await staff.find(conn, "discord", "901")
    assert nadia is not None and omar is not None
    await limits.set_limit(ctx, omar, "approve", above)
    for number in range(3):
        reader = Contact(platform="telegram", external_id=str(number), locale="fr", private=True)
        await set_preferences(ctx, await find_or_join(ctx, reader), [Preference.NEWS], True)
    message = Message(texts={"fr": "Des nouvelles", "en": "News"})
    broadcast = await submit(ctx, nadia, Spec(campaign_id=1, message=message, segment=Segment()))
    assert broadcast is not None
    if broadcast.state is BroadcastState.APPROVAL:
        await lifecycle.approve(ctx, omar, broadcast.id)
    assert isinstance(ctx.clock, MovingClock)
    ctx.clock.move(minutes=6)
    for _ in range(ticks):
        await lifecycle.tick(ctx)
    return broadcast


async def correct(ctx: Context, broadcast: Broadcast, contact: Contact = NADIA, text: str = NEW) -> Reply:
    asked = await router.on_action(ctx, contact, f"bs:{broadcast.id}:fr")
    assert asked.form is not None
    return await router.on_answer(ctx, contact, asked.form.answers, text)


async def text_of(ctx: Context, broadcast: Broadcast) -> str:
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, broadcast.id)
    assert found is not None
    return found.message.texts["fr"]


def action(reply: Reply, end: str) -> str:
    return next(str(button.action) for button in reply.card.buttons if str(button.action).endswith(end))


def reply_text(reply: Reply) -> str:
    return "\n".join((reply.card.title, *reply.card.lines))


@pytest.mark.parametrize("ticks", [1, 3])
async def test_correction_above_the_limit_waits_for_a_second_person(ctx: Context, ticks: int) -> None:
    broadcast = await running(ctx, above=2, ticks=ticks)  # after one tick, recipients are still being written
    waits = await correct(ctx, broadcast)
    assert not any(str(button.action).endswith((":yes", ":alone")) for button in waits.card.buttons)
    own = action(waits, ":no").removesuffix("no") + "yes"
    assert "une autre personne doit" in reply_text(await router.on_action(ctx, NADIA, own))
    assert await text_of(ctx, broadcast) == "Des nouvelles", "its author alone changes nothing"
    assert await approvals_waiting(ctx) == 1
    (news,) = await notices_of(ctx, "broadcast_fix")
    card = await KINDS["broadcast_fix"](ctx, news, "en")
    (look,) = [str(button.action) for button in card.buttons if str(button.action).startswith("bf:")]
    read = await router.on_action(ctx, OMAR, look)
    assert NEW in reply_text(read) and any(NEW in card.body.plain for card in read.previews if card.body is not None)
    done = await router.on_action(ctx, OMAR, action(read, ":yes"))
    assert await text_of(ctx, broadcast) == NEW and "being corrected" in reply_text(done)
    assert await approvals_waiting(ctx) == 0
    again = await router.on_action(ctx, OMAR, action(read, ":yes"))
    assert "no longer waiting" in reply_text(again)


async def test_correction_below_limit_is_confirmed_by_author_then_sent(ctx: Context) -> None:
    broadcast = await running(ctx, above=3)
    read = await correct(ctx, broadcast)
    assert [card.body.plain for card in read.previews if card.body is not None] == [NEW, "News"], "in both languages"
    assert await text_of(ctx, broadcast) == "Des nouvelles"
    done = await router.on_action(ctx, NADIA, action(read, ":yes"))
    assert await text_of(ctx, broadcast) == NEW and "en train d’être corrigées" in reply_text(done)
    assert "n’est plus en attente" in reply_text(await router.on_action(ctx, NADIA, action(read, ":yes")))


async def test_cancelled_correction_changes_nothing(ctx: Context) -> None:
    broadcast = await running(ctx, above=3)
    read = await correct(ctx, broadcast)
    await router.on_action(ctx, NADIA, action(read, ":no"))
    assert "n’est plus en attente" in reply_text(await router.on_action(ctx, NADIA, action(read, ":yes")))
    assert await text_of(ctx, broadcast) == "Des nouvelles"


async def test_correction_waits_for_its_author_for_fifteen_minutes(ctx: Context) -> None:
    broadcast = await running(ctx, above=3)
    read = await correct(ctx, broadcast)
    assert isinstance(ctx.clock, MovingClock)
    ctx.clock.move(minutes=15, seconds=1)
    assert "n’est plus en attente" in reply_text(await router.on_action(ctx, NADIA, action(read, ":yes")))
    assert await text_of(ctx, broadcast) == "Des nouvelles"
    await correct(ctx, broadcast)
    async with ctx.db.read() as conn:
        assert len(await drafts.of_kind(conn, "fix_unread")) == 1, "the old one is erased"


@pytest.mark.parametrize("end", ["yes", "alone"])
async def test_unread_correction_is_sent_by_author_only(ctx: Context, end: str) -> None:
    broadcast = await running(ctx, above=3)
    read = await correct(ctx, broadcast)
    assert not any(str(button.action).endswith(":alone") for button in read.card.buttons)
    await hire(ctx, OMAR, Role.OWNER, label="Omar")
    asked = await router.on_action(ctx, OMAR, action(read, ":yes").removesuffix("yes") + end)
    if asked.form is not None:
        await router.on_answer(ctx, OMAR, asked.form.answers, "Parce que")
    assert await text_of(ctx, broadcast) == "Des nouvelles"


async def test_correction_needs_second_person_after_limit_was_lowered(ctx: Context) -> None:
    broadcast = await running(ctx, above=3)
    read = await correct(ctx, broadcast)
    async with ctx.db.read() as conn:
        omar = await staff.find(conn, "discord", "901")
    assert omar is not None
    await limits.set_limit(ctx, omar, "approve", 2)
    waits = await router.on_action(ctx, NADIA, action(read, ":yes"))
    assert await text_of(ctx, broadcast) == "Des nouvelles"
    await router.on_action(ctx, OMAR, action(waits, ":no").removesuffix("no") + "yes")
    assert await text_of(ctx, broadcast) == NEW


async def test_correction_of_approved_broadcast_needs_second_person(ctx: Context) -> None:
    broadcast = await running(ctx, above=2)
    async with ctx.db.read() as conn:
        omar = await staff.find(conn, "discord", "901")
    assert omar is not None
    await limits.set_limit(ctx, omar, "approve", 1000)
    waits = await correct(ctx, broadcast)
    await router.on_action(ctx, NADIA, action(waits, ":no").removesuffix("no") + "yes")
    assert await text_of(ctx, broadcast) == "Des nouvelles"
    await router.on_action(ctx, OMAR, action(waits, ":no").removesuffix("no") + "yes")
    assert await text_of(ctx, broadcast) == NEW


async def test_correction_of_approved_post_needs_second_person(ctx: Context) -> None:
    async with ctx.db.write() as conn:
        place = await places.save(
            conn, "telegram", "-100", title="Canal", purpose=places.PUBLIC, locales="fr", at=ctx.clock()
        )
        omar = await staff.find(conn, "discord", "901")
    assert omar is not None
    message = Message(texts={"fr": "Des nouvelles"})
    posted = Spec(campaign_id=1, message=message, segment=None, places=(place.id,), kind="milestone", once_key="m")
    broadcast = await submit(ctx, None, posted)
    assert broadcast is not None and broadcast.state is BroadcastState.APPROVAL
    await lifecycle.approve(ctx, omar, broadcast.id)
    assert isinstance(ctx.clock, MovingClock)
    ctx.clock.move(minutes=6)
    for _ in range(2):
        await lifecycle.tick(ctx)
    waits = await correct(ctx, broadcast)
    await router.on_action(ctx, NADIA, action(waits, ":no").removesuffix("no") + "yes")
    assert await text_of(ctx, broadcast) == "Des nouvelles", "nobody counts who reads a channel"
    await router.on_action(ctx, OMAR, action(waits, ":no").removesuffix("no") + "yes")
    assert await text_of(ctx, broadcast) == NEW


async def test_correction_of_outdated_text_is_not_sent(ctx: Context) -> None:
    broadcast = await running(ctx, above=2)
    first = action(await correct(ctx, broadcast), ":no").removesuffix("no") + "yes"
    second = action(await correct(ctx, broadcast, text="Autre chose"), ":no").removesuffix("no") + "yes"
    assert "no longer waiting" in reply_text(await router.on_action(ctx, OMAR, first)), "one waits for each broadcast"
    await router.on_action(ctx, OMAR, second)
    assert await text_of(ctx, broadcast) == "Autre chose"


async def test_discarded_correction_changes_nothing(ctx: Context) -> None:
    broadcast = await running(ctx, above=2)
    await router.on_action(ctx, OMAR, action(await correct(ctx, broadcast), ":no"))
    assert await text_of(ctx, broadcast) == "Des nouvelles"
    async with ctx.db.read() as conn:
        assert await drafts.of_kind(conn, "correction") == []


async def test_owner_sends_correction_alone_with_audited_reason(ctx: Context) -> None:
    await hire(ctx, NADIA, Role.OWNER)
    broadcast = await running(ctx, above=2)
    asked = await router.on_action(ctx, NADIA, action(await correct(ctx, broadcast), ":alone"))
    assert asked.form is not None
    await router.on_answer(ctx, NADIA, asked.form.answers, "Omar est en vacances")
    assert await text_of(ctx, broadcast) == NEW
    async with ctx.db.read() as conn:
        (act,) = await audit.latest(conn, 5, action="broadcast.corrected")
        corrected = [notice for notice in await due(conn, ctx.clock(), 99) if notice.kind == "broadcast_corrected"]
    assert act.details["why"] == corrected[0].args["why"] == "Omar est en vacances"


async def test_editor_cannot_send_a_correction_alone(ctx: Context) -> None:
    broadcast = await running(ctx, above=2)
    alone = action(await correct(ctx, broadcast), ":no").removesuffix("no") + "alone"
    await router.on_action(ctx, NADIA, alone)
    await router.on_answer(ctx, NADIA, alone.removesuffix(":alone"), "Parce que")
    assert await text_of(ctx, broadcast) == "Des nouvelles"


async def test_campaign_renamed_after_approval_does_not_rename_the_copies(ctx: Context) -> None:
    broadcast = await running(ctx, above=2)
    before = (await copy_of(ctx, "telegram", broadcast.id, "fr", True)).title
    campaign = await publish.find(ctx, "dehors")
    assert campaign is not None
    renamed = campaign.authored.model_copy(
        update={"name": campaign.authored.name.model_copy(update={"fr": "Gagnez 1000 $"})}
    )
    await publish.publish(ctx, renamed)
    assert (await copy_of(ctx, "telegram", broadcast.id, "fr", True)).title == before
