"""Prompts: a question to a member of staff that their next text answers, for 15 minutes."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.staff import Member
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.reply import Form, Reply
from content.cards import Tap

PROMPT_LIFETIME = timedelta(minutes=15)  # how long a prompt awaits the next text
CANCEL = Tap(action="nvm")  # the button that cancels a prompt


async def ask(ctx: Context, person: Member, reply: Reply, form: Form) -> Reply:
    """Return the reply with a prompt; its answer goes to a row of the answers table, even after a restart."""
    await expect(ctx, person, form.answers)
    return replace(reply, form=form)


async def expect(ctx: Context, person: Member, prompt: str) -> None:
    """Take the next text or picture as the answer to `prompt`, for 15 minutes.

    Without the limit, a text written about something else would be taken as the answer.
    """
    async with ctx.db.write() as conn:
        await staff.set_prompt(conn, person.id, prompt, ctx.clock() + PROMPT_LIFETIME)


async def clear(ctx: Context, person: Member) -> None:
    """Cancel the prompt: it was answered, or they moved on."""
    if person.expects is not None:
        async with ctx.db.write() as conn:
            await staff.clear_prompt(conn, person.id)
