"""Mistakes of staff while writing a broadcast: each is reported clearly, nothing is lost or sent half."""

import pytest

from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import places
from bot.store.core import audit, switches
from bot.store.db import Database
from bot.store.staff import staff
from bot.usecases import router
from bot.usecases.broadcasts import lifecycle
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from tests.conftest import MovingClock
from tests.usecase_setup import awaits_picture, hire, make_context, open_campaign, send_picture
from tests.usecases.broadcasts.test_handlers import (
    NADIA,
    OMAR,
    actions,
    reader,
    reply_text,
    send,
    tap,
    the_draft,
    written,
)

BO = Contact(platform="telegram", external_id="902", locale="fr", private=True)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock, public_url="https://dons.example", zone="America/Toronto")
    await hire(context, NADIA)
    await hire(context, OMAR, label="Omar")
    await open_campaign(context, ends_on=None)
    return context


async def channel(ctx: Context, number: int, locales: str = "fr") -> int:
    async with ctx.db.write() as conn:
        place = await places.save(
            conn,
            "telegram",
            f"-{number}",
            title=f"Canal {number}",
            purpose=places.PUBLIC,
            locales=locales,
            at=ctx.clock(),
        )
    return place.id


async def none_left(ctx: Context) -> bool:
    async with ctx.db.read() as conn:
        return await broadcasts.latest(conn, 5) == []


async def test_missing_language_is_reported(ctx: Context) -> None:
    await reader(ctx, 1, "en")
    await router.on_action(ctx, NADIA, "bc:new")
    await router.on_text(ctx, NADIA, "Seulement en français")
    draft = (await the_draft(ctx))[0]
    assert "(anglais)" in reply_text(await send(ctx, draft))
    assert await none_left(ctx) and (await the_draft(ctx))[1].texts == {"fr": "Seulement en français"}


async def test_empty_audience_is_reported(ctx: Context) -> None:
    assert "Personne ne le recevrait" in reply_text(await send(ctx, await written(ctx)))


async def test_lost_place_is_named(ctx: Context) -> None:
    draft, place_id = await written(ctx), await channel(ctx, 5)
    await tap(ctx, draft, f"where:{place_id}")
    async with ctx.db.write() as conn:
        await places.mark_lost(conn, place_id, ctx.clock())
    assert "(Canal 5)" in reply_text(await send(ctx, draft))
    assert await none_left(ctx)


async def test_disabled_place_gets_nothing(ctx: Context) -> None:
    draft, place_id = await written(ctx), await channel(ctx, 5)
    await tap(ctx, draft, f"where:{place_id}")
    async with ctx.db.write() as conn:
        await places.set_purpose(conn, place_id, places.STAFF, "fr")
    assert "(Canal 5)" in reply_text(await send(ctx, draft))
    assert await none_left(ctx)
    await tap(ctx, draft, "where")
    assert (await the_draft(ctx))[1].places == (), "it has no button any more to take it back"


async def test_past_start_time_is_reported(ctx: Context, clock: MovingClock) -> None:
    await reader(ctx, 1)
    draft = await written(ctx)
    await tap(ctx, draft, "when")
    await router.on_text(ctx, NADIA, "24 novembre 18 h 30")
    clock.move(days=2)
    assert "passé" in reply_text(await send(ctx, draft))
    await tap(ctx, draft, "when")
    await tap(ctx, draft, "when")
    await router.on_text(ctx, NADIA, "2028-01-01 9:00")
    assert "plus d’un an" in reply_text(await send(ctx, draft))
    assert await none_left(ctx)


async def test_large_picture_is_reported_and_still_awaited(ctx: Context) -> None:
    await tap(ctx, await written(ctx), "pic")
    large = await send_picture(ctx, NADIA, None)
    assert "10 Mo" in reply_text(large)
    assert await awaits_picture(ctx, NADIA)


async def test_closed_campaign_sends_news_only(ctx: Context) -> None:
    await reader(ctx, 1)
    draft = await written(ctx)
    campaign = await publish.find(ctx, (await open_campaign(ctx, ends_on=None)).slug)
    assert campaign is not None
    await publish.close(ctx, campaign)
    assert "Enlevez les montants" in reply_text(await tap(ctx, draft, "review")), "before it is sent, too"
    assert "Enlevez les montants" in reply_text(await send(ctx, draft))
    await tap(ctx, draft, "amounts")
    assert "Sur le point de partir" in reply_text(await send(ctx, draft))


async def test_ended_campaign_is_not_asked_for(ctx: Context) -> None:
    campaign = await publish.find(ctx, (await open_campaign(ctx, ends_on=None)).slug)
    assert campaign is not None
    await publish.close(ctx, campaign)
    shown = await router.on_action(ctx, NADIA, f"cv:{campaign.id}")
    assert f"bc:new:{campaign.id}" in actions(shown)
    await router.on_action(ctx, NADIA, "bc:new")
    await router.on_action(ctx, NADIA, f"bc:new:{campaign.id}")
    assert not (await the_draft(ctx))[1].amounts


