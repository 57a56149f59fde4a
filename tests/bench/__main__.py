"""`python -m tests.bench NAME`: exit with status 1 if a bound is missed."""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace

from rich import box
from rich.console import Console
from rich.table import Table

from tests.bench.program import ENGINES
from tests.bench.report import Report

BENCHES = ("intake", "tap", "broadcast", "flood", "driver", "nudges", "referrals", "figures")  # driver: SQLite's


def measure(name: str, engines: Sequence[str], quick: bool) -> Report:
    """Run one benchmark; broadcast includes the flood. Only its own module is imported, with all that it needs."""
    module = importlib.import_module(f"tests.bench.{name}")
    report: Report = module.measure(engines, module.QUICK if quick else module.Size())
    return replace(report, also=measure("flood", engines, quick)) if name == "broadcast" else report


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
    report = measure(given.name, ENGINES if given.engine == "both" else (given.engine,), given.quick)
    if given.json:
        print(json.dumps({**asdict(report), "kept": report.kept}, indent=1))
    else:
        show(report, Console(width=140 if not sys.stdout.isatty() else None))
    return 0 if report.kept or given.quick else 1


if __name__ == "__main__":
    sys.exit(main())
