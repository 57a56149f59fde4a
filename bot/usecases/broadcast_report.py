"""What a broadcast is doing, and what came of it. Gifts are credited by the touch in their own link, not by time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.broadcasts import Broadcast
from bot.store import broadcasts as rows
from bot.store import posts, recipients
from bot.store.outbox import State
from bot.usecases.context import Context
from payments.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Recipients and posts by state; they add up to the audience."""

    people: Mapping[State, int]
    places: Mapping[State, int]
    elapsed: timedelta

    @property
    def audience(self) -> int:
        """Everybody and every place it goes to."""
        return sum(self.people.values()) + sum(self.places.values())

    @property
    def left(self) -> int:
        """Who waits, or is being sent to."""
        waiting = (State.WAITING, State.SENDING)
        return sum(self.people.get(state, 0) + self.places.get(state, 0) for state in waiting)

    @property
    def per_second(self) -> float:
        """The pace so far."""
        seconds = self.elapsed.total_seconds()
        return (self.audience - self.left) / seconds if seconds > 0 else 0.0

    @property
    def time_left(self) -> timedelta | None:
        """At this pace; None while there is none."""
        return timedelta(seconds=round(self.left / self.per_second)) if self.per_second > 0 else None


async def progress(ctx: Context, found: Broadcast) -> Progress:
    """How far it is."""
    async with ctx.db.read() as conn:
        people = await recipients.counts(conn, found.id)
        places = await posts.counts(conn, found.id)
    begun = found.started_at or ctx.clock()
    return Progress(people=people, places=places, elapsed=(found.ended_at or ctx.clock()) - begun)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What came of it in one language. `gave`: by currency, gifts and money."""

    sent: int
    asked: int
    gifts: int
    money: Sequence[Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a broadcast. `languages` has "" for gifts through posts in channels and groups."""

    progress: Progress
    unsubscribed: int
    taps: int | None  # None without a public address: taps are not counted then
    gifts: int
    money: Sequence[Money]
    languages: Mapping[str, Share]


async def report(ctx: Context, found: Broadcast) -> Report:
    """Delivered, blocked, unsubscribed, tapped, gave, how much; by language."""
    async with ctx.db.read() as conn:
        came = await rows.outcomes(conn, found.id)
        gifts = await rows.gifts_by_locale(conn, found.id)
        unsubscribed = await rows.opt_outs(conn, found.id)
        taps = await rows.taps(conn, found.id) if ctx.public_url else None
    sent: defaultdict[str, int] = defaultdict(int)
    asked: defaultdict[str, int] = defaultdict(int)
    for one in came:
        if one.state == State.SENT:
            sent[one.locale] += one.people
            asked[one.locale] += one.people if one.asks else 0
    languages = {
        locale: Share(
            sent=sent[locale],
            asked=asked[locale],
            gifts=sum(count for where, _, count, _ in gifts if (where or "") == locale),
            money=_money([(code, minor) for where, code, _, minor in gifts if (where or "") == locale]),
        )
        for locale in sorted({*sent, *(where or "" for where, *_ in gifts)})
    }
    return Report(
        progress=await progress(ctx, found),
        unsubscribed=unsubscribed,
        taps=taps,
        gifts=sum(count for _, _, count, _ in gifts),
        money=_money([(code, minor) for _, code, _, minor in gifts]),
        languages=languages,
    )


def _money(sums: Sequence[tuple[str, int]]) -> list[Money]:
    """Each currency alone."""
    total: defaultdict[str, int] = defaultdict(int)
    for code, minor in sums:
        total[code] += minor
    return [Money(minor, code) for code, minor in sorted(total.items())]
