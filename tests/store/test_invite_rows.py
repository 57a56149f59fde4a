"""Invites are created once for each supporter; a recycled link still leads to its invite; counts add up."""

from datetime import timedelta

import pytest

from bot.domain.lateral import Scope
from bot.domain.people import Contact
from bot.domain.referrals import Invite, InviteLink
from bot.store.db import Connection, Database
from bot.store.referrals import invites
from bot.store.referrals.figures import invites_made
from bot.store.supporters import supporters
from tests.conftest import MovingClock
from tests.referral_rows import invite_count


async def _supporter(conn: Connection, name: str, clock: MovingClock) -> int:
    contact = Contact(platform="telegram", external_id=name, locale="fr", private=True)
    return (await supporters.join(conn, contact, clock())).id


@pytest.fixture
async def mine(db: Database, clock: MovingClock) -> Invite:
    async with db.write() as conn:
        who = await _supporter(conn, "ada", clock)
        return await invites.create(conn, Invite(id=1, supporter_id=who, code="abcDEF123456", made_at=clock()))


async def test_second_caller_gets_same_invite(db: Database, clock: MovingClock, mine: Invite) -> None:
    async with db.write() as conn:
        other = Invite(id=2, supporter_id=mine.supporter_id, code="ghiJKL654321", made_at=clock())
        assert await invites.create(conn, other) == mine
        assert await invites.by_code(conn, "abcDEF123456") == mine
        assert await invites.by_code(conn, "ABCdef123456") is None, "codes are told apart by case"
        assert await invites.by_id(conn, 1) == mine
        assert await invites_made(conn, Scope(since=clock() - timedelta(hours=1))) == 1


async def test_platform_links_are_stored_per_platform(db: Database, clock: MovingClock, mine: Invite) -> None:
    async with db.write() as conn:
        for number in (1, 2):
            link = InviteLink(
                id=number, invite_id=1, platform="discord", place="guild", code=f"c{number}", made_at=clock()
            )
            await invites.add_link(conn, link)
        clock.move(hours=1)
        await invites.set_uses(conn, 1, 3, clock())
        assert [link.id for link in await invites.links_into(conn, "discord", "guild")] == [2, 1], "idle ones first"
        await invites.drop_links(conn, [1], clock())
        assert [link.id for link in await invites.links(conn, 1)] == [2]
        recycled = await invites.link_by_code(conn, "discord", "c1")
    assert recycled is not None
    assert (recycled.invite_id, recycled.uses, recycled.gone_at) == (1, 3, clock())


async def test_invite_results_are_counted_by_day(db: Database, clock: MovingClock, mine: Invite) -> None:
    async with db.write() as conn:
        await invites.count(conn, 1, "shared", clock())
        await invites.count(conn, 1, "shared", clock())
        yesterday = clock()
        clock.move(days=1)
        await invites.count(conn, 1, "shared", clock(), campaign_id=7)
        await invites.count(conn, 1, "opened", clock())
        assert await invite_count(conn, 1, "shared") == 3
        assert await invite_count(conn, 1, "shared", clock()) == 1
        assert await invite_count(conn, 1, "shared", yesterday) == 3
        assert await invite_count(conn, 1, "joined") == 0


async def test_staff_are_notified_once_of_very_busy_invite(db: Database, clock: MovingClock, mine: Invite) -> None:
    async with db.write() as conn:
        assert await invites.record_staff_notified(conn, 1, clock())
        assert not await invites.record_staff_notified(conn, 1, clock())


async def test_invite_of_erased_supporter_keeps_nothing(db: Database, mine: Invite) -> None:
    async with db.write() as conn:
        await invites.set_words(conn, 1, "Viens avec moi")
        await invites.disable(conn, mine.supporter_id)
        assert await invites.by_code(conn, "abcDEF123456") is None
        left = await invites.of_supporter(conn, mine.supporter_id)
    assert left is not None
    assert (left.code, left.words) == (None, None)
