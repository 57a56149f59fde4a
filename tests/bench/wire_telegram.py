"""The Telegram sandbox in its own process, without limits or history. Run by the tap benchmark."""

import asyncio
from typing import Any

from bot.domain.time import system_clock
from bot.sandbox.telegram import TelegramSandbox
from tests.bench.cores import leave_one_core
from tests.bench.program import serve_requests


async def main() -> None:
    leave_one_core()
    async with TelegramSandbox(clock=system_clock, limits=None, quiet=True) as sandbox:

        async def nothing(_question: str) -> dict[str, Any]:
            return {}

        await serve_requests({"api": sandbox.url, "token": sandbox.token}, nothing)


if __name__ == "__main__":
    asyncio.run(main())
