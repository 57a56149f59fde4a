"""`obole demo`: the environment with its page, until Ctrl+C."""

import asyncio
import logging
import signal
import webbrowser

from rich.console import Console

from bot.demo.launch import demo_environment
from bot.demo.page import is_free, serving


async def run_demo(*, port: int, open_browser: bool) -> None:
    """Start the environment and serve the page on this port of this machine until SIGTERM or SIGINT.

    Raises SystemExit if the port is taken.
    """
    console = Console()
    if not is_free(port):
        console.print(f"Port {port} is taken; choose another: obole demo --port 8422", style="red")
        raise SystemExit(1)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    logging.disable(logging.WARNING)
    console.print(
        "Starting the demo: simulated Telegram, Discord and Stripe, the bot, and thirteen neighbours …", style="dim"
    )
    async with demo_environment() as env, serving(env, port=port) as address:
        console.print(f"Obole's demo is at [bold]{address}[/bold]  (Ctrl+C ends it)")
        if open_browser:
            await asyncio.to_thread(webbrowser.open, address)
        await stopping.wait()
