"""The `obole` command. Thin: parse, call, print."""

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
from bot.broadcast_cli import broadcast_cli
from bot.domain.campaigns import Campaign
from bot.domain.staff import Member
from bot.domain.time import system_clock
from bot.figures_cli import export_cli, show_stats
from bot.logs import DiscreetFormatter
from bot.opening import NotReady, migrate_database
from bot.run import run_until_stopped
from bot.staff_cli import show_audit, staff_cli
from bot.terminal import AsJson, err, out, settings, with_context
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from bot.usecases.money import verify
from bot.usecases.nudges import report
from content.campaign import CampaignError, dump_toml, load_toml
from content.pictures import photos

log = logging.getLogger(__name__)
cli = typer.Typer(
    no_args_is_help=True, help="Supporters give, give again and bring their friends.", pretty_exceptions_enable=False
)
campaign_cli = typer.Typer(no_args_is_help=True, help="Campaigns: open one from a file, post its card.")
ledger_cli = typer.Typer(no_args_is_help=True, help="The books.")
nudge_cli = typer.Typer(no_args_is_help=True, help="Reminders to past donors.")
cli.add_typer(campaign_cli, name="campaign")
cli.add_typer(ledger_cli, name="ledger")
cli.add_typer(nudge_cli, name="nudge")
cli.add_typer(staff_cli, name="staff")
cli.add_typer(broadcast_cli, name="broadcast")
cli.add_typer(export_cli, name="export")
cli.command("audit")(show_audit)
cli.command("stats")(show_stats)


