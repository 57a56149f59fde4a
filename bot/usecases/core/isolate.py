"""Loops over independent items: one that fails does not hold up the others."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff
from payments.gateway_errors import GatewayError, GatewayUnavailable, KeyRefused, concerns_all

log = logging.getLogger(__name__)
T = TypeVar("T")


async def each(
    ctx: Context,
    job: str,
    items: Iterable[T],
    work: Callable[[T], Awaitable[object]],
    *,
    name: Callable[[T], str],
    final: tuple[type[Exception], ...] = (),
) -> int:
    """Run `work` for each item; return how many succeeded with a true result.

    A failure is logged with its traceback and reported to staff once a day; GatewayUnavailable is only logged. `name`
    identifies the item in a few letters, without personal data. `final`: errors after which an item is not retried,
    which the notice to staff says.
    """
    done = 0
    for item in items:
        try:
            done += bool(await work(item))
        except GatewayUnavailable as why:
            log.warning("%s of %s must wait: %s", job, name(item), why)
        except Exception as why:
            ctx.failures.log(why, job, name(item))
            await _report(ctx, job, name(item), "final" if isinstance(why, final) else "")
    return done


async def each_at_stripe(
    ctx: Context,
    job: str,
    items: Iterable[T],
    work: Callable[[T], Awaitable[object]],
    *,
    name: Callable[[T], str],
    final: tuple[type[Exception], ...] = (),
) -> int:
    """Like `each`, for items that all need Stripe.

    Raises the GatewayError of an outage or a refused key: the remaining items would fail the same way.
    """
    stopped: list[GatewayError] = []

    async def unless_stopped(item: T) -> object:
        try:
            return await work(item)
        except GatewayError as why:
            if not concerns_all(why):
                raise
            stopped.append(why)
            return False

    done = 0
    for item in items:
        done += await each(ctx, job, [item], unless_stopped, name=name, final=final)
        if stopped:
            log.warning("%s stops at %s: %s", job, name(item), stopped[0])
            if isinstance(stopped[0], KeyRefused):
                await _report(ctx, job, "", "key")
            raise stopped[0]
    return done


async def _report(ctx: Context, job: str, item: str, why: str) -> None:
    try:
        async with ctx.db.write() as conn:
            key = f"item_failed:{job}:{item}:{ctx.clock():%Y%m%d}"
            await notify_staff(ctx, conn, key, "item_failed", job=job, item=item, why=why)
    except Exception as failed:  # the database fails: continue with the other items anyway
        ctx.failures.log(failed, f"the notice about {job}", item)
