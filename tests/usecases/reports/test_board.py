"""`/board`: a page of the figures of one moment, which keeps them whatever happens afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.people import Contact
from bot.domain.periods import Period, read_period
from bot.domain.staff import Role
from bot.platforms.discord.render import render as on_discord
from bot.platforms.telegram.render import render as on_telegram
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from bot.usecases.reply import Reply
from bot.usecases.reports import board, overview
from bot.usecases.reports.documents import sheet_of
from content.catalog import LOCALES
from content.messages import board as messages
from tests.conftest import MovingClock
from tests.giving import give, refund
from tests.usecase_setup import ALEX, CAMILLE, hire, make_context, open_campaign, signed
from tests.usecases.staff.offline_setup import command


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(datetime(2026, 11, 20, 15, tzinfo=UTC))


@pytest.fixture
def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def tap(ctx: Context, who: Contact, action: str) -> Reply:
    reply = await router.on_action(ctx, who, action)
    assert reply is not None
    on_discord(reply.card)
    on_telegram(reply.card)
    return reply


async def test_page_keeps_its_figures_when_gifts_change(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    supporter, _ = await signed(ctx, campaign, CAMILLE)
    gifts = [await give(ctx, campaign, supporter.id, minor) for minor in (2_000, 4_000)]
    period = read_period("2026", date(2026, 11, 20))
    assert period is not None
    view = await overview.read(ctx, period)
    issued = await board.issue(ctx, TERMINAL, period)
    clock.move(days=3)
    await refund(ctx, gifts[1])
    await open_campaign(ctx, slug="second", ends_on=None)
    again = await board.find(ctx, issued.id)
    assert again is not None and again.as_of == issued.as_of
    for locale in LOCALES:
        at = datetime(2026, 11, 20, 10, tzinfo=again.as_of.astimezone().tzinfo)
        drawn = messages.sheet(ctx.catalog, locale, ctx.charity.name, view, at)
        assert replace(sheet_of(again, locale), as_of=drawn.as_of) == drawn
    assert "10" in sheet_of(again, "en").as_of and sheet_of(again, "en").number == "$60"
    assert sheet_of(await board.issue(ctx, TERMINAL, period), "en").number == "$20"


async def test_viewer_gets_the_page_in_both_languages_and_the_earlier_ones(ctx: Context) -> None:
    await hire(ctx, ALEX, Role.VIEWER)
    await hire(ctx, CAMILLE, Role.OWNER)
    first = await command(ctx, "", ALEX, "board")
    file = first.card.file
    assert file is not None and file.name == "obole-board-1-en.pdf" and file.content.startswith(b"%PDF-")
    assert first.mode == "new" and "January" in first.card.title
    other, earlier, menu = first.card.buttons
    assert (other.action, menu.action) == ("bd:show:1:fr", "go:team")
    shown = (await tap(ctx, ALEX, "bd:show:1:fr")).card
    assert shown.file is not None and shown.file.name == "obole-board-1-fr.pdf"
    listed = await tap(ctx, CAMILLE, str(earlier.action))
    assert [button.action for button in listed.card.buttons] == ["bd:show:1:fr", "go:team"]


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("month", "November 1, 2026 to November 20, 2026"),
        ("Année", "January 1, 2026 to November 20, 2026"),
        ("2025", "January 1, 2025 to December 31, 2025"),
        ("2027-03", "March 1, 2027 to March 31, 2027"),
        ("all", "From the start"),
    ],
)
async def test_period_is_read_as_for_stats(ctx: Context, typed: str, days: str) -> None:
    await hire(ctx, ALEX, Role.VIEWER)
    reply = await command(ctx, typed, ALEX, "board")
    assert reply.card.title.replace("\xa0", " ") == f"Board page: {days}"


@pytest.mark.parametrize("typed", ["yesterday", "2026-13", "month year", "<b>" * 99, "9" * 5000])
async def test_unknown_period_is_named_and_issues_nothing(ctx: Context, typed: str) -> None:
    await hire(ctx, ALEX, Role.VIEWER)
    reply = await command(ctx, typed, ALEX, "board")
    assert reply.card.file is None and typed[:10] in reply.card.lines[0]
    on_telegram(reply.card)
    assert not await board.latest(ctx, 9)


async def test_page_is_for_the_team_and_in_private(ctx: Context) -> None:
    await hire(ctx, ALEX, Role.VIEWER)
    await board.issue(ctx, TERMINAL, Period())
    in_group = await command(ctx, "", replace(ALEX, private=False), "board")
    refused = await router.on_command(ctx, CAMILLE, "board", "")
    stranger = await router.on_action(ctx, CAMILLE, "bd:show:1:fr")
    assert all(reply is None or reply.card.file is None for reply in (in_group, refused, stranger))
    assert len(await board.latest(ctx, 9)) == 1


@pytest.mark.parametrize("action", ["bd", "bd:show", "bd:show:7:fr", "bd:show:-1:fr", f"bd:show:{'9' * 40}:xx", "bd:x"])
async def test_forged_or_outdated_button_lists_the_pages(ctx: Context, action: str) -> None:
    await hire(ctx, ALEX, Role.VIEWER)
    reply = await tap(ctx, ALEX, action)
    assert reply.card.file is None and "No page yet" in reply.card.lines[0]


@pytest.mark.parametrize(("today", "first"), [(date(2027, 1, 15), 2026), (date(2027, 2, 1), 2027)])
def test_usual_period_is_the_year_but_never_an_empty_one(today: date, first: int) -> None:
    assert board.usual_period(today).since == date(first, 1, 1)