async def confirmed(ctx: Context, contact: Contact, read: Reply) -> Reply:
    """Confirm a correction as its author."""
    return await router.on_action(ctx, contact, next(action for action in actions(read) if action.endswith(":yes")))


async def test_simultaneous_corrections_lose_nothing(ctx: Context, clock: MovingClock) -> None:
    await reader(ctx, 1)
    await send(ctx, await written(ctx))
    clock.move(minutes=5)
    await lifecycle.tick(ctx)
    async with ctx.db.read() as conn:
        (broadcast,) = await broadcasts.latest(conn, 5)
    mine = await router.on_action(ctx, NADIA, f"bs:{broadcast.id}:fr")
    theirs = await router.on_action(ctx, OMAR, f"bs:{broadcast.id}:fr")
    assert mine.form is not None and theirs.form is not None
    await confirmed(ctx, OMAR, await router.on_answer(ctx, OMAR, theirs.form.answers, "Deux repas d’Omar"))
    again = await router.on_answer(ctx, NADIA, mine.form.answers, "Deux repas de Nadia")
    assert "Quelqu’un d’autre" in reply_text(again) and "Omar" in reply_text(again)
    assert again.form is not None and again.form.value == "Deux repas de Nadia"
    await confirmed(ctx, NADIA, await router.on_answer(ctx, NADIA, again.form.answers, "Deux repas des deux"))
    async with ctx.db.read() as conn:
        (broadcast,) = await broadcasts.latest(conn, 5)
    assert (broadcast.revision, broadcast.message.texts["fr"]) == (3, "Deux repas des deux")


async def test_all_places_are_selected_in_one_tap(ctx: Context) -> None:
    draft = await written(ctx)
    for number in range(20):
        await channel(ctx, number)
    card = await tap(ctx, draft, "where:all")
    assert "et 15 de plus" in reply_text(card)
    assert len((await the_draft(ctx))[1].places) == 20
    assert f"bc:{draft}:where:none" in actions(card)
    await tap(ctx, draft, "where:none")
    assert (await the_draft(ctx))[1].places == ()


async def test_crisis_template_offers_initial_text(ctx: Context) -> None:
    await reader(ctx, 1)
    await router.on_action(ctx, NADIA, "bc:new")
    draft = (await the_draft(ctx))[0]
    await tap(ctx, draft, "tone")
    asked = await tap(ctx, draft, "fr")
    assert asked.form is not None and "Ce qu’il faut maintenant" in asked.form.value
    await router.on_answer(ctx, NADIA, asked.form.answers, asked.form.value)
    assert (await the_draft(ctx))[1].texts == {}, "not filled in"
    await router.on_text(ctx, NADIA, "Le toit a brûlé.")
    await router.on_text(ctx, NADIA, "The roof has burnt.")
    fr, _, _ = (await tap(ctx, draft, "review")).previews
    assert {button.style for button in fr.buttons} == {"plain"}


async def test_approval_requires_reading(ctx: Context) -> None:
    await reader(ctx, 1)
    async with ctx.db.write() as conn:
        turned = switches.Switch(name=switches.APPROVE_ABOVE, on=True, value=0, at=ctx.clock())
        await switches.set_switch(conn, turned)
    waiting = await send(ctx, await written(ctx))
    (look,) = {action for action in actions(waiting) if action.endswith(":look")}
    read = await router.on_action(ctx, OMAR, look)
    assert [card.body.plain for card in read.previews if card.body] == ["Un repas de plus.", "One more meal."]
    (approve,) = [button for button in read.card.buttons if str(button.action).endswith(":approve")]
    assert approve.style == "primary"


async def test_emergency_by_editor_does_not_approve(ctx: Context) -> None:
    await reader(ctx, 1)
    for contact, label, role in ((NADIA, "Nadia", Role.EDITOR), (BO, "Bo", Role.OWNER)):
        await hire(ctx, contact, role, label=label)
    async with ctx.db.write() as conn:
        turned = switches.Switch(name=switches.APPROVE_ABOVE, on=True, value=0, at=ctx.clock())
        await switches.set_switch(conn, turned)
    draft = await written(ctx)
    await tap(ctx, draft, "quiet")
    await tap(ctx, draft, "quiet")
    await router.on_text(ctx, NADIA, "Inondation")
    assert "À approuver" in reply_text(await send(ctx, draft))
    async with ctx.db.read() as conn:
        (broadcast,) = await broadcasts.latest(conn, 5)
        (act,) = await audit.latest(conn, 5, action="broadcast.submitted")
        nadia = await staff.find(conn, "telegram", "900")
    assert nadia is not None and (broadcast.made_by, broadcast.approved_by) == (nadia.id, None)
    assert (act.details["reason"], act.details["override"]) == ("Inondation", None)
