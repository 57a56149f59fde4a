"""Plain messages: thanks are no tickets, a stop stops, and no question is lost."""

from dataclasses import replace

import pytest

from bot.domain.free_text import Meaning
from bot.domain.gifts import Pledge
from bot.domain.people import Contact, Origin, Preference
from bot.store.core import notices as notice_rows
from bot.store.db import Database
from bot.store.monthly import pledges
from bot.store.schema import metadata
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.reply import Reply
from bot.usecases.staff import notices
from content.writer import Charity
from tests.conftest import MovingClock
from tests.domain.messages import ANSWERED, PASSED_ON
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign
from tests.usecases.core.test_notices import RecordingPlatform
from tests.usecases.inbox.test_inbox import NADIA, hire, said


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    made = make_context(db, clock)
    await hire(made)
    return made


async def tickets(ctx: Context) -> int:
    return await notices.tick(ctx, [RecordingPlatform()])


def actions(reply: Reply) -> list[str]:
    return [b.action or "" for card in (reply.card, *reply.more) for b in card.buttons]


async def agreed(ctx: Context) -> set[Preference]:
    async with ctx.db.read() as conn:
        return set(await supporters.preferences(conn, (await find_or_join(ctx, CAMILLE)).id))


@pytest.mark.parametrize(
    ("text", "title"), [("merci!", "Merci à vous!"), ("🎉", "Merci à vous!"), ("Allô", "Bonjour!")]
)
async def test_courtesy_is_answered_and_not_forwarded(ctx: Context, text: str, title: str) -> None:
    told = await router.on_text(ctx, CAMILLE, text)
    assert told.card.title == title
    assert "une personne de La Tablée vous répondra" in said(told)
    assert await tickets(ctx) == 0


async def test_courtesy_in_english_on_discord(ctx: Context) -> None:
    assert (await router.on_text(ctx, ALEX, "thank you so much")).card.title == "Thank you!"
    assert await tickets(ctx) == 0


async def test_sticker_of_thanks_is_answered(ctx: Context) -> None:
    assert (await router.on_attachment(ctx, CAMILLE, "🎉")).card.title == "Merci à vous!"
    assert (await router.on_attachment(ctx, CAMILLE, "😡")).card.title == "Je ne lis que le texte"


async def test_amount_with_courtesies_gets_its_button_alone(ctx: Context) -> None:
    await open_campaign(ctx)
    told = await router.on_text(ctx, CAMILLE, "5 dollars stp")
    assert told.card == (await router.on_text(ctx, CAMILLE, "5 $")).card
    assert await tickets(ctx) == 0


async def test_amount_in_a_sentence_gets_its_button_and_is_forwarded(ctx: Context) -> None:
    await open_campaign(ctx)
    told = await router.on_text(ctx, CAMILLE, "Puis-je donner 20 $ par chèque?")
    assert "transmis" in said(told)
    assert "20" in " ".join(b.label for b in told.more[0].buttons)
    assert await tickets(ctx) == 1


@pytest.mark.parametrize(
    ("text", "offered"),
    [("I want to give 10 or 20 dollars", False), ("je veux donner 20", True), ("give 20 please", True)],
)
async def test_amount_is_offered_only_if_it_is_no_guess(ctx: Context, text: str, offered: bool) -> None:
    await open_campaign(ctx)
    told = await router.on_text(ctx, CAMILLE, text)
    assert any("20" in button.label for card in told.more for button in card.buttons) == offered
    assert await tickets(ctx) == 1


async def test_complaint_about_a_payment_is_offered_no_other(ctx: Context) -> None:
    await open_campaign(ctx)
    told = await router.on_text(ctx, CAMILLE, "J’ai payé 20 $ deux fois")
    assert told.more == ()
    assert await tickets(ctx) == 1


