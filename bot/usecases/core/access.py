"""Access: which member of staff a contact is, by their own row or by a Discord role they hold."""

from dataclasses import replace

from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.store.db import Connection
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff
from content.cards import shorten
from content.names import displayable_name

# Commands in the terminal have an owner's rights.
TERMINAL = Member(id=0, platform="telegram", external_id="", role=Role.OWNER, label="terminal", locale="en")


async def member(ctx: Context, contact: Contact) -> Member | None:
    """Return the member of staff behind a contact, by their own row or a Discord role held right now, or None."""
    async with ctx.db.read() as conn:
        found = await staff.find_ever(conn, contact.platform, contact.external_id)
    is_staff, row = found or (False, None)
    if row is not None and row.role_guild is None:
        return row if is_staff else None  # those whom an owner removed come back by no role
    if contact.guild is None and row is not None:
        contact = await _with_roles(ctx, contact, row.role_guild or "")
    if contact.guild is None:
        return None  # roles are known only inside a server
    async with ctx.db.read() as conn:
        given = await staff.by_discord_roles(conn, contact.guild, contact.roles)
    here = row is not None and is_staff and row.role_guild == contact.guild
    if row is not None and here and (row.role, row.finance) == given:
        return row
    if given is not None:
        return await _by_role(ctx, contact, row, given, contact.guild)
    if row is not None and here:
        async with ctx.db.write() as conn:
            await staff.remove_by_role(conn, row.id, ctx.clock())
            await log_action(ctx, conn, None, "staff.role_gone", label=row.label)
    return None


async def _with_roles(ctx: Context, contact: Contact, guild: str) -> Contact:
    """In private nobody has roles: ask which they hold now in the server that made them staff."""
    platform = ctx.roles.get(contact.platform)
    held = None if platform is None else await platform.roles_in(guild, contact.external_id)
    return contact if held is None else replace(contact, guild=guild, roles=tuple(held))


async def _by_role(
    ctx: Context, contact: Contact, known: Member | None, given: tuple[Role, bool], guild: str
) -> Member | None:
    """Add or update the row of someone who holds a mapped Discord role, so that prompts can refer to it.

    given: the role in the team, and whether the finance right.
    """
    role, finance = given
    async with ctx.db.write() as conn:
        is_staff, row = await staff.find_ever(conn, contact.platform, contact.external_id) or (False, None)
        if row is not None and row.role_guild is None:  # an owner has decided about them meanwhile
            return row if is_staff else None
        person = await add_member(ctx, conn, contact, known, role, role_guild=guild, finance=finance)
        await log_action(ctx, conn, None, "staff.by_role", label=person.label, role=role.value)
        args = {"label": person.label, "role": role.value, "by": ""}
        await notify_staff(ctx, conn, f"staff_by_role:{person.id}:{role.value}", "staff_added", **args)
    return person


async def add_member(
    ctx: Context,
    conn: Connection,
    contact: Contact,
    known: Member | None,
    role: Role,
    *,
    added_by: int | None = None,
    role_guild: str | None = None,
    finance: bool = False,
) -> Member:
    """Add or update a person's row in the team; members keep their language.

    `role_guild`: the Discord server in which a role makes them staff.
    """
    return await staff.add(
        conn,
        contact.platform,
        contact.external_id,
        role,
        label=_label_of(contact),
        locale=contact.locale if known is None else known.locale,
        added_by=added_by,
        at=ctx.clock(),
        role_guild=role_guild,
        finance=finance,
    )


async def is_same_person(conn: Connection, staff_id: int, other: Member) -> bool:
    """Return whether `other` is this member, also by a linked account on the other platform."""
    if staff_id == other.id:
        return True
    member = (await staff.by_ids(conn, [staff_id]))[staff_id]
    accounts = [await supporters.find(conn, account.platform, account.external_id) for account in (member, other)]
    return None not in accounts and len({account.id for account in accounts if account is not None}) == 1


async def has_other_owner(conn: Connection, one: Member) -> bool:
    """Return whether an owner other than this member could confirm what they ask. A Discord role makes no owners."""
    owners = [member for member in await staff.all_members(conn) if member.role is Role.OWNER]
    return any([not await is_same_person(conn, owner.id, one) for owner in owners])


def _label_of(contact: Contact) -> str:
    """Return the name that colleagues see: the one the platform shows, if it is readable."""
    return shorten(displayable_name(contact.name) or f"{contact.platform} {contact.external_id[-4:]}", 40)
