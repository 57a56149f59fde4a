"""What is measured while it happens: how long an event of Stripe's and an answer to a tap or message take."""

from prometheus_client import CollectorRegistry, Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Meters:
    """The meters of one process, in a registry of their own. No label holds an id."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.intake = Histogram(
            "obole_intake_seconds",
            "From a webhook of Stripe's to its event on the disk",
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.answer = Histogram(
            "obole_answer_seconds",
            "From a tap or message to its reply, before it is sent",
            ["platform"],
            registry=self.registry,
            buckets=_SECONDS,
        )
