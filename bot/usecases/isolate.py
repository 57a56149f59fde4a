"""Loops over things that have nothing to do with each other: one that fails holds up no other."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from bot.usecases.context import Context
from bot.usecases.staff.handling import tell_all
from payments.stripe import GatewayUnavailable

log = logging.getLogger(__name__)
T = TypeVar("T")


async def each(
    ctx: Context, job: str, items: Iterable[T], work: Callable[[T], Awaitable[object]], *, name: Callable[[T], str]
) -> int:
    """Do `work` for each item; returns for how many it succeeded and returned something true.

    A failure is logged with its traceback and reported to staff once a day; what Stripe cannot do right now is only
    logged. `name` says in a few letters, without anybody's words, which item it was.
    """
    done = 0
    for item in items:
        try:
            done += bool(await work(item))
        except GatewayUnavailable as why:
            log.warning("%s of %s must wait: %s", job, name(item), why)
        except Exception:
            log.exception("%s of %s failed; the others go on", job, name(item))
            await _report(ctx, job, name(item))
    return done


async def _report(ctx: Context, job: str, item: str) -> None:
    try:
        async with ctx.db.write() as conn:
            key = f"item_failed:{job}:{item}:{ctx.clock():%Y%m%d}"
            await tell_all(ctx, conn, key, "item_failed", job=job, item=item)
    except Exception:  # the database is in trouble: the other items are tried all the same
        log.exception("that %s of %s failed could not be reported", job, item)
