"""What all commands of the terminal share: settings, a context to work with, where to print."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from bot.domain.time import system_clock
from bot.opening import NotReady, open_context
from bot.settings import Settings, variable
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from payments.stripe import GatewayError

out, err = Console(), Console(stderr=True)
T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]


def settings() -> Settings:
    """What the environment says; ends with status 2 and each fault named where it does not fit."""
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = variable(problem["loc"])
            err.print(f"{name}: {problem['msg']}" if name else problem["msg"], style="red", markup=False)
        raise typer.Exit(2) from None


def with_context(work: Callable[[Context], Awaitable[T]]) -> T:
    """Run one use case against the configured database and gateway; ends with status 1 where it cannot."""

    async def run() -> T:
        async with open_context(settings(), clock=system_clock, rng=random.SystemRandom()) as ctx:
            return await work(ctx)

    try:
        return asyncio.run(run())
    except (NotReady, GatewayError, publish.CannotPublish) as error:
        err.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
