"""The one-time link to the page with a person's own data.

A link is sent in private, but may be passed on, and chats open links for previews. So looking at it changes nothing,
the button on its page uses it up, and whoever presses second gets the same page as for an unknown link.
"""

from datetime import timedelta

from bot.domain.codes import LONG, code_hash, new_code
from bot.domain.deeplink import DATA_PAGE
from bot.domain.people import Supporter
from bot.store.db import Connection
from bot.store.supporters import merging, my_data_links
from bot.usecases.context import Context
from bot.usecases.supporters.my_data import MyData, gather

GOOD_FOR = timedelta(hours=24)
_PURPOSE = "my data"


async def create(ctx: Context, conn: Connection, person: Supporter) -> str:
    """Return the address of a new link, which ends the person's earlier ones."""
    token = new_code(ctx.rng, LONG)
    await my_data_links.forget_old(conn, ctx.clock())
    await my_data_links.forget(conn, await merging.merged_ids(conn, person.id))
    await my_data_links.add(conn, code_hash(token, _PURPOSE), person.id, ctx.clock() + GOOD_FOR)
    return f"{ctx.public_url}{DATA_PAGE}{token}?l={person.locale}"


async def works(ctx: Context, token: str) -> bool:
    """Return whether a link can still be used, without using it."""
    async with ctx.db.read() as conn:
        return await my_data_links.owner(conn, code_hash(token, _PURPOSE), ctx.clock()) is not None


async def copy(ctx: Context, token: str) -> MyData | None:
    """Return the copy that a link is for, without using it; None if it is unknown, used or expired."""
    async with ctx.db.read() as conn:
        supporter_id = await my_data_links.owner(conn, code_hash(token, _PURPOSE), ctx.clock())
        return None if supporter_id is None else await gather(ctx, conn, supporter_id)


async def use(ctx: Context, token: str) -> bool:
    """Use a link up; return whether this use is its only one. What it is for may be shown only then."""
    async with ctx.db.write() as conn:
        return await my_data_links.use(conn, code_hash(token, _PURPOSE))
