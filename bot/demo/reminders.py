"""The days between a first gift and its reminder, which the scenario and the page can skip."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.demo import bank
from bot.demo.environment import Environment
from bot.domain import holdout
from bot.domain.nudges import PolicyName
from bot.domain.people import PlatformName
from bot.store.db import Connection
from bot.store.nudges import figures, nudges
from bot.store.supporters import supporters
from bot.usecases.money import reconcile
from bot.usecases.nudges import plan, policies

_DUE = 11  # days; a first gift is followed by a reminder from day ten
_POLICIES = (PolicyName.SECOND_GIFT, PolicyName.LAPSING)
_EVERYONE = 1000  # more supporters than the demo ever has
_SPREAD = timedelta(hours=6)  # over which overdue reminders are spread


async def send_to_players(env: Environment) -> None:
    """Put the people that visitors act as outside the holdout, by choosing the key from which it is drawn.

    A visitor who is held out would see no reminder and think that it failed.
    """
    ctx = env.app.ctx
    async with ctx.db.write() as conn:
        states = await policies.policy_states(conn)
        due = await nudges.due_candidates(conn, ctx.clock() + timedelta(days=2 * _DUE), _EVERYONE)
        mine = await _players(env, conn)
        draws = [(name, candidate.arm_of) for candidate in due if candidate.id in mine for name in _POLICIES]
        keys = (sha256(f"demo {attempt}".encode()).digest() for attempt in itertools.count())
        await nudges.replace_holdout_secret(conn, next(key for key in keys if _is_outside(key, draws, states)))


async def _players(env: Environment, conn: Connection) -> set[int]:
    """Return the ids of the supporters that the players have become so far, on either platform."""
    accounts: list[tuple[PlatformName, str]] = [
        account
        for person in env.people.values()
        for account in (("telegram", str(person.telegram["id"])), ("discord", str(person.discord["id"])))
    ]
    found = [await supporters.find(conn, platform, external_id) for platform, external_id in accounts]
    return {person.id for person in found if person is not None}


def _is_outside(
    key: bytes, draws: Sequence[tuple[PolicyName, int]], states: Mapping[PolicyName, policies.PolicyState]
) -> bool:
    return all(holdout.draw(key, name, each, states[name].held_out).arm == "sent" for name, each in draws)


async def remind_those_who_gave_again(env: Environment) -> None:
    """Switch on reminders after two gifts and more, due as early as those after the first: ten days."""
    async with env.app.ctx.db.write() as conn:
        policy = (await policies.policy_states(conn))[PolicyName.LAPSING]
        soon = replace(policy, wanted=True, numbers=replace(policy.numbers, rhythm=1.0))
        await nudges.set_policy(conn, policies.as_row(soon), None, env.clock())


async def reached_players(env: Environment, since: datetime) -> bool:
    """Return whether a reminder was delivered since then to one of the people that visitors act as."""
    async with env.app.ctx.db.read() as conn:
        return any([await nudges.sent_times(conn, each, since) for each in await _players(env, conn)])


async def let_them_fall_due(env: Environment) -> None:
    """Advance the clock by eleven days, until the reminders of those who gave once and agreed are sent."""
    await bank.until_morning(env, _DUE)
    await reconcile.poll(env.app.ctx, env.app.intake)  # as every minute: three jumps in a row are a month unread
    await plan.tick(env.app.ctx)  # unless the bot's own job came first
    await env.let_pass(_SPREAD)
    await env.all_sent()


async def drawn(env: Environment) -> dict[str, int]:
    """Return how many reminders were drawn so far, by arm: `sent` and `held_out`."""
    ctx, arms = env.app.ctx, {"sent": 0, "held_out": 0}
    async with ctx.db.read() as conn:
        for name in _POLICIES:
            for cell in await figures.cells(conn, name, timedelta(), ctx.clock()):
                arms[cell.arm] += cell.assigned
    return arms
