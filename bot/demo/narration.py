"""The record of a scenario's step: what happened and which facts were checked; printed for people or as JSON."""

import json
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_INSET = (0, 0, 0, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A statement that was checked. `seen` is what was found."""

    what: str
    seen: Any
    ok: bool


@dataclass(slots=True)
class Step:
    """One step as it is played: who does what, what is read on screen, and what must be true."""

    name: str
    title: str
    quotes: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every fact holds. A step without facts has shown nothing and is not ok."""
        return bool(self.facts) and all(fact.ok for fact in self.facts)

    def quote(self, text: str) -> None:
        """Record what a person reads on screen: the first two lines of a message."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        self.quotes.append(" · ".join(lines[:2]))

    def check(self, what: str, seen: object, expected: object) -> None:
        """Record a fact: what was found must equal what is expected."""
        self.facts.append(Fact(what=what, seen=seen, ok=seen == expected))

    def holds(self, what: str, so: object) -> None:
        """Record a statement that must be true."""
        self.facts.append(Fact(what=what, seen=bool(so), ok=bool(so)))

    def broke(self, error: Exception) -> None:
        """Record that the step failed with this error."""
        self.facts.append(Fact(what=f"{type(error).__name__}: {error}", seen=None, ok=False))


def step_as_json(step: Step) -> str:
    """Return the step as one JSON object on one line."""
    facts = {fact.what: fact.seen for fact in step.facts}
    wrong = [fact.what for fact in step.facts if not fact.ok]
    summary = {"step": step.name, "ok": step.ok, "seconds": round(step.seconds, 3), "title": step.title}
    return json.dumps(summary | {"facts": facts, "wrong": wrong}, ensure_ascii=False, default=str)


def print_step(console: Console, step: Step) -> None:
    """Print the step as a paragraph."""
    mark, style = ("✓", "green") if step.ok else ("✗", "bold red")
    head = Table.grid(padding=(0, 1))
    title = Text.assemble((step.title, "bold"), (f"  {step.seconds:.2f} s", "dim"))
    head.add_row(Text(f" {mark}", style), title)
    console.print(head)
    for quote in step.quotes:
        console.print(Padding(Text(f"« {quote} »", style="italic"), _INSET))
    for fact in step.facts:
        seen = "" if fact.seen is True else f": {fact.seen}"
        mark = "·" if fact.ok else "✗"
        console.print(Padding(Text(f"{mark} {fact.what}{seen}", style="dim" if fact.ok else "red"), _INSET))
    console.print()
