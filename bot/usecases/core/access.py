"""Access: which member of staff a contact is, by their own account or by a Discord role they hold."""

from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff
from content.cards import shorten

# Who works at the machine itself may do everything.
TERMINAL = Member(id=0, platform="telegram", external_id="", role=Role.OWNER, label="terminal", locale="en")


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
            await staff.remove_by_role(conn, known.id, ctx.clock())
            await log_action(ctx, conn, None, "staff.role_gone", label=known.label)
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
        await log_action(ctx, conn, None, "staff.by_role", label=person.label, role=role.value)
        said = {"label": person.label, "role": role.value, "by": ""}
        await notify_staff(ctx, conn, f"staff_by_role:{person.id}:{role.value}", "staff_added", **said)
    return person


def label_of(contact: Contact) -> str:
    """How colleagues will call somebody: as their platform shows them."""
    return shorten(contact.name or f"{contact.platform} {contact.external_id[-4:]}", 40)
