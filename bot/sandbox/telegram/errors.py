"""Refusals: to the bot as Telegram words them, to the caller of a verb as a plain error."""

from __future__ import annotations

from bot.sandbox.kit import Json


class Refused(Exception):
    """A call answered with ok=false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class VerbError(ValueError):
    """An action that a Telegram app would not allow, such as tapping a missing button or joining by a dead link."""


def bad(description: str) -> Refused:
    """Return a refusal in Telegram's own words.

    Sources: telegram-bot-api/Client.cpp of tdlib/telegram-bot-api, and the answers of TDLib and Telegram's servers,
    which Client.cpp passes on with a lower-case first letter.
    """
    return Refused(400, f"Bad Request: {description}")


def ours(description: str) -> Refused:
    """Return a refusal of the sandbox alone: Telegram ignores or truncates this, or supports what the sandbox lacks."""
    return Refused(400, f"Bad Request: sandbox: {description}")


def forbidden(description: str) -> Refused:
    return Refused(403, f"Forbidden: {description}")


def conflict(description: str) -> Refused:
    return Refused(409, f"Conflict: {description}")


def too_many(seconds: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
