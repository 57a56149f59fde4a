"""Campaigns are created and changed in chat, field by field; invalid input is explained and loses nothing."""

import io
from dataclasses import replace
from typing import get_args

import pytest
from PIL import Image

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact
from bot.platforms.discord.render import render as on_discord
from bot.platforms.telegram.render import render as on_telegram
from bot.store.campaigns import campaigns
from bot.store.core import audit
from bot.store.db import Database
from bot.store.staff import drafts
from bot.usecases.context import Context
from bot.usecases.core.access import member
from bot.usecases.reply import Reply
from bot.usecases.staff import access_check
from bot.usecases.staff.campaigns.draft import Section
from content.campaign import Milestone
from payments.stripe import GatewayUnavailable
from tests.conftest import MovingClock
from tests.usecase_setup import (
    CAMILLE,
    RecordingGateway,
    awaits_picture,
    hire,
    make_context,
    open_campaign,
    send_picture,
)


def photo(colour: str = "teal") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(written, "PNG")
    return written.getvalue()


OTHER = replace(CAMILLE, external_id="43")
ANSWERS = {
    "name_fr": "La Tablée des petits",
    "name_en": "The Little Table",
    "story_fr": "Un repas chaud.\nChaque jour d’école.",
    "story_en": "A warm meal.\nEvery school day.",
    "short_fr": "Nous servons moins de repas.",
    "short_en": "We serve fewer meals.",
    "over_fr": "Nous servons plus longtemps.",
    "over_en": "We serve for longer.",
    "goal": "12 000 $",
    "amounts": "3; 5; 7,50; 25",
    "does": "5 = un repas | a meal\n25 $ = cinq repas | five meals",
    "ends": "24 décembre",
    "steps": "50 %; manque 120 $; 10000",
}


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    ctx = make_context(db, clock)
    await hire(ctx, CAMILLE, label="Camille")
    await hire(ctx, OTHER, label="Denis")
    return ctx


async def tap(ctx: Context, data: str, who: Contact = CAMILLE) -> Reply:
    verb, _, argument = data.partition(":")
    return await access_check.on_action(ctx, who, verb, argument)


async def say(ctx: Context, text: str, who: Contact = CAMILLE) -> Reply:
    person = await member(ctx, who)
    assert person is not None
    reply = await access_check.on_text(ctx, who, person, text)
    assert reply is not None
    return reply


async def begin(ctx: Context) -> int:
    await tap(ctx, "cd:new")
    async with ctx.db.read() as conn:
        (draft,) = await drafts.of_kind(conn, "campaign")
    return draft.id


async def fill(ctx: Context, draft: int) -> None:
    for name, text in ANSWERS.items():
        await tap(ctx, f"cd:{draft}:{name}")
        await say(ctx, text)


async def everything(ctx: Context) -> list[Campaign]:
    async with ctx.db.read() as conn:
        return await campaigns.all_campaigns(conn)


async def publishes(ctx: Context, draft: int) -> Reply:
    """Publish a draft after its preview, or return the explanation why it cannot be published."""
    review = await tap(ctx, f"cd:{draft}:publish")
    sure = [str(button.action) for button in review.card.buttons if f"cd:{draft}:publish:" in str(button.action)]
    return await tap(ctx, sure[0]) if sure else review


async def picture_of(ctx: Context, draft: int) -> bytes | None:
    async with ctx.db.read() as conn:
        return await drafts.picture(conn, draft)


def text_of(reply: Reply) -> str:
    """Return the texts of a reply, which both platforms must be able to render."""
    assert on_discord(reply.card) and on_telegram(reply.card)
    return "\n".join((reply.card.title, *reply.card.lines))


@pytest.mark.parametrize("section", get_args(Section))
async def test_every_section_fits_on_both_platforms(ctx: Context, section: str) -> None:
    draft = await begin(ctx)
    card = (await tap(ctx, f"cd:{draft}:{section}")).card
    assert on_discord(card) and on_telegram(card)


