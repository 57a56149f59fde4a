"""No holdout, for tests in which everyone who is due must get a message."""

from functools import cache
from itertools import count

from sqlalchemy import update

from bot.domain import holdout
from bot.domain.nudges import PolicyName, PolicySettings
from bot.store.db import Connection
from bot.store.nudges import nudges
from bot.store.nudges.tables import secret
from bot.usecases.context import Context
from bot.usecases.nudges.policies import PolicyState, as_row

_FIRST_IDS = range(1, 101)  # of supporters, in a new database


async def hold_nobody_out_of_all(conn: Connection) -> None:
    """Set a secret that holds none of the first hundred supporters out."""
    value = _secret()
    await nudges.holdout_secret(conn, value)
    await conn.execute(update(secret).values(value=value))


async def ask_everyone_again(ctx: Context) -> None:
    """Let the policy of the second gift hold nobody out either: after ten days, every donor who agreed is asked."""
    policy = PolicyState(name=PolicyName.SECOND_GIFT, wanted=True, numbers=PolicySettings(), held_out=0.0)
    async with ctx.db.write() as conn:
        await nudges.set_policy(conn, as_row(policy), None, ctx.clock())
        await hold_nobody_out_of_all(conn)


@cache
def _secret() -> bytes:
    tried = (str(number).encode() for number in count())
    return next(s for s in tried if all(holdout.draw(s, "any", i, 0.0).arm == "sent" for i in _FIRST_IDS))
