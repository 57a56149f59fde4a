"""A population of simulated donors, run through the real use cases and store by a clock and a seed.

It does not know the rules of nudges: its donors give, agree, opt out or fall silent, and it records what they receive.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.domain.people import Contact, Locale, PlatformName, Preference, Supporter
from bot.store.core import outbox
from bot.store.core.outbox import SendOutcome, State
from bot.store.nudges import nudges
from bot.store.supporters import supporters
from bot.usecases import outbox_messages
from bot.usecases.context import Context
from bot.usecases.core.send_errors import Deferred, Obsolete, OnHold
from bot.usecases.nudges import plan
from content.cards import Card
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.giving import paid, write
from tests.usecase_setup import keep_running

START = datetime(2026, 9, 20, 12, 0, tzinfo=UTC)  # before both daylight-saving changes, in Canada and in France
ZONES = (None, "America/Toronto", "America/Vancouver", "Europe/Paris", "Pacific/Kiritimati", "Nowhere/At_All")
STEP = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReminder:
    """A reminder that was sent."""

    supporter_id: int
    decision_id: int
    at: datetime


@dataclass(slots=True)
class Observations:
    """What the population did and received, as an outside observer would record it."""

    sent: list[SentReminder] = field(default_factory=list)
    gave: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    said: dict[int, list[tuple[datetime, bool]]] = field(default_factory=lambda: defaultdict(list))
    zones: dict[int, str | None] = field(default_factory=dict)

    def agreed(self, supporter_id: int, at: datetime) -> bool:
        """Return whether their latest choice at this time was yes."""
        before = [yes for when, yes in self.said[supporter_id] if when <= at]
        return bool(before) and before[-1]

    def zone(self, supporter_id: int, otherwise: str) -> ZoneInfo:
        """Return their time zone, or the charity's if theirs is missing or invalid."""
        try:
            return ZoneInfo(self.zones[supporter_id] or otherwise)
        except KeyError:
            return ZoneInfo(otherwise)


class Population:
    """Simulated donors who act as the seed decides."""

    def __init__(self, ctx: Context, campaign: Campaign, rng: random.Random) -> None:
        assert isinstance(ctx.clock, MovingClock)
        self._ctx, self._campaign, self._rng, self._clock = ctx, campaign, rng, ctx.clock
        self._people: list[int] = []
        self._next_gift: list[tuple[datetime, int]] = []
        self._owed: list[tuple[datetime, int, int]] = []  # (when, supporter, decision): gifts caused by a reminder
        self.seen = Observations()

    async def arrive(self, people: int, days: int) -> None:
        """Add supporters, each with a random day of their first gift."""
        rng, now = self._rng, self._clock()
        async with self._ctx.db.write() as conn:
            for number in range(people):
                platform: PlatformName = rng.choice(["telegram", "telegram", "discord"])
                locale: Locale = rng.choice(["fr", "en"])
                contact = Contact(platform=platform, external_id=str(10_000 + number), locale=locale, private=True)
                person = await supporters.join(conn, contact, now)
                await supporters.record_private_message(conn, person.address_id, now)
                await self._set_random_zone(conn, person)
                self._people.append(person.id)
                first = now + timedelta(minutes=rng.uniform(0, days * 1440 * 0.8))
                self._next_gift.append((first, person.id))

    async def _set_random_zone(self, conn: AsyncConnection, person: Supporter) -> None:
        zone = self._rng.choice(ZONES)
        self.seen.zones[person.id] = zone
        await supporters.set_time_zone(conn, person.address_id, zone)

    async def live(self, until: datetime) -> None:
        """Advance in steps until then; on two days a month no tick runs."""
        while self._clock() < until:
            self._clock.now += STEP
            await self._give()
            await self._choose()
            if self._clock().day not in (9, 10):  # two days of downtime a month
                await keep_running(self._ctx)  # a step is longer than the lateness that staff must confirm
                await plan.tick(self._ctx)
                await self._deliver()

    async def _give(self) -> None:
        now, rng = self._clock(), self._rng
        due = sorted([g for g in self._next_gift if g[0] <= now])
        self._next_gift = [g for g in self._next_gift if g[0] > now]
        gifts: list[Gift] = [self._gift(who, Touch(TouchKind.COMMAND)) for _, who in due]
        for _, who in due:
            if rng.random() < 0.35:
                self._next_gift.append((now + timedelta(days=rng.expovariate(1 / 30)), who))
        gifts += [self._gift(who, Touch(TouchKind.NUDGE, d)) for at, who, d in self._owed if at <= now]
        self._owed = [o for o in self._owed if o[0] > now]
        if gifts:
            await write(self._ctx, [GiftChange(event_id=f"evt_{g.id}", before=None, after=g) for g in gifts])

    def _gift(self, who: int, touch: Touch) -> Gift:
        self.seen.gave[who].append(self._clock())
        return paid(self._ctx, self._campaign, who, self._rng.choice([300, 500, 1000]), touch=touch)

    async def _choose(self) -> None:
        """Let some donors turn reminders on or off."""
        now, rng = self._clock(), self._rng
        async with self._ctx.db.write() as conn:
            for who in rng.sample(self._people, len(self._people) // 200):
                if not self.seen.gave[who]:
                    continue
                yes = rng.random() < 0.8
                change = self._ctx.ids.new()
                kind = Preference.REMINDERS
                await supporters.set_preference(conn, who, kind, yes, at=now, wording="simulated", change_id=change)
                if yes:
                    await nudges.set_next_checks(conn, {who: now})
                self.seen.said[who].append((now, yes))

    async def _deliver(self) -> None:
        """Send what is due; one in eight readers gives within days."""
        now = self._clock()
        platforms: tuple[PlatformName, ...] = ("telegram", "discord")
        for platform in platforms:
            while await self._is_due(platform):
                async with self._ctx.db.write() as conn:
                    claimed = await outbox.claim(conn, platform, now, 500)
                    people = await supporters.by_address_ids(conn, [d.address_id for d in claimed])
                outcomes = [await self._send(d, people[d.address_id]) for d in claimed]
                async with self._ctx.db.write() as conn:
                    await outbox.mark(conn, outcomes, now)

    async def _is_due(self, platform: PlatformName) -> bool:
        async with self._ctx.db.read() as conn:
            due = await outbox.next_due(conn, platform)
        return due is not None and due <= self._clock()

    async def _send(self, delivery: outbox.Delivery, person: Supporter) -> SendOutcome:
        if delivery.message != "nudge":
            return SendOutcome(id=delivery.id, state=State.SENT)
        try:
            card: Card = (await outbox_messages.render(self._ctx, delivery, person)).card
        except (Obsolete, OnHold) as why:
            return SendOutcome(id=delivery.id, state=State.DROPPED, error=str(why))
        except Deferred as why:
            until = why.until or self._clock() + STEP
            return SendOutcome(id=delivery.id, state=State.WAITING, due_at=until, counted=False)
        assert card.buttons
        self.seen.sent.append(SentReminder(supporter_id=person.id, decision_id=delivery.id, at=self._clock()))
        if self._rng.random() < 0.125:
            self._owed.append((self._clock() + timedelta(days=self._rng.uniform(0, 3)), person.id, delivery.id))
        return SendOutcome(id=delivery.id, state=State.SENT)


async def play(
    ctx: Context, campaign: Campaign, *, seed: int, people: int, days: int
) -> tuple[Observations, Sequence[int]]:
    """Run a whole season; return the observations and the supporters' ids."""
    population = Population(ctx, campaign, random.Random(seed))
    await population.arrive(people, days)
    await population.live(ctx.clock() + timedelta(days=days))
    return population.seen, population._people
