"""A campaign is made and changed in chat, field by field; bad input is told and loses nothing."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.store import audit, campaigns, drafts, staff
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from bot.usecases.staff import door
from content.campaign import Milestone
from payments.stripe import GatewayUnavailable
from tests.conftest import MovingClock
from tests.world import CAMILLE, RecordingGateway, make_context, open_campaign


def photo() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, "PNG")
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
    async with ctx.db.write() as conn:
        for number, label in (("42", "Camille"), ("43", "Denis")):
            await staff.add(
                conn, "telegram", number, Role.EDITOR, label=label, locale="fr", added_by=None, at=ctx.clock()
            )
    return ctx


async def tap(ctx: Context, data: str, who: Contact = CAMILLE) -> Reply:
    verb, _, argument = data.partition(":")
    return await door.on_action(ctx, who, verb, argument)


async def say(ctx: Context, text: str, who: Contact = CAMILLE) -> Reply:
    reply = await door.on_text(ctx, who, text)
    assert reply is not None
    return reply


async def begin(ctx: Context) -> int:
    await tap(ctx, "cd:new")
    async with ctx.db.read() as conn:
        (draft,) = await drafts.all_of(conn, "campaign")
    return draft.id


async def fill(ctx: Context, draft: int) -> None:
    for name, text in ANSWERS.items():
        await tap(ctx, f"cd:{draft}:{name}")
        await say(ctx, text)


async def everything(ctx: Context) -> list[Campaign]:
    async with ctx.db.read() as conn:
        return await campaigns.everything(conn)


def text_of(reply: Reply) -> str:
    return "\n".join((reply.card.title, *reply.card.lines))


async def test_a_campaign_is_made_and_published_in_chat(ctx: Context) -> None:
    draft = await begin(ctx)
    assert "Il manque encore" in text_of(await tap(ctx, f"cd:{draft}:publish"))
    await fill(ctx, draft)
    await tap(ctx, f"cd:{draft}:picture")
    assert await door.on_picture(ctx, CAMILLE, photo()) is not None
    review = await tap(ctx, f"cd:{draft}")
    assert "Tout y est." in review.card.lines and "Une image est prête." in review.card.lines
    done = await tap(ctx, f"cd:{draft}:publish")
    assert [b.action for b in done.card.buttons] == ["pp:1", "cv:1"]
    (made,) = await everything(ctx)
    assert (made.slug, made.authored.goal_minor) == ("la-tablee-des-petits", 1_200_000)
    assert made.authored.amounts == (300, 500, 750, 2500)
    assert made.authored.milestones == (Milestone(share=50), Milestone(missing=12_000), Milestone(minor=1_000_000))
    assert str(made.authored.ends_on) == "2026-12-24"
    assert "n’existe plus" in text_of(await tap(ctx, f"cd:{draft}:publish"))
    async with ctx.db.read() as conn:
        assert [act.actor for act in await audit.latest(conn, 9, action="campaign.published")] == ["Camille"]
        assert await campaigns.picture(conn, made.id) is not None


async def test_it_asks_for_the_other_language(ctx: Context) -> None:
    draft = await begin(ctx)
    await tap(ctx, f"cd:{draft}:name_fr")
    asked = await say(ctx, "La Tablée")
    assert asked.form is not None and asked.form.answers.startswith(f"cd:{draft}:name_en:")
    assert "The Table" in text_of(await say(ctx, "The Table"))


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("goal", "1,000", "deux façons"),
        ("goal", "beaucoup", "pas un montant possible"),
        ("goal", "50 EUR", "pas la monnaie"),
        ("amounts", "3; 5", "trois à cinq"),
        ("ends", "hier", "pas un jour"),
        ("ends", "2026-11-22", "déjà passé"),
        ("steps", "0 %", "une part va"),
        ("does", "5 = un repas", "le signe |"),
        ("name_fr", "x" * 81, "trop long de 1 caractères"),
        ("name_fr", "deux\nlignes", "une ligne"),
        ("currency", "écus", "pas une monnaie"),
    ],
)
async def test_bad_input_is_told_and_the_field_stays_open(ctx: Context, field: str, typed: str, told: str) -> None:
    draft = await begin(ctx)
    await tap(ctx, f"cd:{draft}:{field}")
    reply = await say(ctx, typed)
    assert told in text_of(reply)
    assert reply.form is not None and reply.form.value == typed
    good = {"currency": "USD"} | ANSWERS
    assert told not in text_of(await say(ctx, good[field]))


async def test_a_published_campaign_is_changed_and_keeps_its_currency(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    first, second = await tap(ctx, "ca:1:edit"), await tap(ctx, "ca:1:edit", OTHER)
    assert first.card == second.card  # one draft for both
    async with ctx.db.read() as conn:
        (draft,) = await drafts.all_of(conn, "campaign")
    assert "Monnaie" not in [b.label for b in (await tap(ctx, f"cd:{draft.id}:money")).card.buttons]
    await tap(ctx, f"cd:{draft.id}:currency")
    assert "ne change plus" in text_of(await say(ctx, "USD"))
    await tap(ctx, f"cd:{draft.id}:name_fr")
    await say(ctx, "Trente et un habits")
    await tap(ctx, f"cd:{draft.id}:publish")
    (now,) = await everything(ctx)
    assert (now.id, now.slug, now.authored.name.fr) == (campaign.id, campaign.slug, "Trente et un habits")
    assert now.authored.gift_does == campaign.authored.gift_does


async def test_two_who_change_the_same_words_lose_none(ctx: Context) -> None:
    draft = await begin(ctx)
    await tap(ctx, f"cd:{draft}:story_fr")
    await tap(ctx, f"cd:{draft}:story_fr", OTHER)
    await say(ctx, "Les mots de Denis", OTHER)
    late = await say(ctx, "Les mots de Camille")
    assert "Quelqu’un d’autre" in text_of(late) and late.form is not None
    assert late.form.value == "Les mots de Denis"


async def test_stripe_s_refusal_loses_nothing_and_can_be_tried_again(ctx: Context) -> None:
    class Down(RecordingGateway):
        async def create_link(self, spec: object, idempotency_key: str) -> object:  # type: ignore[override]  # never answers
            raise GatewayUnavailable("down")

    draft = await begin(ctx)
    await fill(ctx, draft)
    down = replace(ctx, gateway=Down())  # type: ignore[arg-type]  # its links never come to be
    assert "essayez de nouveau" in text_of(await tap(down, f"cd:{draft}:publish"))
    assert "publiée" in text_of(await tap(ctx, f"cd:{draft}:publish"))
    assert len(await everything(ctx)) == 1
