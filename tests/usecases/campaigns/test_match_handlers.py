"""Editors create a match period field by field, review it, and can end it early; periods never overlap."""

import pytest

from bot.domain.matching import MatchPeriod
from bot.domain.staff import Role
from bot.store.core import audit
from bot.store.db import Database
from bot.store.matching import matches
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.core.access import member
from bot.usecases.money import verify
from bot.usecases.reply import Reply
from bot.usecases.staff import access_check
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    ctx = make_context(db, clock)
    async with ctx.db.write() as conn:
        await staff.add(
            conn, "telegram", "42", Role.EDITOR, label="Camille", locale="fr", added_by=None, at=ctx.clock()
        )
    return ctx


async def tap(ctx: Context, argument: str) -> Reply:
    return await access_check.on_action(ctx, CAMILLE, "ma", argument)


async def write(ctx: Context, text: str) -> Reply:
    person = await member(ctx, CAMILLE)
    assert person is not None
    reply = await access_check.on_text(ctx, CAMILLE, person, text)
    assert reply is not None
    return reply


async def filled_in(ctx: Context, until: str) -> Reply:
    await tap(ctx, "n1")
    for text in ("Boulangerie Roy", "Roy Bakery", "500"):
        await write(ctx, text)
    return await write(ctx, until)


async def go(ctx: Context, review: Reply) -> Reply:
    (action,) = [b.action for b in review.card.buttons if b.action and b.action.endswith(":go")]
    return await tap(ctx, action.removeprefix("ma:"))


async def periods(ctx: Context) -> list[MatchPeriod]:
    async with ctx.db.read() as conn:
        return await matches.everything(conn)


def said(reply: Reply) -> str:
    return " ".join(str(line) for line in reply.card.lines).replace("\u00a0", " ")


async def test_match_is_created_applied_and_ended_early(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    review = await filled_in(ctx, "2099-12-24")
    assert "Boulangerie Roy" in said(review) and not await periods(ctx)
    await go(ctx, review)
    assert "ne fonctionne plus" in said(await go(ctx, review)), "a second tap begins nothing"
    await give(ctx, campaign, None, 2_000)
    (period,) = await periods(ctx)
    assert (period.pool.minor, period.left.minor) == (50_000, 48_000)
    clock.move(days=1)
    sure = await tap(ctx, f"e{period.id}")
    assert "480 $" in said(sure)
    await tap(ctx, f"e{period.id}!")
    await give(ctx, campaign, None, 2_000)
    (ended,) = await periods(ctx)
    assert ended.closed_at == clock() and ended.left.minor == 48_000
    assert (await verify.verify(ctx)).problems == ()
    async with ctx.db.read() as conn:
        assert [a.action for a in await audit.latest(conn, 9, action="match.")] == ["match.ended", "match.begun"]


async def test_overlapping_matches_are_refused(ctx: Context) -> None:
    await open_campaign(ctx, ends_on=None)
    await go(ctx, await filled_in(ctx, "2099-12-24"))
    second = await go(ctx, await filled_in(ctx, "2099-12-20"))
    assert "déjà jumelés" in said(second) and len(await periods(ctx)) == 1


async def test_invalid_input_is_asked_again(ctx: Context) -> None:
    await open_campaign(ctx, ends_on=None)
    await tap(ctx, "n1")
    assert "80 caractères" in said(await write(ctx, "x" * 81))
    for text in ("Roy", "Roy"):
        await write(ctx, text)
    assert "montant" in said(await write(ctx, "beaucoup"))
    await write(ctx, "20 $")
    assert "pas compris" in said(await write(ctx, "bientôt"))
    assert "déjà passé" in said(await write(ctx, "2020-01-01"))
    review = await write(ctx, "2099-12-24 18:00")
    assert "18 h" in said(review)
