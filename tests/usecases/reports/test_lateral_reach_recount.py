"""Each figure is compared with its definition, counted from the rows of a random history: see recount.py."""

import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.domain.lateral import WINDOW, Scope
from bot.domain.people import Contact
from bot.domain.periods import ALL_TIME, Period, Span, period_of
from bot.domain.referrals import Invite, JoinedVia
from bot.store.db import Connection, Database
from bot.store.gifts import gifts
from bot.store.referrals import invites, referrals, share_prompts
from bot.store.reports import first_gifts
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.referral_tree import refer
from bot.usecases.reports import figures, lateral_reach, overview
from bot.usecases.supporters import forgetting, merging
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.giving import COMMAND, paid, refund, write
from tests.machine import FULL
from tests.usecase_setup import make_context, open_campaign
from tests.usecases.reports import recount

_FROM, _DAYS = datetime(2026, 3, 1, tzinfo=UTC), 420
_STEPS = 260 if FULL else 90


class History:
    """A random history over more than a year: people join, give, get refunds, are merged, ..."""

    def __init__(self, ctx: Context, clock: MovingClock, campaigns: list[Campaign], rng: random.Random) -> None:
        self.ctx, self.clock, self.campaigns, self.rng = ctx, clock, campaigns, rng
        self.people: list[int] = []

    def acts(self) -> dict[Callable[[], Awaitable[None]], int]:
        """Return what may happen, and how often beside the others."""
        acts = {self.comes: 8, self.gives: 12, self.goes_back: 2, self.was_not_theirs: 1, self.is_looked_at: 3}
        return acts | {self.is_thanked: 4, self.says_by_whom: 1, self.becomes_one: 1, self.is_forgotten: 1}

    async def lives(self) -> None:
        """Play the whole history."""
        acts = self.acts()
        for _ in range(_STEPS):
            self.clock.move(hours=self.rng.expovariate(_STEPS / (_DAYS * 24)))
            await self.rng.choices(list(acts), list(acts.values()))[0]()
        await refer.tick(self.ctx)

    async def somebody(self) -> int | None:
        """Return a random existing supporter by the current id."""
        if not self.people:
            return None
        async with self.ctx.db.read() as conn:
            person = self.rng.choice(self.people)
            return (await supporters.current_ids(conn, [person])).get(person)

    def about(self) -> Campaign:
        return self.rng.choice(self.campaigns)

    async def comes(self) -> None:
        inviter = await self.somebody()
        campaign = self.about().id if self.rng.random() < 0.6 else None
        how = self.rng.choices(["by", "alone", "lost"], [7, 2, 1])[0]
        contact = Contact(platform="telegram", external_id=str(len(self.people)), locale="fr", private=True)
        async with self.ctx.db.write_money() as conn:
            new = await supporters.join(conn, contact, self.clock())
            if how != "alone":
                by = inviter if how == "by" else None
                await refer.record_referral(
                    self.ctx, conn, new.id, by, JoinedVia.DEEP_LINK, certain=by is not None, campaign_id=campaign
                )
        self.people.append(new.id)

    async def gives(self) -> None:
        person = await self.somebody()
        code = self.rng.choice(["cad", "cad", "usd"])
        touch = Touch(TouchKind.INVITE, 7) if self.rng.random() < 0.3 else COMMAND
        gift = paid(self.ctx, self.about(), person, self.rng.randint(100, 900), touch=touch, code=code)
        if self.rng.random() < 0.2:  # Stripe reports it late
            was = self.clock() - timedelta(days=self.rng.randint(1, 3))
            gift = replace(gift, book=replace(gift.book, paid_at=was))
        await write(self.ctx, [GiftChange(event_id=f"evt_{gift.id}", before=None, after=gift)])

    async def gift(self) -> Gift | None:
        async with self.ctx.db.read() as conn:
            known = [g for g in (await gifts.page(conn, 0, 10_000))[0].gifts if g.book.counted.minor > 60]
        return self.rng.choice(known) if known else None

    async def goes_back(self) -> None:
        if (gift := await self.gift()) is not None:
            await refund(self.ctx, gift, 50 if self.rng.random() < 0.3 else gift.book.counted.minor)

    async def was_not_theirs(self) -> None:
        if (gift := await self.gift()) is not None:
            whose = None if gift.supporter_id else await self.somebody()
            await write(
                self.ctx,
                [
                    GiftChange(
                        event_id=f"hands_{self.ctx.ids.new()}", before=gift, after=replace(gift, supporter_id=whose)
                    )
                ],
            )

    async def is_looked_at(self) -> None:
        person = await self.somebody()
        if person is None:
            return
        new = Invite(
            id=self.ctx.ids.new(), supporter_id=person, code=f"c{self.ctx.ids.new()}"[:16], made_at=self.clock()
        )
        async with self.ctx.db.write() as conn:
            invite = await invites.create(conn, new)
            kind: Any = self.rng.choice(["shared", "opened", "joined"])
            about = self.about().id if self.rng.random() < 0.6 else 0
            await invites.count(conn, invite.id, kind, self.clock(), about, self.rng.randint(1, 3))

    async def is_thanked(self) -> None:
        person, gift = await self.somebody(), await self.gift()
        if person is not None and gift is not None:
            async with self.ctx.db.write() as conn:
                await share_prompts.store_draw(conn, gift.id, person, self.rng.random() < 0.5, self.clock())

    async def says_by_whom(self) -> None:
        position = self.rng.randrange(len(self.people) or 1)
        contact = Contact(platform="telegram", external_id=str(position), locale="fr", private=True)
        inviter = await self.somebody()
        if inviter is not None:
            await refer.claim_inviter(self.ctx, await find_or_join(self.ctx, contact), inviter)

    async def becomes_one(self) -> None:
        first, other = await self.somebody(), await self.somebody()
        if first is not None and other is not None and first != other:
            async with self.ctx.db.write_money() as conn:
                await merging.merge(self.ctx, conn, first, other)

    async def is_forgotten(self) -> None:
        if len(self.people) > 20 and (person := await self.somebody()) is not None:
            await forgetting.forget(self.ctx, person)


