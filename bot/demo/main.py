"""`obole demo`: the stage with its page, until Ctrl+C."""

import asyncio
import logging
import signal
import webbrowser

from rich.console import Console

from bot.demo.page import is_free, serving
from bot.demo.stage import stage


async def run_demo(*, port: int, open_browser: bool) -> None:
    """Set the stage, serve the page on this port of this machine, and stay until SIGTERM or SIGINT.

    Raises SystemExit where the port is taken.
    """
    console = Console()
    if not is_free(port):
        console.print(f"Port {port} is taken; choose another: obole demo --port 8422", style="red")
        raise SystemExit(1)
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    logging.disable(logging.WARNING)
    console.print(
        "Starting the demo: simulated Telegram, Discord and Stripe, the bot, and thirteen neighbours …", style="dim"
    )
    async with stage() as set_up, serving(set_up, port=port) as address:
        console.print(f"Obole's demo is at [bold]{address}[/bold]  (Ctrl+C ends it)")
        if open_browser:
            await asyncio.to_thread(webbrowser.open, address)
        await told.wait()
