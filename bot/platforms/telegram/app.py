"""The Telegram side as app.py starts and stops it: log in, set the menus, take updates in, close the door."""

import asyncio
import hmac
import json

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
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.CHAT_MEMBER,
    Update.INLINE_QUERY,
    Update.CHOSEN_INLINE_RESULT,
)
DRAIN_SECONDS = 1.0
REPLIES_SECONDS = 0.4  # for what waits for its person's budget or pause; the rest is given up


class _QuietBot(Bot):
    """A Bot that does not show its token when it is printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Bot"


class TelegramApp:
    """One bot. With a webhook address and secret updates come through `handle_webhook`, else by polling.

    `router` is the module bot.usecases.router; `pacing` keeps answers to the pace of the whole bot, `budget` to one of
    each person's own; `meter` counts every other call. Without them nothing is held back.
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
            raise ValueError("a webhook without a secret would take updates from anybody")
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
        self._platform = TelegramPlatform(self._bot)
        self._menus = Menus(ctx, self._bot)
        self._replies = Replies(budget)
        self._intake = Intake(
            Handlers(ctx, router, self._bot, self._platform, replies=self._replies, pacing=pacing or NoPacing())
        )
        self._reader = Reader(self._bot)
        self._polling = Polling(self._bot, updates_request, self._reader, self._intake.put, ALLOWED_UPDATES)
        self._asking: asyncio.Task[None] | None = None

    @property
    def unreadable(self) -> int:
        """How many updates could not be read since the start; they were skipped."""
        return self._reader.unreadable.total()

    @property
    def platform(self) -> TelegramPlatform:
        """The Platform port, for delivery and use cases. Works once started."""
        return self._platform

    async def follow_staff(self) -> int:
        """Show the staff's commands to the staff alone; how many menus changed. Call it every few seconds."""
        return await self._menus.follow_staff()

    async def start(self) -> None:
        """Log in, set the menus, take updates. Raises Rejected for a wrong token, else RetryLater."""
        try:
            await self.log_in()
            await self._menus.set_for_everybody()
            self._intake.start()
            await self._open()
        except BaseException:
            await self.stop()
            raise

    async def watch(self) -> None:
        """Wait until taking updates ends by itself. Raises Rejected where Telegram refuses us for good, else its error.

        Works once started.
        """
        if self._asking is None:
            raise RuntimeError("Telegram is not started")
        await first_end([self._asking, *self._intake.workers])

    async def stop(self) -> None:
        """Take no more updates, finish the answers under way, close. Takes two seconds at most."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
            self._asking = None
            await self._polling.confirm()
        await self._intake.stop(DRAIN_SECONDS)
        await self._replies.stop(REPLIES_SECONDS)
        await self._bot.shutdown()

    async def handle_webhook(self, body: bytes, secret: str | None) -> int:
        """Take one pushed update in; the HTTP status to answer with. It is handled in the background.

        403: not from Telegram. 400: not JSON. 503: too much at once, Telegram sends it again.
        """
        if not self._webhook_secret or not _same(self._webhook_secret, secret or ""):
            return 403
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            return 400
        update = self._reader.read(data)
        # One that cannot be read is taken all the same: refused, it would come again for hours.
        return 200 if update is None or self._intake.offer(update) else 503

    async def log_in(self) -> None:
        """Only log in: enough to send, and what `start` does first. Raises Rejected or RetryLater."""
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
        # Raised out here because python-telegram-bot's own error names the token.
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
        work = self._polling.check_token() if self._webhook_url else self._polling.run()
        self._asking = asyncio.create_task(work, name="telegram updates")


def _same(expected: str, given: str) -> bool:
    """Compare in constant time, so that the secret cannot be guessed letter by letter."""
    # What is not UTF-8 in a header arrives as lone surrogates, which cannot be encoded otherwise.
    return hmac.compare_digest(expected.encode(), given.encode(errors="surrogateescape"))
