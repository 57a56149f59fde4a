"""What a staff handler is, and how one is called: who asks, whether they may, what their next text answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.store import audit, notices, staff
from bot.store.audit import Act
from bot.store.db import Connection
from bot.store.notices import Notice
from bot.usecases.context import Context
from bot.usecases.reply import Form, Reply
from content.cards import Tap, shorten

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


@dataclass(frozen=True, slots=True)
class Entry:
    """A button of the staff's home. `label`: a key of the catalog; `action`: what it does."""

    label: str
    action: str
    role: Role


Handlers = Mapping[str, Handler]
Answers = Mapping[str, Answering]

# Who works at the machine itself may do everything.
TERMINAL = Member(id=0, platform="telegram", external_id="", role=Role.OWNER, label="terminal", locale="en")
ASKED_FOR = timedelta(minutes=15)  # how long a question waits for the next text
CANCEL = Tap(action="nvm")  # a button under a question: nothing more is asked


async def member(ctx: Context, contact: Contact) -> Member | None:
    """Who of the staff is talking, by themselves or by a Discord role they hold right now; None for everybody else."""
    async with ctx.db.read() as conn:
        known = await staff.find(conn, contact.platform, contact.external_id)
        if known is not None and known.role_guild is None:
            return known
        if contact.guild is None:
            return None  # where they are now nobody tells their roles
        role = await staff.by_discord_roles(conn, contact.guild, contact.roles)
        if role is not None and await staff.was_removed(conn, contact.platform, contact.external_id):
            role = None
    here = known is not None and known.role_guild == contact.guild
    if known is not None and here and known.role is role:
        return known
    if role is not None:
        return await _by_role(ctx, contact, known, role, contact.guild)
    if known is not None and here:
        async with ctx.db.write() as conn:
            await staff.role_taken(conn, known.id, ctx.clock())
            await note(ctx, conn, None, "staff.role_gone", label=known.label)
    return None


async def _by_role(ctx: Context, contact: Contact, known: Member | None, role: Role, guild: str) -> Member:
    """Somebody who holds one of the mapped Discord roles, with a row of their own so that questions find them."""
    async with ctx.db.write() as conn:
        person = await staff.add(
            conn,
            contact.platform,
            contact.external_id,
            role,
            label=label_of(contact),
            locale=contact.locale if known is None else known.locale,
            added_by=None,
            at=ctx.clock(),
            role_guild=guild,
        )
        await note(ctx, conn, None, "staff.by_role", label=person.label, role=role.value)
        said = {"label": person.label, "role": role.value, "by": ""}
        await tell_all(ctx, conn, f"staff_by_role:{person.id}:{role.value}", "staff_added", **said)
    return person


def label_of(contact: Contact) -> str:
    """How colleagues will call somebody: as their platform shows them."""
    return shorten(contact.name or f"{contact.platform} {contact.external_id[-4:]}", 40)


async def tell_all(ctx: Context, conn: Connection, key: str, kind: str, **args: Any) -> None:
    """A notice to all staff, in the transaction of what it is about; the same key is said once."""
    now = ctx.clock()
    await notices.add(conn, Notice(id=ctx.ids.new(), key=key, kind=kind, args=args, due_at=now), now)


async def ask(ctx: Context, person: Member, reply: Reply, form: Form) -> Reply:
    """The reply, with a question whose answer goes to a row of the answers' table, after a restart too."""
    await expect(ctx, person, form.answers)
    return replace(reply, form=form)


async def expect(ctx: Context, person: Member, what: str) -> None:
    """Take their next text or picture as the answer to this, if it comes within 15 minutes.

    Later they think of something else when they write, and it would go where they do not mean it to.
    """
    async with ctx.db.write() as conn:
        await staff.expect(conn, person.id, what, ctx.clock() + ASKED_FOR)


async def settle(ctx: Context, person: Member) -> None:
    """Nothing more is asked of them: it was answered, or they turned to something else."""
    if person.expects is not None:
        async with ctx.db.write() as conn:
            await staff.expect_nothing(conn, person.id)


async def note(ctx: Context, conn: Connection, who: Member | None, action: str, **details: Any) -> None:
    """Write down what was done, in the transaction of what was done. `who` None: Obole by itself; TERMINAL: the
    machine's own command line."""
    actor = "obole" if who is None else who.label
    staff_id = None if who is None or not who.id else who.id
    act = Act(id=ctx.ids.new(), at=ctx.clock(), staff_id=staff_id, actor=actor, action=action, details=details)
    await audit.write(conn, act)
