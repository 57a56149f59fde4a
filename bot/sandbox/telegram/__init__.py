"""A Telegram that speaks the Bot API over HTTP, with people who write, tap and join. Imports no other fake."""

from bot.sandbox.telegram.errors import VerbError
from bot.sandbox.telegram.pace import Limits
from bot.sandbox.telegram.server import TelegramSandbox

__all__ = ["Limits", "TelegramSandbox", "VerbError"]
