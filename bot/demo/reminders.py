"""The days between a first gift and its reminder, which the scenario and the page can skip."""

from __future__ import annotations

import itertools
from datetime import timedelta
from hashlib import sha256

from bot.demo.environment import Environment
from bot.domain import holdout
from bot.domain.nudges import PolicyName
from bot.domain.people import PlatformName
from bot.store.db import Connection
from bot.store.nudges import figures, nudges
from bot.store.supporters import supporters
from bot.usecases.money import reconcile
from bot.usecases.nudges import plan, policies

_DUE = 11  # days; a second gift is asked for from day ten
_EVERYONE = 1000  # more supporters than the demo ever has
_SPREAD = timedelta(hours=6)  # over which overdue reminders are spread


async def send_to_players(env: Environment) -> None:
    """Put the people that visitors act as outside the holdout, by choosing the key from which it is drawn.

    A visitor who is held out would see no reminder and think that it failed.
    """
    ctx = env.app.ctx
    async with ctx.db.write() as conn:
        share = (await policies.policy_states(conn))[PolicyName.SECOND_GIFT].held_out
        due = await nudges.due_candidates(conn, ctx.clock() + timedelta(days=2 * _DUE), _EVERYONE)
        mine = await _players(env, conn)
        ids = [candidate.arm_of for candidate in due if candidate.id in mine]
        keys = (sha256(f"demo {attempt}".encode()).digest() for attempt in itertools.count())
        await nudges.replace_holdout_secret(conn, next(key for key in keys if _is_outside(key, ids, share)))


async def _players(env: Environment, conn: Connection) -> set[int]:
    """Return the ids of the supporters that the players have become so far, on either platform."""
    accounts: list[tuple[PlatformName, str]] = [
        account
        for person in env.people.values()
        for account in (("telegram", str(person.telegram["id"])), ("discord", str(person.discord["id"])))
    ]
    found = [await supporters.find(conn, platform, external_id) for platform, external_id in accounts]
    return {person.id for person in found if person is not None}


def _is_outside(key: bytes, ids: list[int], share: float) -> bool:
    return all(holdout.draw(key, PolicyName.SECOND_GIFT, each, share).arm == "sent" for each in ids)


async def let_them_fall_due(env: Environment) -> None:
    """Advance the clock by eleven days, until the reminders of those who gave once and agreed are sent."""
    await env.until_morning(_DUE)
    await reconcile.poll(env.app.ctx, env.app.intake)  # as every minute: three jumps in a row are a month unread
    await plan.tick(env.app.ctx)  # unless the bot's own job came first
    await env.let_pass(_SPREAD)
    await env.all_sent()


async def drawn(env: Environment) -> dict[str, int]:
    """Return how many decisions about a second gift were drawn so far, by arm: `sent` and `held_out`."""
    ctx, arms = env.app.ctx, {"sent": 0, "held_out": 0}
    async with ctx.db.read() as conn:
        for cell in await figures.cells(conn, PolicyName.SECOND_GIFT, timedelta(), ctx.clock()):
            arms[cell.arm] += cell.assigned
    return arms
