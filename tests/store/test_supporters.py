from bot.domain.people import Contact, Preference
from bot.store.db import Database
from bot.store.supporters import supporters
from tests.conftest import MovingClock

CAMILLE = Contact(platform="telegram", external_id="42", locale="fr", private=True)


async def test_joining_twice_creates_one_supporter(db: Database, clock: MovingClock) -> None:
    async with db.write() as conn:
        first = await supporters.join(conn, CAMILLE, clock())
        second = await supporters.join(conn, CAMILLE, clock())
    assert first == second
    assert (first.locale, first.reachable, first.gift_count) == ("fr", True, 0)


async def test_chosen_language_overrides_platform(db: Database, clock: MovingClock) -> None:
    async with db.write() as conn:
        joined = await supporters.join(conn, CAMILLE, clock())
        await supporters.set_locale(conn, joined.address_id, "en")
    async with db.read() as conn:
        found = await supporters.find(conn, "telegram", "42")
    assert found is not None
    assert (found.locale, found.locale_chosen) == ("en", True)


async def test_preferences_are_off_until_accepted_and_changes_are_stored(db: Database, clock: MovingClock) -> None:
    async with db.write() as conn:
        joined = await supporters.join(conn, CAMILLE, clock())
        assert await supporters.preferences(conn, joined.id) == frozenset()
        for number, accepted in enumerate((True, False, True)):
            await supporters.set_preference(
                conn, joined.id, Preference.NEWS, accepted, at=clock(), wording="Des nouvelles", change_id=number
            )
        assert await supporters.preferences(conn, joined.id) == {Preference.NEWS}


async def test_block_is_stored_and_lifted(db: Database, clock: MovingClock) -> None:
    async with db.write() as conn:
        await supporters.join(conn, CAMILLE, clock())
        await supporters.set_reachable(conn, "telegram", "42", False, clock())
        blocked = await supporters.find(conn, "telegram", "42")
        await supporters.set_reachable(conn, "telegram", "42", True, clock())
        back = await supporters.find(conn, "telegram", "42")
    assert blocked is not None
    assert back is not None
    assert (blocked.reachable, back.reachable) == (False, True)


async def test_living_follows_nobody_unknown(db: Database, clock: MovingClock) -> None:
    async with db.write() as conn:
        joined = await supporters.join(conn, CAMILLE, clock())
        assert await supporters.current_ids(conn, [joined.id, 999]) == {joined.id: joined.id}
