"""Lateral reach on a small tree whose figures can be counted by hand."""

import random
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.lateral import EVERYTHING, Scope
from bot.domain.people import Contact
from bot.domain.referrals import JoinedVia
from bot.domain.staff import Role
from bot.store.db import Database
from bot.store.referrals import invites, share_prompts
from bot.store.staff import staff
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.referral_tree import refer, share_prompt
from bot.usecases.referrals.invite import invite_of
from bot.usecases.reports import lateral_reach
from bot.usecases.supporters import merging
from content.cards import Card
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.giving import give, refund
from tests.usecase_setup import CAMILLE, make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def came(ctx: Context, name: str, by: int | None, *, alone: bool = False, campaign: int | None = None) -> int:
    """Add a supporter with a known inviter, an unknown one, or none."""
    person = await find_or_join(ctx, Contact(platform="telegram", external_id=name, locale="fr", private=True))
    if not alone:
        async with ctx.db.write_money() as conn:
            await refer.record_referral(
                ctx, conn, person.id, by, JoinedVia.DEEP_LINK, certain=by is not None, campaign_id=campaign
            )
    return person.id


async def grown(ctx: Context, clock: MovingClock, campaign: Campaign) -> dict[str, int]:
    """Ana referred Ben and Cleo, Ben referred Dan; one has an unknown inviter. All but Cleo gave; Dan gave too late."""
    ana = await came(ctx, "1", None, alone=True)
    await give(ctx, campaign, ana, 1000)
    ben, cleo = await came(ctx, "2", ana, campaign=campaign.id), await came(ctx, "3", ana)
    invite = await invite_of(
        ctx, await find_or_join(ctx, Contact(platform="telegram", external_id="1", locale="fr", private=True))
    )
    await give(ctx, campaign, ben, 500, touch=Touch(TouchKind.INVITE, invite.id))
    dan, eve = await came(ctx, "4", ben), await came(ctx, "5", None)
    clock.move(days=91)
    await give(ctx, campaign, dan, 700)
    await give(ctx, campaign, eve, 900)
    clock.move(days=91)
    return {"ana": ana, "ben": ben, "cleo": cleo, "dan": dan, "eve": eve}


