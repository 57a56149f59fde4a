"""`obole sandbox`: the three fakes in their own process, until SIGTERM or Ctrl+C."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Literal

from bot.sandbox.discord import DiscordSandbox
from bot.sandbox.kit import Clock
from bot.sandbox.stripe import StripeSandbox
from bot.sandbox.telegram import Limits, TelegramSandbox

_API_KEY = "sk_test_sandbox"


async def serve(
    *, telegram: int, discord: int, stripe: int, clock: Clock, flood_waits: Literal["chat", "bot"] = "chat"
) -> None:
    """Listen on these ports (0: a free one), print how to connect a bot, and run until a signal comes.

    `flood_waits`: the scope of Telegram's flood waits. Raises OSError if a port is taken.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    chat = TelegramSandbox(clock=clock, limits=Limits(flood_waits=flood_waits))
    server, money = DiscordSandbox(clock=clock), StripeSandbox(clock=clock)
    async with AsyncExitStack() as stack:
        for fake, port in ((chat, telegram), (server, discord), (money, stripe)):
            stack.push_async_callback(fake.stop)
            await fake.start(port=port)
        print(_introduction(chat, server, money), flush=True)  # noqa: T201 - a program's own output
        await stopping.wait()


def _introduction(telegram: TelegramSandbox, discord: DiscordSandbox, stripe: StripeSandbox) -> str:
    """Return the introduction: the lines of `.env` that connect a bot to the fakes."""
    settings = {
        "OBOLE_TELEGRAM_TOKEN": telegram.token,
        "OBOLE_TELEGRAM_API_URL": telegram.url,
        "OBOLE_DISCORD_TOKEN": discord.token,
        "OBOLE_DISCORD_API_URL": discord.api_url,
        "OBOLE_DISCORD_GATEWAY_URL": discord.gateway_url,
        "OBOLE_STRIPE_API_KEY": _API_KEY,
        "OBOLE_STRIPE_API_URL": stripe.url,
    }
    lines = [f"{name}={value}" for name, value in settings.items()]
    verbs = f"People act by POST {telegram.url}/_sandbox/<verb>, and so on; GET .../_sandbox/state shows what there is."
    return "\n".join(["The sandbox is up. For .env:", "", *lines, "", verbs, "Ctrl+C stops them."])
