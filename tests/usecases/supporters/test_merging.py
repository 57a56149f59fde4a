"""Merging two supporters loses nothing and counts nothing twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.domain.campaigns import Campaign
from bot.domain.gifts import GiftChange
from bot.domain.people import Preference
from bot.domain.referrals import Circle, Invite, JoinedVia, ReferralOutcome
from bot.store.broadcasts.tables import broadcast, recipient
from bot.store.campaigns import campaigns
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.store.nudges import nudges
from bot.store.referrals import invites
from bot.store.supporters import supporters
from bot.store.supporters.tables import address, supporter
from bot.usecases.context import Context
from bot.usecases.core import join
from bot.usecases.gifts import claim
from bot.usecases.money.record import write_changes
from bot.usecases.money.verify import verify
from bot.usecases.referral_tree import refer
from bot.usecases.supporters.merging import merge
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import make_context, open_campaign, queued
from tests.usecases.referral_tree.test_referrals import (
    bring,
    chain,
    check,
    circle,
    come,
    contact,
    friend,
    referral,
)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def become_one(ctx: Context, supporter_id: int, other: int) -> int | None:
    async with ctx.db.write_money() as conn:
        return await merge(ctx, conn, supporter_id, other)


async def a_day_later(clock: MovingClock, ctx: Context, name: str) -> int:
    clock.move(days=1)
    return await come(ctx, name, "discord")


# --- gifts ----------------------------------------------------------------------------------------
async def test_merged_gifts_count_once(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    ada = await come(ctx, "ada")
    other = await a_day_later(clock, ctx, "ada")
    await give(ctx, campaign, ada, 500)
    clock.move(days=1)
    await give(ctx, campaign, other, 700)
    before = await queued(ctx)
    assert await become_one(ctx, other, ada) == ada, "the longer known stays"
    async with ctx.db.read() as conn:
        assert {g.supporter_id for g in (await gifts.page(conn, 0, 9))[0].gifts} == {ada}
        (found,) = await campaigns.all_campaigns(conn)
        row = (await conn.execute(select(supporter).where(supporter.c.id == ada))).one()
        assert await supporters.current_ids(conn, [ada, other]) == {ada: ada, other: ada}
    assert (found.donor_count, found.gift_count, found.raised.minor) == (1, 2, 1_200)
    assert (row.gift_count, row.last_gift_at - row.first_gift_at) == (2, timedelta(days=1))
    assert (await verify(ctx)).problems == ()
    assert await queued(ctx) == before, "nobody is thanked again"


async def test_donor_on_both_platforms_is_reminded_where_they_last_gave(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    ada = await come(ctx, "ada")
    other = await a_day_later(clock, ctx, "ada")
    third = await come(ctx, "third", "discord")
    await give(ctx, campaign, ada, 500)
    clock.move(days=1)
    await give(ctx, campaign, other, 500)
    await become_one(ctx, ada, other)
    await become_one(ctx, ada, third)
    async with ctx.db.write() as conn:
        await conn.execute(update(address).values(wrote_at=ctx.clock()))
        homes = (await nudges.reachable_addresses(conn, [ada], appeals=True))[ada]
    assert [home.platform for home in homes] == ["discord", "telegram", "discord"]


async def test_only_existing_supporters_are_merged_and_chains_stay_flat(ctx: Context, clock: MovingClock) -> None:
    ada, ben = await come(ctx, "ada"), await a_day_later(clock, ctx, "b")
    cleo = await a_day_later(clock, ctx, "c")
    assert await become_one(ctx, ben, cleo) == ben
    assert await become_one(ctx, cleo, ada) is None, "they are somebody else already"
    assert await become_one(ctx, ada, ben) == ada
    assert await become_one(ctx, ada, ada) is None
    async with ctx.db.read() as conn:
        rows = await conn.execute(select(supporter.c.merged_into).order_by(supporter.c.id))
        assert list(rows.scalars()) == [None, ada, ada]
        assert len(await supporters.addresses_of(conn, [ada])) == 3


# --- who brought them -------------------------------------------------------------------------------
async def test_earliest_referral_is_kept(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    ada, ben = await come(ctx, "ada"), await come(ctx, "ben")
    first = await friend(ctx, "new", ada)
    clock.move(days=1)
    second = await friend(ctx, "new", ben, "discord")
    child = await friend(ctx, "child", second)
    for who in (first, second, child):
        await give(ctx, campaign, who, 100)
    assert await become_one(ctx, first, second) == first
    mine, theirs = await circle(ctx, ada), await circle(ctx, ben)
    assert (mine.people_direct, mine.people_below, mine.money["cad"].minor_below) == (1, 2, 300)
    assert theirs == Circle(), "the same person is not brought twice"
    assert (await circle(ctx, first)).people_direct == 1
    await check(ctx)


async def test_inviter_referred_by_the_same_person_becomes_unknown(ctx: Context, clock: MovingClock) -> None:
    top = await come(ctx, "top")
    clock.move(days=1)
    middle = await friend(ctx, "middle", top)
    bottom = await friend(ctx, "bottom", middle, "discord")
    assert await become_one(ctx, top, bottom) == top
    found = await referral(ctx, top)
    assert found is not None
    assert (found.inviter_id, found.certain, found.invite_id) == (None, False, None)
    assert await circle(ctx, top) == Circle(people_direct=1, people_below=1)
    assert await circle(ctx, middle) == Circle()
    await check(ctx)


async def test_adjacent_nodes_are_merged(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    people: list[int] = []
    for number in range(4):
        clock.move(hours=1)
        people.append(await friend(ctx, f"p{number}", people[-1]) if people else await come(ctx, "p0"))
        await give(ctx, campaign, people[-1], 100)
    assert await become_one(ctx, people[1], people[2]) == people[1]
    assert (await circle(ctx, people[0])).money["cad"].minor_below == 300
    assert (await circle(ctx, people[1])).money["cad"].minor_below == 100
    await check(ctx)


async def test_merge_creates_no_cycle(ctx: Context, clock: MovingClock) -> None:
    ada = await come(ctx, "ada")
    clock.move(days=1)
    same = await friend(ctx, "ada", None, "discord")
    ben = await friend(ctx, "ben", same)
    await become_one(ctx, ada, same)
    assert await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ada")), ben) is ReferralOutcome.CYCLE
    assert await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("ada")), same) is ReferralOutcome.SELF
    new = await come(ctx, "new")
    assert await bring(ctx, new, same) is ReferralOutcome.RECORDED
    found = await referral(ctx, new)
    assert found is not None and found.inviter_id == ada, "an old invite leads to who they are today"
    await check(ctx)


async def test_failed_claim_uses_up_the_only_claim(ctx: Context, clock: MovingClock) -> None:
    """The inviter they named turns out to be referred by them: unknown, and they cannot claim again."""
    elder = await come(ctx, "elder")
    clock.move(days=1)
    late = await friend(ctx, "late", None)
    clock.move(days=1)
    first = await come(ctx, "first", "discord")
    clock.move(days=1)
    await become_one(ctx, elder, await friend(ctx, "guest", first, "discord"))
    assert (
        await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("late")), elder) is ReferralOutcome.RECORDED
    )
    assert await become_one(ctx, late, first) == late
    found = await referral(ctx, late)
    assert found is not None and found.inviter_id is None and found.settled_at is not None
    new = await come(ctx, "new")
    assert (
        await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("late")), new)
        is ReferralOutcome.ALREADY_INVITED
    )
    await check(ctx)


async def test_earlier_donor_has_no_referral(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    ada, old = await come(ctx, "ada"), await come(ctx, "old")
    await give(ctx, campaign, old, 500)
    clock.move(days=30)
    again = await friend(ctx, "old", ada, "discord")
    assert (await circle(ctx, ada)).people_direct == 1
    await become_one(ctx, old, again)
    assert await referral(ctx, old) is None
    assert await circle(ctx, ada) == Circle()
    await check(ctx)


async def test_disowned_gift_does_not_count_as_earlier(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    """Another person paid through a forwarded link."""
    ada, old, late = await come(ctx, "ada"), await come(ctx, "old"), await come(ctx, "late")
    for who in (old, late):
        await claim.disown(ctx, (await give(ctx, campaign, who, 500)).id)
    assert (
        await refer.claim_inviter(ctx, await join.find_or_join(ctx, contact("late")), ada) is ReferralOutcome.RECORDED
    )
    clock.move(days=30)
    await become_one(ctx, old, await friend(ctx, "old", ada, "discord"))
    found = await referral(ctx, old)
    assert found is not None and found.inviter_id == ada
    await check(ctx)


async def gave_on_a_page(ctx: Context, campaign: Campaign, clock: MovingClock, name: str, by: int) -> int:
    """Give on a friend's page, then claim the gift."""
    gift = await give(ctx, campaign, None, 500)
    clock.move(minutes=5)
    new = await come(ctx, name, "discord")
    async with ctx.db.write_money() as conn:
        await write_changes(
            ctx, conn, [GiftChange(event_id="claim", before=gift, after=replace(gift, supporter_id=new))]
        )
        assert await refer.record_referral(ctx, conn, new, by, JoinedVia.WEB, certain=True) is ReferralOutcome.RECORDED
    return new


