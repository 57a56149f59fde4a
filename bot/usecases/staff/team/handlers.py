"""Handlers for the team: list, invite, change roles, remove. Buttons: `tm:<what>[:<argument>]`."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from bot.domain.ids import read_id
from bot.domain.people import Contact
from bot.domain.staff import Member, Right, Role
from bot.store.db import Connection
from bot.store.staff import staff
from bot.store.staff.staff import RoleMapping
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff
from bot.usecases.reply import Reply
from bot.usecases.staff.team import codes
from content.cards import Tap
from content.commands import name_of
from content.messages import staff as messages
from content.names import readable_name

PAGE = 8  # people in one list
_ROLES = frozenset(role.value for role in Role)

_Step = Callable[[Context, Contact, Member, str], Awaitable[Reply]]


class LastOwner(Exception):
    """The last owner cannot be removed or demoted, since only owners add staff."""


class NobodyThere(Exception):
    """The person is not staff, or no longer."""


# --- actions, from chat or the terminal -------------------------------------------------------------
async def change_role(ctx: Context, actor: Member, staff_id: int, role: Role) -> Member:
    """Change a member's role. Raises LastOwner, NobodyThere."""
    async with ctx.db.write() as conn:
        owners, person = await staff.owner_count(conn, hold=True), await _today(conn, staff_id)
        if person.role is Role.OWNER and role is not Role.OWNER and owners == 1:
            raise LastOwner
        await staff.set_role(conn, person.id, role)
        if not role.may(person.role):
            await _void_codes(conn, person)
        details = {"label": person.label, "role": role.value, "by": actor.label}
        await log_action(ctx, conn, actor, "staff.role", **details, before=person.role.value)
        await notify_staff(ctx, conn, f"staff_role:{ctx.ids.new()}", "staff_role", **details)
    return replace(person, role=role)


async def set_finance(ctx: Context, actor: Member, staff_id: int, *, on: bool) -> Member:
    """Give a member the finance right, or take it back. Raises NobodyThere."""
    async with ctx.db.write() as conn:
        person = await _today(conn, staff_id)
        if person.finance is not on:
            await staff.set_finance(conn, person.id, on=on)
            details = {"label": person.label, "role": Right.FINANCE.value if on else "", "by": actor.label}
            await log_action(ctx, conn, actor, "staff.finance", **details)
            await notify_staff(ctx, conn, f"staff_finance:{ctx.ids.new()}", "staff_finance", **details)
    return replace(person, finance=on)


async def remove(ctx: Context, actor: Member, staff_id: int) -> Member:
    """Remove a member; their drafts stay. Raises LastOwner, NobodyThere."""
    async with ctx.db.write() as conn:
        owners, person = await staff.owner_count(conn, hold=True), await _today(conn, staff_id)
        if person.role is Role.OWNER and owners == 1:
            raise LastOwner
        await staff.remove(conn, person.id, ctx.clock())
        await _void_codes(conn, person)
        details = {"label": person.label, "by": actor.label}
        await log_action(ctx, conn, actor, "staff.removed", **details)
        await notify_staff(ctx, conn, f"staff_removed:{ctx.ids.new()}", "staff_removed", **details)
    return person


async def _void_codes(conn: Connection, person: Member) -> None:
    """Invalidate the codes with which a demoted or removed member could return.

    These are their own invitations and, for an owner, the recovery code, which their chat may still show.
    """
    await staff.drop_codes_of(conn, person.id)
    if person.role is Role.OWNER:
        await staff.drop_codes(conn, codes.RECOVERY)


async def new_paper(ctx: Context, actor: Member) -> str:
    """Return a new recovery code for an owner to keep on paper; it invalidates the previous one."""
    async with ctx.db.write() as conn:
        code = await codes.make(ctx, conn, Role.OWNER, codes.RECOVERY)
        await log_action(ctx, conn, actor, "staff.recovery_code")
    return code


async def invite(ctx: Context, actor: Member, role: Role) -> str:
    """Return a code that adds one person as staff, valid for a day."""
    async with ctx.db.write() as conn:
        code = await codes.make(ctx, conn, role, codes.INVITE, made_by=actor.id or None)
        await log_action(ctx, conn, actor, "staff.invited", role=role.value)
    return code