async def test_three_kinds_of_reach_are_separate(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    await grown(ctx, clock, campaign)
    found = await lateral_reach.lateral(ctx, EVERYTHING)
    assert (found.came.known, found.came.unknown, found.came.gave) == (3, 1, 2)
    assert found.new_donors_brought == 2
    assert found.gifts_by_invite == {"cad": (1, 500)}
    assert found.gifts_downstream == {"cad": (2, 1200)}
    assert (found.made, found.levels, found.depth) == (1, {1: 1, 2: 1}, 2), "Cleo never gave"


async def test_r90_counts_referrals_in_time(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    await grown(ctx, clock, campaign)
    found = (await lateral_reach.lateral(ctx, EVERYTHING)).r90
    assert (found.donors, found.new_donors, found.unknown) == (4, 1, 1), "Dan gave 91 days after Ben"
    assert found.value == 0.25


async def test_refunded_gift_removes_its_donor(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    people = await grown(ctx, clock, campaign)
    await refund(ctx, await give(ctx, campaign, people["cleo"], 300))
    found = await lateral_reach.lateral(ctx, EVERYTHING)
    assert found.new_donors_brought == 2
    assert found.gifts_downstream == {"cad": (2, 1200)}


async def test_figures_are_limited_to_campaign_and_period(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    begun = ctx.clock()
    await grown(ctx, clock, campaign)
    early = await lateral_reach.lateral(ctx, Scope(until=begun + timedelta(days=1)))
    assert (early.came.known, early.new_donors_brought, early.gifts_downstream) == (3, 1, {"cad": (1, 500)})
    late = await lateral_reach.lateral(ctx, Scope(since=begun + timedelta(days=1)))
    assert (late.came.known, late.new_donors_brought, late.gifts_downstream) == (0, 1, {"cad": (1, 700)})
    here = await lateral_reach.lateral(ctx, Scope(campaign_id=campaign.id))
    assert (here.came.known, here.gifts_downstream) == (1, {"cad": (2, 1200)})
    elsewhere = await lateral_reach.lateral(ctx, Scope(campaign_id=campaign.id + 1))
    assert (elsewhere.came.known, elsewhere.new_donors_brought, elsewhere.gifts_by_invite) == (0, 0, {})


async def test_depth_and_r90_follow_the_scope(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    begun = ctx.clock()
    await grown(ctx, clock, campaign)
    early = await lateral_reach.lateral(ctx, Scope(until=begun + timedelta(days=1)))
    assert (early.r90.donors, early.r90.new_donors, early.depth) == (2, 1, 1), "Ana and Ben, whom she brought"
    assert early.r90.unknown == 0, "Eve gave too late for either of them to have brought her"
    late = await lateral_reach.lateral(ctx, Scope(since=begun + timedelta(days=1)))
    assert (late.r90.donors, late.r90.new_donors, late.levels) == (2, 0, {2: 1}), "Dan and Eve"
    other = await open_campaign(ctx, ends_on=None, slug="other")
    elsewhere = await lateral_reach.lateral(ctx, Scope(campaign_id=other.id))
    assert (elsewhere.r90.value, elsewhere.depth, elsewhere.r90.unknown) == (None, 0, 0)


async def test_period_includes_its_start_but_not_its_end(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    ana = await came(ctx, "1", None, alone=True)
    ben, at = await came(ctx, "2", ana), ctx.clock()
    await give(ctx, campaign, ana, 100)
    await give(ctx, campaign, ben, 900)
    clock.move(days=90)
    for scope, people in ((Scope(since=at), 1), (Scope(until=at), 0)):
        found = await lateral_reach.lateral(ctx, scope)
        assert (found.came.known, found.new_donors_brought, found.r90.new_donors, found.depth) == (people,) * 4


async def test_uncounted_first_gift_is_ignored(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    ana = await came(ctx, "1", None, alone=True)
    begun = ctx.clock()
    await give(ctx, campaign, ana)
    ben = await came(ctx, "2", ana)
    await refund(ctx, await give(ctx, campaign, ben))
    clock.move(days=100)
    await give(ctx, campaign, ben)
    clock.move(days=100)
    early = await lateral_reach.lateral(ctx, Scope(until=begun + timedelta(days=1)))
    assert (early.new_donors_brought, early.r90.new_donors) == (0, 0), "what Ben gave in time went back"
    late = await lateral_reach.lateral(ctx, Scope(since=begun + timedelta(days=1)))
    assert (late.new_donors_brought, late.r90.donors) == (1, 1)


async def test_referrals_for_a_campaign_count_only_gifts_to_it(ctx: Context, campaign: Campaign) -> None:
    other = await open_campaign(ctx, ends_on=None, slug="other")
    ana = await came(ctx, "1", None, alone=True)
    await give(ctx, other, await came(ctx, "2", ana, campaign=campaign.id))
    assert (await lateral_reach.lateral(ctx, Scope(campaign_id=campaign.id))).came.gave == 0
    assert (await lateral_reach.lateral(ctx, EVERYTHING)).came.gave == 1


@pytest.mark.parametrize("hours", [-11, -5, 0, 1, 9, 12])
async def test_local_day_maps_to_the_nearest_utc_day(ctx: Context, campaign: Campaign, hours: int) -> None:
    invite = await invite_of(ctx, await find_or_join(ctx, CAMILLE))
    noon = ctx.clock().replace(hour=12, minute=0)
    async with ctx.db.write() as conn:
        for day in (-1, 0, 0, 1):
            await invites.count(conn, invite.id, "opened", noon + timedelta(days=day))
    midnight = noon.replace(hour=0, tzinfo=timezone(timedelta(hours=hours)))
    found = await lateral_reach.lateral(ctx, Scope(since=midnight, until=midnight + timedelta(days=1)))
    assert found.opened == 2


async def test_openings_and_shares_are_counted(ctx: Context, campaign: Campaign) -> None:
    invite = await invite_of(ctx, await find_or_join(ctx, CAMILLE))
    async with ctx.db.write() as conn:
        for _ in range(3):
            await invites.count(conn, invite.id, "opened", ctx.clock(), campaign.id)
        await invites.count(conn, invite.id, "shared", ctx.clock())
    found = await lateral_reach.lateral(ctx, EVERYTHING)
    assert (found.opened, found.shared) == (3, 1)
    assert (await lateral_reach.lateral(ctx, Scope(campaign_id=campaign.id))).shared == 0


async def test_share_prompt_counts_people_once_within_the_window(
    ctx: Context, clock: MovingClock, campaign: Campaign
) -> None:
    ana, ben = await came(ctx, "1", None, alone=True), await came(ctx, "2", None, alone=True)
    for person, shown in ((ana, True), (ana, False), (ben, False)):
        gift = await give(ctx, campaign, person)
        async with ctx.db.write() as conn:
            await share_prompts.store_draw(conn, gift.id, person, shown, ctx.clock())
        clock.move(minutes=1)
    await came(ctx, "3", ana)
    assert (await lateral_reach.lateral(ctx, EVERYTHING)).share_prompt.sent.assigned == 0, "too early to tell"
    clock.move(days=31)
    await came(ctx, "4", ben)
    found = (await lateral_reach.lateral(ctx, EVERYTHING)).share_prompt
    assert (found.sent.assigned, found.sent.gave) == (1, 1)
    assert (found.held_out.assigned, found.held_out.gave) == (1, 0)
    assert not found.is_shown


async def test_share_prompt_holdout_is_permanent(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    ana = await came(ctx, "1", None, alone=True)
    drawn = await share_prompt.decide(ctx, await give(ctx, campaign, ana), ana)
    for seed in range(30):
        again = replace(ctx, rng=random.Random(seed))
        assert await share_prompt.decide(again, await give(ctx, campaign, ana), ana) is drawn


async def test_merged_accounts_are_in_one_arm(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    ana, ben = await came(ctx, "1", None, alone=True), await came(ctx, "2", None, alone=True)
    for person, shown in ((ana, True), (ben, False)):
        gift = await give(ctx, campaign, person)
        async with ctx.db.write() as conn:
            await share_prompts.store_draw(conn, gift.id, person, shown, ctx.clock())
    await came(ctx, "3", ben)
    async with ctx.db.write_money() as conn:
        assert await merging.merge(ctx, conn, ana, ben) == ana
    clock.move(days=31)
    found = (await lateral_reach.lateral(ctx, EVERYTHING)).share_prompt
    assert (found.sent.assigned, found.sent.gave) == (1, 1), "told as it is, though the other arm is empty"
    assert (found.held_out.assigned, found.is_shown) == (0, False)


@pytest.fixture
async def viewer(ctx: Context) -> None:
    """Make Camille staff."""
    async with ctx.db.write() as conn:
        await staff.add(
            conn, "telegram", CAMILLE.external_id, Role.VIEWER, label="C", locale="fr", added_by=None, at=ctx.clock()
        )


async def tapped(ctx: Context, action: str) -> Card:
    return (await router.on_action(ctx, CAMILLE, action)).card


def said(card: Card) -> str:
    return "\n".join(map(str, card.lines))


def offered(card: Card) -> list[str | None]:
    return [button.action for button in card.buttons]


@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.usefixtures("viewer")
async def test_staff_see_lateral_reach_in_chat(
    ctx: Context, clock: MovingClock, campaign: Campaign, empty: bool
) -> None:
    if not empty:
        await grown(ctx, clock, campaign)
    first = await router.on_command(ctx, CAMILLE, "chiffres", "tout")
    assert "fg:lateral:0:a" in offered(first.card)
    shown = await tapped(ctx, "fg:lateral:0:a")
    assert ("(R90)\u00a0: 0,25" in said(shown)) is not empty
    assert ("C’est un minimum" in said(shown)) is not empty
    assert "pas encore de données" in said(shown)
    assert "jamais" in str(shown.note)
    assert shown == await tapped(ctx, "fg:lateral"), "a button from before there were periods"


@pytest.mark.usefixtures("viewer")
async def test_staff_choose_campaign_and_period_in_chat(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    await grown(ctx, clock, campaign)
    other = await open_campaign(ctx, ends_on=None, slug="other")
    await give(ctx, other, None, 4200)
    everything = (await router.on_command(ctx, CAMILLE, "stats", "tout")).card
    assert "73\u00a0$" in said(everything)
    usual = (await router.on_command(ctx, CAMILLE, "stats", "")).card
    assert usual.picture is not None and everything.picture is not None and usual.picture != everything.picture
    choice = await tapped(ctx, "fg:pick:0:30")
    assert offered(choice) == [f"fg:figures:{other.id}:30", f"fg:figures:{campaign.id}:30", "fg:figures:0:30"]
    chosen = await tapped(ctx, f"fg:figures:{other.id}:30")
    assert "42\u00a0$" in said(chosen) and other.authored.name.get("fr") in said(chosen)
    assert f"fg:figures:{other.id}:m" in offered(chosen) and f"fg:lateral:{other.id}:30" in offered(chosen)
    lateral_card = await tapped(ctx, f"fg:lateral:{campaign.id}:365")
    assert "(R90)\u00a0: 0,25" in said(lateral_card) and "Pour une collecte" in said(lateral_card)
    assert f"fg:figures:{campaign.id}:365" in offered(lateral_card)
    early = await tapped(ctx, f"fg:lateral:{campaign.id}:90")
    assert "aucun premier don ne date" in said(early)
    for words in ("other", "other année", "Année other"):
        typed = (await router.on_command(ctx, CAMILLE, "stats", words)).card
        assert "42\u00a0$" in said(typed) and "73" not in said(typed)
    lost = (await router.on_command(ctx, CAMILLE, "stats", "othr 2026-13")).card
    assert "«\u00a0othr\u00a0»" in said(lost)


@pytest.mark.parametrize("rest", ["", ":", "x:z", "9999999999999999999999:x", "-1:-1", "²:²", "0:2026-13"])
@pytest.mark.usefixtures("viewer")
async def test_malformed_button_shows_everything(ctx: Context, campaign: Campaign, rest: str) -> None:
    assert "Depuis le début" in said(await tapped(ctx, f"fg:figures:{rest}"))


@pytest.mark.usefixtures("viewer")
async def test_share_prompt_effect_has_an_interval(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    for number in range(80):
        person = await came(ctx, f"p{number}", None, alone=True)
        gift = await give(ctx, campaign, person)
        async with ctx.db.write() as conn:
            await share_prompts.store_draw(conn, gift.id, person, number % 2 == 0, ctx.clock())
        if number % 4 == 0:
            await came(ctx, f"f{number}", person)
    clock.move(days=31)
    shown = said(await tapped(ctx, "fg:lateral"))
    assert "avec lui, 20 sur 40 ont amené quelqu’un en 30 jours; sans lui, 0 sur 40" in shown
    assert "L’écart se situe entre 17,8 et 82,2 points" in shown, shown
