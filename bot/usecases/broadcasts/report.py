"""Progress and results of a broadcast. Gifts are credited by the touch in their link, not by time."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.broadcasts import Broadcast
from bot.store.broadcasts import broadcasts as rows
from bot.store.broadcasts import posts, recipients
from bot.store.broadcasts.broadcasts import Slice
from bot.store.core.outbox import State
from bot.store.db import Connection
from bot.usecases.context import Context
from payments.money import Money

_LATELY = timedelta(minutes=1)  # window for the pace of a running broadcast


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Recipients and posts by state; they add up to the audience."""

    people: Mapping[State, int]
    places: Mapping[State, int]
    lately: int  # finished in the last `within`
    within: timedelta

    @property
    def audience(self) -> int:
        """All recipients and places."""
        return sum(self.people.values()) + sum(self.places.values())

    @property
    def left(self) -> int:
        """How many wait or are being sent."""
        waiting = (State.WAITING, State.SENDING)
        return sum(self.people.get(state, 0) + self.places.get(state, 0) for state in waiting)

    @property
    def per_second(self) -> float:
        """The pace of the last minute, or of the whole broadcast once it has ended."""
        seconds = self.within.total_seconds()
        return self.lately / seconds if seconds > 0 else 0.0

    @property
    def time_left(self) -> timedelta | None:
        """The time left at this pace; None while there is no pace."""
        return timedelta(seconds=round(self.left / self.per_second)) if self.per_second > 0 else None


async def progress(ctx: Context, broadcast: Broadcast) -> Progress:
    """Return how far the broadcast is."""
    until = broadcast.ended_at or ctx.clock()
    since = broadcast.started_at or until
    if broadcast.ended_at is None:  # not since its start: pauses and nights would distort the estimate
        since = max(since, until - _LATELY)
    async with ctx.db.read() as conn:
        people = await recipients.counts(conn, broadcast.id)
        places = await posts.counts(conn, broadcast.id)
        lately = await recipients.ended_since(conn, broadcast.id, since)
    return Progress(people=people, places=places, lately=lately, within=until - since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Results among some of its recipients."""

    sent: int
    asked: int  # of the sent ones, with amounts
    unreachable: int
    unsubscribed: int  # by the button under this message
    taps: int | None  # None without a public address, when taps are not counted
    gifts: int
    money: Sequence[Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Results of a broadcast, in total and by groups of recipients. The key "" is for posts in places."""

    progress: Progress
    unsubscribed: int
    taps: int | None  # as in a Share
    gifts: int
    money: Sequence[Money]
    languages: Mapping[str, Share]
    platforms: Mapping[str, Share]
    parts: Mapping[str, Share]  # by giving history (Giving); each recipient is in one


@dataclass(frozen=True, slots=True)
class _Results:
    outcomes: Sequence[tuple[Slice, str, bool, int]]
    gifts: Sequence[tuple[Slice, str, int, int]]
    opt_outs: Sequence[tuple[Slice, int]]
    taps: Sequence[tuple[Slice, int]] | None

    def by(self, group_of: Callable[[Slice], str | None]) -> Mapping[str, Share]:
        """Return one share for each value of `group_of`."""
        more = [slice_ for slice_, taps in (*self.opt_outs, *(self.taps or ())) if taps]
        slices = [*(c[0] for c in self.outcomes), *(g[0] for g in self.gifts), *more]
        return {
            value: self.share(_having(group_of, value))
            for value in sorted({group_of(slice_) or "" for slice_ in slices})
        }

    def share(self, of: Callable[[Slice], bool]) -> Share:
        """Return the results among the slices that `of` selects."""
        sent = [(asks, people) for slice_, state, asks, people in self.outcomes if of(slice_) and state == State.SENT]
        gifts = [(count, code, minor) for slice_, code, count, minor in self.gifts if of(slice_)]
        return Share(
            sent=sum(people for _, people in sent),
            asked=sum(people for asks, people in sent if asks),
            unreachable=sum(n for slice_, state, _, n in self.outcomes if of(slice_) and state == State.UNREACHABLE),
            unsubscribed=sum(people for slice_, people in self.opt_outs if of(slice_)),
            taps=None if self.taps is None else sum(taps for slice_, taps in self.taps if of(slice_)),
            gifts=sum(count for count, *_ in gifts),
            money=_money([(code, minor) for _, code, minor in gifts]),
        )


async def _taps(conn: Connection, broadcast_id: int) -> list[tuple[Slice, int]]:
    """Return taps by slice; taps on posts are the rest of the total."""
    of_people = await rows.taps_by_slice(conn, broadcast_id)
    on_posts = await rows.taps(conn, broadcast_id) - sum(taps for _, taps in of_people)
    return [*of_people, (Slice(locale=None, platform=None, part=None), on_posts)]


def _having(group_of: Callable[[Slice], str | None], value: str) -> Callable[[Slice], bool]:
    return lambda slice_: (group_of(slice_) or "") == value


async def report(ctx: Context, broadcast: Broadcast) -> Report:
    """Return delivered, blocked, unsubscribed, tapped and given; by language, platform and giving history."""
    async with ctx.db.read() as conn:
        results = _Results(
            outcomes=await rows.outcomes(conn, broadcast.id),
            gifts=await rows.gifts(conn, broadcast.id),
            opt_outs=await rows.opt_outs(conn, broadcast.id),
            taps=await _taps(conn, broadcast.id) if ctx.public_url else None,
        )
    whole = results.share(lambda _: True)
    return Report(
        progress=await progress(ctx, broadcast),
        unsubscribed=whole.unsubscribed,
        taps=whole.taps,
        gifts=whole.gifts,
        money=whole.money,
        languages=results.by(lambda slice_: slice_.locale),
        platforms=results.by(lambda slice_: slice_.platform),
        parts=results.by(lambda slice_: slice_.part),
    )


def _money(sums: Sequence[tuple[str, int]]) -> list[Money]:
    """Sum by currency."""
    total: defaultdict[str, int] = defaultdict(int)
    for code, minor in sums:
        total[code] += minor
    return [Money(minor, code) for code, minor in sorted(total.items())]