def main() -> None:
    """The console script."""
    handler = RichHandler(console=err, show_path=False, markup=False)
    handler.setFormatter(DiscreetFormatter("%(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("httpx", "httpcore", "stripe", "alembic", "discord", "aiohttp.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    cli()


@cli.command()
def run() -> None:
    """Run everything in one process, until SIGTERM or Ctrl+C."""
    try:
        asyncio.run(run_until_stopped(settings(), clock=system_clock, rng=random.SystemRandom(), say=_say_aloud))
    except NotReady as error:
        err.print(f"{error}\nCopy .env.example to .env and fill it in, or try: obole demo", style="red", markup=False)
        raise typer.Exit(2) from None
    except Exception:  # printed by our own formatter, since Python's would quote people
        log.critical("obole run ended with an error", exc_info=True)
        raise typer.Exit(1) from None


@cli.command()
def migrate() -> None:
    """Bring the database to this version's schema, as `run` does at its start; SQLite files are copied first."""
    try:
        done = asyncio.run(migrate_database(settings(), clock=system_clock))
    except NotReady as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    if not done.changed:
        out.print(f"the database is at revision {done.after} already", markup=False)
        return
    out.print(f"the database is at revision {done.after} now; before: {done.before or 'empty'}", markup=False)
    if done.copy is not None:
        out.print(f"a copy from before: {done.copy}", markup=False, soft_wrap=True)


def _say_aloud(words: str) -> None:
    """To whoever started us, and into no log."""
    out.print(words, markup=False, highlight=False, soft_wrap=True)


@nudge_cli.command("report")
def nudges_report(as_json: AsJson = False) -> None:
    """Whether reminders work: both arms by intention to treat, lift with its interval, unsubscribes and blocks."""
    found = report.as_json(with_context(report.report))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table("policy", "window", "sent: gave", "held out: gave", "lift", "95 %", "smallest", box=SIMPLE)
    for name, policy in found["policies"].items():
        for window, row in policy["windows"].items():
            arms = (f"{row[arm]['assigned']}: {row[arm]['gave']}" for arm in ("sent", "held_out"))
            told = f"{row['low']:+.1%} to {row['high']:+.1%}"
            table.add_row(name, window.replace("_", " "), *arms, f"{row['lift']:+.1%}", told, f"{row['smallest']:.1%}")
    out.print(table)
    for name, policy in found["policies"].items():
        ends = ", ".join(f"{count} {kind}" for kind, count in policy["ends"].items())
        gifts = sum(one["gifts"] for one in policy["credited"])
        out.print(f"{name}: {'on' if policy['on'] else 'off'}; {ends}; {gifts} gifts credited", markup=False)
    for name, meaning in found["definitions"].items():
        out.print(f"{name}: {meaning}", style="dim", markup=False)


@ledger_cli.command("verify")
def ledger_verify(as_json: AsJson = False) -> None:
    """Rebuild totals from the postings and compare; exit 1 where they disagree."""
    found = with_context(verify.verify)
    sums = {f"{account} {code}": minor for (account, code), minor in sorted(found.entries_sum.items())}
    if as_json:
        typer.echo(json.dumps({"gifts": found.gifts, "accounts": sums, "problems": found.problems}))
    else:
        for problem in found.problems:
            err.print(problem, style="red", markup=False)
        out.print(f"{found.gifts} gifts, {len(found.problems)} problems")
        for account, minor in sums.items():
            out.print(f"{account}: {minor}", markup=False)
    raise typer.Exit(1 if found.problems else 0)


@campaign_cli.command("import")
def campaign_import(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]) -> None:
    """Open the campaign that a TOML file describes, or change it; makes its payment links."""
    try:
        authored = load_toml(file.read_text(encoding="utf-8"))
    except (CampaignError, UnicodeDecodeError) as error:
        err.print(f"{file}: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    picture = _picture_beside(file, authored.picture)
    campaign = with_context(lambda ctx: publish.publish(ctx, authored, picture, person=TERMINAL))
    out.print(f"{campaign.slug} is open; its card can be posted: obole campaign post {campaign.slug} ...", markup=False)


@campaign_cli.command("close")
def campaign_close(slug: Annotated[str, typer.Argument(help="The campaign's short name.")]) -> None:
    """End a campaign now: its links are switched off with a message that names the next step."""

    async def close(ctx: Context) -> bool:
        campaign = await publish.find(ctx, slug)
        if campaign is not None:
            await publish.close(ctx, campaign, TERMINAL)
        return campaign is not None

    if not with_context(close):
        err.print(f"no campaign is called {slug}", style="red", markup=False)
        raise typer.Exit(1)
    out.print(f"{slug} is closed; payments under way are still taken, and said to be late", markup=False)


@campaign_cli.command("pause")
def campaign_pause(slug: Annotated[str, typer.Argument(help="The campaign's short name.")]) -> None:
    """Let a campaign rest: its cards say so and nobody is asked. Its links stay; `resume` goes on with them."""
    _change_state(slug, publish.pause, "paused", "open")


@campaign_cli.command("resume")
def campaign_resume(slug: Annotated[str, typer.Argument(help="The campaign's short name.")]) -> None:
    """Go on with a campaign that rests."""
    _change_state(slug, publish.resume, "open", "paused")


def _change_state(
    slug: str, move: Callable[[Context, Campaign, Member], Awaitable[bool]], after: str, before: str
) -> None:
    async def turn(ctx: Context) -> bool:
        return await move(ctx, await _known(ctx, slug), TERMINAL)

    if not with_context(turn):
        err.print(f"{slug} is not {before}", style="red", markup=False)
        raise typer.Exit(1)
    out.print(f"{slug} is {after}", markup=False)


async def _known(ctx: Context, slug: str) -> Campaign:
    campaign = await publish.find(ctx, slug)
    if campaign is None:
        err.print(f"no campaign is called {slug}", style="red", markup=False)
        raise typer.Exit(1)
    return campaign


@campaign_cli.command("export")
def campaign_export(
    slug: Annotated[str, typer.Argument(help="The campaign's short name.")],
    file: Annotated[Path | None, typer.Argument(dir_okay=False, help="Where to write; else it is printed.")] = None,
) -> None:
    """Write a campaign as the TOML that `import` reads back the same, its picture beside it."""

    async def read(ctx: Context) -> tuple[str, str | None, bytes | None]:
        campaign = await _known(ctx, slug)
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
    out.print(f"{slug} is in {file}", markup=False)


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
    """Post a campaign's card into a channel or group; from then on it follows the total."""
    if lang not in ("fr", "en", "fr+en"):
        err.print("--lang is fr, en or fr+en", style="red")
        raise typer.Exit(2)
    name, _, chat = place.partition(":")
    if name not in ("telegram", "discord") or not chat:
        err.print("the place is telegram:<chat> or discord:<channel id>", style="red")
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
    """Look at every token, permission, webhook, database and clock; say what is wrong and how to mend it."""
    from bot import check as doctor

    findings = asyncio.run(doctor.examine(settings(), clock=system_clock, rng=random.SystemRandom()))
    if as_json:
        typer.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            style = {"ok": "green", "warning": "yellow", "problem": "red"}[finding.level]
            out.print(f"{finding.level:8} {finding.what}", style=style, markup=False)
            if finding.mend:
                out.print(f"         {finding.mend}", markup=False)
    raise typer.Exit(1 if any(finding.level == "problem" for finding in findings) else 0)


@cli.command()
def demo(
    tour: Annotated[bool, typer.Option("--tour", help="Tell the story in the terminal, unattended.")] = False,
    as_json: AsJson = False,
    port: Annotated[int, typer.Option(help="Port of the demo page.")] = 8421,
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
        typer.Option(help="Whom a flood wait of Telegram keeps out."),
    ] = "chat",
) -> None:
    """Run the fakes alone, in a process of their own."""
    from bot.sandbox.main import serve

    ports: dict[str, Any] = {"telegram": telegram_port, "discord": discord_port, "stripe": stripe_port}
    asyncio.run(serve(**ports, flood_waits=flood_waits, clock=system_clock))
