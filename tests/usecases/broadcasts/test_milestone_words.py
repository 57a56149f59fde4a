"""The words of a milestone that awaits approval can be changed, and refusals name only what was checked."""

import pytest

from bot.domain.broadcasts import BroadcastState
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import places
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.broadcasts.cards import post_of
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from bot.usecases.staff.notices import KINDS
from content.broadcast import Message
from tests.conftest import MovingClock
from tests.usecase_setup import hire, make_context, notices_of, open_campaign
from tests.usecases.broadcasts.test_handlers import NADIA, OMAR, actions, reply_text


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock, public_url="https://dons.example", zone="America/Toronto")
    await hire(context, NADIA)
    await hire(context, OMAR, label="Omar")
    return context


async def waiting(ctx: Context) -> int:
    """A milestone that awaits approval; return its broadcast's id."""
    campaign = await open_campaign(ctx)
    half = campaign.authored.milestones[0].threshold(campaign.authored.goal_minor)
    async with ctx.db.write() as conn:
        place = await places.save(
            conn, "telegram", "-5", title="Tous", purpose=places.PUBLIC, locales="fr+en", at=ctx.clock()
        )
    words = Message(template="milestone", threshold_minor=half)
    spec = Spec(
        campaign_id=campaign.id, message=words, segment=None, places=(place.id,), kind="milestone", once_key="1:5"
    )
    broadcast = await submit(ctx, None, spec)
    assert broadcast is not None
    assert broadcast.state is BroadcastState.APPROVAL
    return broadcast.id


async def test_words_are_changed_previewed_and_sent(ctx: Context) -> None:
    number = await waiting(ctx)
    card = await router.on_action(ctx, NADIA, f"bs:{number}")
    assert {f"bs:{number}:fr", f"bs:{number}:en"} <= actions(card)
    asked = await router.on_action(ctx, NADIA, f"bs:{number}:fr")
    assert asked.form is not None
    assert asked.form.value  # what Obole would say
    assert "Rien ne part avant l’approbation" in reply_text(asked)
    shown = await router.on_text(ctx, NADIA, "La moitié, **merci** à vous!")
    assert "La moitié, merci à vous!" in reply_text(Reply(card=shown.previews[0]))
    async with ctx.db.read() as conn:
        broadcast = await broadcasts.get(conn, number)
        (place,) = await places.all_places(conn)
    assert broadcast is not None
    assert broadcast.state is BroadcastState.APPROVAL
    (request,) = await notices_of(ctx, "milestone_approval")
    assert "La moitié, merci à vous!" in "\n".join((await KINDS["milestone_approval"](ctx, request, "fr")).lines)
    await router.on_action(ctx, OMAR, f"bs:{number}:approve")
    post = await post_of(ctx, number, place)
    assert post.body is not None
    assert "La moitié, merci à vous!" in post.body.plain


async def test_words_of_an_approved_milestone_stay(ctx: Context) -> None:
    number = await waiting(ctx)
    await router.on_action(ctx, NADIA, f"bs:{number}:fr")
    await router.on_action(ctx, OMAR, f"bs:{number}:approve")
    late = await router.on_text(ctx, NADIA, "Trop tard")
    assert "plus possible" in reply_text(late)
    async with ctx.db.read() as conn:
        broadcast = await broadcasts.get(conn, number)
    assert broadcast is not None
    assert broadcast.message.texts == {}


async def test_foreign_link_is_refused_in_its_words(ctx: Context) -> None:
    number = await waiting(ctx)
    await router.on_action(ctx, NADIA, f"bs:{number}:fr")
    refused = await router.on_text(ctx, NADIA, "Voyez https://ailleurs.example")
    assert refused.form is not None
    async with ctx.db.read() as conn:
        broadcast = await broadcasts.get(conn, number)
    assert broadcast is not None
    assert broadcast.message.texts == {}
