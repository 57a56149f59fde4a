"""The Telegram side as app.py starts and stops it: log in, set the menus, take updates in, close the door."""

import asyncio
import hmac
import json
import logging
from contextlib import suppress

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.platforms.telegram.errors import platform_error, seconds, translated
from bot.platforms.telegram.handlers import BeforeSend, Flooded, Handlers, Talk, nobody_to_tell, nothing_to_wait_for
from bot.platforms.telegram.intake import Intake
from bot.platforms.telegram.menus import Menus
from bot.platforms.telegram.platform import TelegramPlatform
from bot.platforms.telegram.transport import AiohttpRequest, keep_secrets_out_of_logs
from bot.usecases.context import Context
from bot.usecases.ports import PlatformError, Rejected

logger = logging.getLogger(__name__)

API_URL = "https://api.telegram.org"
ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.CHAT_MEMBER,
    Update.INLINE_QUERY,
    Update.CHOSEN_INLINE_RESULT,
)
POLL_SECONDS = 25
MAX_PAUSE_SECONDS = 30.0
CONFIRM_SECONDS = 0.4  # of the two seconds that stopping may take
DRAIN_SECONDS = 1.0


class _QuietBot(Bot):
    """A Bot that does not show its token when it is printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Bot"


class TelegramApp:
    """One bot. With a webhook address and secret updates come through `handle_webhook`, else by polling.

    `talk` is the module bot.usecases.talk; `before_send` is awaited with the chat's id before each answer, so
    that the pacer can hold it back; `flooded` is told how long Telegram wants peace when an answer met a flood wait.
    """

    def __init__(
        self,
        ctx: Context,
        token: str,
        api_url: str = API_URL,
        *,
        talk: Talk,
        webhook_url: str = "",
        webhook_secret: str = "",
        before_send: BeforeSend = nothing_to_wait_for,
        flooded: Flooded = nobody_to_tell,
    ) -> None:
        if webhook_url and not webhook_secret:
            raise ValueError("a webhook without a secret would take updates from anybody")
        keep_secrets_out_of_logs()
        self._ctx = ctx
        self._webhook_url = webhook_url
        self._webhook_secret = webhook_secret
        api_url = api_url.rstrip("/")
        self._bot = _QuietBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(connections=2),
        )
        self._platform = TelegramPlatform(self._bot)
        self._menus = Menus(ctx, self._bot)
        self._intake = Intake(Handlers(ctx, talk, self._bot, self._platform, before_send, flooded))
        self._polling: asyncio.Task[None] | None = None
        self._offset = 0

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

    async def stop(self) -> None:
        """Take no more updates, finish the answers under way, close. Takes two seconds at most."""
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)
            self._polling = None
            await self._confirm()
        await self._intake.stop(DRAIN_SECONDS)
        await self._bot.shutdown()

    async def handle_webhook(self, body: bytes, secret: str | None) -> int:
        """Take one pushed update in; the HTTP status to answer with. It is handled in the background.

        403: not from Telegram. 400: not JSON. 503: too much at once, Telegram sends it again.
        """
        if not self._webhook_secret or not _same(self._webhook_secret, secret or ""):
            return 403
        try:
            data = json.loads(body)
        except ValueError:
            return 400
        try:
            update = Update.de_json(data, self._bot)
        except Exception:
            # A shape the library does not know. Refusing it would have Telegram send it for hours.
            logger.exception("an update could not be read")
            return 200
        return 200 if self._intake.offer(update) else 503

    async def log_in(self) -> None:
        """Only log in: enough to send, and what `start` does first. Raises Rejected or RetryLater."""
        failure: PlatformError
        try:
            await self._bot.initialize()
            self._ctx.whereabouts.telegram_username = self._bot.username
            self._ctx.whereabouts.telegram_inline = bool(self._bot.supports_inline_queries)
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
                return
            await self._bot.delete_webhook(drop_pending_updates=False)
        self._polling = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        """Ask for updates for ever, with growing pauses while Telegram does not answer."""
        pause = 1.0
        while True:
            try:
                updates = await self._bot.get_updates(
                    offset=self._offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES
                )
            except TelegramError as error:
                await asyncio.sleep(_wait_after(error, pause))
                pause = min(pause * 2, MAX_PAUSE_SECONDS)
                continue
            except Exception:
                logger.exception("updates could not be read")
                await asyncio.sleep(pause)
                pause = min(pause * 2, MAX_PAUSE_SECONDS)
                continue
            pause = 1.0
            for update in updates:
                await self._intake.put(update)
                self._offset = update.update_id + 1

    async def _confirm(self) -> None:
        """Tell Telegram what has been taken in, so that it does not come again after a restart."""
        if self._offset:
            with suppress(TelegramError, TimeoutError):
                await asyncio.wait_for(self._bot.get_updates(offset=self._offset, timeout=0, limit=1), CONFIRM_SECONDS)


def _wait_after(error: TelegramError, pause: float) -> float:
    """How long to leave Telegram alone, in seconds; says in the log why."""
    if isinstance(error, Conflict):
        logger.error("another process polls with this bot's token: stop one of the two")
        return MAX_PAUSE_SECONDS
    if isinstance(error, InvalidToken):
        logger.error("Telegram no longer accepts this bot's token")
        return MAX_PAUSE_SECONDS
    logger.warning("polling Telegram failed: %s: %s", type(error).__name__, error)
    return seconds(error) if isinstance(error, RetryAfter) else pause


def _same(expected: str, given: str) -> bool:
    """Compare in constant time, so that the secret cannot be guessed letter by letter."""
    # What is not UTF-8 in a header arrives as lone surrogates, which cannot be encoded otherwise.
    return hmac.compare_digest(expected.encode(), given.encode(errors="surrogateescape"))
