"""Nobody who writes is left without an answer: long letters, files, edits, and replies of anonymous administrators."""

from dataclasses import replace

import pytest

from bot.domain.people import Contact, Origin
from bot.domain.staff import Role
from bot.domain.texts import split
from bot.store.core import outbox
from bot.store.core.outbox import State
from bot.store.db import Database
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases import outbox_messages, router
from bot.usecases.context import Context
from bot.usecases.ports import MessageRef
from bot.usecases.reply import Reply
from bot.usecases.staff import notices
from content.cards import Card
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, make_context
from tests.usecases.core.test_notices import RecordingPlatform
from tests.usecases.inbox.test_inbox import NADIA, confirmed, end, hire, said

QUESTION = replace(CAMILLE, origin=Origin(chat="42", message="7"))
GROUP = Contact(platform="telegram", external_id="900", locale="fr", private=False, place="-100")
NOTICE = MessageRef(chat_id="-100", message_id="1")
NOBODY = replace(GROUP, external_id="1087968824", anonymous=True)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def asked(ctx: Context) -> RecordingPlatform:
    """Camille asks something, which reaches the inbox as message 1."""
    await hire(ctx)
    await router.on_text(ctx, QUESTION, "Quand ouvrez-vous?")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    return platform


async def sent_cards(ctx: Context) -> list[Card]:
    """Send what is due to supporters; return it."""
    async with ctx.db.write() as conn:
        due = await outbox.claim(conn, "telegram", ctx.clock(), 10)
        people = await supporters.by_address_ids(conn, [d.address_id for d in due])
    cards = [(await outbox_messages.render(ctx, d, people[d.address_id])).card for d in due]
    async with ctx.db.write() as conn:
        await outbox.mark(conn, [outbox.SendOutcome(id=d.id, state=State.SENT) for d in due], ctx.clock())
    return cards


def shown(reply: Reply | None) -> Reply:
    assert reply is not None
    return reply


async def test_anonymous_reply_is_sent_by_whoever_taps(ctx: Context) -> None:
    await asked(ctx)
    preview = shown(await router.on_reply(ctx, NOBODY, NOTICE, "Mardi."))
    assert "Mardi." in said(preview)
    assert await sent_cards(ctx) == []
    stranger = replace(NADIA, external_id="5")
    assert "équipe" in said(await confirmed(ctx, preview, by=stranger))
    assert await sent_cards(ctx) == []
    assert "en route" in said(await confirmed(ctx, preview))
    (card,) = await sent_cards(ctx)
    assert card.lines == ("Mardi.",)


async def test_anonymous_message_elsewhere_in_a_group_is_ignored(ctx: Context) -> None:
    await asked(ctx)
    assert (
        await router.on_reply(ctx, replace(NOBODY, place="-5"), MessageRef(chat_id="-5", message_id="1"), "Mardi.")
        is None
    )


@pytest.mark.parametrize(("verb", "action"), [("ici", "go:here"), ("urgence", "go:freeze")])
async def test_anonymous_staff_command_asks_who_it_is(ctx: Context, verb: str, action: str) -> None:
    await hire(ctx)
    reply = await router.on_command(ctx, replace(NOBODY, place="-100"), verb, "")
    assert "je ne vois pas qui vous êtes" in said(reply)
    assert [b.action for b in reply.card.buttons] == [action]
    tapped = await router.on_action(ctx, replace(NADIA, place="-100", place_title="Équipe"), action)
    assert "je ne vois pas" not in said(tapped)


@pytest.mark.parametrize("verb", ["donner", "aide", "confidentialite"])
async def test_anonymous_public_command_is_answered(ctx: Context, verb: str) -> None:
    assert said(await router.on_command(ctx, NOBODY, verb, ""))


async def test_caption_is_previewed_and_says_that_the_picture_stays(ctx: Context) -> None:
    await asked(ctx)
    pictured = replace(GROUP, origin=Origin(chat="-100", message="3", attached=True))
    preview = shown(await router.on_reply(ctx, pictured, NOTICE, "La voici"))
    assert "La voici" in said(preview)
    assert "la photo ou le fichier n’est pas transmis" in preview.card.note


