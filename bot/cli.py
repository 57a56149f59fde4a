"""The `obole` command: parse, call, print."""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.box import SIMPLE
from rich.logging import RichHandler
from rich.table import Table

from bot import app as application
from bot.backup_cli import back_up, mark_restored, put_backup_back
from bot.broadcast_cli import broadcast_cli
from bot.domain.campaigns import Campaign
from bot.domain.staff import Member
from bot.domain.time import system_clock
from bot.export_cli import export_cli
from bot.figures_cli import show_stats
from bot.import_cli import import_file, imports_cli
from bot.journal_cli import journal_cli
from bot.log_output import set_up
from bot.opening import NotReady, migrate_database
from bot.report_cli import report_cli
from bot.run import run_until_stopped
from bot.staff_cli import show_audit, staff_cli
from bot.terminal import AsJson, Details, err, out, print_card, settings, with_context
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from bot.usecases.money import verify
from bot.usecases.nudges import offer_test, report
from bot.usecases.staff.nudges import handlers as nudge_handlers
from content.campaign import CampaignError, dump_toml, load_toml
from content.cards import Card
from content.pictures import photos

log = logging.getLogger(__name__)
cli = typer.Typer(
    no_args_is_help=True,
    help="Donations, repeat gifts and referrals through Telegram and Discord.",
    pretty_exceptions_enable=False,
)
campaign_cli = typer.Typer(no_args_is_help=True, help="Campaigns: import, post, pause, close, export.")
ledger_cli = typer.Typer(no_args_is_help=True, help="The ledger.")
nudge_cli = typer.Typer(no_args_is_help=True, help="Reminders to past donors.")
cli.add_typer(campaign_cli, name="campaign")
cli.add_typer(ledger_cli, name="ledger")
cli.add_typer(nudge_cli, name="nudge")
cli.add_typer(staff_cli, name="staff")
cli.add_typer(broadcast_cli, name="broadcast")
cli.add_typer(export_cli, name="export")
cli.add_typer(journal_cli, name="journal")
cli.add_typer(imports_cli, name="imports")
cli.add_typer(report_cli, name="report")
cli.command("import")(import_file)
cli.command("audit")(show_audit)
cli.command("backup")(back_up)
cli.command("restore")(put_backup_back)
cli.command("restored")(mark_restored)
cli.command("stats")(show_stats)


def main() -> None:
    """Run the console script."""
    set_up(None, RichHandler(console=err, show_path=False, markup=False))
    cli()


@cli.command()
def run() -> None:
    """Run everything in one process until SIGTERM or Ctrl+C."""
    found = settings()
    if found.log or not err.is_terminal:
        set_up(found.log or "text", logging.StreamHandler())
    try:
        asyncio.run(run_until_stopped(found, clock=system_clock, rng=random.SystemRandom(), print_line=_print_line))
    except NotReady as error:
        err.print(f"{error}\nCopy .env.example to .env and fill it in, or try: obole demo", style="red", markup=False)
        raise typer.Exit(2) from None
    except Exception:  # logged by our formatter, since Python's would quote personal data
        log.critical("obole run ended with an error", exc_info=True)
        raise typer.Exit(1) from None


@cli.command()
def migrate() -> None:
    """Migrate the database to this version, as `run` does when it starts. SQLite files are copied first."""
    try:
        done = asyncio.run(migrate_database(settings(), clock=system_clock))
    except NotReady as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    if not done.changed:
        out.print(f"the database is already at revision {done.after}", markup=False)
        return
    out.print(f"the database is now at revision {done.after}; before: {done.before or 'empty'}", markup=False)
    if done.copy is not None:
        out.print(f"copy made before the migration: {done.copy}", markup=False, soft_wrap=True)


def _print_line(line: str) -> None:
    """Print to the terminal only, never to a log."""
    out.print(line, markup=False, highlight=False, soft_wrap=True)


@nudge_cli.command("report")
def nudges_report(details: Details = False, as_json: AsJson = False) -> None:
    """Show whether reminders work, in the words that staff read in chat."""

    async def read(ctx: Context) -> tuple[dict[str, Any], Card]:
        found, offer = await report.report(ctx), await offer_test.report(ctx)
        as_dict = report.as_json(found) | {"monthly_offer": offer_test.as_json(offer)}
        return as_dict, nudge_handlers.report_card(ctx, "en", found, offer)

    result, card = with_context(read)
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False))
        return
    print_card(card)
    if details:
        _print_policies(result)


