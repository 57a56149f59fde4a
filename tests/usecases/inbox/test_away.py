"""The away message replaces the promise of an answer, once staff confirmed it and until its last day is over."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.domain.time_input import read_day
from bot.store.core import audit, notices
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.inbox import away
from bot.usecases.reply import Reply
from content.catalog import Locale
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, hire, make_context, open_campaign

NADIA = Contact(platform="telegram", external_id="900", locale="fr", private=True)
DISCORD_NADIA = replace(NADIA, platform="discord")
DISCORD_CAMILLE = replace(CAMILLE, platform="discord")
FR, EN = "Le bureau est fermé jusqu’au 5 janvier. Nous vous répondrons ensuite.", "We are closed until January 5."
DECEMBER = datetime(2026, 12, 20, 19, 0, tzinfo=UTC)  # 14 h in Montréal
PROMISE = "qui vous répondra ici"


@pytest.fixture
async def ctx(db: Database) -> Context:
    context = make_context(db, MovingClock(DECEMBER), link_domains=("tablee.org",))
    await open_campaign(context, ends_on=None)
    await hire(context, NADIA, Role.EDITOR)
    return context


def at(ctx: Context, moment: datetime) -> None:
    assert isinstance(ctx.clock, MovingClock)
    ctx.clock.now = moment


def said(reply: Reply) -> str:
    return "\n".join(line for card in reply.cards for line in (card.title, *card.lines, card.note))


async def tap(ctx: Context, reply: Reply, end: str, who: Contact = NADIA) -> Reply:
    """Tap the button whose action ends like this, or contains it."""
    action = next(str(b.action) for b in reply.card.buttons if f":{end}" in str(b.action))
    return await router.on_action(ctx, who, action)


async def prepared(ctx: Context, day: str = "5 janvier", who: Contact = NADIA, fr: str = FR) -> Reply:
    """Write the message in both languages and its last day; nothing is confirmed yet."""
    reply = await router.on_action(ctx, who, "aw:new")
    for what, text in (("fr", fr), ("en", EN), ("day", day)):
        asked = await tap(ctx, reply, what, who)
        assert asked.form is not None
        reply = await router.on_answer(ctx, who, asked.form.answers, text)
    return reply


async def set_away(ctx: Context, day: str = "5 janvier", who: Contact = NADIA) -> Reply:
    return await tap(ctx, await prepared(ctx, day, who), "use", who)


async def letter(ctx: Context, who: Contact = CAMILLE, text: str = "Puis-je donner par chèque?") -> str:
    return said(await router.on_text(ctx, who, text))


@pytest.mark.parametrize(("nadia", "camille"), [(NADIA, CAMILLE), (DISCORD_NADIA, DISCORD_CAMILLE)])
async def test_away_message_replaces_the_promise(ctx: Context, nadia: Contact, camille: Contact) -> None:
    if nadia is not NADIA:
        await hire(ctx, nadia, Role.EDITOR)
    await set_away(ctx, who=nadia)
    answer = await letter(ctx, camille)
    assert FR in answer and "bien arrivé" in answer and PROMISE not in answer
    async with ctx.db.read() as conn:
        assert "words" in {n.kind for n in await notices.due(conn, ctx.clock(), 9)}, "the letter still arrives"
    assert EN in await letter(ctx, ALEX, "Can I give by cheque?")


async def test_thanks_and_attachments_promise_no_answer_either(ctx: Context) -> None:
    await set_away(ctx)
    thanks = await letter(ctx, text="Merci!")
    assert FR in thanks and "vous répondra." not in thanks
    sent = said(await router.on_attachment(ctx, CAMILLE, ""))
    assert FR in sent and "vous répondra ici" not in sent


async def test_nothing_is_shown_before_the_confirmation(ctx: Context) -> None:
    shown = await prepared(ctx)
    assert [FR in card.lines for card in shown.previews] == [True, False], "a preview in each language"
    assert EN in shown.previews[1].lines
    assert PROMISE in await letter(ctx)
    assert "le message s’affiche" in said(await tap(ctx, shown, "use"))
    async with ctx.db.read() as conn:
        assert "away.set" in {row.action for row in await audit.latest(conn, 9)}


async def test_message_in_one_language_cannot_be_used(ctx: Context) -> None:
    begun = await router.on_action(ctx, NADIA, "aw:new")
    asked = await tap(ctx, begun, "fr")
    assert asked.form is not None
    one = await router.on_answer(ctx, NADIA, asked.form.answers, FR)
    assert not any(":use:" in str(b.action) for b in one.card.buttons) and one.previews == ()
    digits = asked.form.answers.split(":")[1]
    await router.on_action(ctx, NADIA, f"aw:{digits}:use:2")
    assert PROMISE in await letter(ctx)


async def test_button_of_an_earlier_preview_shows_the_newer_text_first(ctx: Context) -> None:
    old = await prepared(ctx)
    asked = await tap(ctx, old, "fr")
    assert asked.form is not None
    await router.on_answer(ctx, NADIA, asked.form.answers, "Fermé pour les Fêtes.")
    again = await tap(ctx, old, "use")
    assert "Fermé pour les Fêtes." in said(again)
    assert PROMISE in await letter(ctx)
    await tap(ctx, again, "use")
    assert "Fermé pour les Fêtes." in await letter(ctx)


async def test_message_ends_after_its_last_day_in_the_charity_zone(ctx: Context) -> None:
    await set_away(ctx)
    at(ctx, datetime(2027, 1, 6, 4, 59, tzinfo=UTC))  # 23:59 on January 5 in Montréal
    assert FR in await letter(ctx)
    at(ctx, datetime(2027, 1, 6, 5, 0, tzinfo=UTC))
    assert PROMISE in await letter(ctx)
    assert "Aucun message d’absence" in said(await router.on_action(ctx, NADIA, "aw"))


async def test_message_without_last_day_lasts_until_it_is_removed(ctx: Context) -> None:
    shown = await set_away(ctx, "aucun")
    at(ctx, DECEMBER.replace(year=2027))
    assert FR in await letter(ctx)
    await tap(ctx, shown, "off")
    assert PROMISE in await letter(ctx)


@pytest.mark.parametrize("day", ["hier", "19 décembre 2026", "2028-12-31", "bientôt", "31 février"])
async def test_unusable_last_day_is_asked_again(ctx: Context, day: str) -> None:
    begun = await router.on_action(ctx, NADIA, "aw:new")
    asked = await tap(ctx, begun, "day")
    assert asked.form is not None
    again = await router.on_answer(ctx, NADIA, asked.form.answers, day)
    assert again.form is not None and "pas compris cette date" in said(again)


async def test_text_that_is_too_long_is_asked_again(ctx: Context) -> None:
    asked = await tap(ctx, await router.on_action(ctx, NADIA, "aw:new"), "en")
    assert asked.form is not None
    again = await router.on_answer(ctx, NADIA, asked.form.answers, "x" * 510)
    assert again.form is not None and "10 caractères de trop" in said(again)


async def test_site_that_is_no_longer_allowed_brings_the_promise_back(ctx: Context) -> None:
    linking = "Fermé. Voyez tablee.org/horaire"
    await tap(ctx, await prepared(ctx, fr=linking), "use")
    assert linking in await letter(ctx)
    closed = replace(ctx, link_domains=("autre.org",))
    assert PROMISE in await letter(closed)
    assert "tablee.org" in said(await router.on_action(closed, NADIA, "aw"))


async def test_viewers_cannot_set_it_and_drafts_belong_to_their_author(ctx: Context) -> None:
    await hire(ctx, ALEX, Role.VIEWER)
    await hire(ctx, CAMILLE, Role.OWNER)
    shown = await prepared(ctx)
    await router.on_action(ctx, ALEX, "aw:new")
    await tap(ctx, shown, "use", ALEX)
    assert "plus en attente" in said(await tap(ctx, shown, "use", CAMILLE))
    async with ctx.db.read() as conn:
        assert await away.current(ctx, conn) is None


async def test_draft_is_used_once_and_within_a_day(ctx: Context) -> None:
    shown = await prepared(ctx)
    assert isinstance(ctx.clock, MovingClock)
    ctx.clock.move(days=1, seconds=1)
    assert "plus en attente" in said(await tap(ctx, shown, "use"))
    assert PROMISE in await letter(ctx)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("5 janvier", date(2027, 1, 5)),
        ("Jan 5", date(2027, 1, 5)),
        ("2027-01-05", date(2027, 1, 5)),
        ("20 décembre", date(2026, 12, 20)),
        ("19 décembre", date(2027, 12, 19)),
        ("aujourd’hui", date(2026, 12, 20)),
        ("5 janvier 2026", date(2026, 1, 5)),
        ("demain ou après", None),
    ],
)
def test_coming_day_is_the_first_that_is_not_past(typed: str, day: date | None) -> None:
    assert read_day(typed, date(2026, 12, 20), past=False) == day


@pytest.mark.parametrize("locale", ["fr", "en"])
async def test_there_is_no_text_without_a_message(ctx: Context, locale: Locale) -> None:
    assert await away.text(ctx, locale) == ""