@pytest.mark.parametrize(
    ("registration", "words"), [(None, "aucun reçu pour l’impôt"), ("123456789RR0001", "bienfaisance enregistré")]
)
async def test_question_about_receipts_gets_the_sentence(ctx: Context, registration: str | None, words: str) -> None:
    charity = Charity(name="La Tablée", contact="bonjour@tablee.example", registration=registration)
    told = await router.on_text(replace(ctx, charity=charity), CAMILLE, "Est-ce que j’aurai un reçu pour impôts?")
    assert words in told.card.lines[0]
    assert await tickets(ctx) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("Stop, merci", "S.T.O.P.", "plus de messages svp", "Arrêtez de m’écrire", "/stop", "ok stop", "END"),
        *("Je ne veux plus rien recevoir", "I don't want to hear from you"),
    ],
)
async def test_stop_is_undone_by_one_tap(ctx: Context, text: str) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await set_preferences(ctx, person, [Preference.NEWS, Preference.BEING_NAMED], True)
    if text.startswith("/"):
        told = await router.on_command(ctx, CAMILLE, text[1:], "")
    else:
        told = await router.on_text(ctx, CAMILLE, text)
    assert told.card.title == "C’est arrêté"
    assert await agreed(ctx) == {Preference.BEING_NAMED}
    (undo,) = [action for action in actions(told) if action.startswith("unstop:")]
    await router.on_action(ctx, CAMILLE, undo)
    assert await agreed(ctx) == {Preference.NEWS, Preference.BEING_NAMED}
    assert await tickets(ctx) == 0


async def test_only_courtesies_and_bare_requests_stay_with_the_bot(ctx: Context) -> None:
    """Every seventh message of the table: what each one means is tested without a database."""
    kept = [text for what, texts in ANSWERED.items() if what is not Meaning.END_MONTHLY for text in texts[::7]]
    passed_on = [text for texts in PASSED_ON.values() for text in texts[::7]]
    for number, text in enumerate([*kept, *passed_on]):
        writer = replace(CAMILLE, external_id=str(1_000 + number), locale="en" if number % 2 else "fr")
        assert said(await router.on_text(ctx, writer, text)), text
    async with ctx.db.read() as conn:
        due = await notice_rows.due(conn, ctx.clock(), 1_000)
    assert [notice.args["text"] for notice in due if notice.kind == "words"] == passed_on


async def test_stop_that_says_more_stops_and_reaches_staff(ctx: Context) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await set_preferences(ctx, person, [Preference.NEWS], True)
    told = await router.on_text(ctx, CAMILLE, "Stop, I paid twice")
    assert told.card.title == "C’est arrêté"
    assert "transmis" in "".join(told.more[0].lines)
    assert await agreed(ctx) == set()
    assert await tickets(ctx) == 1


CARD = "4242 4242 4242 4242"


async def _stored(ctx: Context) -> str:
    """Return everything in the database, as text."""
    async with ctx.db.read() as conn:
        return "".join([str((await conn.execute(table.select())).all()) for table in metadata.sorted_tables])


@pytest.mark.parametrize("writer", [CAMILLE, ALEX], ids=["telegram", "discord"])
async def test_card_number_is_never_stored_nor_passed_on(ctx: Context, writer: Contact) -> None:
    await open_campaign(ctx)

    async def no_picture() -> None:
        raise AssertionError("no picture was asked for")

    there = replace(writer, origin=Origin(chat="42", message="7"))
    replies = [
        await router.on_text(ctx, there, f"Ma nouvelle carte : {CARD}, 12/27, 123. Merci!"),
        await router.on_text(ctx, writer, CARD.replace(" ", "")),
        await router.on_edited(ctx, there, f"My new card: {CARD}"),
        await router.on_picture(ctx, writer, no_picture, CARD),
        await router.on_command(ctx, writer, "give", CARD),
        await router.on_command(ctx, writer, "invite", f"Come! {CARD}"),
        await router.on_answer(ctx, writer, "amount:give:1", CARD),
        await router.on_text(ctx, writer, f"Stop {CARD}"),
    ]
    title = ctx.catalog.text(writer.locale, "card-number-title")
    for reply in replies:
        assert reply is not None and reply.more[-1].title == title
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    assert "•••• 4242" in str(platform.sent)
    for place in (str(platform.sent), await _stored(ctx), str(replies)):
        assert "4242 4242" not in place and "42424242" not in place and "123. Merci" not in place


