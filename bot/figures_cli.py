"""`obole stats`: key figures."""

import json
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.table import Table

from bot.domain.campaigns import Campaign
from bot.domain.lateral import Scope
from bot.domain.lift import Lift
from bot.domain.periods import ALL_TIME, Period
from bot.store.campaigns import campaigns
from bot.terminal import AsJson, Details, err, out, print_card, with_context
from bot.usecases.context import Context
from bot.usecases.reports import figures, lateral_reach, overview
from bot.usecases.reports.lateral_reach import Lateral
from bot.usecases.staff.reports import handlers
from content.cards import Card, Tap
from content.catalog import Catalog
from content.messages.reports import Selection
from payments.money import Money

_DAY = ["%Y-%m-%d"]
_NO_END_YEAR = 2200  # from this year on, --until means "no end": the day after 9999-12-31 does not exist
OneCampaign = Annotated[str | None, typer.Option("--campaign", help="Only this campaign, by its short name.")]
Day = Annotated[datetime | None, typer.Option(formats=_DAY, help="A day in the charity's time zone.")]


def show_stats(
    campaign: OneCampaign = None,
    since: Day = None,
    until: Day = None,
    details: Details = False,
    as_json: AsJson = False,
) -> None:
    """Show donors, frequency, amounts and lateral reach, in the words that staff read in chat.

    `--since` and `--until` are the first and the last day.
    """

    async def read(ctx: Context) -> tuple[dict[str, Any], Lateral, list[Card]]:
        period, about = await period_of(ctx, campaign, since, until)
        reach = await lateral_reach.lateral(ctx, handlers.scope_of(ctx, period, about))
        found = await figures.stats(ctx, period, about.id if about else None) if as_json or details else {}
        view = await overview.read(ctx, period, about)
        selection, tap = Selection(), Tap(action="fg:figures")
        cards = [handlers.figures_card(ctx, "en", view), handlers.lateral_card(ctx, "en", reach, selection, tap)]
        return found, reach, cards

    found, reach, cards = with_context(read)
    if as_json:
        typer.echo(json.dumps(found | {"lateral": lateral_reach.as_json(reach)}, ensure_ascii=False))
        return
    for card in cards:
        print_card(card)
        out.print()
    if details:
        _print_details(found, reach)


def _print_details(found: dict[str, Any], reach: Lateral) -> None:
    _print_giving(found)
    _print_lateral(reach)
    for name, meaning in (found["definitions"] | lateral_reach.DEFINITIONS).items():
        out.print(f"{name}: {meaning}", style="dim", markup=False)


async def scope_of(ctx: Context, slug: str | None, since: datetime | None, until: datetime | None) -> Scope:
    """Return the scope of the options, by time. Exits like `period_of`."""
    return handlers.scope_of(ctx, *await period_of(ctx, slug, since, until))


async def period_of(
    ctx: Context, slug: str | None, since: datetime | None, until: datetime | None
) -> tuple[Period, Campaign | None]:
    """Return the period and campaign of the options. Exits with status 2 for an unknown campaign or days in the wrong
    order.
    """
    found = None
    if slug is not None:
        async with ctx.db.read() as conn:
            found = await campaigns.by_slug(conn, slug)
        if found is None:
            err.print(f"no campaign is called {slug}", style="red", markup=False)
            raise typer.Exit(2)
    if since is not None and until is not None and until < since:
        err.print("--until is before --since", style="red", markup=False)
        raise typer.Exit(2)
    last = until.date() if until and until.year < _NO_END_YEAR else None
    if since is None and last is None:
        return ALL_TIME, found
    return Period(since=since.date() if since else None, until=last + timedelta(days=1) if last else None), found


def _print_giving(found: dict[str, Any]) -> None:
    table = Table("", "donors", "gifts", "gifts per donor", "gave again", "total", "average", "median", box=SIMPLE)
    for code, row in found["currencies"].items():
        counts = (str(row[name]) for name in ("donors", "gifts", "gifts_per_donor", "donors_again"))
        sums = (_money(code, row[name]) for name in ("total_minor", "average_minor", "median_minor"))
        table.add_row(code.upper(), *counts, *sums)
    out.print(table)


def _print_lateral(found: Lateral) -> None:
    table = Table("lateral reach", "", box=SIMPLE, show_header=True)
    came, known = found.came, found.r90
    rows = {
        "made": found.made,
        "shared": found.shared,
        "opened": found.opened,
        "joined": f"{came.known} (inviter unknown: {came.unknown})",
        "gave": came.gave,
        "new_donors_brought (a)": found.new_donors_brought,
        "gifts_by_invite (b)": _gifts(found.gifts_by_invite),
        "gifts_downstream (c)": _gifts(found.gifts_downstream),
        "levels": ", ".join(f"{level}: {people}" for level, people in found.levels.items()) or "0",
        "depth": found.depth,
        "r90": _r90(found),
        "share_prompt": _prompt(found.share_prompt),
    }
    for name, value in rows.items():
        table.add_row(name, str(value))
    out.print(table)
    if known.unknown and known.value is not None:
        out.print(f"r90 is a lower bound: the inviters of {known.unknown} donors are unknown", markup=False)


def _r90(found: Lateral) -> str:
    known = found.r90
    if known.value is None:
        return "no donor joined 90 days ago or earlier"
    sure = f"95 %: {known.low:.2f} to {known.high:.2f}" if known.low is not None else "too few for an interval"
    return f"{known.value:.2f} ({known.new_donors} referred by {known.donors} donors; {sure})"


def _prompt(prompt: Lift) -> str:
    shown, left_out = prompt.sent, prompt.held_out
    if not shown.assigned and not left_out.assigned:
        return "no one was assigned 30 days ago or earlier"
    text = f"{shown.gave} of {shown.assigned} against {left_out.gave} of {left_out.assigned}"
    if not prompt.is_bounded:
        return f"{text}; too few for a difference"
    return f"{text}; difference {prompt.lift:+.1%}, 95 %: {prompt.low:+.1%} to {prompt.high:+.1%}"


def _gifts(sums: Any) -> str:
    return ", ".join(f"{gifts} ({_money(code, minor)})" for code, (gifts, minor) in sums.items()) or "0"


def _money(code: str, minor: int) -> str:
    return Catalog.load().money("en", Money(minor, code), name_currency=True)