async def test_campaign_is_created_and_published_in_chat(ctx: Context) -> None:
    draft = await begin(ctx)
    assert "Il manque encore" in text_of(await publishes(ctx, draft))
    await fill(ctx, draft)
    await tap(ctx, f"cd:{draft}:picture")
    await send_picture(ctx, CAMILLE, photo())
    review = await tap(ctx, f"cd:{draft}")
    assert "Tout est prêt." in review.card.lines and "Une image est ajoutée." in review.card.lines
    done = await publishes(ctx, draft)
    assert [b.action for b in done.card.buttons] == ["pp:1", "cv:1"]
    (campaign,) = await everything(ctx)
    assert (campaign.slug, campaign.authored.goal_minor) == ("la-tablee-des-petits", 1_200_000)
    assert campaign.authored.amounts == (300, 500, 750, 2500)
    assert campaign.authored.milestones == (Milestone(share=50), Milestone(missing=12_000), Milestone(minor=1_000_000))
    assert str(campaign.authored.ends_on) == "2026-12-24"
    assert "n’existe plus" in text_of(await publishes(ctx, draft))
    async with ctx.db.read() as conn:
        assert [act.actor for act in await audit.latest(conn, 9, action="campaign.published")] == ["Camille"]
        assert await campaigns.picture(conn, campaign.id) is not None


async def test_text_in_one_language_prompts_for_the_other(ctx: Context) -> None:
    draft = await begin(ctx)
    await tap(ctx, f"cd:{draft}:name_fr")
    asked = await say(ctx, "La Tablée")
    assert asked.form is not None and asked.form.answers.startswith(f"cd:{draft}:name_en:")
    assert "The Table" in text_of(await say(ctx, "The Table"))


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        ("goal", "1,000", "deux façons"),
        ("goal", "beaucoup", "pas un montant possible"),
        ("goal", "50 EUR", "pas la devise"),
        ("amounts", "3; 5", "trois à cinq"),
        ("ends", "hier", "pas une date"),
        ("ends", "2026-11-22", "déjà passé"),
        ("steps", "0 %", "un pourcentage doit aller"),
        ("steps", ";".join(f"{n} %" for n in range(1, 17)), "au plus 15 étapes"),
        ("does", "5 = un repas", "le signe |"),
        ("does", f"5 = {'x' * 81} | a meal", "peut compter 80 caractères"),
        ("name_fr", "x" * 81, "trop long de 1 caractère."),
        ("name_fr", "x" * 82, "trop long de 2 caractères."),
        ("name_fr", "deux\nlignes", "une ligne"),
        ("currency", "écus", "pas une devise"),
    ],
)
async def test_invalid_input_is_explained_and_asked_again(ctx: Context, field: str, typed: str, expected: str) -> None:
    draft = await begin(ctx)
    await tap(ctx, f"cd:{draft}:{field}")
    reply = await say(ctx, typed)
    assert expected in text_of(reply)
    assert reply.form is not None and reply.form.value == typed
    good = {"currency": "USD"} | ANSWERS
    assert expected not in text_of(await say(ctx, good[field]))


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ({"currency": "MXN"}, "« 3 » n’est pas un montant possible. Le plus petit est 40"),
        ({"goal": "100 $"}, "« - 120 » : ce qui manque doit être plus petit que l’objectif"),
        ({"goal": "20 000 $"}, "« 10000 » : il y a déjà une étape à cet endroit"),
        ({"cap": "20 $"}, "dépasse le don maximal"),
    ],
)
async def test_conflicting_fields_are_explained(ctx: Context, then: dict[str, str], expected: str) -> None:
    draft = await begin(ctx)
    await fill(ctx, draft)
    for field, typed in then.items():
        await tap(ctx, f"cd:{draft}:{field}")
        await say(ctx, typed)
    assert expected in text_of(await publishes(ctx, draft)).replace("\u00a0", " ")
    assert await everything(ctx) == []


async def test_duplicate_milestones_are_refused_at_input(ctx: Context) -> None:
    draft = await begin(ctx)
    await fill(ctx, draft)
    await tap(ctx, f"cd:{draft}:steps")
    assert "«\u00a06000\u00a0»" in text_of(await say(ctx, "50 %; 6000"))


