"""The test of offering a monthly gift: only for charities with many new donors, off by default, and honest in size."""

from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import insert

from bot.domain.campaigns import Campaign
from bot.domain.lift import Arm, Stratum, compare
from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.store.core import switches
from bot.store.core.switches import Switch
from bot.store.nudges.tables import one_time_message
from bot.store.reports.tables import donor_count
from bot.store.supporters.tables import supporter
from bot.usecases import router
from bot.usecases.context import Context, local_day
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import next_step
from bot.usecases.nudges import offer_test
from bot.usecases.nudges.offer_test import OfferReport
from bot.usecases.staff.nudges.handlers import report_card
from content.catalog import Catalog
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, hire

BUSY = offer_test.FEWEST_NEW_DONORS + 1


async def new_donors(ctx: Context, number: int, *, days_ago: int = 100) -> None:
    day = local_day(ctx, ctx.clock() - timedelta(days=days_ago))
    async with ctx.db.write() as conn:
        await conn.execute(insert(donor_count).values(span="d", start=day, donors=number, new=number, again=0))


async def leave_out(ctx: Context, percent: int) -> None:
    async with ctx.db.write() as conn:
        on = Switch(name=switches.MONTHLY_TEST, on=True, value=percent, at=ctx.clock())
        await switches.set_switch(conn, on)


async def people(ctx: Context, number: int, *, first: int = 5_000) -> list[int]:
    ids = list(range(first, first + number))
    async with ctx.db.write() as conn:
        await conn.execute(insert(supporter), [{"id": one, "joined_at": ctx.clock()} for one in ids])
    return ids


async def offered(ctx: Context, ids: list[int]) -> set[int]:
    return {one for one in ids if await offer_test.may_offer(ctx, one, ctx.clock())}


@pytest.mark.parametrize(("donors", "percent"), [(BUSY, 0), (BUSY - 1, 50)], ids=["off", "too-few-donors"])
async def test_everyone_is_offered_one_without_a_test(ctx: Context, donors: int, percent: int) -> None:
    await new_donors(ctx, donors)
    if percent:
        await leave_out(ctx, percent)
    ids = await people(ctx, 40)
    assert await offered(ctx, ids) == set(ids)
    assert await offer_test.may_offer(ctx, ids[0], ctx.clock())


async def test_donors_of_more_than_a_year_ago_do_not_count(ctx: Context) -> None:
    await new_donors(ctx, BUSY, days_ago=370)
    async with ctx.db.read() as conn:
        assert not await offer_test.has_enough_donors(ctx, conn)


async def test_arm_is_drawn_once_and_left_out_donors_wait_for_the_end_of_the_test(
    ctx: Context, clock: MovingClock
) -> None:
    await new_donors(ctx, BUSY)
    await leave_out(ctx, 30)
    ids = await people(ctx, 200)
    first = await offered(ctx, ids)
    assert 0.55 < len(first) / len(ids) < 0.85
    await leave_out(ctx, 50)  # what was drawn stays, whatever an owner changes
    assert await offered(ctx, ids) == first
    await leave_out(ctx, 0)
    clock.move(days=offer_test.WINDOW.days)
    assert await offered(ctx, ids) == first
    clock.move(days=1)
    assert await offered(ctx, ids) == set(ids)


async def test_thank_you_of_a_left_out_donor_carries_no_offer(ctx: Context, campaign: Campaign) -> None:
    await new_donors(ctx, BUSY)
    await leave_out(ctx, 50)
    arms = set()
    for number in range(12):
        contact = Contact(platform="telegram", external_id=f"70{number}", locale="fr", private=True)
        person = await find_or_join(ctx, contact)
        gift = await give(ctx, campaign, person.id)
        first, again = [await next_step.below_thanks(ctx, person, gift, campaign) for _ in range(2)]
        assert first == again, "a message that is rendered again has the same buttons"
        arms.add("monthly" in {step.kind for step in first})
    assert arms == {True, False}


async def results(ctx: Context, campaign: Campaign, assigned: int, began: dict[str, int]) -> None:
    """Store `assigned` draws in each arm, of whom the first few began a monthly gift."""
    for number, arm in enumerate(("sent", "held_out")):
        ids = await people(ctx, assigned, first=10_000 * (number + 1))
        marks = [{"supporter_id": one, "about": f"monthly_test:50:{arm}", "at": ctx.clock()} for one in ids]
        async with ctx.db.write() as conn:
            await conn.execute(insert(one_time_message), marks)
        for one in ids[: began[arm]]:
            await give(ctx, campaign, one, pledge=f"sub_{one}")
        await give(ctx, campaign, ids[-1])  # a single gift is not what is measured


async def test_report_counts_who_began_a_monthly_gift_within_the_window(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    assert await offer_test.report(ctx) is None
    await results(ctx, campaign, 3, {"sent": 2, "held_out": 1})
    early = await offer_test.report(ctx)
    assert early is None, "nobody's window is over"
    clock.move(days=31)
    await give(ctx, campaign, 20_001, pledge="sub_late")  # after the window
    found = await offer_test.report(ctx)
    assert found is not None
    assert (found.lift.sent.assigned, found.lift.sent.gave) == (3, 2)
    assert (found.lift.held_out.assigned, found.lift.held_out.gave) == (3, 1)
    assert "lift" not in (offer_test.as_json(found) or {})


def shown(arms: tuple[Arm, Arm], percent: int = 50) -> str:
    lift = compare([Stratum(sent=arms[0], held_out=arms[1])])
    result = OfferReport(percent=percent, lift=lift, useful=600)
    ctx = cast(Context, SimpleNamespace(catalog=Catalog.load()))
    return "\n".join(report_card(ctx, "en", [], result).lines)


def test_result_is_shown_only_from_a_useful_size() -> None:
    small = shown((Arm(assigned=200, gave=60), Arm(assigned=200, gave=5)))
    assert "400" in small and "600" in small and "No result is shown before" in small
    assert not {"60", "points", "brings"} & set(small.replace(",", " ").split())
    works = shown((Arm(assigned=900, gave=270), Arm(assigned=900, gave=20)), percent=0)
    assert "off" in works and "270" in works and "points" in works and "brings monthly gifts" in works
    assert "too early" in shown((Arm(assigned=900, gave=50), Arm(assigned=900, gave=48)))


async def test_owner_needs_enough_new_donors_to_switch_it_on(ctx: Context) -> None:
    await hire(ctx, CAMILLE, Role.OWNER)
    for enough in (False, True):
        if enough:
            await new_donors(ctx, BUSY)
        await router.on_action(ctx, CAMILLE, "st:monthly_test")
        reply = await router.on_text(ctx, CAMILLE, "20")
        async with ctx.db.read() as conn:
            assert await offer_test.percent_left_out(conn) == (20 if enough else 0)
        assert ("2\u00a0000" in "".join(reply.card.lines)) is not enough
    await router.on_action(ctx, CAMILLE, "st:monthly_test")
    await router.on_text(ctx, CAMILLE, "0")
    async with ctx.db.read() as conn:
        assert await offer_test.percent_left_out(conn) == 0