async def test_picture_alone_is_refused_in_the_inbox(ctx: Context) -> None:
    await asked(ctx)
    refused = shown(await router.on_reply(ctx, GROUP, NOTICE, ""))
    assert "Seul du texte" in said(refused)


async def test_supporters_file_is_answered_and_not_forwarded(ctx: Context) -> None:
    assert "bonjour@tablee.example" in said(await router.on_attachment(ctx, CAMILLE, ""))
    platform = await asked(ctx)
    reply = await router.on_attachment(ctx, CAMILLE, "")
    assert "Je ne lis que le texte" in said(reply) and "vous répondra" in said(reply)
    assert await notices.tick(ctx, [platform]) == 0
    assert "Seul du texte" in said(await router.on_attachment(ctx, NADIA, ""))


async def test_supporter_learns_that_only_the_caption_was_forwarded(ctx: Context) -> None:
    await hire(ctx)
    pictured = replace(CAMILLE, origin=Origin(chat="42", message="9", attached=True))
    reply = await router.on_text(ctx, pictured, "Voici mon relevé, est-ce normal?")
    assert "transmis" in reply.card.lines[0]
    assert "je ne peux pas ouvrir la photo" in reply.card.lines[1]


async def test_long_letter_is_forwarded_whole(ctx: Context) -> None:
    await hire(ctx)
    letter = "\n\n".join(f"Paragraphe {number}. " + "Bien des mots. " * 20 for number in range(17))
    assert len(letter) > 5_000
    assert "transmis" in said(await router.on_text(ctx, QUESTION, letter))
    platform = RecordingPlatform()
    assert await notices.tick(ctx, [platform]) == 3
    cards = [card for _, card in platform.sent]
    assert [card.title for card in cards] == [f"Un message, partie {number} sur 3" for number in (1, 2, 3)]
    assert " ".join(card.lines[0] for card in cards).split() == letter.split()


async def test_edited_question_changes_in_the_inbox(ctx: Context) -> None:
    platform = await asked(ctx)
    reply = shown(await router.on_edited(ctx, QUESTION, "Quand fermez-vous?"))
    assert "correction est transmise" in said(reply)
    assert await notices.tick(ctx, [platform]) == 0
    ((_, card),) = platform.edited
    assert card.lines[:2] == ("Quand fermez-vous?", "(La personne a modifié ce message.)")


async def test_edited_question_that_was_answered_arrives_as_a_new_message(ctx: Context) -> None:
    platform = await asked(ctx)
    await confirmed(ctx, shown(await router.on_reply(ctx, GROUP, NOTICE, "À 9 h.")))
    await router.on_edited(ctx, QUESTION, "Et le dimanche?")
    assert await notices.tick(ctx, [platform]) == 1
    assert platform.sent[-1][1].lines[0] == "Et le dimanche?"


async def test_edited_stop_still_stops(ctx: Context) -> None:
    await asked(ctx)
    reply = shown(await router.on_edited(ctx, QUESTION, "Stop"))
    assert reply.card.title == (await router.on_text(ctx, CAMILLE, "Stop")).card.title


@pytest.mark.parametrize("anonymous", [False, True])
async def test_edited_answer_is_previewed_again_and_corrects_the_copy(ctx: Context, anonymous: bool) -> None:
    await asked(ctx)
    writer = replace(NOBODY if anonymous else GROUP, origin=Origin(chat="-100", message="3"))
    await confirmed(ctx, shown(await router.on_reply(ctx, writer, NOTICE, "Mardi.")))
    (first,) = await sent_cards(ctx)
    assert first.title == "Réponse de La Tablée"
    preview = shown(await router.on_edited(ctx, writer, "Mercredi."))
    assert "correction" in preview.card.title
    assert await sent_cards(ctx) == []
    await confirmed(ctx, preview)
    (card,) = await sent_cards(ctx)
    assert (card.title, card.lines) == ("Correction de La Tablée", ("Mercredi.",))
    assert "remplace" in card.note


