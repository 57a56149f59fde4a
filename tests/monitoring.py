"""The probes of a web application under test."""

from bot.health import Health
from bot.metrics import Metrics
from bot.usecases.context import Context
from bot.web.monitoring import Monitoring

TOKEN = "a token of 16 characters or more"


def monitoring_of(ctx: Context, health: Health | None = None) -> Monitoring:
    """The health of a process in which nothing is wrong, or this one's."""
    found = health or Health()
    return Monitoring(
        token=TOKEN, ready=lambda: found.ready(ctx), status=lambda: found.status(ctx), metrics=Metrics(ctx, {}).page
    )
