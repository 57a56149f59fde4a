"""The Telegram app: log in, set the menus, receive updates, stop."""

import asyncio
import hmac
import json
from datetime import datetime
from functools import partial

from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError

from bot.platforms.replies import NoPacing, Pacing, Replies, ReplyBudget
from bot.platforms.router import Router
from bot.platforms.telegram.errors import platform_error, translated
from bot.platforms.telegram.handlers import Handlers
from bot.platforms.telegram.intake import Intake
from bot.platforms.telegram.menus import Menus
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.polling import Polling
from bot.platforms.telegram.transport import AiohttpRequest, Meter, keep_secrets_out_of_logs
from bot.platforms.telegram.updates import Reader
from bot.supervise import first_end
from bot.usecases.context import Context
from bot.usecases.ports import PlatformError, Rejected

API_URL = "https://api.telegram.org"
ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.CHAT_MEMBER,
    Update.INLINE_QUERY,
    Update.CHOSEN_INLINE_RESULT,
)
DRAIN_SECONDS = 1.0
REPLIES_SECONDS = 0.4  # for replies that wait for a budget or pause at shutdown; the rest is dropped


class _QuietBot(Bot):
    """A Bot whose repr does not show its token."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Bot"


class TelegramApp:
    """One bot. With a webhook address and secret, updates come through `handle_webhook`, otherwise by polling.

    `router` is the module bot.usecases.router. `pacing` limits replies for the whole bot, `budget` for each person;
    `meter` counts all other calls. Without them, nothing is limited.
    """

    def __init__(
        self,
        ctx: Context,
        token: str,
        api_url: str = API_URL,
        *,
        router: Router,
        webhook_url: str = "",
        webhook_secret: str = "",
        pacing: Pacing | None = None,
        budget: ReplyBudget | None = None,
        meter: Meter | None = None,
    ) -> None:
        if webhook_url and not webhook_secret:
            raise ValueError("a webhook without a secret would accept updates from anyone")
        keep_secrets_out_of_logs()
        self._ctx = ctx
        self._webhook_url = webhook_url
        self._webhook_secret = webhook_secret
        api_url = api_url.rstrip("/")
        updates_request = AiohttpRequest(connections=2)
        self._bot = _QuietBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=AiohttpRequest(meter=meter),
            get_updates_request=updates_request,
        )
        self._platform = TelegramPlatform(self._bot, partial(router.on_moved, ctx, "telegram"))
        self._menus = Menus(ctx, self._bot)
        self._replies = Replies(budget)
        self._intake = Intake(
            Handlers(ctx, router, self._bot, self._platform, replies=self._replies, pacing=pacing or NoPacing()),
            report=ctx.failures.report,
        )
        self._reader = Reader(self._bot, ctx.clock)
        self._polling = Polling(self._bot, updates_request, self._reader, self._intake.put, ALLOWED_UPDATES, ctx.clock)
        self._updates_task: asyncio.Task[None] | None = None

    @property
    def unreadable(self) -> int:
        """The number of updates skipped as unreadable since the start."""
        return self._reader.unreadable.total()

    @property
    def last_update(self) -> datetime | None:
        """When Telegram last sent an update (UTC); None: not since the start."""
        return self._reader.last_update

    @property
    def last_contact(self) -> datetime | None:
        """When Telegram last sent or answered something (UTC); None: not since the start."""
        return max(filter(None, (self._reader.last_update, self._polling.last_contact)), default=None)

    @property
    def platform(self) -> TelegramPlatform:
        """The Platform port. Usable once started."""
        return self._platform

    async def follow_staff(self) -> int:
        """Update the menus of people who joined or left the team. Return how many changed. Call every few seconds."""
        return await self._menus.follow_staff()

    async def start(self) -> None:
        """Log in, set the menus, receive updates. Raises Rejected for a wrong token, otherwise RetryLater."""
        try:
            await self.log_in()
            await self._menus.set_public_menus()
            self._intake.start()
            await self._open()
        except BaseException:
            await self.stop()
            raise

    async def watch(self) -> None:
        """Wait until receiving updates fails. Raises Rejected if Telegram refuses us permanently, otherwise the error.

        Call it after `start`.
        """
        if self._updates_task is None:
            raise RuntimeError("Telegram is not started")
        await first_end([self._updates_task, *self._intake.workers])

    async def stop(self) -> None:
        """Accept no more updates, finish answers in progress, disconnect. Takes two seconds at most."""
        if self._updates_task is not None:
            self._updates_task.cancel()
            await asyncio.gather(self._updates_task, return_exceptions=True)
            self._updates_task = None
            await self._polling.confirm()
        await self._intake.stop(DRAIN_SECONDS)
        await self._replies.stop(REPLIES_SECONDS)
        await self._bot.shutdown()

    async def handle_webhook(self, body: bytes, secret: str | None) -> int:
        """Accept a pushed update, to be handled in the background. Return the HTTP status for the response.

        403: not from Telegram. 400: not JSON. 503: too many at once; Telegram sends it again.
        """
        if not self._webhook_secret or not _equal(self._webhook_secret, secret or ""):
            return 403
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            return 400
        update = self._reader.read(data)
        # Unreadable updates are accepted too: otherwise Telegram would repeat them for hours.
        return 200 if update is None or self._intake.offer(update) else 503

    async def log_in(self) -> None:
        """Log in only, which is enough to send. Raises Rejected or RetryLater."""
        failure: PlatformError
        try:
            await self._bot.initialize()
            self._ctx.identity.telegram_username = self._bot.username
            self._ctx.identity.telegram_inline = bool(self._bot.supports_inline_queries)
            self._ctx.inviting["telegram"] = self._platform
            self._ctx.naming["telegram"] = self._platform
            return
        except InvalidToken:
            failure = Rejected("Telegram does not know this bot token")
        except TelegramError as error:
            failure = platform_error(error, repeatable=True)
        # Raised out here because python-telegram-bot's error contains the token.
        raise failure

    async def _open(self) -> None:
        with translated(repeatable=True):
            if self._webhook_url:
                await self._bot.set_webhook(
                    self._webhook_url,
                    secret_token=self._webhook_secret,
                    allowed_updates=ALLOWED_UPDATES,
                    drop_pending_updates=False,
                )
            else:
                await self._bot.delete_webhook(drop_pending_updates=False)
        updates_source = self._polling.check_token() if self._webhook_url else self._polling.run()
        self._updates_task = asyncio.create_task(updates_source, name="telegram updates")


def _equal(expected: str, given: str) -> bool:
    """Compare in constant time, so that the secret cannot be guessed letter by letter."""
    # Bytes of a header that are not UTF-8 arrive as lone surrogates, which need this error handler.
    return hmac.compare_digest(expected.encode(), given.encode(errors="surrogateescape"))
