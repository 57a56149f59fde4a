"""The checks of Telegram for `obole check`: token, updates, and permission to post where cards are."""

from collections.abc import AsyncIterator, Sequence

from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner
from telegram.error import InvalidToken, TelegramError

from bot.findings import Finding, ok, problem, warning
from bot.platforms.telegram.transport import AiohttpRequest, keep_secrets_out_of_logs


async def probe(token: str, api_url: str, webhook_url: str, places: Sequence[str]) -> AsyncIterator[Finding]:
    """Check one bot. `places` are the chats where cards are posted."""
    keep_secrets_out_of_logs()
    url = api_url.rstrip("/")
    bot = Bot(token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=AiohttpRequest())
    try:
        try:
            await bot.initialize()
        except InvalidToken:
            fix = "Get the token from @BotFather (/token) and set OBOLE_TELEGRAM_TOKEN."
            yield problem("Telegram does not accept this token", fix)
            return
        except TelegramError as error:
            yield problem(f"Telegram cannot be reached: {error}", "Check this machine's network connection.")
            return
        yield ok(f"Telegram: logged in as @{bot.username}")
        yield await _updates(bot, webhook_url)
        yield _inline(bot)
        for place in places:
            yield await _rights(bot, place)
    finally:
        await bot.shutdown()


async def _updates(bot: Bot, webhook_url: str) -> Finding:
    info = await bot.get_webhook_info()
    if info.url != webhook_url:
        where = info.url or "nowhere (polling)"
        return warning(f"Telegram sends updates to {where}", "obole run changes this when it starts.")
    if info.last_error_message:
        return warning(
            f"Telegram's last push failed: {info.last_error_message}",
            "Check that OBOLE_PUBLIC_URL is right and reachable.",
        )
    return ok(f"Telegram: updates arrive by {'webhook' if webhook_url else 'polling'}")


def _inline(bot: Bot) -> Finding:
    if bot.supports_inline_queries:
        return ok("Telegram: donors can share in any chat (inline mode)")
    return warning(
        "Telegram: inline mode is off, so donors can share only by link", "Turn it on: send /setinline to @BotFather."
    )


async def _rights(bot: Bot, place: str) -> Finding:
    try:
        me = await bot.get_chat_member(place, bot.id)
    except TelegramError as error:
        return problem(f"Telegram chat {place}: {error}", "Add the bot to the chat again, as an administrator.")
    if isinstance(me, ChatMemberOwner):
        return ok(f"Telegram chat {place}: the bot is the owner")
    if isinstance(me, ChatMemberAdministrator) and (me.can_post_messages is not False):
        if not me.can_invite_users:
            message = f"Telegram chat {place}: the bot can post, but not invite by link"
            return warning(message, "Give it that permission, so that donors can invite there.")
        return ok(f"Telegram chat {place}: the bot can post")
    return problem(f"Telegram chat {place}: the bot cannot post", "Make it an administrator that can post messages.")
