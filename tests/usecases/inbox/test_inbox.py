"""Supporters' messages reach staff, replies return, cases are closed; nobody is named and nothing is public."""

import pytest

from bot.domain.people import Contact, Preference
from bot.domain.staff import Role
from bot.store.campaigns import places
from bot.store.core import audit, outbox
from bot.store.core import notices as rows
from bot.store.core.outbox import State
from bot.store.db import Database
from bot.store.inbox import inbox as inbox_rows
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.inbox import inbox
from bot.usecases.ports import MessageRef
from bot.usecases.reply import Reply
from bot.usecases.staff import notices
from bot.usecases.supporters.merging import merge
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign, rendered
from tests.usecases.core.test_notices import RecordingPlatform

NADIA = Contact(platform="telegram", external_id="900", locale="fr", private=True, place="900")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def hire(ctx: Context, *, with_inbox: bool = True) -> None:
    async with ctx.db.write() as conn:
        await staff.add(conn, "telegram", "900", Role.EDITOR, label="Nadia", locale="fr", added_by=None, at=ctx.clock())
        if with_inbox:
            await places.save(
                conn, "telegram", "-100", title="Équipe", purpose=places.STAFF, locales="fr", at=ctx.clock()
            )


def said(reply: Reply) -> str:
    return "\n".join([reply.card.title, *reply.card.lines])


async def confirmed(ctx: Context, shown: Reply, by: Contact = NADIA) -> Reply:
    """Tap Send under the preview."""
    send = next(b.action for b in shown.card.buttons if (b.action or "").startswith("ib:send:"))
    return await router.on_action(ctx, by, send or "")


async def test_message_without_staff_shows_the_contact_address(ctx: Context) -> None:
    assert "bonjour@tablee.example" in said(await router.on_text(ctx, CAMILLE, "Bonjour, une question"))


async def test_message_reaches_the_inbox_and_the_reply_returns(ctx: Context) -> None:
    await hire(ctx)
    answered = await router.on_text(ctx, CAMILLE, "Puis-je donner <b>un chèque</b>? @everyone")
    assert "transmis à une personne de La Tablée" in said(answered)
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    ((where, card),) = platform.sent
    assert where == "-100"
    assert card.lines[0] == "Puis-je donner <b>un chèque</b>? @everyone"
    reply = next(b.action for b in card.buttons if b.label == "Répondre")
    asked = await router.on_action(ctx, NADIA, reply or "")
    assert asked.form is not None
    assert "en route" in said(await confirmed(ctx, await router.on_text(ctx, NADIA, "Oui, bien sûr.")))
    async with ctx.db.write() as conn:
        (delivery,) = await outbox.claim(conn, "telegram", ctx.clock(), 10)
    relayed = await rendered(ctx, delivery)
    assert relayed.title == "Réponse de La Tablée"
    assert relayed.lines == ("Oui, bien sûr.",)


async def test_reply_to_the_notice_is_sent(ctx: Context) -> None:
    await hire(ctx)
    await router.on_text(ctx, CAMILLE, "Une question")
    await notices.tick(ctx, [RecordingPlatform()])
    group = Contact(platform="telegram", external_id="900", locale="fr", private=False, place="-100")
    reply = await router.on_reply(ctx, group, MessageRef(chat_id="-100", message_id="1"), "La réponse")
    assert reply is not None
    assert "La réponse" in said(reply)
    assert "en route" in said(await confirmed(ctx, reply))
    other = await router.on_reply(ctx, group, MessageRef(chat_id="-100", message_id="77"), "autre chose")
    assert other is not None
    assert "est de moi" in said(other)
    stranger = Contact(platform="telegram", external_id="5", locale="fr", private=False, place="-100")
    refused = await router.on_reply(ctx, stranger, MessageRef(chat_id="-100", message_id="1"), "moi aussi")
    assert refused is not None
    assert "faire partie de l’équipe" in said(refused)
    assert await router.on_reply(ctx, stranger, MessageRef(chat_id="-100", message_id="77"), "moi aussi") is None


