"""Shared by all terminal commands: settings, a context, consoles."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from bot.domain.time import system_clock
from bot.opening import NotReady, open_context
from bot.settings import Settings, environment_variable
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from content.cards import Card
from payments.stripe import GatewayError

out, err = Console(), Console(stderr=True)
T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Details = Annotated[bool, typer.Option("--details", help="Add the table of numbers, each with its definition.")]


def settings() -> Settings:
    """Return the settings, or print each invalid one and exit with status 2."""
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = environment_variable(problem["loc"])
            err.print(f"{name}: {problem['msg']}" if name else problem["msg"], style="red", markup=False)
        raise typer.Exit(2) from None


def print_card(card: Card) -> None:
    """Print a card's text as staff read it in chat, without its buttons."""
    out.print(card.title, style="bold", markup=False)
    for line in (*card.lines, card.note):
        if line:
            out.print(f"\n{line}", markup=False, highlight=False)


def safe_text(text: str) -> str:
    """Return text for a table, without Rich markup or control characters."""
    return escape("".join(c for c in text if c.isprintable()))


def with_context(use_case: Callable[[Context], Awaitable[T]]) -> T:
    """Run a use case with the configured database and gateway. On failure, print the error and exit with status 1."""

    async def run() -> T:
        async with open_context(settings(), clock=system_clock, rng=random.SystemRandom()) as ctx:
            return await use_case(ctx)

    try:
        return asyncio.run(run())
    except (NotReady, GatewayError, publish.CannotPublish) as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
