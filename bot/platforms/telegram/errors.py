"""Translate Telegram's errors into those of the Platform port. One table, read from top to bottom."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.platforms.telegram.transport import NotSent
from bot.usecases.ports import (
    Gone,
    InDoubt,
    MissingPermission,
    PlatformError,
    Rejected,
    RetryLater,
    TopicClosed,
    TopicDeleted,
    Unreachable,
)

RECONNECT_SECONDS = 2.0
WRONG_TOKEN_SECONDS = 60.0
BUSY_SECONDS = 30.0
FROZEN_SECONDS = 3600.0  # the bot's account is frozen until its owner appeals

NOT_MODIFIED = "message is not modified"
NOTHING_TO_DELETE = "message to delete not found"
NO_TEXT_TO_EDIT = "there is no text in the message to edit"
# Errors of core.telegram.org/api/errors that pass in time, or once the owner has taken care of the account.
_BUSY = ("worker_busy_too_long_retry", "rpc_call_fail", "rpc_mcget_fail", "msg_wait_failed")
_FROZEN = ("frozen_method_invalid", "peer_flood")
_MESSAGE_GONE = ("message to edit not found", "message_id_invalid", "message can't be edited", "message to delete not")
# Staff can fix these in the chat.
_NO_RIGHT = (
    "not enough rights",
    "have no rights to send",
    "need administrator rights",
    "chat_admin_required",
    "_forbidden",  # CHAT_WRITE_FORBIDDEN, CHAT_SEND_PHOTOS_FORBIDDEN and similar
    "chat_restricted",
)
_TOPIC_CLOSED = ("topic_closed",)
_TOPIC_DELETED = ("topic_deleted", "topic_id_invalid", "message thread not found")
_NOBODY_THERE = ("chat not found", "user not found", "peer_id_invalid", "group chat was deactivated")


@contextmanager
def translated(*, repeatable: bool = False) -> Iterator[None]:
    """Translate Telegram's errors. `repeatable`: doing it twice is harmless, so nothing is in doubt."""
    try:
        yield
    except TelegramError as error:
        raise platform_error(error, repeatable=repeatable) from error


def platform_error(error: TelegramError, *, repeatable: bool = False) -> PlatformError:
    """Return the PlatformError for a library error. The last case is a network failure after sending."""
    match error:
        case RetryAfter():
            return RetryLater(seconds(error), flood=True)
        case NotSent():
            return RetryLater(RECONNECT_SECONDS, everything=False)
        case InvalidToken():  # nothing can be sent, through no fault of this message
            return RetryLater(WRONG_TOKEN_SECONDS)
        case TelegramError() if says(error, *_FROZEN):
            return RetryLater(FROZEN_SECONDS)
        case Forbidden():
            return Unreachable(error.message)
        case BadRequest() if says(error, *_NOBODY_THERE):
            return Unreachable(error.message)
        case BadRequest() if says(error, *_BUSY):
            return RetryLater(BUSY_SECONDS, everything=False)
        case BadRequest() if says(error, *_MESSAGE_GONE):
            return Gone(error.message)
        case BadRequest() if says(error, *_TOPIC_CLOSED):
            return TopicClosed(error.message)
        case BadRequest() if says(error, *_TOPIC_DELETED):
            return TopicDeleted(error.message)
        case BadRequest() if says(error, *_NO_RIGHT):
            return MissingPermission(error.message)
        case BadRequest() | ChatMigrated():
            return Rejected(error.message)
        case _ if repeatable:
            return RetryLater(RECONNECT_SECONDS, everything=False)
        case _:
            return InDoubt(error.message)


def seconds(error: RetryAfter) -> float:
    """Return the requested pause in seconds. The library gives a number or, if configured, a timedelta."""
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)


def says(error: TelegramError, *phrases: str) -> bool:
    """Return whether Telegram's description contains one of the phrases."""
    message = error.message.lower()
    return any(phrase in message for phrase in phrases)
