"""The bot that people would write: python-telegram-bot, and an ORM session in every handler.

Updates come by webhook as in the library's custom webhook example (Starlette, uvicorn). Each handler loads the user
and the open campaign with SQLAlchemy's async ORM, on the engine and with the driver that ours uses, and replies with
the campaign's amounts. It does less than ours: no pictures, references, limits or milestones, one language, one
campaign.
"""

import asyncio
import logging
import re
import sys
import time
from contextlib import suppress
from typing import Any

from sqlalchemy import BigInteger, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters
from telegram.request import HTTPXRequest

from bot.store.db import database_url
from tests.bench.cores import use_one_core
from tests.bench.peer_server import serve
from tests.bench.program import serve_requests
from tests.bench.updates import SECRET
from tests.bench.watch import Watch, people, press_start

AMOUNTS = (500, 1000, 2000, 4000)
CONNECTIONS = 64
POOL = 20  # to the database; SQLAlchemy's default opens and closes most of them again and again in a rush
STORY = "Cent repas par jour, tout l’hiver. " * 8


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    language: Mapped[str] = mapped_column(default="fr")


class Campaign(Base):
    __tablename__ = "campaign"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    story: Mapped[str]
    goal_minor: Mapped[int]
    raised_minor: Mapped[int] = mapped_column(default=0)
    gift_count: Mapped[int] = mapped_column(default=0)
    is_open: Mapped[bool] = mapped_column(default=True)


class Handlers:
    """One session an update, as usual."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def campaign(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Handle /start, /donner and a tap on an old button: show the amounts."""
        if update.callback_query is not None:
            with suppress(BadRequest):  # the taps of this benchmark are none of the fake's own
                await update.callback_query.answer()
        user, campaign = await self._load(update)
        await self._reply(update, campaign, user, AMOUNTS)

    async def amount(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Handle an amount in words: show the button for it."""
        user, campaign = await self._load(update)
        assert update.message is not None
        found = re.search(r"\d+", update.message.text or "")
        await self._reply(update, campaign, user, (int(found[0]) * 100,) if found else AMOUNTS)

    async def _load(self, update: Update) -> tuple[User, Campaign]:
        assert update.effective_user is not None
        telegram_id = update.effective_user.id
        async with self._sessions() as session:
            user = await session.scalar(select(User).where(User.telegram_id == telegram_id))
            if user is None:
                user = User(telegram_id=telegram_id)
                session.add(user)
                await session.commit()
            query = select(Campaign).where(Campaign.is_open).order_by(Campaign.id.desc()).limit(1)
            campaign = (await session.scalars(query)).one()
        return user, campaign

    async def _reply(self, update: Update, campaign: Campaign, user: User, amounts: tuple[int, ...]) -> None:
        share = campaign.raised_minor * 100 // campaign.goal_minor
        text = f"<b>{campaign.title}</b>\n\n{campaign.story}\n\n{share} % · {campaign.gift_count} dons"
        buttons = [
            InlineKeyboardButton(
                f"{minor // 100} $", url=f"https://pay.example/{minor}?client_reference_id={user.id}-{campaign.id}"
            )
            for minor in amounts
        ]
        message = update.effective_message
        assert isinstance(message, Message)
        await message.reply_text(text, parse_mode="HTML", reply_markup=InlineKeyboardMarkup([buttons[:2], buttons[2:]]))


def build(api: str, token: str, handlers: Handlers) -> Application[Any, Any, Any, Any, Any, Any]:
    request = HTTPXRequest(connection_pool_size=CONNECTIONS, pool_timeout=60.0)
    application = (
        Application.builder()
        .token(token)
        .base_url(f"{api}/bot")
        .request(request)
        .updater(None)
        .concurrent_updates(CONNECTIONS)
        .build()
    )
    application.add_handler(CommandHandler(["start", "donner"], handlers.campaign))
    application.add_handler(CallbackQueryHandler(handlers.campaign))
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, handlers.amount))
    return application


async def main(url: str, api: str, token: str, count: int) -> None:
    use_one_core()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    watch = Watch()
    engine = create_async_engine(database_url(url), pool_size=POOL, max_overflow=0)
    async with engine.begin() as conn:
        await conn.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions.begin() as session:
        session.add(Campaign(title="Repas chauds", story=STORY, goal_minor=2_000_000))
    application = build(api, token, Handlers(sessions))
    watch.watch(HTTPXRequest)

    async def webhook(request: Request) -> Response:
        at, body = time.perf_counter(), await request.body()
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return Response(status_code=403)
        watch.came(body, at)
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return Response()

    server, serving, port = await serve(Starlette(routes=[Route("/webhooks/telegram", webhook, methods=["POST"])]))
    await application.initialize()
    await application.start()
    users = await people(api, count)
    await press_start(api, users)
    async with sessions.begin() as session:
        session.add_all(User(telegram_id=user) for user in users)
    await application.bot.set_webhook(f"http://127.0.0.1:{port}/webhooks/telegram", secret_token=SECRET)
    await watch.wait_for_answers_to(users)  # to their START

    async def figures(question: str) -> dict[str, Any]:
        if question == "begin":
            watch.begin()
            return {}
        return {**await watch.end(), "writes": 0, "stripe_calls": 0, "failed": 0}

    await serve_requests({"port": port, "campaign_id": 1, "users": users}, figures)
    server.should_exit = True
    await serving
    await application.stop()
    await application.shutdown()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