async def test_earlier_donor_is_not_referred_by_a_page(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    """Giving before joining is normal for a page's referral; a gift from the other account is not."""
    ada, old = await come(ctx, "ada"), await come(ctx, "old")
    await give(ctx, campaign, old, 500)
    clock.move(days=30)
    again = await gave_on_a_page(ctx, campaign, clock, "old", ada)
    await become_one(ctx, old, again)
    assert await referral(ctx, old) is None
    assert await circle(ctx, ada) == Circle()
    await check(ctx)


async def test_first_gift_on_an_invite_page_is_a_referral(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    ada, new = await come(ctx, "ada"), await come(ctx, "new")
    again = await gave_on_a_page(ctx, campaign, clock, "new", ada)
    await give(ctx, campaign, new, 700)
    await become_one(ctx, new, again)
    assert (await circle(ctx, ada)).money["cad"].minor_direct == 1_200
    await check(ctx)


async def test_large_subtree_is_moved_in_chunks(
    ctx: Context, campaign: Campaign, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refer, "CHUNK", 2)
    people = await chain(ctx, 8)
    await give(ctx, campaign, people[-1], 300)
    clock.move(days=1)
    elder = await come(ctx, "elder")
    root = await friend(ctx, "again", elder, "discord")
    await become_one(ctx, people[0], root)
    await refer.tick(ctx)
    assert (await circle(ctx, elder)).money["cad"].minor_below == 300
    await check(ctx)


# --- what they chose --------------------------------------------------------------------------------
async def prefer(ctx: Context, who: int, kind: Preference, accepted: bool) -> None:
    async with ctx.db.write() as conn:
        await supporters.set_preference(conn, who, kind, accepted, at=ctx.clock(), wording="…", change_id=ctx.ids.new())


async def test_later_preference_counts(ctx: Context, clock: MovingClock) -> None:
    ada = await come(ctx, "ada")
    other = await a_day_later(clock, ctx, "ada")
    await prefer(ctx, ada, Preference.NEWS, True)
    await prefer(ctx, ada, Preference.REMINDERS, False)
    await prefer(ctx, other, Preference.BEING_NAMED, True)
    await prefer(ctx, ada, Preference.BEING_NAMED, False)
    clock.move(days=1)
    await prefer(ctx, other, Preference.NEWS, False)
    await prefer(ctx, other, Preference.REMINDERS, True)
    await become_one(ctx, ada, other)
    async with ctx.db.read() as conn:
        assert await supporters.preferences(conn, ada) == {Preference.REMINDERS}, "at the same instant: the refusal"
        assert await supporters.preferences(conn, other) == frozenset()


# --- what is theirs ---------------------------------------------------------------------------------
async def test_both_invites_lead_to_the_merged_supporter(ctx: Context, clock: MovingClock) -> None:
    ada = await come(ctx, "ada")
    other = await a_day_later(clock, ctx, "ada")
    async with ctx.db.write() as conn:
        for number, who in ((1, ada), (2, other)):
            await invites.create(conn, Invite(id=number, supporter_id=who, code=f"code{number}", made_at=ctx.clock()))
    await become_one(ctx, ada, other)
    async with ctx.db.read() as conn:
        second = await invites.by_code(conn, "code2")
        mine = await invites.of_supporter(conn, ada)
        assert mine is not None and mine.code == "code1"
        assert second is not None
        assert (await supporters.current_ids(conn, [second.supporter_id]))[second.supporter_id] == ada


async def test_invite_of_either_account_is_kept(ctx: Context, clock: MovingClock) -> None:
    ada = await come(ctx, "ada")
    other = await a_day_later(clock, ctx, "ada")
    async with ctx.db.write() as conn:
        await invites.create(conn, Invite(id=2, supporter_id=other, code="code2", made_at=ctx.clock()))
    await become_one(ctx, ada, other)
    async with ctx.db.read() as conn:
        mine = await invites.of_supporter(conn, ada)
    assert mine is not None and mine.code == "code2"


async def _broadcast(ctx: Context, campaign: Campaign, states: dict[int, str]) -> int:
    """Add a broadcast with the given delivery state for each supporter."""
    number, now = ctx.ids.new(), ctx.clock()
    row: dict[str, Any] = {"id": number, "kind": "staff", "state": "sending", "campaign_id": campaign.id, "body": {}}
    row |= {"segment": None, "quiet": "silent", "made_at": now}
    async with ctx.db.write() as conn:
        await conn.execute(insert(broadcast).values(row))
        for address in await supporters.addresses_of(conn, states):
            copy = {"broadcast_id": number, "supporter_id": address.id, "address_id": address.address_id, "due_at": now}
            copy |= {"platform": address.platform, "external_id": address.external_id, "locale": "fr", "asks": True}
            await conn.execute(insert(recipient).values(copy | {"silent": False, "state": states[address.id]}))
    return number


@pytest.mark.parametrize(
    ("elder", "younger", "left"),
    [
        ("waiting", "waiting", {"waiting", "dropped"}),
        ("waiting", "sent", {"dropped", "sent"}),
        ("sent", "waiting", {"sent", "dropped"}),
        ("failed", "sent", {"failed", "sent"}),
    ],
)
async def test_merged_supporter_gets_one_broadcast_copy(
    ctx: Context, campaign: Campaign, clock: MovingClock, elder: str, younger: str, left: set[str]
) -> None:
    ada = await come(ctx, "ada")
    other = await a_day_later(clock, ctx, "ada")
    number = await _broadcast(ctx, campaign, {ada: elder, other: younger})
    alone = await _broadcast(ctx, campaign, {other: "waiting"})
    await become_one(ctx, ada, other)
    async with ctx.db.read() as conn:
        rows = (await conn.execute(select(recipient).where(recipient.c.broadcast_id == number))).all()
        (theirs,) = (await conn.execute(select(recipient).where(recipient.c.broadcast_id == alone))).all()
    assert {row.state for row in rows} == left
    assert (theirs.supporter_id, theirs.state) == (ada, "waiting")
