"""GET /metrics: the meters, and what is read from the database and the process for each scrape, for Prometheus."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot.delivery.pacer import Pacer
from bot.domain.people import PlatformName
from bot.store.core import outbox
from bot.store.gifts import gifts
from bot.usecases.context import Context

_COUNTED_EVERY = timedelta(minutes=5)  # tables are read as a whole


@dataclass(frozen=True, slots=True)
class _Counts:
    """What was counted in the database, and when (UTC)."""

    at: datetime
    gifts: Mapping[str, int]
    deliveries: Mapping[tuple[int, str], int]


class Metrics:
    """Collects the metrics of one process."""

    def __init__(self, ctx: Context, pacers: Mapping[PlatformName, Pacer]) -> None:
        self._ctx = ctx
        self._pacers = pacers
        self._counts: _Counts | None = None

    async def page(self) -> bytes:
        """Return the metrics in Prometheus' text format. Raises if the database does not answer."""
        ctx, now = self._ctx, self._ctx.clock()
        if self._counts is None or not timedelta() <= now - self._counts.at < _COUNTED_EVERY:
            async with ctx.db.snapshot() as conn:
                self._counts = _Counts(now, await gifts.counts_by_state(conn), await outbox.counts_by_lane(conn))
        async with ctx.db.read() as conn:
            oldest = await outbox.oldest_due(conn, now)
        waiting = 0.0 if oldest is None else (now - oldest).total_seconds()
        current = CollectorRegistry(auto_describe=False)
        current.register(_Fixed([*self._database(self._counts, waiting), *self._process()]))
        return generate_latest(ctx.meters.registry) + generate_latest(current)

    def _database(self, counts: _Counts, waiting: float) -> Iterable[Metric]:
        by_state = [((state,), number) for state, number in counts.gifts.items()]
        yield _gauge("obole_gifts", "Gifts by state", by_state, "state")
        by_lane = [((outbox.Lane(lane).name.lower(), state), n) for (lane, state), n in counts.deliveries.items()]
        yield _gauge("obole_messages", "Messages by lane and state, in doubt among them", by_lane, "lane", "state")
        yield _gauge("obole_oldest_waiting_seconds", "How long the oldest message is overdue", [((), waiting)])

    def _process(self) -> Iterable[Metric]:
        ctx = self._ctx
        ages = [((name,), age) for name, age in ctx.heartbeats.ages().items()]
        yield _gauge("obole_task_age_seconds", "Since each task last succeeded", ages, "task")
        pools = [((name, kind), n) for name, pool in ctx.db.pools().items() for kind, n in pool.items()]
        yield _gauge("obole_database_connections", "Connections by pool", pools, "pool", "kind")
        pace = [((name,), pacer.per_second) for name, pacer in self._pacers.items()]
        yield _gauge("obole_pace_per_second", "Messages that may leave in a second", pace, "platform")
        halted = [((name,), pacer.halted_for) for name, pacer in self._pacers.items()]
        yield _gauge("obole_halted_seconds", "Until messages may leave again", halted, "platform")
        refusals = CounterMetricFamily("obole_refusals", "Messages refused as too many (429)", labels=["platform"])
        for name, pacer in self._pacers.items():
            refusals.add_metric([name], pacer.refusals)
        yield refusals
        calls = CounterMetricFamily("obole_stripe_calls", "Requests to Stripe", labels=["method", "status"])
        for (method, status), number in ctx.gateway.calls.items():
            calls.add_metric([method, status], number)
        yield calls


class _Fixed:
    """A collector of metrics that were read already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _gauge(name: str, meaning: str, values: Iterable[tuple[Sequence[str], float]], *labels: str) -> Metric:
    found = GaugeMetricFamily(name, meaning, labels=labels)
    for key, value in values:
        found.add_metric(list(key), value)
    return found
