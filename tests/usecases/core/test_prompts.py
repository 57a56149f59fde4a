"""Prompts expire after 15 minutes, and nothing that staff write reaches a supporter without confirmation."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.domain.ids import Ids
from bot.store.core.tables import delivery
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.store.staff import staff
from bot.store.staff.tables import draft
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import access, prompts
from bot.usecases.core.join import find_or_join
from bot.usecases.core.prompts import PROMPT_LIFETIME
from bot.usecases.inbox import inbox
from bot.usecases.reply import Reply
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import ALEX, CAMILLE, awaits_picture, make_context, notices_of, open_campaign, send_picture
from tests.usecases.inbox.test_inbox import NADIA, confirmed, hire, said

BO = replace(ALEX, external_id="901")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock)
    await hire(context)
    return context


async def asked(ctx: Context, way: str) -> str:
    """Ask Nadia what to write to Camille; return the button that asked her."""
    if way == "ib":
        await router.on_text(ctx, CAMILLE, "Une question toute simple")
        (notice,) = await notices_of(ctx, "words")
        button = f"ib:reply:{notice.id}"
    else:
        campaign = await open_campaign(ctx)
        gift = await give(ctx, campaign, (await find_or_join(ctx, CAMILLE)).id)
        await router.on_action(ctx, CAMILLE, f"err:{gift.id}:amount")
        async with ctx.db.read() as conn:
            (case,) = await gifts.open_cases(conn)
        button = f"cs:write:{case['id']}"
    assert (await router.on_action(ctx, NADIA, button)).form is not None
    return button


async def sent(ctx: Context) -> list[str]:
    """Return the replies of staff on their way to supporters."""
    async with ctx.db.read() as conn:
        rows = await conn.execute(select(delivery.c.args).where(delivery.c.message == "relayed"))
        return [str(args["text"]) for args in rows.scalars()]


def button(shown: Reply, verb: str) -> str:
    return next(b.action or "" for b in shown.card.buttons if (b.action or "").startswith(f"ib:{verb}:"))


# --- fifteen minutes ---------------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["ib", "cs"])
@pytest.mark.parametrize("words", ["5 $", "Bonjour"])
async def test_late_text_answers_no_prompt_and_says_so(ctx: Context, clock: MovingClock, way: str, words: str) -> None:
    await asked(ctx, way)
    clock.move(days=20)
    assert "15 minutes" in said(await router.on_text(ctx, NADIA, words))
    assert not await sent(ctx)
    assert "15 minutes" not in said(await router.on_text(ctx, NADIA, words)), "said once"
    assert not await sent(ctx)


async def test_prompt_waits_fifteen_minutes(ctx: Context, clock: MovingClock) -> None:
    await asked(ctx, "ib")
    clock.now += PROMPT_LIFETIME
    clock.move(seconds=-1)
    assert button(await router.on_text(ctx, NADIA, "Oui."), "send")


@pytest.mark.parametrize("way", ["ib", "cs"])
async def test_stale_modal_answers_no_prompt_and_returns_text(ctx: Context, way: str) -> None:
    """Discord never closes a modal that was left open."""
    form = (await router.on_action(ctx, NADIA, await asked(ctx, way))).form
    assert form is not None
    long = "Oui, **bien sûr**. " * 200
    late = await router.on_answer(ctx, NADIA, form.answers, long, PROMPT_LIFETIME + timedelta(seconds=1))
    assert "15 minutes" in said(late) and not late.form
    assert "".join(card.body.plain for card in late.more if card.body is not None) == long
    async with ctx.db.read() as conn:
        assert (await conn.execute(select(draft.c.id))).all() == [], "it is not even previewed"
    in_time = await router.on_answer(ctx, NADIA, form.answers, "Oui.", PROMPT_LIFETIME)
    assert button(in_time, "send")


async def test_late_picture_answers_no_prompt(ctx: Context, clock: MovingClock) -> None:
    person = await access.member(ctx, NADIA)
    assert person is not None
    await prompts.expect(ctx, person, "bc:1:pic")
    assert await awaits_picture(ctx, NADIA)
    clock.now += PROMPT_LIFETIME
    assert not await awaits_picture(ctx, NADIA)
    assert await send_picture(ctx, NADIA, b"") == await router.on_attachment(ctx, NADIA)


async def test_prompt_of_older_version_is_expired(ctx: Context) -> None:
    async with ctx.db.write() as conn:
        await conn.execute(text("UPDATE staff SET expects = 'ib:1', expects_until = NULL"))
    assert "15 minutes" in said(await router.on_text(ctx, NADIA, "5 $"))


# --- nothing is sent unseen --------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["ib", "cs"])
async def test_reply_is_sent_once_by_its_button(ctx: Context, way: str) -> None:
    await asked(ctx, way)
    shown = await router.on_text(ctx, NADIA, "Oui, <b>bien sûr</b>.")
    assert "Oui, <b>bien sûr</b>." in shown.card.lines and not await sent(ctx)
    assert "en route" in said(await confirmed(ctx, shown))
    assert await sent(ctx) == ["Oui, <b>bien sûr</b>."]
    assert "Rien n’est parti" in said(await confirmed(ctx, shown))
    assert len(await sent(ctx)) == 1


async def test_simultaneous_taps_in_two_processes_send_once(ctx: Context, url: str, clock: MovingClock) -> None:
    other_db = Database(url)
    other = make_context(other_db, clock, ids=Ids(clock, random.Random(2)))
    await asked(ctx, "ib")
    shown = await router.on_text(ctx, NADIA, "Oui.")
    try:
        await asyncio.gather(*(confirmed(process, shown) for process in (ctx, other, ctx, other)))
    finally:
        await other_db.close()
    assert await sent(ctx) == ["Oui."]


async def test_reply_can_be_changed_or_discarded(ctx: Context) -> None:
    await asked(ctx, "ib")
    again = await router.on_action(ctx, NADIA, button(await router.on_text(ctx, NADIA, "Oui."), "again"))
    assert again.form is not None and again.form.value == "Oui."
    shown = await router.on_text(ctx, NADIA, "Non.")
    await router.on_action(ctx, NADIA, button(shown, "drop"))
    await confirmed(ctx, shown)
    assert not await sent(ctx)


async def test_preview_is_sent_by_staff_only(ctx: Context) -> None:
    await asked(ctx, "ib")
    shown = await router.on_text(ctx, NADIA, "Oui.")
    for stranger in (CAMILLE, BO):
        await confirmed(ctx, shown, stranger)
    assert not await sent(ctx)


@pytest.mark.parametrize("made_up", ["ib:send:", "ib:send:1", "ib:send:x", "ib:drop:²", "ib:again:9", "ib:send:1:2"])
async def test_made_up_preview_sends_nothing(ctx: Context, made_up: str) -> None:
    await asked(ctx, "ib")
    await router.on_action(ctx, NADIA, made_up)
    assert not await sent(ctx)


async def test_other_draft_is_not_sent_as_reply(ctx: Context) -> None:
    """A campaign's draft has a number too."""
    async with ctx.db.write() as conn:
        row = {
            "id": 7,
            "kind": "campaign",
            "body": {"to": "ib:1", "text": "x"},
            "version": 1,
            "changed_at": ctx.clock(),
        }
        await conn.execute(draft.insert().values(**row))
    for verb in ("send", "again", "drop"):
        await router.on_action(ctx, NADIA, f"ib:{verb}:7")
    async with ctx.db.read() as conn:
        assert (await conn.execute(select(draft.c.kind))).scalars().all() == ["campaign"]