async def test_blocked_supporter_gets_the_usual_reply(ctx: Context) -> None:
    await hire(ctx)
    first = await router.on_text(ctx, CAMILLE, "Une question pour vous")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    block = next(b.action for b in platform.sent[0][1].buttons if b.label == "Bloquer")
    done = await router.on_action(ctx, NADIA, block or "")
    second = await router.on_text(ctx, CAMILLE, "Une question encore")
    assert said(first) == said(second)
    assert await notices.tick(ctx, [platform]) == 0
    await router.on_action(ctx, NADIA, done.card.buttons[0].action or "")
    await router.on_text(ctx, CAMILLE, "Une troisième fois")
    assert await notices.tick(ctx, [platform]) == 1


async def test_block_holds_after_linking_an_older_account(ctx: Context) -> None:
    await hire(ctx)
    older = await find_or_join(ctx, ALEX)
    await router.on_text(ctx, CAMILLE, "Une question pour vous")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    block = next(b.action for b in platform.sent[0][1].buttons if b.label == "Bloquer")
    async with ctx.db.write_money() as conn:
        assert await merge(ctx, conn, older.id, (await find_or_join(ctx, CAMILLE)).id) == older.id
    await router.on_action(ctx, NADIA, block or "")
    await router.on_text(ctx, CAMILLE, "Une question encore")
    await router.on_text(ctx, ALEX, "Et d’ici aussi")
    assert await notices.tick(ctx, [platform]) == 0


async def test_message_flood_is_rate_limited(ctx: Context) -> None:
    await hire(ctx)
    for number in range(rate_limits.WORDS.each):
        await router.on_text(ctx, CAMILLE, f"Message numéro {number} de ma part")
    assert "bien arrivés" in said(await router.on_text(ctx, CAMILLE, "Et encore un autre"))


async def test_messages_are_erased_after_a_month(ctx: Context, clock: MovingClock) -> None:
    await hire(ctx)
    await router.on_text(ctx, CAMILLE, "Quelque chose de personnel")
    await notices.tick(ctx, [RecordingPlatform()])
    clock.move(days=31)
    await inbox.prune(ctx)
    async with ctx.db.read() as conn:
        notice = await rows.of_message(conn, "telegram", "-100", "1")
    assert notice is not None
    assert notice.args == {}


async def test_case_is_notified_listed_and_closed_once(ctx: Context) -> None:
    await hire(ctx)
    campaign = await open_campaign(ctx)
    gift = await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    await router.on_action(ctx, CAMILLE, f"err:{gift.id}:amount")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    card = platform.sent[0][1]
    assert "montant" in card.lines[0]
    assert f"rf:{gift.id}" in {b.action for b in card.buttons}
    listed = await router.on_action(ctx, NADIA, "cs:list")
    assert "Dossier 1" in [b.label for b in listed.card.buttons]
    assert "fermé" in said(await router.on_action(ctx, NADIA, "cs:close:1"))
    assert "déjà" in said(await router.on_action(ctx, NADIA, "cs:close:1"))
    assert "Aucun" in said(await router.on_action(ctx, NADIA, "cs:list"))


@pytest.mark.parametrize("action", ["ib:reply:abc", "ib:reply:9", "ib:", "cs:close:999", "cs:²", "ib:block:²"])
async def test_forged_buttons_do_nothing(ctx: Context, action: str) -> None:
    await hire(ctx)
    assert (await router.on_action(ctx, NADIA, action)).card.title


async def asked_and_answered(ctx: Context, text: str) -> Reply:
    """Camille writes and Nadia replies through the button."""
    await router.on_text(ctx, CAMILLE, "Une question toute simple")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    await router.on_action(ctx, NADIA, platform.sent[-1][1].buttons[0].action or "")
    shown = await router.on_text(ctx, NADIA, text)
    return shown if shown.form is not None else await confirmed(ctx, shown)


async def end(ctx: Context, state: State) -> str:
    """Finish the pending delivery; return its message."""
    async with ctx.db.write() as conn:
        (delivery,) = await outbox.claim(conn, "telegram", ctx.clock(), 10)
        await outbox.mark(conn, [outbox.SendOutcome(id=delivery.id, state=state)], ctx.clock())
    return delivery.message


