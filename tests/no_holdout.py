"""A holdout secret for tests in which everyone who is due must get a message."""

from functools import cache
from itertools import count

from sqlalchemy import update

from bot.domain import holdout
from bot.store.db import Connection
from bot.store.nudges import nudges
from bot.store.nudges.tables import secret

_FIRST_IDS = range(1, 101)  # of supporters, in a new database


async def hold_nobody_out_of_all(conn: Connection) -> None:
    """Set a secret that holds none of the first hundred supporters out."""
    value = _secret()
    await nudges.holdout_secret(conn, value)
    await conn.execute(update(secret).values(value=value))


@cache
def _secret() -> bytes:
    tried = (str(number).encode() for number in count())
    return next(s for s in tried if all(holdout.draw(s, "any", i, 0.0).arm == "sent" for i in _FIRST_IDS))
