"""`obole demo --tour`: play the scenario unattended in the terminal; every step checks its facts."""

import logging
import time

from rich.console import Console
from rich.rule import Rule

from bot.demo.launch import demo_environment
from bot.demo.narration import Step, print_step, step_as_json
from bot.demo.scenario import SCENARIO
from bot.demo.scenario_state import ScenarioState

_SEED = 2026


async def run_tour(*, as_json: bool) -> bool:
    """Play the whole scenario and return whether every fact holds. With `as_json`, print one object a line."""
    console = Console()
    logging.disable(logging.WARNING)  # the bot's own log would interrupt the output
    began = time.monotonic()
    try:
        steps = await _play(console, as_json)
    finally:
        logging.disable(logging.NOTSET)
    good = len(steps) == len(SCENARIO) and all(step.ok for step in steps)
    if not as_json:
        verdict = "Every figure is what it must be." if good else "Something is not as it must be."
        console.print(f" {verdict}  {time.monotonic() - began:.1f} s", style="bold green" if good else "bold red")
    return good


async def _play(console: Console, as_json: bool) -> list[Step]:
    steps: list[Step] = []
    if not as_json:
        console.print(Rule("Obole", style="#B4653A"))
        console.print(" Simulated Telegram, Discord and Stripe, and the real bot, on this machine.\n", style="dim")
    began = time.monotonic()
    async with demo_environment(seed=_SEED) as env:
        state = ScenarioState.begin()
        for name, title, play in SCENARIO:
            step = Step(name, title)
            try:
                await play(env, state, step)
            except Exception as error:
                step.broke(error)
            step.seconds, began = time.monotonic() - began, time.monotonic()
            steps.append(step)
            if as_json:
                print(step_as_json(step), flush=True)  # noqa: T201 - for another program to read
            else:
                print_step(console, step)
            if not step.ok:
                break
    return steps
