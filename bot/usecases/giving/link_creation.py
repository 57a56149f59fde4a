"""Create payment links on demand, within a person's limits and within the time that they wait."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.people import Supporter
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.rate_limits import Rate
from payments.stripe import GatewayRefused, GatewayUnavailable

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many links may be created, and how long a person waits for one (seconds)."""

    rate: Rate
    patience: float


async def create_within(
    ctx: Context,
    person: Supporter,
    allowance: Allowance,
    amounts: Sequence[int],
    create: Callable[[int], Awaitable[T]],
) -> dict[int, T | None]:
    """Create a link for each amount (minor units), as many as the limits allow; return them by amount.

    None for an amount whose link Stripe refuses or does not create in time.
    """
    allowed = amounts[: await _take(ctx, person, allowance.rate, len(amounts))]
    created = await asyncio.gather(*(_create_in_time(create, minor, allowance) for minor in allowed))
    return dict(zip(allowed, created, strict=True))


async def _take(ctx: Context, person: Supporter, rate: Rate, wanted: int) -> int:
    """Count new links against the limit; return how many are allowed."""
    if not wanted:
        return 0
    async with ctx.db.write() as conn:
        for number in range(wanted):
            if not await rate_limits.take(ctx, conn, rate, person.platform, person.external_id):
                return number
    return wanted


async def _create_in_time(create: Callable[[int], Awaitable[T]], minor: int, allowance: Allowance) -> T | None:
    """Create one link; return None if Stripe is slow, unavailable or refuses."""
    try:
        async with asyncio.timeout(allowance.patience):
            return await create(minor)
    except (GatewayUnavailable, GatewayRefused, TimeoutError) as error:
        log.warning("no %s for %s: %s", allowance.rate.kind, minor, error or "Stripe is slow")
        return None