async def map_role(ctx: Context, actor: Member, mapping: RoleMapping) -> None:
    """Make the holders of a Discord role staff."""
    async with ctx.db.write() as conn:
        await staff.set_discord_role(conn, mapping, ctx.clock())
        details = {"name": mapping.name, "role": mapping.role.value, "by": actor.label}
        await log_action(ctx, conn, actor, "staff.discord_role", **details)
        await notify_staff(ctx, conn, f"staff_discord_role:{ctx.ids.new()}", "staff_discord_role", **details)


async def unmap_role(ctx: Context, actor: Member, guild_id: str, role_id: str) -> bool:
    """Stop a Discord role from making its holders staff, at once; return whether it did."""
    async with ctx.db.write() as conn:
        name = next((m.name for m in await staff.discord_roles(conn) if m.role_id == role_id), "")
        if not await staff.drop_discord_role(conn, guild_id, role_id):
            return False
        details = {"name": name, "role": "", "by": actor.label}
        await log_action(ctx, conn, actor, "staff.discord_role", **details)
        await notify_staff(ctx, conn, f"staff_discord_role:{ctx.ids.new()}", "staff_discord_role", **details)
    return True


async def _today(conn: Connection, staff_id: int) -> Member:
    member = next((m for m in await staff.all_members(conn) if m.id == staff_id), None)
    if member is None:
        raise NobodyThere
    return member


