"""Any order of joins, gifts, refunds, settlements, merges and erasures leaves one tree, and counters that are right.

`PROPERTY_EXAMPLES=500 pytest tests/usecases/test_referrals_property.py` looks longer.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.gifts import Change, Gift
from bot.domain.people import Contact, PlatformName
from bot.domain.referrals import How, Outcome
from bot.store import gifts, referrals, supporters
from bot.store.db import Database
from bot.store.migrate import migrate
from bot.usecases import forget, merge, refer
from tests.conftest import MovingClock
from tests.giving import give, refund, write
from tests.usecases import tree
from tests.world import make_context, open_campaign

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "25"))
_MODEL = Path(tempfile.gettempdir()) / f"obole-property-{os.getpid()}.sqlite3"
SOMEBODY = st.integers(0, 6)  # few people, so that what happens meets what happened to them before


def _fresh(folder: str) -> str:
    """A migrated database of its own."""
    if not _MODEL.exists():
        model = Database(f"sqlite:///{_MODEL}")
        asyncio.run(_migrated(model))
    file = shutil.copy(_MODEL, Path(folder) / "obole.sqlite3")
    return f"sqlite:///{file}"


async def _migrated(db: Database) -> None:
    await migrate(db)
    await db.close()


class Tree(RuleBasedStateMachine):
    """People come, give, take back, say who it was, turn out to be one person, and ask to be forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.db = Database(_fresh(self.folder.name))
        self.clock = MovingClock()
        self.ctx = make_context(self.db, self.clock)
        self.contacts: list[Contact] = []
        self.chunk, refer.CHUNK = refer.CHUNK, 2  # so that moves are left half done

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        self.clock.move(seconds=1)
        return self.runner.run(what)

    def teardown(self) -> None:
        refer.CHUNK = self.chunk
        self.runner.run(self.db.close())
        self.runner.close()
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        self.campaign = self.run(open_campaign(self.ctx, ends_on=None))

    # --- what happens -------------------------------------------------------------------------------
    @rule(by=SOMEBODY, platform=st.sampled_from(["telegram", "discord"]), how=st.sampled_from(["by", "alone", "lost"]))
    def somebody_comes(self, by: int, platform: PlatformName, how: str) -> None:
        contact = Contact(platform=platform, external_id=str(len(self.contacts)), locale="fr", private=True)
        self.run(self._join(contact, by, how))
        self.contacts.append(contact)

    @precondition(lambda self: self.contacts)
    @rule(who=SOMEBODY, minor=st.integers(100, 900))
    def gives(self, who: int, minor: int) -> None:
        self.run(self._give(who, minor))

    @rule(which=SOMEBODY, part=st.booleans())
    def is_paid_back(self, which: int, part: bool) -> None:
        self.run(self._refund(which, part))

    @precondition(lambda self: self.contacts)
    @rule(which=SOMEBODY, who=SOMEBODY)
    def a_gift_changes_hands(self, which: int, who: int) -> None:
        self.run(self._hand_over(which, who))

    @precondition(lambda self: len(self.contacts) > 1)
    @rule(who=SOMEBODY, by=SOMEBODY)
    def says_who_it_was(self, who: int, by: int) -> None:
        self.run(self._settle(who, by))

    @precondition(lambda self: len(self.contacts) > 1)
    @rule(one=SOMEBODY, other=SOMEBODY)
    def are_one_person(self, one: int, other: int) -> None:
        self.run(self._merge(one, other))

    @precondition(lambda self: len(self.contacts) > 3)
    @rule(who=SOMEBODY)
    def is_forgotten(self, who: int) -> None:
        self.run(self._forget(who))

    @rule()
    def time_goes_on(self) -> None:
        self.run(refer.tick(self.ctx))

    # --- what holds ---------------------------------------------------------------------------------
    @invariant()
    def counters_follow_the_stored_paths(self) -> None:
        self.run(self._check(settled=False))

    @rule()
    def all_is_right_once_moves_have_ended(self) -> None:
        self.run(self._settled())

    # --- how ------------------------------------------------------------------------------------------
    async def _id(self, who: int) -> int | None:
        """The living supporter behind one of the contacts, where there still is one."""
        contact = self.contacts[who % len(self.contacts)]
        async with self.db.read() as conn:
            found = await supporters.find(conn, contact.platform, contact.external_id)
            return None if found is None else (await supporters.living(conn, [found.id])).get(found.id)

    async def _join(self, contact: Contact, by: int, how: str) -> None:
        inviter = await self._id(by) if self.contacts and how == "by" else None
        async with self.db.write_money() as conn:
            new = await supporters.join(conn, contact, self.clock())
            if how == "alone":
                return
            outcome = await refer.bring(self.ctx, conn, new.id, inviter, How.DEEP_LINK, certain=inviter is not None)
        assert outcome is (Outcome.UNKNOWN if inviter is None else Outcome.BROUGHT)

    async def _give(self, who: int, minor: int) -> None:
        await give(self.ctx, self.campaign, await self._id(who), minor)

    async def _gift(self, which: int) -> Gift | None:
        async with self.db.read() as conn:
            known = (await gifts.page(conn, 0, 10_000))[0].gifts
        return known[which % len(known)] if known else None

    async def _refund(self, which: int, part: bool) -> None:
        gift = await self._gift(which)
        if gift is not None and gift.book.counted.minor > 0:
            await refund(self.ctx, gift, 50 if part else None)

    async def _hand_over(self, which: int, who: int) -> None:
        gift = await self._gift(which)
        if gift is not None:
            after = replace(gift, supporter_id=None if gift.supporter_id else await self._id(who))
            await write(self.ctx, [Change(event_id="hands", before=gift, after=after)])

    async def _settle(self, who: int, by: int) -> None:
        mine, inviter = await self._id(who), await self._id(by)
        if mine is None or inviter is None:
            return
        async with self.db.read() as conn:
            before = await referrals.inviter_of(conn, mine)
        outcome = await refer.settle(self.ctx, self.contacts[who % len(self.contacts)], inviter)
        async with self.db.read() as conn:
            after = await referrals.inviter_of(conn, mine)
        assert after == (inviter if outcome is Outcome.BROUGHT else before)
        assert before is None or outcome in (Outcome.ALREADY, Outcome.SELF)

    async def _merge(self, one: int, other: int) -> None:
        first, second = await self._id(one), await self._id(other)
        if first is None or second is None or first == second:
            return
        async with self.db.write_money() as conn:
            assert await merge.merge(self.ctx, conn, first, second) in (first, second)
        assert await self._id(one) == await self._id(other) is not None

    async def _forget(self, who: int) -> None:
        one = await self._id(who)
        if one is not None:
            await forget.forget(self.ctx, one)
            assert await self._id(who) is None

    async def _check(self, *, settled: bool) -> tree.Whole:
        async with self.db.read() as conn:
            return await tree.check(conn, settled=settled)

    async def _settled(self) -> None:
        await refer.tick(self.ctx)
        whole = await self._check(settled=True)
        people, money = tree.total(whole)
        assert people == len(whole.parents)
        everything: dict[str, int] = {}
        for one in whole.parents:
            for code, (_, minor) in whole.given.get(one, {}).items():
                everything[code] = everything.get(code, 0) + minor
        assert money == everything


Tree.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES <= 25,  # the same in each run of the CI; a longer look draws anew
)
TestTree = Tree.TestCase