async def test_edited_answer_replaces_one_that_has_not_left(ctx: Context) -> None:
    await asked(ctx)
    writer = replace(GROUP, origin=Origin(chat="-100", message="3"))
    await confirmed(ctx, shown(await router.on_reply(ctx, writer, NOTICE, "Mardi.")))
    await confirmed(ctx, shown(await router.on_edited(ctx, writer, "Mercredi.")))
    (card,) = await sent_cards(ctx)
    assert (card.title, card.lines) == ("Réponse de La Tablée", ("Mercredi.",))


async def test_edited_answer_before_sending_voids_the_first_preview(ctx: Context) -> None:
    await asked(ctx)
    writer = replace(GROUP, origin=Origin(chat="-100", message="3"))
    first = shown(await router.on_reply(ctx, writer, NOTICE, "Mardi."))
    second = shown(await router.on_edited(ctx, writer, "Mercredi."))
    assert "Rien n’est parti cette fois" in said(await confirmed(ctx, first))
    await confirmed(ctx, second)
    (card,) = await sent_cards(ctx)
    assert (card.title, card.lines) == ("Réponse de La Tablée", ("Mercredi.",))


async def test_edit_by_a_viewer_is_refused_and_leaves_the_preview_alone(ctx: Context) -> None:
    await asked(ctx)
    here = replace(GROUP, origin=Origin(chat="-100", message="2"))
    preview = shown(await router.on_reply(ctx, here, NOTICE, "Mardi."))
    async with ctx.db.write() as conn:
        await staff.add(conn, "telegram", "900", Role.VIEWER, label="Nadia", locale="fr", added_by=None, at=ctx.clock())
    refused = shown(await router.on_edited(ctx, here, "Jeudi."))
    assert not refused.card.buttons and "Jeudi." not in said(refused)
    async with ctx.db.write() as conn:
        await staff.add(conn, "telegram", "900", Role.EDITOR, label="Nadia", locale="fr", added_by=None, at=ctx.clock())
    assert "en route" in said(await confirmed(ctx, preview))
    (card,) = await sent_cards(ctx)
    assert card.lines == ("Mardi.",)


async def test_edited_answer_after_a_failed_one_is_no_correction(ctx: Context) -> None:
    await asked(ctx)
    writer = replace(GROUP, origin=Origin(chat="-100", message="3"))
    await confirmed(ctx, shown(await router.on_reply(ctx, writer, NOTICE, "Mardi.")))
    await end(ctx, State.FAILED)
    await confirmed(ctx, shown(await router.on_edited(ctx, writer, "Mercredi.")))
    (card,) = await sent_cards(ctx)
    assert card.title == "Réponse de La Tablée"


async def test_edited_answer_to_a_prompt_is_followed(ctx: Context) -> None:
    platform = await asked(ctx)
    writer = replace(NADIA, origin=Origin(chat="900", message="12"))
    await router.on_action(ctx, NADIA, platform.sent[-1][1].buttons[0].action or "")
    await confirmed(ctx, await router.on_text(ctx, writer, "Mardi."))
    await sent_cards(ctx)
    await confirmed(ctx, shown(await router.on_edited(ctx, writer, "Mercredi.")))
    (card,) = await sent_cards(ctx)
    assert card.title == "Correction de La Tablée"


async def test_former_colleague_cannot_correct(ctx: Context) -> None:
    await asked(ctx)
    writer = replace(GROUP, origin=Origin(chat="-100", message="3"))
    await confirmed(ctx, shown(await router.on_reply(ctx, writer, NOTICE, "Mardi.")))
    async with ctx.db.write() as conn:
        (member,) = await staff.all_members(conn)
        await staff.remove(conn, member.id, ctx.clock())
    assert await router.on_edited(ctx, writer, "Mercredi.") is None


async def test_other_edits_of_staff_say_that_nothing_changed(ctx: Context) -> None:
    await hire(ctx)
    reply = shown(await router.on_edited(ctx, replace(NADIA, origin=Origin(chat="900", message="5")), "Autre chose"))
    assert "n’a rien changé" in said(reply)


def test_split_keeps_every_word() -> None:
    assert split("", 5) == [""]
    assert split("un deux", 10) == ["un deux"]
    assert split("un\n\ndeux trois", 9) == ["un\n\ndeux", "trois"]
    assert split("x" * 12, 5) == ["xxxxx", "xxxxx", "xx"]