async def test_amount_is_no_card_number(ctx: Context) -> None:
    await open_campaign(ctx)
    assert not (await router.on_text(ctx, CAMILLE, "50")).more


async def test_farewell_is_answered_with_one(ctx: Context) -> None:
    assert (await router.on_text(ctx, CAMILLE, "Bonne journée")).card.title == "À bientôt!"
    assert (await router.on_text(ctx, ALEX, "you’re welcome")).card.title == "See you soon!"


async def test_undo_turns_on_nothing_else(ctx: Context) -> None:
    told = await router.on_text(ctx, CAMILLE, "Stop, merci")
    assert not [action for action in actions(told) if action.startswith("unstop:")]
    await router.on_action(ctx, CAMILLE, "unstop:being_named+personal_amounts+x")
    assert await agreed(ctx) == set()


async def test_stop_word_inside_a_sentence_offers_the_button(ctx: Context) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await set_preferences(ctx, person, [Preference.NEWS], True)
    told = await router.on_text(ctx, CAMILLE, "Je voudrais que ça arrête")
    assert await agreed(ctx) == {Preference.NEWS}
    assert "stop" in actions(told)
    assert await tickets(ctx) == 1
    await router.on_action(ctx, CAMILLE, "stop")
    assert await agreed(ctx) == set()


async def test_question_that_begins_with_a_stop_word_is_forwarded_too(ctx: Context) -> None:
    told = await router.on_text(ctx, CAMILLE, "Arrêt d’autobus le plus proche?")
    assert told.card.title == "C’est arrêté"
    assert "transmis" in "".join(told.more[0].lines)
    assert await tickets(ctx) == 1


async def with_pledge(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    person = await find_or_join(ctx, CAMILLE)
    pledge = Pledge(subscription="sub_1", status="active", supporter_id=person.id, campaign_id=campaign.id, minor=500)
    async with ctx.db.write_money() as conn:
        await pledges.write(conn, [pledge], ctx.clock())


@pytest.mark.parametrize("text", ["Arrêter mon don mensuel", "Arrêter le don", "stop my donation"])
async def test_ending_the_monthly_gift_is_no_stop(ctx: Context, text: str) -> None:
    await with_pledge(ctx)
    person = await find_or_join(ctx, CAMILLE)
    await set_preferences(ctx, person, [Preference.NEWS], True)
    told = await router.on_text(ctx, CAMILLE, text)
    assert told.card == (await router.on_command(ctx, CAMILLE, "mensuel", "")).card
    assert await agreed(ctx) == {Preference.NEWS}
    assert await tickets(ctx) == 0


async def test_end_of_a_monthly_gift_with_a_complaint_is_forwarded_too(ctx: Context) -> None:
    await with_pledge(ctx)
    told = await router.on_text(ctx, CAMILLE, "Arrêtez mon don mensuel, vous m’avez débité deux fois")
    assert "transmis" in said(told)
    assert told.more[0] == (await router.on_command(ctx, CAMILLE, "mensuel", "")).card
    assert await tickets(ctx) == 1


@pytest.mark.parametrize("text", ["Cancel my monthly donation", "Arrêter le don", "I want to stop giving"])
async def test_ending_an_unknown_monthly_gift_is_explained_and_forwarded(ctx: Context, text: str) -> None:
    await open_campaign(ctx)
    told = await router.on_text(ctx, CAMILLE, text)
    assert "transmis" in said(told)
    assert "Stripe" in "".join(told.more[0].lines)
    assert await tickets(ctx) == 1


async def test_staff_are_answered_as_before(ctx: Context) -> None:
    assert "nulle part" in said(await router.on_text(ctx, NADIA, "merci"))
    for text in ("stop", "Stop, merci"):
        assert (await router.on_text(ctx, NADIA, text)).card.title == "C’est arrêté"
