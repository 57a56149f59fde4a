"""Prompts: a question to a member of staff whose answer is their next text, for 15 minutes."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.staff import Member
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.reply import Form, Reply
from content.cards import Tap

PROMPT_LIFETIME = timedelta(minutes=15)  # how long a question waits for the next text
CANCEL = Tap(action="nvm")  # a button under a question: nothing more is asked


async def ask(ctx: Context, person: Member, reply: Reply, form: Form) -> Reply:
    """The reply, with a question whose answer goes to a row of the answers' table, after a restart too."""
    await expect(ctx, person, form.answers)
    return replace(reply, form=form)


async def expect(ctx: Context, person: Member, what: str) -> None:
    """Take their next text or picture as the answer to this, if it comes within 15 minutes.

    Later they think of something else when they write, and it would go where they do not mean it to.
    """
    async with ctx.db.write() as conn:
        await staff.set_prompt(conn, person.id, what, ctx.clock() + PROMPT_LIFETIME)


async def clear(ctx: Context, person: Member) -> None:
    """Nothing more is asked of them: it was answered, or they turned to something else."""
    if person.expects is not None:
        async with ctx.db.write() as conn:
            await staff.clear_prompt(conn, person.id)
