"""Staff write a broadcast in chat by buttons and forms, with count and preview before anything is sent."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from bot.domain.broadcasts import BroadcastState, Giving, Quiet
from bot.domain.people import Contact, Locale, Preference
from bot.domain.staff import Role
from bot.platforms.discord.render import render as on_discord
from bot.platforms.telegram.render import render as on_telegram
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import places
from bot.store.core import audit, switches
from bot.store.core.notices import due
from bot.store.db import Database
from bot.store.staff import drafts, staff
from bot.usecases import router
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts.cards import copy_of, post_of
from bot.usecases.context import Context
from bot.usecases.core import freeze
from bot.usecases.core.join import find_or_join
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.reply import Reply
from bot.usecases.staff.broadcasts.draft import KIND, Plan, plan_of
from bot.usecases.staff.broadcasts.notices import KINDS
from content.broadcast import TOKEN
from content.catalog import LOCALES
from tests.conftest import MovingClock
from tests.usecase_setup import awaits_picture, hire, make_context, open_campaign, send_picture

NADIA = Contact(platform="telegram", external_id="900", locale="fr", private=True)
OMAR = Contact(platform="discord", external_id="901", locale="en", private=True)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock, public_url="https://dons.example", zone="America/Toronto")
    await hire(context, NADIA)
    await hire(context, OMAR, label="Omar")
    await open_campaign(context, ends_on=None)
    return context


async def reader(ctx: Context, number: int, locale: str = "fr") -> None:
    language: Locale = "en" if locale == "en" else "fr"
    contact = Contact(platform="telegram", external_id=str(number), locale=language, private=True)
    await set_preferences(ctx, await find_or_join(ctx, contact), [Preference.NEWS], True)


def reply_text(reply: Reply) -> str:
    """The text of a reply, which both platforms must be able to show."""
    for card in reply.cards:
        assert on_discord(card) and on_telegram(card)
    body = reply.card.body.plain if reply.card.body is not None else ""
    return "\n".join([reply.card.title, body, *reply.card.lines, reply.card.note]).replace("\u00a0", " ")


def actions(reply: Reply) -> set[str]:
    return {button.action for button in reply.card.buttons if button.action}


async def the_draft(ctx: Context) -> tuple[int, Plan]:
    async with ctx.db.read() as conn:
        (draft,) = await drafts.of_kind(conn, KIND)
    return draft.id, plan_of(draft)


async def written(ctx: Context) -> int:
    """A draft with both texts; return its id."""
    await router.on_action(ctx, NADIA, "bc:new")
    await router.on_text(ctx, NADIA, "Un **repas** de plus.")
    await router.on_text(ctx, NADIA, "One **more** meal.")
    return (await the_draft(ctx))[0]


async def tap(ctx: Context, draft: int, what: str, contact: Contact = NADIA) -> Reply:
    return await router.on_action(ctx, contact, f"bc:{draft}:{what}")


async def test_draft_asks_for_both_languages(ctx: Context) -> None:
    assert "bc:new" in actions(await router.on_command(ctx, NADIA, "diffusion", ""))
    asked = await router.on_action(ctx, NADIA, "bc:new")
    assert asked.form is not None and "français" in reply_text(asked)
    other = await router.on_text(ctx, NADIA, "Bonjour", marked="**Bonjour**")
    assert other.form is not None and "anglais" in reply_text(other)
    card = await router.on_answer(ctx, NADIA, other.form.answers, "Hello")
    assert "**Bonjour**" in reply_text(card) and "Hello" in reply_text(card)
    assert (await the_draft(ctx))[1].texts == {"fr": "**Bonjour**", "en": "Hello"}


async def test_invalid_text_is_reported_and_draft_kept(ctx: Context) -> None:
    await router.on_action(ctx, NADIA, "bc:new")
    for text, why in (
        ("un **mot", "refermée"),
        ("[ici](https://evil.example)", "evil.example"),
        ("x" * 3600, "100 caractères de trop"),
    ):
        again = await router.on_text(ctx, NADIA, text)
        assert why in reply_text(again)
        assert again.form is not None and again.form.value == text
    assert (await the_draft(ctx))[1].texts == {}


async def test_draft_changed_by_colleague_is_reported(ctx: Context) -> None:
    draft = await written(ctx)
    mine = await tap(ctx, draft, "fr")
    theirs = await tap(ctx, draft, "fr", OMAR)
    assert mine.form is not None and theirs.form is not None
    await router.on_answer(ctx, OMAR, theirs.form.answers, "Le texte d’Omar")
    again = await router.on_answer(ctx, NADIA, mine.form.answers, "Le texte de Nadia")
    assert "Omar a modifié" in reply_text(again)
    assert again.form is not None and again.form.value == "Le texte de Nadia"
    assert (await the_draft(ctx))[1].texts["fr"] == "Le texte d’Omar"
    await router.on_answer(ctx, NADIA, again.form.answers, "Les deux")
    assert (await the_draft(ctx))[1].texts["fr"] == "Les deux"


async def test_buttons_toggle_options(ctx: Context) -> None:
    draft = await written(ctx)
    reply_text(await tap(ctx, draft, "to"))
    reply_text(await tap(ctx, draft, "where"))
    for what in ("amounts", "tone", "to:donors", "to:lapsed", "to:donors", "to:en", "to:discord", "quiet"):
        await tap(ctx, draft, what)
    plan = (await the_draft(ctx))[1]
    assert (plan.amounts, plan.template, plan.giving) == (False, "crisis", frozenset({Giving.LAPSED}))
    assert (plan.locale, plan.platform, plan.quiet) == ("en", "discord", Quiet.MORNING)
    asked = await tap(ctx, draft, "quiet")
    assert asked.form is not None
    await router.on_text(ctx, NADIA, "Inondation au refuge")
    plan = (await the_draft(ctx))[1]
    assert (plan.quiet, plan.reason) == (Quiet.EMERGENCY, "Inondation au refuge")


async def test_start_time_accepts_common_formats(ctx: Context) -> None:
    draft = await written(ctx)
    await tap(ctx, draft, "when")
    assert "compris" in reply_text(await router.on_text(ctx, NADIA, "bientôt"))
    assert "passé" in reply_text(await router.on_text(ctx, NADIA, "22 novembre 9 h"))
    assert "n’existe pas" in reply_text(await router.on_text(ctx, NADIA, "2027-03-14 02:30"))
    assert "24 novembre 2026 à 18 h 30" in reply_text(await router.on_text(ctx, NADIA, "24 novembre 18 h 30"))
    await tap(ctx, draft, "when")
    assert (await the_draft(ctx))[1].starts_at is None


async def test_picture_is_checked_and_reencoded(ctx: Context) -> None:
    draft = await written(ctx)
    await tap(ctx, draft, "pic")
    assert await awaits_picture(ctx, NADIA)
    refused = await send_picture(ctx, NADIA, b"GIF89a no picture")
    assert "pas à lire cette image" in reply_text(refused)
    photo = io.BytesIO()
    Image.new("RGB", (2400, 1000), "red").save(photo, "JPEG")
    kept = await send_picture(ctx, NADIA, photo.getvalue())
    assert "enregistrée" in reply_text(kept)
    async with ctx.db.read() as conn:
        png = await drafts.picture(conn, draft)
    assert png is not None
    with Image.open(io.BytesIO(png)) as shown:
        assert (shown.format, shown.size) == ("PNG", (1200, 500))


async def test_review_counts_and_previews_before_sending(ctx: Context) -> None:
    for number in range(3):
        await reader(ctx, number, "en" if number == 2 else "fr")
    await find_or_join(ctx, Contact(platform="telegram", external_id="77", locale="fr", private=True))
    draft = await written(ctx)
    review = await tap(ctx, draft, "review")
    assert "3 personnes le recevront" in reply_text(review)
    assert "qui n’ont pas accepté vos nouvelles" in reply_text(review)
    fr, en, elsewhere = review.previews
    assert fr.body is not None and fr.body.plain == "Un repas de plus." and "Discord" in elsewhere.lines[0]
    assert en.body is not None and all(TOKEN not in (b.url or "") for b in (*fr.buttons, *en.buttons))
    assert f"bc:{draft}:unsub" in {button.action for button in fr.buttons}
    test = await tap(ctx, draft, "test")
    assert test.previews == (fr, en)


async def send(ctx: Context, draft: int) -> Reply:
    """Send by the button of the review."""
    (button,) = {a for a in actions(await tap(ctx, draft, "review")) if ":send:" in a}
    return await router.on_action(ctx, NADIA, button)


async def test_only_what_was_reviewed_is_sent(ctx: Context) -> None:
    await reader(ctx, 1)
    draft = await written(ctx)
    (button,) = {a for a in actions(await tap(ctx, draft, "review")) if ":send:" in a}
    await tap(ctx, draft, "tone", OMAR)
    assert "Omar a modifié" in reply_text(await router.on_action(ctx, NADIA, button))
    async with ctx.db.read() as conn:
        assert await broadcasts.latest(conn, 5) == []


async def sent(ctx: Context) -> int:
    """A broadcast in its countdown; return its id."""
    draft = await written(ctx)
    card = await send(ctx, draft)
    assert "Sur le point de partir" in reply_text(card), reply_text(card)
    async with ctx.db.read() as conn:
        (broadcast,) = await broadcasts.latest(conn, 5)
    return broadcast.id


async def test_team_is_told_when_a_broadcast_goes_out(ctx: Context) -> None:
    await reader(ctx, 1)
    broadcast_id = await sent(ctx)
    async with ctx.db.read() as conn:
        (notice,) = await due(conn, ctx.clock(), 9)
        broadcast = await broadcasts.get(conn, broadcast_id)
    assert broadcast is not None and broadcast.starts_at is not None
    for locale in LOCALES:
        told = reply_text(Reply(card=await KINDS[notice.kind](ctx, notice, locale)))
        assert ctx.catalog.moment(locale, broadcast.starts_at, ctx.zone).replace("\u00a0", " ") in told


async def test_countdown_can_be_stopped_by_any_editor(ctx: Context) -> None:
    await reader(ctx, 1)
    broadcast_id = await sent(ctx)
    stopped = await router.on_action(ctx, OMAR, f"bs:{broadcast_id}:stop")
    assert "Stopped" in reply_text(stopped)
    reason = await router.on_action(ctx, OMAR, f"bs:{broadcast_id}:why:wrong_people")
    assert "Reason: Wrong people" in reply_text(reason)
    late = await router.on_action(ctx, NADIA, f"bs:{broadcast_id}:stop:wrong_text")
    assert "plus possible" in reply_text(late)
    async with ctx.db.read() as conn:
        cards = [(await KINDS[notice.kind](ctx, notice, "fr")) for notice in await due(conn, ctx.clock(), 9)]
    assert [card.lines[-1] for card in cards] == ["Par Nadia", "Par Omar", "Raison\u00a0: Mauvais destinataires"]


async def test_refused_broadcast_keeps_draft(ctx: Context) -> None:
    draft = await written(ctx)
    assert "Personne ne le recevrait" in reply_text(await send(ctx, draft))
    await reader(ctx, 1)
    async with ctx.db.read() as conn:
        nadia = await staff.find(conn, "telegram", "900")
    assert nadia is not None
    await freeze.freeze(ctx, nadia, "essai")
    assert "/urgence" in reply_text(await send(ctx, draft))
    assert (await the_draft(ctx))[0] == draft


async def test_large_broadcast_needs_second_person(ctx: Context) -> None:
    await reader(ctx, 1)
    async with ctx.db.write() as conn:
        turned = switches.Switch(name=switches.APPROVE_ABOVE, on=True, value=0, at=ctx.clock())
        await switches.set_switch(conn, turned)
    draft = await written(ctx)
    waiting = await send(ctx, draft)
    (approve,) = {a for a in actions(waiting) if a.endswith(":approve")}
    assert "Une autre personne" in reply_text(await router.on_action(ctx, NADIA, approve))
    assert "About to go out" in reply_text(await router.on_action(ctx, OMAR, approve))


async def test_correction_and_withdrawal_ask_for_confirmation(ctx: Context, clock: MovingClock) -> None:
    await reader(ctx, 1)
    broadcast_id = await sent(ctx)
    clock.move(minutes=6)
    await lifecycle.tick(ctx)
    await lifecycle.tick(ctx)
    running = await router.on_action(ctx, NADIA, f"bs:{broadcast_id}")
    assert "En cours" in reply_text(running) and "0 sur 1" in reply_text(running)
    assert "En pause" in reply_text(await router.on_action(ctx, NADIA, f"bs:{broadcast_id}:pause"))
    assert "En cours" in reply_text(await router.on_action(ctx, NADIA, f"bs:{broadcast_id}:resume"))
    asked = await router.on_action(ctx, NADIA, f"bs:{broadcast_id}:fr")
    assert asked.form is not None and asked.form.value == "Un **repas** de plus."
    assert "refermée" in reply_text(await router.on_answer(ctx, NADIA, asked.form.answers, "Deux **repas"))
    read = await router.on_answer(ctx, NADIA, asked.form.answers, "Deux **repas**")
    (yes,) = {action for action in actions(read) if action.endswith(":yes")}
    await router.on_action(ctx, NADIA, yes)
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, broadcast_id)
    assert found is not None and (found.revision, found.message.texts["fr"]) == (2, "Deux **repas**")
    sure = await router.on_action(ctx, NADIA, f"bs:{broadcast_id}:withdraw")
    assert f"bs:{broadcast_id}:withdraw:wrong_text" in actions(sure)
    await router.on_action(ctx, NADIA, f"bs:{broadcast_id}:withdraw:other")
    assert "Un chiffre faux" in reply_text(await router.on_text(ctx, NADIA, "Un chiffre\nfaux"))
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, broadcast_id)
        (act,) = await audit.latest(conn, 5, action="broadcast.withdrawn")
    assert found is not None and found.state is BroadcastState.WITHDRAWN
    assert act.details["why"] == "Un chiffre faux"


async def test_copies_have_token_and_posts_link_into_private(ctx: Context) -> None:
    await reader(ctx, 1)
    ctx.identity.telegram_username = "tablee_bot"
    async with ctx.db.write() as conn:
        place = await places.save(
            conn, "telegram", "-100", title="Canal", purpose=places.PUBLIC, locales="fr+en", at=ctx.clock()
        )
    broadcast_id = await sent(ctx)
    copy = await copy_of(ctx, "telegram", broadcast_id, "en", True)
    *amounts, forwarded = [button.url for button in copy.buttons if button.url]
    assert amounts and all(TOKEN in url for url in amounts)
    assert forwarded.endswith(f"_b{broadcast_id}") and TOKEN not in forwarded
    assert copy.rows[-1][0].action == f"unsub:{broadcast_id}"
    quiet = await copy_of(ctx, "telegram", broadcast_id, "en", False)
    assert not [button for button in quiet.buttons if button.url]
    post = await post_of(ctx, broadcast_id, place)
    assert post.body is not None and "Un repas" in post.body.plain and "One more" in post.body.plain
    assert all(f"_b{broadcast_id}" in (button.url or "") for button in post.buttons)
    on_discord = await post_of(ctx, broadcast_id, replace(place, platform="discord", locales="en"))
    assert all(button.action and button.action.endswith(f":b{broadcast_id}") for button in on_discord.buttons)


async def test_non_editors_are_refused(ctx: Context) -> None:
    draft = await written(ctx)
    stranger = Contact(platform="telegram", external_id="5", locale="fr", private=True)
    assert "équipe" in reply_text(await tap(ctx, draft, "send", stranger))
    await hire(ctx, OMAR, Role.VIEWER, label="Omar")
    await tap(ctx, draft, "drop", OMAR)
    assert (await the_draft(ctx))[0] == draft