# --- cards ------------------------------------------------------------------------------------------
async def listed(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """List all members; owners get a button for each."""
    async with ctx.db.read() as conn:
        everyone, roles = await staff.all_members(conn), await staff.discord_roles(conn)
    start = min(read_id(argument) or 0, len(everyone) - 1)
    shown, owner = everyone[start : start + PAGE], person.role is Role.OWNER
    more = start + PAGE if start + PAGE < len(everyone) else None
    view = messages.TeamView(
        people=tuple(_line(member, person, Tap(action=f"tm:see:{member.id}") if owner else None) for member in shown),
        discord_roles=tuple(
            messages.MappedRole(
                name=mapped.name,
                role=mapped.role.value,
                finance=mapped.finance,
                remove=Tap(action=f"tm:unmap:{mapped.guild_id}:{mapped.role_id}") if owner else None,
            )
            for mapped in roles
        ),
        invite=Tap(action="tm:invite") if owner else None,
        more=None if more is None else Tap(action=f"tm:list:{more}"),
        menu=Tap(action="go:team"),
    )
    return Reply(card=messages.team(ctx.catalog, person.locale, view), mode="edit")


def _line(member: Member, me: Member, tap: Tap | None) -> messages.MemberLine:
    return messages.MemberLine(
        label=member.label,
        platform=member.platform,
        role=member.role.value,
        me=member.id == me.id,
        tap=tap,
        finance=member.finance and member.role is not Role.OWNER,
    )


async def _see(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Show a member, with the actions that an owner may take."""
    async with ctx.db.read() as conn:
        found = next((member for member in await staff.all_members(conn) if str(member.id) == argument), None)
    if found is None:
        return await listed(ctx, contact, person, "")
    card = messages.member(
        ctx.catalog,
        person.locale,
        line=_line(found, person, None),
        roles=tuple((r.value, Tap(action=f"tm:role:{found.id}:{r.value}")) for r in Role if r is not found.role),
        finance=None
        if found.role is Role.OWNER
        else Tap(action=f"tm:finance:{found.id}:{'off' if found.finance else 'on'}"),
        paper=Tap(action="tm:paper") if found.id == person.id else None,
        remove=Tap(action=f"tm:out:{found.id}"),
        back=Tap(action="tm:list"),
    )
    return Reply(card=card, mode="edit")


async def _paper(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Show a new recovery code, because the previous one was lost or an owner left."""
    reply = await listed(ctx, contact, person, "")
    return replace(reply, more=(messages.recovery(ctx.catalog, person.locale, await new_paper(ctx, person)),))


async def _role(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    ident, _, name = argument.partition(":")
    if name not in _ROLES:
        return await listed(ctx, contact, person, "")
    return await _changed(ctx, contact, person, ident, lambda found: change_role(ctx, person, found, Role(name)))


async def _finance(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Give or take back the finance right, and show the member again."""
    ident, _, choice = argument.partition(":")
    staff_id = read_id(ident)
    if staff_id is not None and choice in ("on", "off"):
        with suppress(NobodyThere):
            await set_finance(ctx, person, staff_id, on=choice == "on")
    return await _see(ctx, contact, person, ident)


async def _out(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Ask to confirm a removal, since a wrong tap would lock a colleague out."""
    async with ctx.db.read() as conn:
        found = next((member for member in await staff.all_members(conn) if str(member.id) == argument), None)
    if found is None:
        return await listed(ctx, contact, person, "")
    card = messages.confirm_removal(
        ctx.catalog, person.locale, label=found.label, yes=Tap(action=f"tm:out!:{found.id}"), no=Tap(action="tm:list")
    )
    return Reply(card=card, mode="edit")


async def _out_now(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    return await _changed(ctx, contact, person, argument, lambda found: remove(ctx, person, found))


async def _changed(
    ctx: Context, contact: Contact, person: Member, ident: str, change: Callable[[int], Awaitable[Member]]
) -> Reply:
    """Carry out a change and show the list again; if an owner was removed or demoted, also a new recovery code."""
    staff_id = read_id(ident)
    async with ctx.db.read() as conn:
        was_owner = any(member.id == staff_id and member.role is Role.OWNER for member in await staff.all_members(conn))
    try:
        if staff_id is not None:
            await change(staff_id)
    except LastOwner:
        return Reply(card=messages.last_owner(ctx.catalog, person.locale, Tap(action="tm:list")), mode="edit")
    except NobodyThere:
        was_owner = False
    if not was_owner or staff_id == person.id:
        return await listed(ctx, contact, person, "")
    return await _paper(ctx, contact, person, "")


async def _invite(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Ask for the role, then show an invitation code."""
    if argument not in _ROLES:
        taps = tuple((role.value, Tap(action=f"tm:invite:{role.value}")) for role in Role)
        card = messages.invite_role(ctx.catalog, person.locale, roles=taps, back=Tap(action="tm:list"))
        return Reply(card=card, mode="edit")
    code = await invite(ctx, person, Role(argument))
    return Reply(card=messages.invitation(ctx.catalog, person.locale, invitation(ctx, code, argument)), mode="edit")


def invitation(ctx: Context, code: str, role: str) -> messages.InvitationView:
    """Return a code with the ways to use it."""
    bot = ctx.identity.telegram_username
    link = f"https://t.me/{bot}?start=s_{code}" if bot else ""
    commands = tuple(f"/{name_of('team', locale)} {code}" for locale in ("fr", "en"))
    return messages.InvitationView(role=role, code=code, link=link, commands=commands)


async def _unmap(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    guild_id, _, role_id = argument.partition(":")
    await unmap_role(ctx, person, guild_id, role_id)
    return await listed(ctx, contact, person, "")


async def map_from_chat(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `<role id>:<editor, viewer or none>:<name>` from Discord's role picker in the role's server."""
    role_id, _, rest = argument.partition(":")
    wanted, _, name = rest.partition(":")
    if contact.guild is None or read_id(role_id) is None:
        return await listed(ctx, contact, person, "")
    if wanted == "none":
        await unmap_role(ctx, person, contact.guild, role_id)
    else:
        role = Role.EDITOR if wanted == Role.EDITOR else Role.VIEWER
        mapping = RoleMapping(
            guild_id=contact.guild, role_id=role_id, name=readable_name(name, 100) or role_id, role=role
        )
        await map_role(ctx, person, mapping)
    return await listed(ctx, contact, person, "")


async def _language(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Switch the language of a member's staff messages."""
    other = replace(person, locale="en" if person.locale == "fr" else "fr")
    async with ctx.db.write() as conn:
        await staff.set_locale(conn, person.id, other.locale)
    return await listed(ctx, contact, other, "")


_STEPS: Mapping[str, tuple[Role, _Step]] = {
    "list": (Role.VIEWER, listed),
    "lang": (Role.VIEWER, _language),
    "see": (Role.OWNER, _see),
    "role": (Role.OWNER, _role),
    "finance": (Role.OWNER, _finance),
    "paper": (Role.OWNER, _paper),
    "out": (Role.OWNER, _out),
    "out!": (Role.OWNER, _out_now),
    "invite": (Role.OWNER, _invite),
    "unmap": (Role.OWNER, _unmap),
}


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button of the team cards; an action that the member's role does not allow shows the list."""
    choice, _, rest = argument.partition(":")
    role, step = _STEPS.get(choice, (Role.VIEWER, listed))
    if not person.role.may(role):
        return await listed(ctx, contact, person, "")
    return await step(ctx, contact, person, rest)


__all__ = [
    "TERMINAL",
    "LastOwner",
    "NobodyThere",
    "act",
    "change_role",
    "invite",
    "listed",
    "map_from_chat",
    "new_paper",
    "remove",
    "set_finance",
]
