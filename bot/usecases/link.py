"""Link: a one-time code makes one supporter of somebody's Telegram and Discord accounts."""

import random
from datetime import timedelta
from enum import StrEnum

from bot.domain.codes import BRIEF, hashed, new_code
from bot.domain.people import Contact
from bot.store import link_codes
from bot.usecases import rates
from bot.usecases.context import Context
from bot.usecases.join import who
from bot.usecases.merge import merge

GOOD_FOR = timedelta(minutes=10)
_SECRETS = random.SystemRandom()


class Linked(StrEnum):
    """What became of a code."""

    DONE = "done"
    WRONG = "wrong"  # never given, typed wrongly, used or too old: nobody is told which
    SAME = "same"  # it is the code of this very account
    TOO_MANY = "too_many"  # wrong guesses


async def offer(ctx: Context, contact: Contact) -> str:
    """A code to be typed on the other platform within ten minutes.

    One given before stays good: chats make commands in a text tappable, and a tap there asks for another one.
    """
    person, code = await who(ctx, contact), new_code(_SECRETS, BRIEF)
    async with ctx.db.write() as conn:
        await link_codes.forget_old(conn, ctx.clock())
        await link_codes.put(conn, hashed(code, "link"), person.id, ctx.clock() + GOOD_FOR)
    return code


async def redeem(ctx: Context, contact: Contact, code: str) -> Linked:
    """Somebody types the code that their other account was given."""
    person, now = await who(ctx, contact), ctx.clock()
    async with ctx.db.write_money() as conn:
        if await rates.is_spent(ctx, conn, rates.GUESSES, contact.platform, contact.external_id):
            return Linked.TOO_MANY
        other = await link_codes.whose(conn, hashed(code, "link"), now)
        if other is None:
            await rates.spend(ctx, conn, rates.GUESSES, contact.platform, contact.external_id)
            return Linked.WRONG
        if other == person.id:
            return Linked.SAME
        await link_codes.drop(conn, other)
        merged = await merge(ctx, conn, person.id, other)
    return Linked.DONE if merged is not None else Linked.WRONG