def scopes(campaigns: list[Campaign]) -> Iterator[Scope]:
    """Return the full scope, and every campaign in several periods."""
    days = [None, _FROM + timedelta(days=60), _FROM + timedelta(days=200), _FROM + timedelta(days=330)]
    for campaign_id in (None, *(c.id for c in campaigns), 99):
        for since in days:
            for until in days:
                if since is None or until is None or since < until:
                    yield Scope(since=since, until=until, campaign_id=campaign_id)


def periods() -> Iterator[Period]:
    """Yield all time, calendar periods and free ranges."""
    days = [_FROM.date() + timedelta(days=number) for number in (0, 61, 200, 330)]
    yield ALL_TIME
    yield from (period_of(span, day) for span in (Span.WEEK, Span.MONTH, Span.YEAR) for day in days)
    yield from (Period(since=since, until=until) for since, until in pairwise(days))
    yield Period(since=days[1])


async def assert_overview(conn: Connection, history: recount.History, period: Period, about: int | None) -> None:
    """Compare what staff read with loops over the gifts."""
    found = await overview.giving(conn, period, about)
    here = [g for g in history.gifts if g.day in period and about in (None, g.campaign_id)]
    people = {g.supporter_id for g in here if g.supporter_id is not None}
    before = {g.supporter_id for g in history.gifts if period.since is not None and g.day < period.since}
    assert (found.donors, found.new) == (len(people), len(people - before)), period
    assert (found.gifts, found.known_gifts) == (len(here), sum(g.supporter_id is not None for g in here))
    assert {money.currency: money.minor for money in found.totals} == {
        code: sum(g.counted for g in here if g.currency == code) for code in {g.currency for g in here}
    }


async def said(ctx: Context, conn: Connection, scope: Scope) -> dict[str, Any]:
    """Return the product's figures in the format of `recount.figures`."""
    found = await lateral_reach.lateral(ctx, scope)
    prompt = found.share_prompt
    arms = {True: (prompt.sent.assigned, prompt.sent.gave), False: (prompt.held_out.assigned, prompt.held_out.gave)}
    return {
        "made": found.made,
        "shared": found.shared,
        "opened": found.opened,
        "came": (found.came.known, found.came.unknown, found.came.gave),
        "new": found.new_donors_brought,
        "by_invite": found.gifts_by_invite,
        "downstream": found.gifts_downstream,
        "levels": found.levels,
        "donors": found.r90.donors,
        "brought": found.r90.new_donors,
        "unknown": found.r90.unknown,
        "arms": arms,
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_figures_match_their_definitions(db: Database, seed: int) -> None:
    clock = MovingClock(_FROM)
    ctx = make_context(db, clock)
    campaigns = [await open_campaign(ctx, ends_on=None, slug=slug) for slug in ("one", "two")]
    await History(ctx, clock, campaigns, random.Random(seed)).lives()
    async with db.read() as conn:
        history = await recount.read(conn)
        for scope in scopes(campaigns):
            assert await said(ctx, conn, scope) == recount.figures(history, scope, clock()), scope
            kinds = await first_gifts.trees(conn, scope, clock(), WINDOW)
            assert kinds == recount.trees(history, scope, clock()), scope
        for period in periods():
            for about in (None, *(c.id for c in campaigns)):
                assert (await figures.stats(ctx, period, about))["currencies"] == recount.giving(history, period, about)
                await assert_overview(conn, history, period, about)


async def test_tree_deeper_than_stored_paths_counts_as_one(db: Database) -> None:
    clock = MovingClock(_FROM)
    ctx = make_context(db, clock)
    campaign = await open_campaign(ctx, ends_on=None)
    above: int | None = None
    for number in range(70):
        async with db.write_money() as conn:
            contact = Contact(platform="telegram", external_id=str(number), locale="fr", private=True)
            person = (await supporters.join(conn, contact, clock())).id
            if above is not None:
                await refer.record_referral(ctx, conn, person, above, JoinedVia.DEEP_LINK, certain=True)
        await write(ctx, [GiftChange(event_id=f"evt_{number}", before=None, after=paid(ctx, campaign, person, 500))])
        above = person
    clock.move(days=100)
    async with db.read() as conn:
        assert max(len(node.ancestors) for node in (await referrals.all_nodes(conn)).values()) == 32
        kinds = await first_gifts.trees(conn, Scope(), clock(), WINDOW)
        assert kinds == recount.trees(await recount.read(conn), Scope(), clock())
    assert list(kinds.values()) == [1]
