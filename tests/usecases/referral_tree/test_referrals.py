"""Referrals: the rules, credit up the tree and back, moves in chunks."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import GiftChange
from bot.domain.people import Contact, PlatformName
from bot.domain.referrals import (
    LEVELS,
    Circle,
    CircleMoney,
    JoinedVia,
    Referral,
    ReferralOutcome,
    gave_before_joining,
)
from bot.store.db import Database
from bot.store.referrals import referrals
from bot.store.referrals.referrals import Credit
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import join
from bot.usecases.money.record import apply_changes
from bot.usecases.money.verify import verify
from bot.usecases.referral_tree import refer
from bot.usecases.supporters import forgetting
from tests import referral_rows
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.usecase_setup import make_context, open_campaign
from tests.usecases.referral_tree import tree_checks


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


def contact(name: str, platform: PlatformName = "telegram") -> Contact:
    return Contact(platform=platform, external_id=name, locale="fr", private=True)


async def come(ctx: Context, name: str, platform: PlatformName = "telegram") -> int:
    """Add someone who joins alone."""
    async with ctx.db.write() as conn:
        return (await supporters.join(conn, contact(name, platform), ctx.clock())).id


async def bring(ctx: Context, newcomer: int, by: int | None, **more: Any) -> ReferralOutcome:
    async with ctx.db.write_money() as conn:
        return await refer.record_referral(ctx, conn, newcomer, by, JoinedVia.DEEP_LINK, certain=by is not None, **more)


async def friend(ctx: Context, name: str, by: int | None, platform: PlatformName = "telegram") -> int:
    """Add someone who joins by an invite; None: by an unknown one."""
    new = await come(ctx, name, platform)
    assert await bring(ctx, new, by) is (ReferralOutcome.UNKNOWN if by is None else ReferralOutcome.RECORDED)
    return new


async def chain(ctx: Context, length: int) -> list[int]:
    """Add a chain of people: the first joins alone, each other by the one before."""
    people = [await come(ctx, "p0")]
    for number in range(1, length):
        people.append(await friend(ctx, f"p{number}", people[-1]))
    return people


async def circle(ctx: Context, of: int) -> Circle:
    async with ctx.db.read() as conn:
        return tree_checks.without_zeros(await referrals.circle(conn, of))


async def referral(ctx: Context, of: int) -> Referral | None:
    async with ctx.db.read() as conn:
        return await referrals.referral(conn, of)


async def check(ctx: Context) -> None:
    async with ctx.db.read() as conn:
        await tree_checks.check(conn)


# --- the rules ------------------------------------------------------------------------------------
async def test_first_referral_wins(ctx: Context) -> None:
    ada, ben, new = await come(ctx, "ada"), await come(ctx, "ben"), await come(ctx, "new")
    assert await bring(ctx, new, ada) is ReferralOutcome.RECORDED
    assert await bring(ctx, new, ben) is ReferralOutcome.ALREADY_INVITED
    found = await referral(ctx, new)
    assert found is not None
    assert (found.inviter_id, found.how, found.certain) == (ada, JoinedVia.DEEP_LINK, True)
    async with ctx.db.read() as conn:
        assert await referral_rows.inviter_of(conn, new) == ada
        assert await referral_rows.referral_count(conn, ada) == 1
    await check(ctx)


async def test_self_referral_is_refused(ctx: Context) -> None:
    ada = await come(ctx, "ada")
    assert await bring(ctx, ada, ada) is ReferralOutcome.SELF
    assert await referral(ctx, ada) is None


async def test_unknown_inviter_is_stored_with_candidates(ctx: Context) -> None:
    ada, ben, new = await come(ctx, "ada"), await come(ctx, "ben"), await come(ctx, "new")
    assert await bring(ctx, new, None, candidates=[ben, ada, new, 999]) is ReferralOutcome.UNKNOWN
    found = await referral(ctx, new)
    assert found is not None
    assert (found.inviter_id, found.certain, list(found.candidates)) == (None, False, [ada, ben])
    assert await circle(ctx, ada) == Circle()


async def test_erased_supporter_is_no_inviter(ctx: Context) -> None:
    ada, new = await come(ctx, "ada"), await come(ctx, "new")
    await forgetting.forget(ctx, ada)
    assert await bring(ctx, new, ada, invite_id=None) is ReferralOutcome.UNKNOWN


# --- credit ---------------------------------------------------------------------------------------
async def test_gifts_are_credited_to_all_ancestors(ctx: Context, campaign: Campaign) -> None:
    ada, ben, cleo = await chain(ctx, 3)
    await give(ctx, campaign, ben, 1_000)
    first, _ = await give(ctx, campaign, cleo, 500), await give(ctx, campaign, cleo, 200)
    code = campaign.goal.currency
    expected = CircleMoney(gifts_direct=1, gifts_below=3, minor_direct=1_000, minor_below=1_700)
    assert await circle(ctx, ada) == Circle(
        people_direct=1, people_below=2, donors_direct=1, donors_below=2, money={code: expected}
    )
    await refund(ctx, first)
    assert (await circle(ctx, ada)).money[code].minor_below == 1_200
    assert (await circle(ctx, ben)).donors_direct == 1, "one gift of theirs is left"
    await check(ctx)


async def test_refund_takes_back_donor_credit(ctx: Context, campaign: Campaign) -> None:
    ada, ben = await chain(ctx, 2)
    gift = await give(ctx, campaign, ben, 1_000)
    part = await refund(ctx, gift, 400)
    found = await circle(ctx, ada)
    assert (found.donors_direct, found.money[campaign.goal.currency].minor_direct) == (1, 600)
    await write(ctx, [GiftChange(event_id="all", before=part, after=replace(part, supporter_id=None))])
    assert await circle(ctx, ada) == Circle(people_direct=1, people_below=1)
    await check(ctx)


async def test_currencies_stay_apart(ctx: Context, campaign: Campaign) -> None:
    ada, ben = await chain(ctx, 2)
    gifts = [paid(ctx, campaign, ben, 700, code=code) for code in ("cad", "eur")]
    await write(ctx, [GiftChange(event_id=f"e{g.id}", before=None, after=g) for g in gifts])
    found = await circle(ctx, ada)
    assert {code: sums.minor_direct for code, sums in found.money.items()} == {"cad": 700, "eur": 700}
    assert found.donors_direct == 1
    await check(ctx)


async def test_set_of_gifts_of_whole_tree_is_credited(ctx: Context, campaign: Campaign) -> None:
    people = await chain(ctx, 4)
    gifts = [paid(ctx, campaign, who, 100, code="cad") for who in [*people, None] for _ in range(3)]
    async with ctx.db.write_money() as conn:
        await apply_changes(ctx, conn, [GiftChange(event_id=f"e{g.id}", before=None, after=g) for g in gifts])
    found = await circle(ctx, people[0])
    assert (found.donors_below, found.money["cad"].gifts_below, found.money["cad"].gifts_direct) == (3, 9, 3)
    await check(ctx)


async def test_gift_claimed_on_joining_is_credited(ctx: Context, campaign: Campaign) -> None:
    ada, ben = await come(ctx, "ada"), await come(ctx, "ben")
    await give(ctx, campaign, ben, 900)
    await bring(ctx, ben, ada)
    assert (await circle(ctx, ada)).money[campaign.goal.currency].minor_direct == 900
    await check(ctx)


async def test_credit_ends_after_32_levels(ctx: Context, campaign: Campaign) -> None:
    people = await chain(ctx, LEVELS + 3)
    await give(ctx, campaign, people[-1], 500)
    assert (await circle(ctx, people[1])).money == {}
    assert (await circle(ctx, people[2])).money[campaign.goal.currency].minor_below == 500
    assert (await circle(ctx, people[0])).people_below == LEVELS
    await check(ctx)


# --- claimed later --------------------------------------------------------------------------------
async def test_late_claim_moves_credit(ctx: Context, campaign: Campaign) -> None:
    ada = await come(ctx, "ada")
    ben = await friend(ctx, "ben", None)
    cleo = await friend(ctx, "cleo", ben)
    ctx.clock.move(days=3)  # type: ignore[attr-defined]  # the tests' clock
    await give(ctx, campaign, ben, 500)
    await give(ctx, campaign, cleo, 300)
    assert await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ben")), ada) is ReferralOutcome.RECORDED
    found = await referral(ctx, ben)
    assert found is not None
    assert (found.inviter_id, found.how, found.certain) == (ada, JoinedVia.DEEP_LINK, False)
    assert found.settled_at == ctx.clock()
    assert (await circle(ctx, ada)).people_below == 2
    assert (await circle(ctx, ada)).money[campaign.goal.currency].minor_below == 800
    assert (
        await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ben")), cleo)
        is ReferralOutcome.ALREADY_INVITED
    )
    await check(ctx)


def test_gift_in_the_second_of_joining_counts_as_later() -> None:
    """Stripe dates in whole seconds, so such a gift looks older than it is."""
    second = datetime(2026, 5, 4, 12, 0, 7, tzinfo=UTC)
    earlier = Referral(
        supporter_id=2, inviter_id=1, how=JoinedVia.DISCORD, certain=True, at=second + timedelta(microseconds=900_000)
    )
    assert not gave_before_joining(earlier, second)
    assert gave_before_joining(earlier, second - timedelta(seconds=1))
    assert not gave_before_joining(replace(earlier, how=JoinedVia.WEB), second - timedelta(seconds=1)), (
        "one gives there, then comes"
    )


async def test_invalid_claim_is_refused(ctx: Context, campaign: Campaign) -> None:
    ada = await come(ctx, "ada")
    ben = await friend(ctx, "ben", None)
    cleo = await friend(ctx, "cleo", ben)
    assert await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ben")), cleo) is ReferralOutcome.CYCLE
    assert await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ben")), ben) is ReferralOutcome.SELF
    assert await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ben")), 999) is ReferralOutcome.UNKNOWN
    await give(ctx, campaign, ada, 500)
    assert (
        await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ada")), cleo) is ReferralOutcome.NOT_NEW
    ), "they gave before anybody brought them"
    assert (
        await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ben")), ada) is ReferralOutcome.RECORDED
    ), "a refusal does not use up the one word"
    await check(ctx)


async def test_lone_supporter_may_claim_inviter_before_giving(ctx: Context) -> None:
    ada, _ = await come(ctx, "ada"), await come(ctx, "ben")
    assert await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ben")), ada) is ReferralOutcome.RECORDED
    assert (await circle(ctx, ada)).people_direct == 1
    await check(ctx)


async def test_older_supporter_cannot_claim_newer_inviter(ctx: Context, clock: MovingClock) -> None:
    """Neither one who joined alone, nor one whose inviter is unknown."""
    await come(ctx, "old")
    await friend(ctx, "lost", None)
    clock.move(days=300)
    ada = await come(ctx, "ada")
    for name in ("old", "lost"):
        assert (
            await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact(name)), ada) is ReferralOutcome.NOT_NEW
        )
    assert await circle(ctx, ada) == Circle()


# --- moves ----------------------------------------------------------------------------------------
async def test_large_subtree_moves_in_chunks_while_gifts_arrive(
    ctx: Context, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refer, "CHUNK", 2)
    ada, top = await come(ctx, "ada"), await friend(ctx, "top", None)
    people = await _broad(ctx, top)
    for who in people:
        await give(ctx, campaign, who, 100)
    await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("top")), ada)
    code = campaign.goal.currency
    assert 0 < (await circle(ctx, ada)).people_below < len(people) + 1, "half way"
    gift = await give(ctx, campaign, people[-1], 50)
    await refund(ctx, gift, 20)
    async with ctx.db.read() as conn:
        await tree_checks.check(conn, moved=False)
    assert (await verify(ctx)).problems == (), "queued paths are no problem"
    async with ctx.db.write_money() as conn:  # the process ends here; another one continues
        assert await refer.rebuild_paths(conn) == 2
    again = make_context(ctx.db, ctx.clock)  # type: ignore[arg-type]  # the tests' clock
    assert await refer.tick(again) > 0
    assert await refer.tick(again) == 0
    found = await circle(ctx, ada)
    assert (found.people_below, found.money[code].minor_below) == (len(people) + 1, 100 * len(people) + 30)
    await check(ctx)


async def _broad(ctx: Context, top: int) -> Sequence[int]:
    people = []
    for a in range(3):
        child = await friend(ctx, f"a{a}", top)
        people += [child, *[await friend(ctx, f"a{a}b{b}", child) for b in range(3)]]
    return people


async def test_inviter_is_thanked_once_per_threshold(ctx: Context) -> None:
    ada = await come(ctx, "ada")
    async with ctx.db.write() as conn:
        assert await referrals.record_thanks(conn, ada, 5, ctx.clock())
        assert not await referrals.record_thanks(conn, ada, 5, ctx.clock())
        assert await referrals.record_thanks(conn, ada, 20, ctx.clock())


async def test_verify_recomputes_tree(ctx: Context, campaign: Campaign) -> None:
    people = await chain(ctx, 4)
    await refund(ctx, await give(ctx, campaign, people[2], 500), 100)
    await give(ctx, campaign, people[3], 300)
    assert (await verify(ctx)).problems == ()
    async with ctx.db.write() as conn:
        credit = Credit.none()
        credit.put([people[1]], people=1, money={"cad": (0, 1)})
        await referrals.write_credit(conn, credit)
        await referrals.set_paths(conn, {people[3]: (people[2],)})
    found = " ".join((await verify(ctx)).problems)
    for wrong in ("path is not", "people of their circle", "cad of their circle"):
        assert wrong in found


async def test_verify_finds_cycle_and_misplaced_node(ctx: Context) -> None:
    """Both leave paths and counters that agree with each other."""
    people = await chain(ctx, 3)
    other = await friend(ctx, "other", people[0])
    async with ctx.db.write_money() as conn:
        await referrals.set_parent(conn, other, people[2])
    await refer.tick(ctx)
    assert (await verify(ctx)).problems == (f"supporter {other}: is not below who brought them",)
    async with ctx.db.write_money() as conn:
        await referrals.set_parent(conn, people[0], other)
    await refer.tick(ctx)
    assert f"supporter {people[0]}: came through themselves" in (await verify(ctx)).problems


async def test_search_in_cycle_ends(ctx: Context) -> None:
    ada, ben = await chain(ctx, 2)
    top = await come(ctx, "top")
    await friend(ctx, "guest", top)
    async with ctx.db.write_money() as conn:
        await referrals.set_parent(conn, ada, ben)
        async with asyncio.timeout(10):
            assert not await referrals.is_above(conn, top, ada)