async def test_unsent_reply_is_erased_after_a_day(ctx: Context, clock: MovingClock) -> None:
    await asked(ctx, "ib")
    shown = await router.on_text(ctx, NADIA, "Quelque chose de personnel")
    clock.move(hours=25)
    assert "Rien n’est parti" in said(await confirmed(ctx, shown))
    await inbox.prune(ctx)
    async with ctx.db.read() as conn:
        assert (await conn.execute(select(draft.c.id))).all() == []


# --- texts without a prompt --------------------------------------------------------------------------
async def test_staff_text_without_prompt_is_not_filed_as_donor_message(ctx: Context) -> None:
    async with ctx.db.write() as conn:
        await staff.add(
            conn, "discord", "901", staff.Role.VIEWER, label="Bo", locale="en", added_by=None, at=ctx.clock()
        )
    assert "nulle part" in said(await router.on_text(ctx, NADIA, "À demain, Sam!"))
    assert "nowhere" in said(await router.on_text(ctx, BO, "see you tomorrow"))
    assert await notices_of(ctx, "words") == []
    assert "transmis" in said(await router.on_text(ctx, CAMILLE, "À demain, Sam!")), "a donor's are"


async def test_staff_can_give_by_typing_an_amount(ctx: Context) -> None:
    await open_campaign(ctx)
    assert "nulle part" not in said(await router.on_text(ctx, NADIA, "5 $"))
