"""How the stand-in says no: to the bot as Telegram does, to whoever drives it as a plain error."""

from __future__ import annotations

from bot.sandbox.kit import Json


class Refused(Exception):
    """A call that is answered with ok=false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class VerbError(ValueError):
    """Something that no person could do in a Telegram app (tap a button that is not there, join by a dead link)."""


def bad(description: str) -> Refused:
    """A refusal in Telegram's own words. Sources: telegram-bot-api/Client.cpp of tdlib/telegram-bot-api, and what TDLib
    and Telegram's servers answer, which Client.cpp hands on with a small first letter.
    """
    return Refused(400, f"Bad Request: {description}")


def ours(description: str) -> Refused:
    """A refusal of the sandbox alone: Telegram ignores this, cuts it to size, or knows what the sandbox does not."""
    return Refused(400, f"Bad Request: sandbox: {description}")


def forbidden(description: str) -> Refused:
    return Refused(403, f"Forbidden: {description}")


def conflict(description: str) -> Refused:
    return Refused(409, f"Conflict: {description}")


def too_many(seconds: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
