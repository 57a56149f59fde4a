"""Words of supporters reach the staff, answers come back, cases are closed; nobody is named, nothing is public."""

import pytest

from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.store import notices as rows
from bot.store import outbox, places, staff, supporters
from bot.store.db import Database
from bot.usecases import inbox, messages, talk
from bot.usecases.context import Context
from bot.usecases.join import who
from bot.usecases.reply import Reply
from bot.usecases.staff import notices
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecases.test_notices import Wall
from tests.world import CAMILLE, make_context, open_campaign

NADIA = Contact(platform="telegram", external_id="900", locale="fr", private=True, place="900")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def hire(ctx: Context, *, with_inbox: bool = True) -> None:
    async with ctx.db.write() as conn:
        await staff.add(conn, "telegram", "900", Role.EDITOR, label="Nadia", locale="fr", added_by=None, at=ctx.clock())
        if with_inbox:
            await places.put(
                conn, "telegram", "-100", title="Équipe", purpose=places.STAFF, locales="fr", at=ctx.clock()
            )


def said(reply: Reply) -> str:
    return "\n".join([reply.card.title, *reply.card.lines])


async def test_without_staff_the_contact_is_named_as_before(ctx: Context) -> None:
    assert "bonjour@tablee.example" in said(await talk.on_text(ctx, CAMILLE, "Bonjour, une question"))


async def test_words_go_to_the_inbox_and_the_answer_comes_back(ctx: Context) -> None:
    await hire(ctx)
    answered = await talk.on_text(ctx, CAMILLE, "Puis-je donner <b>un chèque</b>? @everyone")
    assert "transmis à une personne de La Tablée" in said(answered)
    wall = Wall()
    await notices.tick(ctx, [wall])
    ((where, card),) = wall.said
    assert where == "-100"
    assert card.lines[0] == "Puis-je donner <b>un chèque</b>? @everyone"
    reply = next(b.action for b in card.buttons if b.label == "Répondre")
    asked = await talk.on_action(ctx, NADIA, reply or "")
    assert asked.form is not None
    assert "en route" in said(await talk.on_text(ctx, NADIA, "Oui, bien sûr."))
    async with ctx.db.write() as conn:
        (delivery,) = await outbox.claim(conn, "telegram", ctx.clock(), 10)
        person = (await supporters.by_address_ids(conn, [delivery.address_id]))[delivery.address_id]
    relayed = (await messages.render(ctx, delivery, person)).card
    assert relayed.title == "Réponse de La Tablée"
    assert relayed.lines == ("Oui, bien sûr.",)


async def test_a_reply_to_the_message_itself_is_enough(ctx: Context) -> None:
    await hire(ctx)
    await talk.on_text(ctx, CAMILLE, "Une question")
    await notices.tick(ctx, [Wall()])
    group = Contact(platform="telegram", external_id="900", locale="fr", private=False, place="dm-100")
    told = await talk.on_reply(ctx, group, "1", "La réponse")
    assert told is not None
    assert "en route" in said(told)
    assert await talk.on_reply(ctx, group, "77", "autre chose") is None
    stranger = Contact(platform="telegram", external_id="5", locale="fr", private=False, place="dm-100")
    assert await talk.on_reply(ctx, stranger, "1", "moi aussi") is None


async def test_who_is_blocked_notices_nothing(ctx: Context) -> None:
    await hire(ctx)
    first = await talk.on_text(ctx, CAMILLE, "Bonjour à vous")
    wall = Wall()
    await notices.tick(ctx, [wall])
    block = next(b.action for b in wall.said[0][1].buttons if b.label == "Bloquer")
    done = await talk.on_action(ctx, NADIA, block or "")
    second = await talk.on_text(ctx, CAMILLE, "Bonjour encore")
    assert said(first) == said(second)
    assert await notices.tick(ctx, [wall]) == 0
    await talk.on_action(ctx, NADIA, done.card.buttons[0].action or "")
    await talk.on_text(ctx, CAMILLE, "Une troisième fois")
    assert await notices.tick(ctx, [wall]) == 1


async def test_a_flood_of_words_is_stopped_kindly(ctx: Context) -> None:
    await hire(ctx)
    for number in range(inbox.MOST_AN_HOUR):
        await talk.on_text(ctx, CAMILLE, f"Message numéro {number} de ma part")
    assert "bien arrivés" in said(await talk.on_text(ctx, CAMILLE, "Et encore un autre"))


async def test_words_are_erased_after_a_month(ctx: Context, clock: MovingClock) -> None:
    await hire(ctx)
    await talk.on_text(ctx, CAMILLE, "Quelque chose de personnel")
    await notices.tick(ctx, [Wall()])
    clock.move(days=31)
    await inbox.tidy(ctx)
    async with ctx.db.read() as conn:
        one = await rows.behind(conn, "telegram", "dm-100", "1")
    assert one is not None
    assert one.args == {}


async def test_a_case_is_told_listed_and_closed_once(ctx: Context) -> None:
    await hire(ctx)
    campaign = await open_campaign(ctx)
    gift = await give(ctx, campaign, (await who(ctx, CAMILLE)).id)
    await talk.on_action(ctx, CAMILLE, f"err:{gift.id}:amount")
    wall = Wall()
    await notices.tick(ctx, [wall])
    card = wall.said[0][1]
    assert "montant" in card.lines[0]
    assert f"rf:{gift.id}" in {b.action for b in card.buttons}
    listed = await talk.on_action(ctx, NADIA, "cs:list")
    assert "Dossier 1" in [b.label for b in listed.card.buttons]
    assert "fermé" in said(await talk.on_action(ctx, NADIA, "cs:close:1"))
    assert "déjà" in said(await talk.on_action(ctx, NADIA, "cs:close:1"))
    assert "Aucun" in said(await talk.on_action(ctx, NADIA, "cs:list"))


@pytest.mark.parametrize("action", ["ib:reply:abc", "ib:reply:9", "ib:", "cs:close:999", "cs:²", "ib:block:²"])
async def test_made_up_buttons_do_nothing(ctx: Context, action: str) -> None:
    await hire(ctx)
    assert (await talk.on_action(ctx, NADIA, action)).card.title
