"""Gifts outside Stripe in the books: what follows from them, deposits, and corrections, each of which is an entry."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.matching import MatchPeriod
from bot.domain.staff import Role
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import audit
from bot.store.gifts import journal
from bot.store.matching import matches
from bot.store.money import offline as rows
from bot.usecases.context import Context
from bot.usecases.core.access import member
from bot.usecases.money import offline
from bot.usecases.reports import figures
from bot.usecases.reports.exports import EXPORTS, read
from bot.usecases.staff import access_check
from payments.money import Money
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, all_gifts, hire
from tests.usecases.staff.offline_setup import (
    INES,
    accounts,
    action,
    actions,
    add,
    campaign_now,
    command,
    said,
    tap,
    with_team,
    write,
)


@pytest.fixture
async def campaign(ctx: Context, campaign: Campaign) -> Campaign:
    return await with_team(ctx, campaign)


# --- what follows, and what does not -----------------------------------------------------------------
async def test_offline_gift_crosses_milestones_now_and_is_not_matched(ctx: Context, campaign: Campaign) -> None:
    period = MatchPeriod(
        id=ctx.ids.new(),
        campaign_id=campaign.id,
        sponsor={"fr": "Boulangerie Roy", "en": "Roy Bakery"},
        pool=Money(2_000, "cad"),
        left=Money(2_000, "cad"),
        starts_at=ctx.clock() - timedelta(days=30),
        ends_at=ctx.clock() + timedelta(days=30),
    )
    async with ctx.db.write() as conn:
        await matches.add(conn, period)
        await campaign_rows.set_milestones(conn, campaign.id, [1_000], 0, ctx.clock())
    await tap(ctx, action(await command(ctx, "20 cash"), ":received"))
    review = await write(ctx, (ctx.clock() - timedelta(days=9)).date().isoformat())
    await tap(ctx, action(review, ":go"))
    async with ctx.db.read() as conn:
        (crossed,) = await campaign_rows.unannounced_milestones(conn)
        assert crossed.crossed_at == ctx.clock(), "the announcement is not late"
        assert (await matches.everything(conn))[0].left.minor == 2_000
    assert (await campaign_now(ctx, campaign)).given_at is None, "cards do not say that a gift has just come in"


async def test_refund_search_finds_it_and_offers_the_counter_entry(ctx: Context, campaign: Campaign) -> None:
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    review = await command(ctx, "20 cash")
    await tap(ctx, action(review, ":received"))
    long_ago = (ctx.clock() - timedelta(days=400)).date().isoformat()
    await tap(ctx, action(await write(ctx, long_ago), ":go"))
    (gift,) = await all_gifts(ctx)
    for typed in (long_ago, "20 $", str(gift.id)):
        found = await command(ctx, typed, verb="refund")
        assert str(gift.id) in actions(found), typed
    shown = await command(ctx, str(gift.id), verb="refund")
    assert "Stripe ne peut pas le rembourser" in said(shown) and actions(shown) == f"of:g{gift.id}"
    await access_check.on_action(ctx, CAMILLE, "rf", f"{gift.id}:2000:wrong")
    assert await accounts(ctx) == {"gifts": -2_000, "undeposited": 2_000}


async def test_export_says_how_it_came_and_when_it_was_deposited(ctx: Context, campaign: Campaign) -> None:
    await add(ctx, "20 interac")
    await add(ctx, "30 cheque")
    export = EXPORTS["gifts"]
    lines = [dict(zip(export.columns, row, strict=True)) async for row in read(ctx, export)]
    today = ctx.clock().date()
    assert [(line["way"], line["deposited"], line["slip"]) for line in lines] == [
        ("transfer", today, None),
        ("cheque", None, None),
    ]
    assert all(line["supporter"] is None and line["stripe_payment"] is None for line in lines)


async def test_cash_box_is_in_the_total_and_not_in_average_and_median(ctx: Context, campaign: Campaign) -> None:
    for minor in (500, 700):
        await give(ctx, campaign, None, minor)
    await add(ctx, "340 cash")
    cad = (await figures.stats(ctx))["currencies"]["cad"]
    assert (cad["gifts"], cad["total_minor"], cad["outside_minor"]) == (3, 35_200, 34_000)
    assert (cad["average_minor"], cad["median_minor"]) == (600, 500)
    assert cad["donors"] == 0


async def test_old_drafts_are_deleted(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    old = action(await command(ctx, "20 cash"), ":go")
    clock.move(days=31)
    new = action(await command(ctx, "30 cash"), ":go")
    await offline.prune(ctx)
    await tap(ctx, old)
    await tap(ctx, new)
    assert [gift.book.amount for gift in await all_gifts(ctx)] == [3_000]


# --- taking back ------------------------------------------------------------------------------------
async def test_author_undoes_within_a_day_in_one_tap(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    done, made = await add(ctx, "3 x 20 cash")
    undo = action(done, "of:u")
    assert "of:u" not in actions(await tap(ctx, f"of:g{made[0].id}", INES)), "only its author"
    await tap(ctx, undo, INES)
    assert await accounts(ctx) == {"gifts": -6_000, "undeposited": 6_000}
    for _ in range(2):
        await tap(ctx, undo)
    assert await accounts(ctx) == {}
    now = await campaign_now(ctx, campaign)
    assert (now.raised.minor, now.offline.minor, now.gift_count) == (0, 0, 0)
    done, _ = await add(ctx, "30 cash")
    clock.move(days=1, seconds=1)
    await tap(ctx, action(done, "of:u"))
    assert await accounts(ctx) == {"gifts": -3_000, "undeposited": 3_000}


async def test_returned_cheque_is_a_counter_entry_with_its_reason(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    _, (gift,) = await add(ctx, "40 cheque")
    await tap(ctx, action(await tap(ctx, f"of:g{gift.id}:bank"), f"{ctx.clock():%Y-%m-%d}"))
    clock.move(days=3)
    why = await tap(ctx, action(await tap(ctx, f"of:g{gift.id}"), ":back"))
    sure = await tap(ctx, action(why, "=returned"))
    assert await accounts(ctx) == {"gifts": -4_000, "bank": 4_000}
    for _ in range(2):
        await tap(ctx, action(sure, "back!"))
    assert await accounts(ctx) == {}
    async with ctx.db.read() as conn:
        newest = (await journal.latest(conn, 9))[0]
        (act, *_) = await audit.latest(conn, 9, action="offline.taken_back")
    assert newest.postings == {("gifts", "cad"): 4_000, ("bank", "cad"): -4_000}
    assert act.details["why"] == "returned"
    assert "Retourné par la banque" in said(await tap(ctx, f"of:g{gift.id}"))


async def test_typed_reason_names_nobody_and_large_gifts_need_an_owner(ctx: Context, campaign: Campaign) -> None:
    _, (gift,) = await add(ctx, "40 cheque")
    await tap(ctx, f"of:g{gift.id}:other")
    assert "désigne une personne" in said(await write(ctx, "retour demandé par a@b.ca"))
    sure = await write(ctx, "undone")
    await tap(ctx, action(sure, "of:k"))
    assert await accounts(ctx) == {} and "undone." in said(await tap(ctx, f"of:g{gift.id}"))
    review = await command(ctx, "900 cheque")
    seen = await tap(ctx, action(review, ":ask").replace(":d", ":s").removesuffix(":ask"), INES)
    await tap(ctx, action(seen, ":ok"), INES)
    (large,) = [one for one in await all_gifts(ctx) if one.book.amount == 90_000]
    shown = await tap(ctx, f"of:g{large.id}")
    assert ":back" not in actions(shown) and "propriétaire" in said(shown)
    await tap(ctx, f"of:g{large.id}:back!=mistake")
    assert await accounts(ctx) == {"gifts": -90_000, "undeposited": 90_000}
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    await tap(ctx, f"of:g{large.id}:back!=mistake")
    assert await accounts(ctx) == {}


async def test_slip_that_two_people_confirmed_is_not_taken_back_gift_by_gift(ctx: Context, campaign: Campaign) -> None:
    review = await command(ctx, "3 x 300 cheque", INES)
    await tap(ctx, action(review, ":ask"), INES)
    bo = replace(INES, external_id="99")
    await hire(ctx, bo, Role.EDITOR, label="Bo", finance=True)
    await tap(ctx, action(await tap(ctx, action(review, ":ask").removesuffix(":ask"), bo), ":ok"), bo)
    ids = [gift.id for gift in await all_gifts(ctx)]
    assert len(ids) == 3
    _, (other,) = await add(ctx, "400 cash", INES)
    for number in (ids[0], ids[1], other.id):
        await tap(ctx, f"of:g{number}:back!=returned", INES)
    assert "only an owner" in said(await tap(ctx, f"of:g{ids[1]}", INES)), "two of them are above the limit"
    counted = {gift.id: gift.book.counted.minor for gift in await all_gifts(ctx)}
    assert counted == {ids[0]: 0, ids[1]: 30_000, ids[2]: 30_000, other.id: 0}
    await tap(ctx, f"of:g{ids[1]}:back!=returned", bo)
    await tap(ctx, f"of:g{ids[2]}:back!=returned", CAMILLE)
    assert [gift.book.counted.minor for gift in await all_gifts(ctx)] == [0] * 4


async def test_deposit_by_mistake_is_moved_back(ctx: Context, campaign: Campaign) -> None:
    _, (gift,) = await add(ctx, "20 cash")
    await tap(ctx, action(await tap(ctx, f"of:g{gift.id}:bank"), f"{ctx.clock():%Y-%m-%d}"))
    for _ in range(2):
        await tap(ctx, f"of:g{gift.id}:unbank")
    assert await accounts(ctx) == {"gifts": -2_000, "undeposited": 2_000}


async def test_deposit_that_changed_meanwhile_is_shown_again(ctx: Context, campaign: Campaign) -> None:
    await add(ctx, "20 cash")
    asked = await tap(ctx, "of:b0-cad")
    today = action(asked, f"{ctx.clock():%Y-%m-%d}")
    await add(ctx, "35 cash", INES)
    assert "55 $" in said(await tap(ctx, today))
    assert await accounts(ctx) == {"gifts": -5_500, "undeposited": 5_500}


@pytest.mark.parametrize("seed", range(2))
async def test_any_order_of_entries_deposits_and_corrections_keeps_the_books(
    ctx: Context, campaign: Campaign, clock: MovingClock, seed: int
) -> None:
    rng, editor = random.Random(seed), await member(ctx, CAMILLE)
    assert editor is not None
    kept: list[Gift] = []
    for _ in range(25):
        clock.move(hours=rng.randint(0, 9))
        if len(kept) < 3 or rng.random() < 0.4:
            way, number = rng.choice(["cash", "cheque", "interac", "autre"]), rng.randint(1, 4)
            kept += (await add(ctx, f"{number} x {rng.randint(1, 90)} {way}"))[1]
            await give(ctx, campaign, None, rng.randint(100, 900))
        one = rng.choice(kept).id
        what = rng.choice(["bank", "unbank", "back", "undo"])
        if what == "undo":
            async with ctx.db.read() as conn:
                batch = (await rows.by_gifts(conn, [one]))[one].batch
            await tap(ctx, f"of:u{batch}")
        elif what == "back":
            await tap(ctx, f"of:g{one}:back!=returned")
        else:
            await offline.bank(ctx, [one], clock().date() if what == "bank" else None, editor)
    books, now = await accounts(ctx), await campaign_now(ctx, campaign)
    assert sum(books.values()) == 0 and -books["gifts"] == now.raised.minor
    assert now.offline.minor == books.get("undeposited", 0) + books.get("bank", 0)
    async with ctx.db.read() as conn:
        waiting = sum(one.total.minor for one in await rows.undeposited(conn))
    assert waiting == books.get("undeposited", 0)


async def test_old_and_forged_buttons_change_nothing(ctx: Context, campaign: Campaign) -> None:
    online = await give(ctx, campaign, None, 700)
    before = await accounts(ctx)
    for forged in (
        "of:u1", "of:a1", "of:k1", "of:g1", "of:d1:go", "of:s1", "of:b9-cad", "of:h1", "of:zzz", f"of:g{online.id}",
        f"of:g{online.id}:back!=returned", f"of:h{online.id}:2026-01-01-700", f"of:u{2**63}", f"of:d{2**64}:go",
    ):  # fmt: skip
        await tap(ctx, forged)
    assert await accounts(ctx) == before
