"""What people write with aiogram: aiogram-broadcaster with its interval. Run by the broadcast benchmark.

It runs in a separate environment, since aiogram needs an older pydantic than ours, so it imports none of our code.
"""

import asyncio
import json
import sys
import time
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram_broadcaster import Broadcaster
from aiogram_broadcaster.contents import TextContent
from aiogram_broadcaster.intervals import SimpleInterval

FIRST_CHAT = 100_000
TEXT = (
    "<b>Des nouvelles de la Tablée</b>\n\n"
    "Ce mois-ci, grâce à vous, 214 paniers sont partis vers des familles du quartier.\n\n"
    "Il manque 1 250 $ pour que la cuisine reste ouverte tout l’hiver."
)


def keyboard() -> InlineKeyboardMarkup:
    amounts = [
        InlineKeyboardButton(text=f"{minor // 100} $", url=f"https://don.example/g/{0:030d}/{minor}")
        for minor in (500, 1000, 2500, 5000)
    ]
    stop = InlineKeyboardButton(text="Ne plus recevoir de nouvelles", callback_data="unsub:1")
    return InlineKeyboardMarkup(inline_keyboard=[amounts[:2], amounts[2:], [stop]])


async def main(api: str, token: str, count: int, pace: str) -> dict[str, Any]:
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    broadcaster = Broadcaster(bot)
    interval = None if pace == "free" else SimpleInterval(interval=1 / float(pace))
    content = TextContent(text=TEXT, parse_mode="HTML", reply_markup=keyboard())
    chats = range(FIRST_CHAT, FIRST_CHAT + count)
    began, cpu = time.perf_counter(), time.process_time()
    mailer = await broadcaster.create_mailer(chats=chats, content=content, interval=interval)
    await mailer.start()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    await bot.session.close()
    return {"seconds": took, "cpu": cpu}


if __name__ == "__main__":
    given = sys.argv[1:]
    print(json.dumps(asyncio.run(main(given[0], given[1], int(given[2]), given[3]))))
