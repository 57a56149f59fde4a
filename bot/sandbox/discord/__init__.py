"""A Discord that speaks REST and gateway, with people who write, tap and join. Imports no other fake."""

from bot.sandbox.discord.errors import VerbError
from bot.sandbox.discord.pace import Limits
from bot.sandbox.discord.sandbox import DiscordSandbox

__all__ = ["DiscordSandbox", "Limits", "VerbError"]
