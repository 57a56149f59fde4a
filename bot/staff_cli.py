"""`obole staff` and `obole audit`: who is on the team and what they did, for whoever works at the machine itself."""

import json
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.table import Table

from bot.domain.staff import Member, Role
from bot.store.core import audit
from bot.store.core.audit import AuditEntry
from bot.store.staff import staff
from bot.terminal import AsJson, err, out, with_context
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from bot.usecases.staff.team import handlers

staff_cli = typer.Typer(no_args_is_help=True, help="The team: who is on it, codes for new people, taking somebody off.")


@staff_cli.command("list")
def staff_list(as_json: AsJson = False) -> None:
    """Everybody on the team, and the Discord roles that make people staff."""

    async def read(ctx: Context) -> tuple[list[Member], list[staff.RoleMapping]]:
        async with ctx.db.read() as conn:
            return await staff.all_members(conn), await staff.discord_roles(conn)

    people, roles = with_context(read)
    if as_json:
        rows = [{"id": p.id, "platform": p.platform, "role": p.role.value, "label": p.label} for p in people]
        mapped = [{"server": m.guild_id, "role_id": m.role_id, "name": m.name, "role": m.role.value} for m in roles]
        typer.echo(json.dumps({"staff": rows, "discord_roles": mapped}, ensure_ascii=False))
        return
    table = Table("id", "name", "platform", "role", box=SIMPLE)
    for person in people:
        table.add_row(str(person.id), _plain(person.label), person.platform, person.role.value)
    out.print(table)
    for mapping in roles:
        out.print(f"Discord role {mapping.name}: {mapping.role.value}", markup=False)


@staff_cli.command("code")
def staff_code(role: Annotated[Role, typer.Option(help="What it lets them do.")] = Role.OWNER) -> None:
    """A one-time code that makes one person staff, for 24 hours."""
    code = with_context(lambda ctx: handlers.invite(ctx, TERMINAL, role))
    typer.echo(f"{code}\nWithin 24 hours, once, to the bot in private: /equipe {code} or /team {code}")


@staff_cli.command("remove")
def staff_remove(number: Annotated[int, typer.Argument(help="The id that `obole staff list` shows.")]) -> None:
    """Take somebody off the team at once; what they were writing stays."""

    async def remove(ctx: Context) -> str:
        try:
            gone = await handlers.remove(ctx, TERMINAL, number)
            said = f"{gone.label} is off the team"
            if gone.role is not Role.OWNER:
                return said
            paper = await handlers.new_paper(ctx, TERMINAL)
            return f"{said}\nThe recovery code on paper is worth nothing any more. The new one: {paper}"
        except handlers.LastOwner:
            return ""
        except handlers.NobodyThere:
            return "nobody"

    said = with_context(remove)
    if said in ("", "nobody"):
        why = f"nobody on the team has the id {number}" if said else "this is the last owner: make another one first"
        err.print(why, style="red", markup=False)
        raise typer.Exit(1)
    out.print(said, markup=False)


def show_audit(
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    action: Annotated[str, typer.Option(help="Only acts whose name begins so, such as broadcast.")] = "",
) -> None:
    """Who of the staff did what, and when; the newest first."""

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
        table.add_row(f"{act.at:%Y-%m-%d %H:%M:%S}", _plain(act.actor), act.action, _plain(details))
    out.print(table)


def _as_dict(act: AuditEntry) -> dict[str, Any]:
    return {"at": act.at.isoformat(), "actor": act.actor, "action": act.action, "details": dict(act.details)}


def _plain(text: str) -> str:
    """Words of people in a table: no markup of Rich's, no control characters of a terminal."""
    return "".join(c for c in text if c.isprintable()).replace("[", "\\[")
