"""What people write with python-telegram-bot to reach everybody. Run by the broadcast benchmark.

One send after another with a sleep in between; with `free` instead of a pace, 16 at once and no sleep. Prints one line
of JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import RetryAfter, TelegramError
from telegram.request import HTTPXRequest

FIRST_CHAT = 100_000
AT_ONCE = 16  # the number at which its throughput is highest: more take more CPU each
TEXT = (
    "<b>Des nouvelles de la Tablée</b>\n\n"
    "Ce mois-ci, grâce à vous, 214 paniers sont partis vers des familles du quartier.\n\n"
    "Il manque 1 250 $ pour que la cuisine reste ouverte tout l’hiver."
)


def keyboard(chat: int) -> InlineKeyboardMarkup:
    """Return four amounts with the person's own reference, and an opt-out button."""
    amounts = [
        InlineKeyboardButton(f"{minor // 100} $", url=f"https://don.example/g/{chat:030d}/{minor}")
        for minor in (500, 1000, 2500, 5000)
    ]
    stop = InlineKeyboardButton("Ne plus recevoir de nouvelles", callback_data="unsub:1")
    return InlineKeyboardMarkup([amounts[:2], amounts[2:], [stop]])


async def send(bot: Bot, chat: int) -> None:
    """Send one message, as people write it."""
    await bot.send_message(chat, TEXT, parse_mode=ParseMode.HTML, reply_markup=keyboard(chat))


async def loop(bot: Bot, chats: Iterator[int], pause: float) -> None:
    """The commonly recommended recipe: send, sleep; on RetryAfter, wait and try again."""
    for chat in chats:
        while True:
            try:
                await send(bot, chat)
                break
            except RetryAfter as why:
                after = why.retry_after  # a number or a timedelta, as the library is configured
                await asyncio.sleep(after.total_seconds() if isinstance(after, timedelta) else after)
            except TelegramError:
                break
        if pause:
            await asyncio.sleep(pause)


async def main(api: str, token: str, count: int, pace: str) -> dict[str, Any]:
    request, updates = HTTPXRequest(connection_pool_size=64, pool_timeout=60.0), HTTPXRequest()
    bot = Bot(token, f"{api}/bot", request=request, get_updates_request=updates)
    await bot.initialize()
    began, cpu = time.perf_counter(), time.process_time()
    chats = iter(range(FIRST_CHAT, FIRST_CHAT + count))
    if pace == "free":
        await asyncio.gather(*(loop(bot, chats, 0.0) for _ in range(AT_ONCE)))
    else:
        await loop(bot, chats, 1 / float(pace))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    await bot.shutdown()
    return {"seconds": took, "cpu": cpu}


if __name__ == "__main__":
    given = sys.argv[1:]
    print(json.dumps(asyncio.run(main(given[0], given[1], int(given[2]), given[3]))))
