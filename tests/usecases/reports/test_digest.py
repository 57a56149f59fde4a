"""The weekly summary: once a week, on time or held, counts and sums only, and ended by one tap."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.digest import due_at
from bot.domain.gifts import GiftChange
from bot.domain.holidays import UnknownRegion, check_region, is_holiday
from bot.domain.periods import Span, period_of
from bot.domain.staff import Role
from bot.platforms.discord.render import render as as_discord
from bot.platforms.telegram.render import render as as_telegram
from bot.store.core.notices import Notice
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.reports import overview
from bot.usecases.staff.notices import KINDS
from bot.usecases.staff.reports import digest
from content.cards import Card
from content.messages.inbox import bilingual
from content.pictures.overview import overview_picture
from tests.conftest import MovingClock
from tests.giving import give, paid, write
from tests.usecase_setup import CAMILLE, hire, make_context, notices_of, open_campaign
from tests.usecases.referral_tree.test_referrals import come

_FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
_TORONTO = "America/Toronto"


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(_FRIDAY)


@pytest.fixture
def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def run_until(ctx: Context, clock: MovingClock, end: datetime) -> None:
    """Let the job run as it does, but only every fifty minutes."""
    while clock() < end:
        await digest.tick(ctx)
        clock.move(minutes=50)
    await digest.tick(ctx)


async def written(ctx: Context) -> list[Notice]:
    return await notices_of(ctx, "digest")


async def rendered(ctx: Context) -> list[Card]:
    return [await KINDS["digest"](ctx, one, "en") for one in await written(ctx)]


def said(card: Card) -> str:
    return "\n".join((card.title, *card.lines))


@pytest.mark.parametrize(
    ("monday", "due"),
    [
        (date(2026, 11, 23), datetime(2026, 11, 23, 14, tzinfo=UTC)),
        (date(2026, 9, 7), datetime(2026, 9, 8, 13, tzinfo=UTC)),  # Labour Day; summer time
    ],
)
def test_summary_is_due_on_monday_at_nine_or_after_a_holiday(monday: date, due: datetime) -> None:
    assert due_at(monday, _TORONTO, lambda day: is_holiday("CA-QC", day)) == due


@pytest.mark.parametrize("region", ["CA-QC", "CA", "FR", ""])
def test_known_regions_are_accepted(region: str) -> None:
    check_region(region)
    assert not is_holiday("", date(2026, 12, 25))


@pytest.mark.parametrize("region", ["Quebec", "CA-XX", "-", "ZZ"])
def test_unknown_region_is_refused(region: str) -> None:
    with pytest.raises(UnknownRegion):
        check_region(region)


async def test_week_is_summed_up_once_although_the_process_restarts(
    ctx: Context, clock: MovingClock, campaign: Campaign
) -> None:
    for number in range(4):
        await give(ctx, campaign, await come(ctx, str(number)), 1000)
    await run_until(ctx, clock, datetime(2026, 11, 23, 13, tzinfo=UTC))
    assert await written(ctx) == []
    await run_until(ctx, clock, datetime(2026, 11, 24, tzinfo=UTC))
    await run_until(replace(ctx), clock, datetime(2026, 11, 27, tzinfo=UTC))
    (card,) = await rendered(ctx)
    assert card.title == "November\u00a016, 2026 to November\u00a022, 2026"
    assert "4 gifts from 4 people, 4 for the first time: $40." in said(card)
    await run_until(ctx, clock, datetime(2026, 12, 1, tzinfo=UTC))
    assert len(await written(ctx)) == 2


@pytest.mark.parametrize("more", [0, 2])
async def test_picture_goes_with_the_summary_unless_a_sum_has_too_few_gifts(
    ctx: Context, clock: MovingClock, campaign: Campaign, more: int
) -> None:
    for number in range(3):
        await give(ctx, campaign, await come(ctx, str(number)), 1000 + number)
    for number in range(more):
        dollars = paid(ctx, campaign, None, 700, code="usd")
        await write(ctx, [GiftChange(event_id=f"evt_{number}", before=None, after=dollars)])
    await run_until(ctx, clock, datetime(2026, 11, 23, 15, tzinfo=UTC))
    (card,) = await rendered(ctx)
    assert (card.picture is None) == bool(more), "two gifts in dollars have no sum"
    if card.picture is not None:
        view = await overview.read(ctx, period_of(Span.WEEK, date(2026, 11, 16)))
        full = overview_picture(ctx.catalog, "en", ctx.charity.name, view)
        assert card.picture.png != full.png, "the median of three gifts is one of them"
        assert as_telegram(bilingual(ctx.catalog, card, card)).picture == card.picture
        assert as_discord(card).picture == card.picture


async def test_single_gift_is_counted_but_not_told(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    await give(ctx, campaign, await come(ctx, "1"), 123_400)
    await run_until(ctx, clock, datetime(2026, 11, 23, 15, tzinfo=UTC))
    (card,) = await rendered(ctx)
    assert card.picture is None
    line = next(line for line in said(card).splitlines() if line.startswith("1 gift"))
    assert "1,234" not in line and "too few" in line


async def test_quiet_week_is_one_line_and_nothing_is_sent_before_the_first_gift(
    ctx: Context, clock: MovingClock, campaign: Campaign
) -> None:
    await run_until(ctx, clock, datetime(2026, 11, 23, 15, tzinfo=UTC))
    assert await written(ctx) == []
    await give(ctx, campaign, None)
    await run_until(ctx, clock, datetime(2026, 12, 7, 15, tzinfo=UTC))
    quiet = (await rendered(ctx))[-1]
    assert quiet.lines == ("A quiet week: no gifts. Nothing is waiting for the team.",)


async def test_late_summary_waits_until_staff_want_it(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    for _ in range(3):
        await give(ctx, campaign, None, 1000)
    await digest.tick(ctx)
    clock.move(days=4)
    await run_until(ctx, clock, clock() + timedelta(minutes=40))
    (card,) = await rendered(ctx)
    assert "not sent on time" in said(card) and "$30" not in said(card)
    await hire(ctx, CAMILLE, Role.EDITOR)
    shown = (await router.on_action(ctx, CAMILLE, str(card.buttons[0].action))).card
    assert "30\u00a0$" in said(shown)


async def test_one_tap_ends_the_summaries_and_one_begins_them_again(
    ctx: Context, clock: MovingClock, campaign: Campaign
) -> None:
    await give(ctx, campaign, None)
    await hire(ctx, CAMILLE, Role.EDITOR)
    await digest.tick(ctx)
    stopped = (await router.on_action(ctx, CAMILLE, "dg:off")).card
    await run_until(ctx, clock, datetime(2026, 11, 23, 15, tzinfo=UTC))
    assert await written(ctx) == []
    await router.on_action(ctx, CAMILLE, str(stopped.buttons[0].action))
    await run_until(ctx, clock, datetime(2026, 11, 30, 15, tzinfo=UTC))
    assert len(await written(ctx)) == 1


async def test_viewer_may_not_end_the_summaries(ctx: Context, campaign: Campaign) -> None:
    await hire(ctx, CAMILLE, Role.VIEWER)
    await router.on_action(ctx, CAMILLE, "dg:off")
    async with ctx.db.read() as conn:
        assert not await digest.is_off(conn)
