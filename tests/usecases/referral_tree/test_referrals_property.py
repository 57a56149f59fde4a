"""Any order of joins, gifts, refunds, claims, merges and erasures leaves one tree with correct counters.

Each step is compared with `reference_model`, which states the rules but not how they are stored. Chance alone rarely
closes a cycle: so people start with friends of friends, and some moves look for pairs who joined through each other.

`PROPERTY_EXAMPLES=500 pytest tests/usecases/referral_tree/test_referrals_property.py` runs longer.
"""

import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import Coroutine, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.domain.people import Contact, PlatformName
from bot.domain.referrals import JoinedVia
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.store.migrate import migrate
from bot.store.supporters import supporters
from bot.usecases.core import join
from bot.usecases.money import verify_referrals
from bot.usecases.referral_tree import refer
from bot.usecases.supporters import forgetting as forget
from bot.usecases.supporters import merging as merge
from tests.conftest import MovingClock
from tests.giving import give, refund, write
from tests.machine import FULL
from tests.usecase_setup import make_context, open_campaign
from tests.usecases.referral_tree import tree_checks
from tests.usecases.referral_tree.reference_model import ReferenceModel

_Some = TypeVar("_Some")
EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "25" if FULL else "8"))
SOMEBODY = st.integers(0, 9)  # few people, so that actions interact
PLATFORM = st.sampled_from(["telegram", "discord"])


class People:
    """People in a database of their own, and the reference model of them."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.db = Database(url)
        self.clock = MovingClock()
        self.ctx = make_context(self.db, self.clock)
        self.campaign: Campaign
        self.ids: dict[Contact, int] = {}  # of those who are there; two contacts of one person have the same
        self.model = ReferenceModel()

    def run(self, what: Coroutine[Any, Any, Any]) -> Any:
        self.clock.move(seconds=1)
        return self.runner.run(what)

    def close(self) -> None:
        self.runner.run(self.db.close())
        self.runner.close()

    # --- selections ---------------------------------------------------------------------------------
    def named(self) -> list[int]:
        """Return every id ever used."""
        return sorted(self.model.joined)

    def here(self) -> list[int]:
        """Return current people, each once."""
        return sorted(set(self.ids.values()))

    def unknown(self) -> list[int]:
        """Return people whose inviter is unknown or who joined alone."""
        return [person for person in self.here() if self.model.by(person) is None]

    def guests(self) -> list[int]:
        """Return people whose inviter is known."""
        return [person for person in self.here() if self.model.by(person) is not None]

    def lines(self) -> list[tuple[int, int]]:
        """Return pairs of current people of whom the second is a descendant of the first."""
        here = self.here()
        return [(upper, lower) for lower in here for upper in self.model.above(lower) if upper in here]

    def cycles(self) -> list[tuple[int, int]]:
        """Return those of `lines` that would form a cycle if the first claimed the second as inviter."""
        return [(upper, lower) for upper, lower in self.lines() if self.model.may_claim(upper)]

    # --- actions --------------------------------------------------------------------------------------
    def comes(
        self, platform: PlatformName, by: int | None, *, lost: bool = False, how: JoinedVia = JoinedVia.DEEP_LINK
    ) -> int:
        """Add a newcomer: alone, invited by `by`, or `lost`: with an unknown inviter."""
        contact = Contact(platform=platform, external_id=str(len(self.model.joined)), locale="fr", private=True)
        new: int = self.run(self._join(contact, by, how, alone=by is None and not lost))
        self.ids[contact] = new
        return new

    def comes_by_page(self, platform: PlatformName, by: int) -> None:
        """Have someone give on a friend's page, then join and claim the gift."""
        gift = self.run(give(self.ctx, self.campaign, None, 300))
        new = self.comes(platform, by, how=JoinedVia.WEB)
        self.run(write(self.ctx, [GiftChange(event_id="claim", before=gift, after=replace(gift, supporter_id=new))]))

    async def _join(self, contact: Contact, by: int | None, how: JoinedVia, *, alone: bool) -> int:
        async with self.db.write_money() as conn:
            new = (await supporters.join(conn, contact, self.clock())).id
            if alone:
                self.model.joined[new] = self.clock()
                return new
            outcome = await refer.record_referral(self.ctx, conn, new, by, how, certain=by is not None)
        assert outcome is self.model.joins(new, by, how, self.clock())
        return new

    async def _gift(self, which: int) -> Gift | None:
        async with self.db.read() as conn:
            known = (await gifts.page(conn, 0, 10_000))[0].gifts
        return known[which % len(known)] if known else None

    async def refund(self, which: int, part: bool) -> None:
        gift = await self._gift(which)
        if gift is not None and gift.book.counted.minor > 0:
            await refund(self.ctx, gift, 50 if part else None)

    async def hand_over(self, which: int, who: int) -> None:
        gift = await self._gift(which)
        if gift is not None:
            after = replace(gift, supporter_id=None if gift.supporter_id else who)
            await write(self.ctx, [GiftChange(event_id="hands", before=gift, after=after)])

    async def _gave(self, one: int) -> datetime | None:
        async with self.db.read() as conn:
            return await gifts.first_paid_at(conn, one)

    async def claim_inviter(self, who: int, by: int) -> None:
        expected = self.model.claim_inviter(who, by, await self._gave(who))
        contact = [contact for contact, ident in self.ids.items() if ident == who][-1]
        assert await refer.claim_inviter(self.ctx, await join.find_or_join(self.ctx, contact), by) is expected

    async def merge(self, one: int, other: int) -> None:
        if one == other:
            return
        expected = self.model.merge(one, other, {i: await self._gave(i) for i in (one, other)})
        async with self.db.write_money() as conn:
            assert await merge.merge(self.ctx, conn, one, other) == expected
        self.ids = {contact: expected if i in (one, other) else i for contact, i in self.ids.items()}

    async def forget(self, who: int) -> None:
        await forget.forget(self.ctx, who)
        self.model.erased.add(who)
        self.ids = {contact: i for contact, i in self.ids.items() if i != who}

    async def check(self, *, moved: bool) -> tree_checks.Whole:
        async with self.db.read() as conn:
            whole = await tree_checks.check(conn, moved=moved)
        assert whole.came == {person: (c.by, c.at, c.how, c.claimed) for person, c in self.model.came.items()}
        return whole

    async def _verified(self, whole: tree_checks.Whole) -> None:
        async with self.db.read() as conn:
            assert not await verify_referrals.problems(
                conn, {person: dict(money) for person, money in whole.given.items()}
            )

    async def check_after_moves(self) -> None:
        await self._verified(await self.check(moved=False))  # queued paths are no problem
        await refer.tick(self.ctx)
        whole = await self.check(moved=True)
        await self._verified(whole)
        people, money = tree_checks.total(whole)
        assert people == len(whole.parents)
        everything: dict[str, int] = {}
        for parent in whole.parents:
            for code, (_, minor) in whole.given.get(parent, {}).items():
                everything[code] = everything.get(code, 0) + minor
        assert money == everything


