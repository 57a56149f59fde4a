"""`obole staff` and `obole audit`: the team and its actions, from the terminal."""

import json
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.table import Table

from bot.domain.staff import Member, Right, Role
from bot.store.core import audit
from bot.store.core.audit import AuditEntry
from bot.store.staff import staff
from bot.terminal import AsJson, err, out, safe_text, with_context
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from bot.usecases.staff.team import handlers

staff_cli = typer.Typer(no_args_is_help=True, help="The team: list, invite, remove.")


@staff_cli.command("list")
def staff_list(as_json: AsJson = False) -> None:
    """List the team, and the Discord roles that give access."""

    async def read(ctx: Context) -> tuple[list[Member], list[staff.RoleMapping]]:
        async with ctx.db.read() as conn:
            return await staff.all_members(conn), await staff.discord_roles(conn)

    members, roles = with_context(read)
    if as_json:
        rows = [
            {
                "id": p.id,
                "platform": p.platform,
                "role": p.role.value,
                "finance": p.may(Right.FINANCE),
                "label": p.label,
            }
            for p in members
        ]
        mapped = [{"server": m.guild_id, "role_id": m.role_id, "name": m.name, "role": m.role.value} for m in roles]
        typer.echo(json.dumps({"staff": rows, "discord_roles": mapped}, ensure_ascii=False))
        return
    table = Table("id", "name", "platform", "role", "finance", box=SIMPLE)
    for person in members:
        table.add_row(
            str(person.id),
            safe_text(person.label),
            person.platform,
            person.role.value,
            "yes" if person.may(Right.FINANCE) else "",
        )
    out.print(table)
    for mapping in roles:
        out.print(f"Discord role {mapping.name}: {mapping.role.value}", markup=False)


@staff_cli.command("code")
def staff_code(role: Annotated[Role, typer.Option(help="The role of the new member.")] = Role.OWNER) -> None:
    """Create a one-time code that adds one person to the team, valid for 24 hours."""
    code = with_context(lambda ctx: handlers.invite(ctx, TERMINAL, role))
    typer.echo(
        f"{code}\nSend it to the bot in a private message, once, within 24 hours: /equipe {code} or /team {code}"
    )


@staff_cli.command("finance")
def staff_finance(
    member_id: Annotated[int, typer.Argument(help="The ID shown by `obole staff list`.")],
    on: Annotated[bool, typer.Option("--give/--take", help="Give the right, or take it back.")] = True,
) -> None:
    """Give a member the finance right: payouts, gifts outside Obole, the monthly statement. Or take it back."""

    async def change(ctx: Context) -> str:
        try:
            return (await handlers.set_finance(ctx, TERMINAL, member_id, on=on)).label
        except handlers.NobodyThere:
            return ""

    label = with_context(change)
    if not label:
        err.print(f"no member has the ID {member_id}", style="red", markup=False)
        raise typer.Exit(1)
    out.print(f"{label} {'has' if on else 'no longer has'} the finance right", markup=False)


@staff_cli.command("remove")
def staff_remove(member_id: Annotated[int, typer.Argument(help="The ID shown by `obole staff list`.")]) -> None:
    """Remove a member from the team at once. Their drafts stay."""

    async def remove(ctx: Context) -> str:
        try:
            removed = await handlers.remove(ctx, TERMINAL, member_id)
            message = f"{removed.label} was removed from the team"
            if removed.role is not Role.OWNER:
                return message
            recovery_code = await handlers.new_paper(ctx, TERMINAL)
            return f"{message}\nThe printed recovery code is no longer valid. The new one: {recovery_code}"
        except handlers.LastOwner:
            return ""
        except handlers.NobodyThere:
            return "nobody"

    message = with_context(remove)
    if message in ("", "nobody"):
        message = f"no member has the ID {member_id}" if message else "this is the last owner; add another owner first"
        err.print(message, style="red", markup=False)
        raise typer.Exit(1)
    out.print(message, markup=False)


def show_audit(
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, help="The number of actions, newest first.")] = 50,
    action: Annotated[str, typer.Option(help="Only actions whose name starts with this, such as broadcast.")] = "",
) -> None:
    """Show who on the team did what and when, newest first."""

    async def read(ctx: Context) -> list[AuditEntry]:
        async with ctx.db.read() as conn:
            return await audit.latest(conn, limit, action=action or None)

    acts = with_context(read)
    if as_json:
        typer.echo(json.dumps([_as_dict(act) for act in acts], ensure_ascii=False))
        return
    table = Table("when (UTC)", "who", "what", "details", box=SIMPLE)
    for act in acts:
        details = ", ".join(f"{name}: {value}" for name, value in act.details.items() if value not in ("", None))
        table.add_row(f"{act.at:%Y-%m-%d %H:%M:%S}", safe_text(act.actor), act.action, safe_text(details))
    out.print(table)


def _as_dict(act: AuditEntry) -> dict[str, Any]:
    return {"at": act.at.isoformat(), "actor": act.actor, "action": act.action, "details": dict(act.details)}
