"""`obole broadcast`: list and show broadcasts, pause, resume or stop them."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from bot.domain.broadcasts import Broadcast
from bot.store.broadcasts import broadcasts
from bot.store.core.outbox import State
from bot.terminal import AsJson, err, out, with_context
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts import report as broadcast_report
from bot.usecases.broadcasts.report import Report, Share
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from payments.money import Money

broadcast_cli = typer.Typer(no_args_is_help=True, help="Broadcasts: list, show, pause, resume, stop.")
BroadcastId = Annotated[int, typer.Argument(help="The ID shown by `obole broadcast list`.")]
_NEWEST = 20


@broadcast_cli.command("list")
def broadcast_list(as_json: AsJson = False) -> None:
    """List the newest broadcasts with their progress."""

    async def read(ctx: Context) -> list[tuple[Broadcast, broadcast_report.Progress]]:
        async with ctx.db.read() as conn:
            found = await broadcasts.latest(conn, _NEWEST)
        return [(one, await broadcast_report.progress(ctx, one)) for one in found]

    rows = with_context(read)
    if as_json:
        typer.echo(json.dumps([_fields(one, progress) for one, progress in rows]))
        return
    table = Table("id", "state", "made", "people and places", "left", box=SIMPLE)
    for one, progress in rows:
        made = f"{one.made_at:%Y-%m-%d %H:%M} UTC"
        table.add_row(str(one.id), one.state.value, made, str(progress.audience), str(progress.left))
    out.print(table)


@broadcast_cli.command("show")
def broadcast_show(number: BroadcastId, as_json: AsJson = False) -> None:
    """Show the progress and results of one broadcast."""

    async def read(ctx: Context) -> tuple[Broadcast, Report] | None:
        async with ctx.db.read() as conn:
            row = await broadcasts.get(conn, number)
        return (row, await broadcast_report.report(ctx, row)) if row is not None else None

    row = with_context(read)
    if row is None:
        _exit_unknown(number)
        return
    broadcast, report = row
    if as_json:
        typer.echo(json.dumps(_fields(broadcast, report.progress) | _outcome_fields(report)))
        return
    _bar(broadcast, report.progress)
    for name, count in _fields(broadcast, report.progress)["people"].items():
        out.print(f"{name}: {count}", markup=False)
    taps = "not counted without a public address" if report.taps is None else str(report.taps)
    out.print(f"unsubscribed: {report.unsubscribed}; taps: {taps}; gifts: {report.gifts}", markup=False)
    for shares in (report.languages, report.platforms, report.parts):
        for value, share in shares.items() if len(shares) > 1 else ():
            out.print(f"{value or 'places'}: {share.sent} sent, {share.gifts} gifts", markup=False)


@broadcast_cli.command("pause")
def broadcast_pause(number: BroadcastId) -> None:
    """Pause a broadcast. Copies already sent stay."""
    _change(number, lambda ctx: lifecycle.pause(ctx, number, actor=TERMINAL))


@broadcast_cli.command("resume")
def broadcast_resume(number: BroadcastId) -> None:
    """Resume a paused broadcast where it stopped."""
    _change(number, lambda ctx: lifecycle.resume(ctx, TERMINAL, number))


@broadcast_cli.command("stop")
def broadcast_stop(
    number: BroadcastId,
    why: Annotated[str, typer.Option(help="The reason, shown in the audit log and to the team.")] = "",
) -> None:
    """Stop a broadcast for good. No further copies are sent."""
    _change(number, lambda ctx: lifecycle.stop(ctx, TERMINAL, number, why))


def _change(number: int, transition: Callable[[Context], Awaitable[Broadcast]]) -> None:
    async def work(ctx: Context) -> str:
        try:
            return f"{number} is {(await transition(ctx)).state.value}"
        except lifecycle.NotPossible as error:
            return "" if error.state is None else f"not possible: it is {error.state.value}"

    message = with_context(work)
    if not message:
        _exit_unknown(number)
    if message.startswith("not possible"):
        err.print(message, style="red", markup=False)
        raise typer.Exit(1)
    out.print(message, markup=False)


def _exit_unknown(number: int) -> None:
    err.print(f"no broadcast has the id {number}", style="red", markup=False)
    raise typer.Exit(1)


def _bar(broadcast: Broadcast, progress: broadcast_report.Progress) -> None:
    left = f", about {progress.time_left} left" if progress.left and progress.time_left else ""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:.0f} of {task.total:.0f}"))
    with Progress(*columns, console=out) as bar:
        done = progress.audience - progress.left
        bar.add_task(f"{broadcast.state.value}{left}", total=max(progress.audience, 1), completed=done)


def _fields(broadcast: Broadcast, progress: broadcast_report.Progress) -> dict[str, Any]:
    states = (state for state in State if progress.people.get(state))
    return {
        "id": broadcast.id,
        "state": broadcast.state.value,
        "kind": broadcast.kind,
        "made_at": broadcast.made_at.isoformat(),
        "audience": progress.audience,
        "left": progress.left,
        "people": {state.value: progress.people[state] for state in states},
        "per_second": round(progress.per_second, 2),
    }


def _outcome_fields(report: Report) -> dict[str, Any]:
    return {
        "unsubscribed": report.unsubscribed,
        "taps": report.taps,
        "gifts": report.gifts,
        "money": _sums(report.money),
        "languages": _shares(report.languages),
        "platforms": _shares(report.platforms),
        "parts": _shares(report.parts),
    }


def _sums(money: Sequence[Money]) -> list[dict[str, Any]]:
    return [{"currency": one.currency, "minor": one.minor} for one in money]


def _shares(of: Mapping[str, Share]) -> dict[str, Any]:
    """Return the figures of each share by its value, or "places" for people who came through a post."""
    return {
        value or "places": {
            "sent": one.sent,
            "asked": one.asked,
            "unreachable": one.unreachable,
            "unsubscribed": one.unsubscribed,
            "taps": one.taps,
            "gifts": one.gifts,
            "money": _sums(one.money),
        }
        for value, one in of.items()
    }