def _print_policies(result: dict[str, Any]) -> None:
    table = Table("policy", "window", "sent: gave", "held out: gave", "lift", "95 %", "smallest", box=SIMPLE)
    for name, policy in result["policies"].items():
        for window, row in policy["windows"].items():
            arms = (f"{row[arm]['assigned']}: {row[arm]['gave']}" for arm in ("sent", "held_out"))
            interval = f"{row['low']:+.1%} to {row['high']:+.1%}"
            table.add_row(
                name, window.replace("_", " "), *arms, f"{row['lift']:+.1%}", interval, f"{row['smallest']:.1%}"
            )
    out.print(table)
    for name, policy in result["policies"].items():
        ends = ", ".join(f"{count} {kind}" for kind, count in policy["ends"].items())
        gifts = sum(credit["gifts"] for credit in policy["credited"])
        out.print(f"{name}: {'on' if policy['on'] else 'off'}; {ends}; {gifts} gifts credited", markup=False)
    for name, meaning in result["definitions"].items():
        out.print(f"{name}: {meaning}", style="dim", markup=False)


@ledger_cli.command("verify")
def ledger_verify(as_json: AsJson = False) -> None:
    """Recompute all totals from the ledger and compare them. Exits with 1 if they disagree."""
    result = with_context(verify.verify)
    sums = {f"{account} {code}": minor for (account, code), minor in sorted(result.entries_sum.items())}
    if as_json:
        typer.echo(json.dumps({"gifts": result.gifts, "accounts": sums, "problems": result.problems}))
    else:
        for problem in result.problems:
            err.print(problem, style="red", markup=False)
        out.print(f"{result.gifts} gifts, {len(result.problems)} problems")
        for account, minor in sums.items():
            out.print(f"{account}: {minor}", markup=False)
    raise typer.Exit(1 if result.problems else 0)


@campaign_cli.command("import")
def campaign_import(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]) -> None:
    """Create or change a campaign from a TOML file, and create its payment links."""
    try:
        authored = load_toml(file.read_text(encoding="utf-8"))
    except (CampaignError, UnicodeDecodeError) as error:
        err.print(f"{file}: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    picture = _picture_beside(file, authored.picture)
    campaign = with_context(lambda ctx: publish.publish(ctx, authored, picture, person=TERMINAL))
    out.print(f"{campaign.slug} is open; to post its card: obole campaign post {campaign.slug} ...", markup=False)


@campaign_cli.command("close")
def campaign_close(slug: Annotated[str, typer.Argument(help="The campaign's short name.")]) -> None:
    """Close a campaign now. Its payment links are deactivated with a message that names the next step."""

    async def close(ctx: Context) -> bool:
        campaign = await publish.find(ctx, slug)
        if campaign is not None:
            await publish.close(ctx, campaign, TERMINAL)
        return campaign is not None

    if not with_context(close):
        err.print(f"no campaign is called {slug}", style="red", markup=False)
        raise typer.Exit(1)
    out.print(f"{slug} is closed; payments in progress are still accepted and marked as late", markup=False)


@campaign_cli.command("pause")
def campaign_pause(slug: Annotated[str, typer.Argument(help="The campaign's short name.")]) -> None:
    """Pause a campaign: its cards say so, and no one is asked. Its payment links stay for `resume`."""
    _change_state(slug, publish.pause, "paused", "open")


@campaign_cli.command("resume")
def campaign_resume(slug: Annotated[str, typer.Argument(help="The campaign's short name.")]) -> None:
    """Resume a paused campaign."""
    _change_state(slug, publish.resume, "open", "paused")


def _change_state(
    slug: str, transition: Callable[[Context, Campaign, Member], Awaitable[bool]], after: str, before: str
) -> None:
    async def change(ctx: Context) -> bool:
        return await transition(ctx, await _campaign_of(ctx, slug), TERMINAL)

    if not with_context(change):
        err.print(f"{slug} is not {before}", style="red", markup=False)
        raise typer.Exit(1)
    out.print(f"{slug} is {after}", markup=False)


async def _campaign_of(ctx: Context, slug: str) -> Campaign:
    campaign = await publish.find(ctx, slug)
    if campaign is None:
        err.print(f"no campaign is called {slug}", style="red", markup=False)
        raise typer.Exit(1)
    return campaign


@campaign_cli.command("export")
def campaign_export(
    slug: Annotated[str, typer.Argument(help="The campaign's short name.")],
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="The file to write; printed if omitted.")] = None,
) -> None:
    """Write a campaign as TOML that `import` can read, with its picture beside it."""

    async def read(ctx: Context) -> tuple[str, str | None, bytes | None]:
        campaign = await _campaign_of(ctx, slug)
        picture = await publish.own_picture(ctx, campaign)
        return dump_toml(campaign.authored), campaign.authored.picture, picture

    text, name, picture = with_context(read)
    if file is None:
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
        if name is not None and picture is not None:
            (file.parent / name).write_bytes(picture)
    except OSError as error:
        err.print(f"{error.filename}: {error.strerror}", style="red", markup=False)
        raise typer.Exit(1) from None
    out.print(f"{slug} was written to {file}", markup=False)