@pytest.mark.parametrize(("state", "words"), [(State.UNREACHABLE, "bloqué"), (State.IN_DOUBT, "Impossible de savoir")])
async def test_undelivered_reply_is_notified_to_staff(ctx: Context, state: State, words: str) -> None:
    await hire(ctx)
    await asked_and_answered(ctx, "Nous vous attendons mardi.")
    await end(ctx, state)
    await inbox.finish_replies(ctx)
    platform = RecordingPlatform()
    assert await notices.tick(ctx, [platform]) == 1
    card = platform.sent[0][1]
    assert words in "\n".join(card.lines)
    assert "Nous vous attendons mardi." in card.lines
    await inbox.finish_replies(ctx)
    assert await notices.tick(ctx, [platform]) == 0


async def test_delivered_reply_is_erased_without_a_notice(ctx: Context) -> None:
    await hire(ctx)
    await asked_and_answered(ctx, "Nous vous attendons mardi.")
    await end(ctx, State.SENT)
    await inbox.finish_replies(ctx)
    platform = RecordingPlatform()
    assert await notices.tick(ctx, [platform]) == 0
    async with ctx.db.read() as conn:
        assert await inbox_rows.finished_relays(conn, 10) == []


async def test_notice_shows_that_it_is_answered(ctx: Context) -> None:
    await hire(ctx)
    await asked_and_answered(ctx, "Oui.")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    ((_, card),) = platform.edited
    assert "Nadia a répondu." in card.lines


async def test_too_long_reply_is_asked_again_with_the_excess(ctx: Context) -> None:
    await hire(ctx)
    reply = await asked_and_answered(ctx, "x" * (inbox.LONGEST + 7))
    assert "7 caractères de trop" in said(reply)
    assert reply.form is not None and len(reply.form.value) == inbox.LONGEST
    assert "en route" in said(await confirmed(ctx, await router.on_text(ctx, NADIA, "Plus court.")))


async def test_name_is_hidden_and_shown_by_one_tap(ctx: Context, clock: MovingClock) -> None:
    await hire(ctx)
    person = await find_or_join(ctx, CAMILLE)
    async with ctx.db.write() as conn:
        await supporters.set_preference(
            conn, person.id, Preference.BEING_NAMED, True, at=clock(), wording="v1", change_id=ctx.ids.new()
        )
    await router.on_text(ctx, CAMILLE, "Une question toute simple")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    hide = next(b.action for b in platform.sent[0][1].buttons if b.label == "Cacher le nom")
    done = await router.on_action(ctx, NADIA, hide or "")
    async with ctx.db.read() as conn:
        assert await inbox_rows.is_name_hidden(conn, person.id)
    await router.on_action(ctx, NADIA, done.card.buttons[0].action or "")
    async with ctx.db.read() as conn:
        assert not await inbox_rows.is_name_hidden(conn, person.id)
        acts = [act.action for act in await audit.latest(conn, 10)]
    assert acts[:2] == ["name.shown", "name.hidden"]


async def test_reporter_is_notified_of_the_close_and_can_report_again(ctx: Context, clock: MovingClock) -> None:
    await hire(ctx)
    campaign = await open_campaign(ctx)
    gift = await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
    async with ctx.db.write() as conn:  # the thank-you does not matter here
        await outbox.mark(
            conn,
            [
                outbox.SendOutcome(id=d.id, state=State.SENT)
                for d in await outbox.claim(conn, "telegram", ctx.clock(), 10)
            ],
            ctx.clock(),
        )
    await router.on_action(ctx, CAMILLE, f"err:{gift.id}:amount")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    await router.on_action(ctx, NADIA, "cs:close:1")
    async with ctx.db.write() as conn:
        (word,) = await outbox.claim(conn, "telegram", ctx.clock(), 10)
    assert "le dossier est fermé" in said(Reply(card=await rendered(ctx, word)))
    await notices.tick(ctx, [platform])
    assert "Ce dossier est fermé." in platform.edited[-1][1].lines
    clock.move(minutes=5)
    await router.on_action(ctx, CAMILLE, f"err:{gift.id}:amount")
    assert await notices.tick(ctx, [platform]) == 1
    with pytest.raises(Obsolete):
        await rendered(ctx, word)
    listed = await router.on_action(ctx, NADIA, "cs:list")
    assert "Dossier 1" in [b.label for b in listed.card.buttons]
