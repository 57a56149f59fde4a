"""`python -m tests.bench NAME`: exit with status 1 if a bound is missed."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace

from rich import box
from rich.console import Console
from rich.table import Table

from tests.bench import broadcast, driver, flood, intake, nudges, referrals, tap
from tests.bench.figures import Report
from tests.bench.support import ENGINES


def _intake(engines: Sequence[str], quick: bool) -> Report:
    return intake.measure(engines, intake.QUICK if quick else intake.Size())


def _tap(engines: Sequence[str], quick: bool) -> Report:
    return tap.measure(engines, tap.QUICK if quick else tap.Size())


def _nudges(engines: Sequence[str], quick: bool) -> Report:
    return nudges.measure(engines, nudges.QUICK if quick else nudges.Size())


def _referrals(engines: Sequence[str], quick: bool) -> Report:
    return referrals.measure(engines, referrals.QUICK if quick else referrals.Size())


def _broadcast(engines: Sequence[str], quick: bool) -> Report:
    report = broadcast.measure(engines, broadcast.QUICK if quick else broadcast.Size())
    return replace(report, also=_flood(engines, quick))


def _flood(engines: Sequence[str], quick: bool) -> Report:
    return flood.measure(engines, flood.QUICK if quick else flood.Size())


def _driver(engines: Sequence[str], quick: bool) -> Report:
    return driver.measure(engines, driver.QUICK if quick else driver.Size())


BENCHES: dict[str, Callable[[Sequence[str], bool], Report]] = {
    "intake": _intake,
    "tap": _tap,
    "broadcast": _broadcast,  # and the flood
    "flood": _flood,
    "driver": _driver,  # SQLite's
    "nudges": _nudges,
    "referrals": _referrals,
}


def show(report: Report, console: Console) -> None:
    """Print the figures as a plain table, the bounds, and how they were measured."""
    columns = list(next(iter(report.rows.values())))
    table = Table("", *columns, title=report.title, box=box.SIMPLE, title_justify="left")
    for name, row in report.rows.items():
        table.add_row(name, *(f"{row[c]:,.0f}" if row[c] >= 100 else f"{row[c]:.2f}" for c in columns))
    console.print(table)
    for bound in report.bounds:
        sign = ">=" if bound.at_least else "<="
        console.print(f"{'kept  ' if bound.kept else 'MISSED'} {bound.what}: {bound.value:.2f} {sign} {bound.limit:g}")
    for note in report.notes:
        console.print(f"- {note}", highlight=False)
    if report.also is not None:
        show(report.also, console)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one benchmark; return 0 if every bound holds, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure, and hold against the bounds.")
    parser.add_argument("name", choices=BENCHES)
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="a smoke test of a few seconds; its bounds say nothing")
    given = parser.parse_args(arguments)
    report = BENCHES[given.name](ENGINES if given.engine == "both" else (given.engine,), given.quick)
    if given.json:
        print(json.dumps({**asdict(report), "kept": report.kept}, indent=1))
    else:
        show(report, Console(width=140 if not sys.stdout.isatty() else None))
    return 0 if report.kept or given.quick else 1


if __name__ == "__main__":
    sys.exit(main())