async def test_published_campaign_is_changed_but_keeps_its_currency(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    first, second = await tap(ctx, "ca:1:edit"), await tap(ctx, "ca:1:edit", OTHER)
    assert first.card == second.card  # one draft for both
    async with ctx.db.read() as conn:
        (draft,) = await drafts.of_kind(conn, "campaign")
    assert "Devise" not in [b.label for b in (await tap(ctx, f"cd:{draft.id}:money")).card.buttons]
    await tap(ctx, f"cd:{draft.id}:currency")
    assert "ne peut plus changer" in text_of(await say(ctx, "USD"))
    await tap(ctx, f"cd:{draft.id}:name_fr")
    await say(ctx, "Trente et un habits")
    await publishes(ctx, draft.id)
    (now,) = await everything(ctx)
    assert (now.id, now.slug, now.authored.name.fr) == (campaign.id, campaign.slug, "Trente et un habits")
    assert now.authored.gift_does == campaign.authored.gift_does


async def test_campaign_is_previewed_before_it_is_published(ctx: Context) -> None:
    draft = await begin(ctx)
    await fill(ctx, draft)
    review = await tap(ctx, f"cd:{draft}:publish")
    assert await everything(ctx) == [], "nothing is published yet"
    assert [card.picture is not None for card in review.previews] == [True, True]
    for card in review.previews:
        assert on_discord(card) and on_telegram(card)
    publish_it = next(str(b.action) for b in review.card.buttons if ":publish:" in str(b.action))
    await tap(ctx, f"cd:{draft}:story_fr", OTHER)
    await say(ctx, "D’autres mots, écrits entre-temps", OTHER)
    assert "Quelqu’un d’autre" in text_of(await tap(ctx, publish_it)), "that is not what was read"
    assert await everything(ctx) == []
    again = await tap(ctx, f"cd:{draft}:publish")
    assert any("D’autres mots" in line for line in again.previews[0].lines)


async def test_concurrent_edits_of_a_text_lose_nothing(ctx: Context) -> None:
    draft = await begin(ctx)
    await tap(ctx, f"cd:{draft}:story_fr")
    await tap(ctx, f"cd:{draft}:story_fr", OTHER)
    await say(ctx, "Les mots de Denis", OTHER)
    late = await say(ctx, "Les mots de Camille")
    assert "Quelqu’un d’autre" in text_of(late) and late.form is not None
    assert late.form.value == "Les mots de Denis"


async def test_stripe_refusal_keeps_the_draft_for_a_retry(ctx: Context) -> None:
    class Down(RecordingGateway):
        async def create_link(self, spec: object, idempotency_key: str) -> object:  # type: ignore[override]  # never answers
            raise GatewayUnavailable("down")

    draft = await begin(ctx)
    await fill(ctx, draft)
    down = replace(ctx, gateway=Down())  # type: ignore[arg-type]  # its links never come to be
    assert "réessayez" in text_of(await publishes(down, draft))
    assert "publiée" in text_of(await publishes(ctx, draft))
    assert len(await everything(ctx)) == 1


# --- what a file can say besides ------------------------------------------------------------------
async def published(ctx: Context, draft: int) -> Campaign:
    await publishes(ctx, draft)
    return (await everything(ctx))[0]


async def test_toggles_are_switched(ctx: Context) -> None:
    other = await open_campaign(ctx)
    draft = await begin(ctx)
    await fill(ctx, draft)
    assert "sans « par exemple »" in text_of(await tap(ctx, f"cd:{draft}:turn:earmarked")).replace("\u00a0", " ")
    for name in ("crisis", "monthly_on_card", "monthly_on_card", "monthly_on_card", "monthly"):
        await tap(ctx, f"cd:{draft}:turn:{name}")
    assert "page de paiement" in text_of(await tap(ctx, f"cd:{draft}:turn:direct_from_channels"))
    choice = await tap(ctx, f"cd:{draft}:goes")
    assert "non permis" in text_of(await tap(ctx, f"cd:{draft}:monthly"))
    assert f"cd:{draft}:goes:{other.slug}" in {b.action for b in choice.card.buttons}
    assert other.slug in text_of(await tap(ctx, f"cd:{draft}:goes:{other.slug}"))
    assert "style sobre" in text_of(await tap(ctx, f"cd:{draft}")).lower()
    campaign = (await published(ctx, draft)).authored
    assert (campaign.earmarked, campaign.crisis, campaign.monthly, campaign.monthly_on_card) == (
        True,
        True,
        False,
        True,
    )
    assert campaign.monthly_goes_to == other.slug
    assert campaign.direct_from_channels and not other.authored.direct_from_channels


async def test_milestone_has_its_own_text_and_announcement(ctx: Context) -> None:
    draft = await begin(ctx)
    await fill(ctx, draft)
    listed = await tap(ctx, f"cd:{draft}:stage")
    assert [b.label for b in listed.card.buttons][:3] == ["50 %", "- 120", "10000"]
    await tap(ctx, f"cd:{draft}:stage:s50:at_once")
    await tap(ctx, f"cd:{draft}:stage:l12000:never")
    asked = await tap(ctx, f"cd:{draft}:stage:s50:fr")
    assert "trop long de 1" in text_of(await say(ctx, "x" * 301))
    other = await say(ctx, "À moitié!")
    assert asked.form is not None and other.form is not None and ":en:" in other.form.answers
    assert "Texte de l’étape (anglais)" in text_of(await publishes(ctx, draft)), "not published without"
    await tap(ctx, f"cd:{draft}:stage:s50:en")
    assert "Half way!" in text_of(await say(ctx, "Half way!"))
    await tap(ctx, f"cd:{draft}:steps")
    await say(ctx, "10000; 50 %")
    half = (await published(ctx, draft)).authored.milestones[1]
    assert half.text is not None and (half.share, half.announce, half.text.en) == (50, "at_once", "Half way!")


async def test_milestone_text_of_a_colleague_is_not_overwritten(ctx: Context) -> None:
    draft = await begin(ctx)
    await fill(ctx, draft)
    for who in (CAMILLE, OTHER):
        await tap(ctx, f"cd:{draft}:stage:s50:fr", who)
    await say(ctx, "Les mots de Denis", OTHER)
    late = await say(ctx, "Les mots de Camille")
    assert "Quelqu’un d’autre" in text_of(late) and late.form is not None and late.form.value == "Les mots de Camille"
    plain = await tap(ctx, f"cd:{draft}:stage:s50:plain")
    assert "texte habituel" in text_of(plain)


async def test_optional_fields_can_be_cleared(ctx: Context) -> None:
    draft = await begin(ctx)
    await fill(ctx, draft)
    for name in ("next_fr", "next_en"):
        await tap(ctx, f"cd:{draft}:{name}")
        await say(ctx, "Et ensuite?")
    for name in ("next_fr", "next_en", "does", "steps", "ends"):
        await tap(ctx, f"cd:{draft}:{name}")
        await say(ctx, "aucune")
    campaign = (await published(ctx, draft)).authored
    assert (campaign.next_step, campaign.gift_does, campaign.milestones, campaign.ends_on) == (None, (), (), None)


async def test_invalid_or_too_large_picture_is_refused(ctx: Context) -> None:
    draft = await begin(ctx)
    await tap(ctx, f"cd:{draft}:picture")
    none = await send_picture(ctx, CAMILLE, b"GIF89a")
    large = await send_picture(ctx, CAMILLE, None)
    assert "pas une image" in text_of(none)
    assert "10 Mo" in text_of(large).replace("\u00a0", " ")
    assert await picture_of(ctx, draft) is None
    assert await awaits_picture(ctx, CAMILLE)
    await send_picture(ctx, CAMILLE, photo())
    assert await picture_of(ctx, draft) is not None


async def test_picture_of_a_colleague_is_not_silently_replaced(ctx: Context) -> None:
    draft = await begin(ctx)
    for who in (CAMILLE, OTHER):
        await tap(ctx, f"cd:{draft}:picture", who)
    await send_picture(ctx, OTHER, photo("teal"))
    theirs = await picture_of(ctx, draft)
    assert theirs is not None
    late = await send_picture(ctx, CAMILLE, photo("red"))
    assert "Quelqu’un d’autre" in text_of(late)
    assert await picture_of(ctx, draft) == theirs
    again = await send_picture(ctx, CAMILLE, photo("red"))  # they know now, and mean it
    assert "Quelqu’un d’autre" not in text_of(again)
    assert await picture_of(ctx, draft) not in (theirs, None)


async def test_change_made_during_publishing_stays_a_draft(ctx: Context) -> None:
    draft = await begin(ctx)
    await fill(ctx, draft)
    async with ctx.db.read() as conn:
        read = await drafts.by_id(conn, int(draft))
    assert read is not None
    await tap(ctx, f"cd:{draft}:next_fr", OTHER)
    await say(ctx, "Et ensuite?", OTHER)
    async with ctx.db.write() as conn:
        await drafts.drop_if_unchanged(conn, read)
        assert await drafts.by_id(conn, int(draft)) is not None
