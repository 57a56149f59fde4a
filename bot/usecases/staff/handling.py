"""What a staff handler is, and how one is called: who asks, whether they may, what their next text answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.store import audit, staff
from bot.store.audit import Act
from bot.store.db import Connection
from bot.usecases.context import Context
from bot.usecases.reply import Form, Reply

StaffAnswer = Callable[[Context, Contact, Member, str], Awaitable[Reply]]
OnText = Callable[[Context, Contact, Member, str, str], Awaitable[Reply]]  # what it answers, what was written
OnPicture = Callable[[Context, Contact, Member, str, bytes], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Handler:
    """A row of the staff's tables. `role`: the least that may use it."""

    role: Role
    run: StaffAnswer


@dataclass(frozen=True, slots=True)
class Answering:
    """What takes the text (and perhaps the picture) that a form or prompt has asked for."""

    role: Role
    text: OnText
    picture: OnPicture | None = None


Handlers = Mapping[str, Handler]
Answers = Mapping[str, Answering]


async def member(ctx: Context, contact: Contact) -> Member | None:
    """Who of the staff is talking; None for everybody else."""
    async with ctx.db.read() as conn:
        return await staff.find(conn, contact.platform, contact.external_id)


async def ask(ctx: Context, person: Member, reply: Reply, form: Form) -> Reply:
    """The reply, with a question whose answer goes to a row of the answers' table, after a restart too."""
    async with ctx.db.write() as conn:
        await staff.expect(conn, person.id, form.answers)
    return replace(reply, form=form)


async def note(ctx: Context, conn: Connection, who: Member | None, action: str, **details: Any) -> None:
    """Write down what was done, in the transaction of what was done. `who` None: Obole by itself."""
    actor = "obole" if who is None else who.label
    staff_id = None if who is None or not who.id else who.id
    act = Act(id=ctx.ids.new(), at=ctx.clock(), staff_id=staff_id, actor=actor, action=action, details=details)
    await audit.write(conn, act)