def _picture_beside(file: Path, name: str | None) -> bytes | None:
    if name is None:
        return None
    try:
        picture = (file.parent / name).read_bytes()
        photos.check(picture)
        return picture
    except (OSError, photos.NoPicture) as error:
        err.print(f"picture: {error}", style="red", markup=False)
        raise typer.Exit(1) from None


@campaign_cli.command("post")
def campaign_post(
    slug: Annotated[str, typer.Argument(help="The campaign's short name.")],
    place: Annotated[str, typer.Argument(help="telegram:@channel, telegram:-100123 or discord:<channel id>.")],
    lang: Annotated[str, typer.Option(help="fr, en, or fr+en for both in one card.")] = "fr+en",
) -> None:
    """Post a campaign's card in a channel or group, where it is kept up to date."""
    if lang not in ("fr", "en", "fr+en"):
        err.print("--lang must be fr, en or fr+en", style="red")
        raise typer.Exit(2)
    name, _, chat = place.partition(":")
    if name not in ("telegram", "discord") or not chat:
        err.print("the place must be telegram:<chat> or discord:<channel id>", style="red")
        raise typer.Exit(2)
    try:
        asyncio.run(
            application.post_card(settings(), slug, name, chat, lang, clock=system_clock, rng=random.SystemRandom())
        )
    except (NotReady, LookupError, publish.CannotPost) as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    out.print("posted")


@cli.command()
def check(as_json: AsJson = False) -> None:
    """Check every token, permission, webhook, the database and the clock; report what is wrong and how to fix it."""
    from bot import check as doctor

    findings = asyncio.run(doctor.examine(settings(), clock=system_clock, rng=random.SystemRandom()))
    if as_json:
        typer.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            style = {"ok": "green", "warning": "yellow", "problem": "red"}[finding.level]
            out.print(f"{finding.level:8} {finding.message}", style=style, markup=False)
            if finding.fix:
                out.print(f"         {finding.fix}", markup=False)
    raise typer.Exit(1 if any(finding.level == "problem" for finding in findings) else 0)


@cli.command()
def demo(
    tour: Annotated[bool, typer.Option("--tour", help="Run the scenario unattended in the terminal.")] = False,
    as_json: AsJson = False,
    port: Annotated[int, typer.Option(help="The port of the demo page.")] = 8421,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
) -> None:
    """Try everything on this machine, with fakes of Telegram, Discord and Stripe."""
    from bot.demo.main import run_demo
    from bot.demo.tour import run_tour

    if tour:
        raise typer.Exit(0 if asyncio.run(run_tour(as_json=as_json)) else 1)
    asyncio.run(run_demo(port=port, open_browser=open_browser))


@cli.command()
def sandbox(
    telegram_port: int = 9101,
    discord_port: int = 9102,
    stripe_port: int = 9103,
    flood_waits: Annotated[
        Literal["chat", "bot"],
        typer.Option(help="What Telegram's flood waits apply to: one chat, or the whole bot."),
    ] = "chat",
) -> None:
    """Run only the fakes of Telegram, Discord and Stripe."""
    from bot.sandbox.main import serve

    ports: dict[str, Any] = {"telegram": telegram_port, "discord": discord_port, "stripe": stripe_port}
    asyncio.run(serve(**ports, flood_waits=flood_waits, clock=system_clock))
