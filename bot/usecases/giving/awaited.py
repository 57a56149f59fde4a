"""What the next amount that a supporter writes is for, kept with their address for 15 minutes.

Without it, an amount written after "How much a month?" would be taken for a single gift. On Discord a window asks,
which carries the same text.
"""

from dataclasses import replace
from datetime import timedelta

from bot.domain.people import Supporter
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.reply import Form, Reply
from content.messages import giving as messages

LIFETIME = timedelta(minutes=15)
ANSWERS = "amount"  # verb of a form; what follows is what the amount is for


async def expect(ctx: Context, person: Supporter, what: str) -> None:
    """Take the next amount that they write as the answer to `what`, `verb:argument` of at most 80 characters."""
    async with ctx.db.write() as conn:
        await supporters.set_awaited(conn, person.address_id, what, ctx.clock() + LIFETIME)


async def ask(ctx: Context, person: Supporter, what: str, reply: Reply) -> Reply:
    """Return the reply with the question for an amount: a window on Discord, elsewhere the next message."""
    await expect(ctx, person, what)
    title, label = messages.amount_form(ctx.catalog, person.locale)
    return replace(reply, form=Form(answers=f"{ANSWERS}:{what}", title=title, label=label))


async def forget(ctx: Context, person: Supporter) -> Supporter:
    """Expect no amount any more, because they turned to something else; return them as they are then."""
    if person.awaits is None:
        return person
    async with ctx.db.write() as conn:
        await supporters.set_awaited(conn, person.address_id, None, None)
    return replace(person, awaits=None, awaits_until=None)