def _one_of(these: Sequence[_Some], which: int) -> _Some:
    return these[which % len(these)]


@cache
def _initial() -> tuple[Path, People]:
    """Return a database with recent arrivals, built once, and its people.

    An early supporter was merged into a friend of a friend, so that ancestors may have joined later. One gave long ago,
    one joined with an unknown inviter, and one gave on a page.
    """
    folder = tempfile.mkdtemp(prefix="obole-property-")
    atexit.register(shutil.rmtree, folder)
    file = Path(folder) / "obole.sqlite3"
    people = People(f"sqlite:///{file}")
    people.run(migrate(people.db))
    people.campaign = people.run(open_campaign(people.ctx, ends_on=None))
    elder, giver = people.comes("discord", None), people.comes("telegram", None)
    people.run(give(people.ctx, people.campaign, giver))
    people.comes("discord", None, lost=True)
    first = people.comes("telegram", None)
    second = people.comes("discord", first)
    third = people.comes("telegram", second)
    people.run(people.merge(elder, third))
    people.comes_by_page("discord", second)
    people.close()
    return file, people


class Tree(RuleBasedStateMachine):
    """People join, give, get refunds, claim inviters, are merged, and ask to be forgotten."""

    def __init__(self) -> None:
        super().__init__()
        file, begun = _initial()
        self.folder = tempfile.TemporaryDirectory()
        self.all = People(f"sqlite:///{shutil.copy(file, Path(self.folder.name) / 'obole.sqlite3')}")
        self.all.campaign, self.all.ids, self.all.model = begun.campaign, dict(begun.ids), deepcopy(begun.model)
        self.all.clock.now = begun.clock.now
        self.chunk, refer.CHUNK = refer.CHUNK, 2  # so that moves remain unfinished

    def teardown(self) -> None:
        refer.CHUNK = self.chunk
        self.all.close()
        self.folder.cleanup()

    # --- actions ------------------------------------------------------------------------------------
    @rule(by=SOMEBODY, platform=PLATFORM)
    def join_by_invite(self, by: int, platform: PlatformName) -> None:
        self.all.comes(platform, _one_of(self.all.named(), by))

    @rule(platform=PLATFORM, lost=st.booleans())
    def join_alone_or_lost(self, platform: PlatformName, lost: bool) -> None:
        self.all.comes(platform, None, lost=lost)

    @rule(by=SOMEBODY, platform=PLATFORM)
    def give_on_page_and_join(self, by: int, platform: PlatformName) -> None:
        self.all.comes_by_page(platform, _one_of(self.all.named(), by))

    @precondition(lambda self: self.all.here())
    @rule(who=SOMEBODY, minor=st.integers(100, 900))
    def give_once(self, who: int, minor: int) -> None:
        self.all.run(give(self.all.ctx, self.all.campaign, _one_of(self.all.here(), who), minor))

    @rule(which=SOMEBODY, part=st.booleans())
    def refund_gift(self, which: int, part: bool) -> None:
        self.all.run(self.all.refund(which, part))

    @precondition(lambda self: self.all.here())
    @rule(which=SOMEBODY, who=SOMEBODY)
    def hand_over_gift(self, which: int, who: int) -> None:
        self.all.run(self.all.hand_over(which, _one_of(self.all.here(), who)))

    @precondition(lambda self: self.all.here())
    @rule(who=SOMEBODY, by=SOMEBODY)
    def claim_inviter(self, who: int, by: int) -> None:
        self.all.run(self.all.claim_inviter(_one_of(self.all.here(), who), _one_of(self.all.named(), by)))

    @precondition(lambda self: self.all.unknown())
    @rule(who=SOMEBODY, by=SOMEBODY)
    def claim_unknown_inviter(self, who: int, by: int) -> None:
        self.all.run(self.all.claim_inviter(_one_of(self.all.unknown(), who), _one_of(self.all.named(), by)))

    @precondition(lambda self: self.all.cycles())
    @rule(which=SOMEBODY)
    def claim_descendant_as_inviter(self, which: int) -> None:
        self.all.run(self.all.claim_inviter(*_one_of(self.all.cycles(), which)))

    @precondition(lambda self: len(self.all.here()) > 1)
    @rule(one=SOMEBODY, other=SOMEBODY)
    def merge_two(self, one: int, other: int) -> None:
        self.all.run(self.all.merge(_one_of(self.all.here(), one), _one_of(self.all.here(), other)))

    @precondition(lambda self: self.all.lines())
    @rule(which=SOMEBODY)
    def merge_with_descendant(self, which: int) -> None:
        self.all.run(self.all.merge(*_one_of(self.all.lines(), which)))

    @precondition(lambda self: self.all.guests() and len(self.all.guests()) < len(self.all.here()))
    @rule(one=SOMEBODY, other=SOMEBODY)
    def merge_lone_with_invited(self, one: int, other: int) -> None:
        guests = self.all.guests()
        others = [i for i in self.all.here() if i not in guests]
        self.all.run(self.all.merge(_one_of(others, one), _one_of(guests, other)))

    @precondition(lambda self: len(self.all.here()) > 3)
    @rule(who=SOMEBODY)
    def forget_one(self, who: int) -> None:
        self.all.run(self.all.forget(_one_of(self.all.here(), who)))

    @rule()
    def move_paths(self) -> None:
        self.all.run(refer.tick(self.all.ctx))

    # --- invariants ---------------------------------------------------------------------------------
    @invariant()
    def tree_and_counters_match_model(self) -> None:
        self.all.run(self.all.check(moved=False))

    @rule()
    def paths_match_once_moves_have_ended(self) -> None:
        self.all.run(self.all.check_after_moves())


Tree.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES <= 25,  # the same in every CI run; longer runs use new seeds
)
TestTree = pytest.mark.slow(Tree.TestCase)
