"""`obole demo --tour`: the story unattended, in the terminal; every step checks what it says."""

import logging
import time

from rich.console import Console
from rich.rule import Rule

from bot.demo.stage import stage
from bot.demo.story import STORY
from bot.demo.tale import Tale
from bot.demo.telling import Step, as_line, show

_SEED = 2026


async def run_tour(*, as_json: bool) -> bool:
    """Tell the whole story; whether every fact in it holds. Prints one object a line with `as_json`."""
    console = Console()
    logging.disable(logging.WARNING)  # the log of a healthy bot is no part of the story
    began = time.monotonic()
    try:
        told = await _tell(console, as_json)
    finally:
        logging.disable(logging.NOTSET)
    good = len(told) == len(STORY) and all(step.ok for step in told)
    if not as_json:
        verdict = "Every figure is what it must be." if good else "Something is not as it must be."
        console.print(f" {verdict}  {time.monotonic() - began:.1f} s", style="bold green" if good else "bold red")
    return good


async def _tell(console: Console, as_json: bool) -> list[Step]:
    told: list[Step] = []
    if not as_json:
        console.print(Rule("Obole", style="#B4653A"))
        console.print(" Three stand-ins (Telegram, Discord, Stripe) and the real bot, on this machine.\n", style="dim")
    began = time.monotonic()
    async with stage(seed=_SEED) as set_up:
        tale = await Tale.begin(set_up)
        for name, title, play in STORY:
            step = Step(name, title)
            try:
                await play(set_up, tale, step)
            except Exception as error:
                step.broke(error)
            step.seconds, began = time.monotonic() - began, time.monotonic()
            told.append(step)
            if as_json:
                print(as_line(step), flush=True)  # noqa: T201 - for another program to read
            else:
                show(console, step)
            if not step.ok:
                break
    return told
