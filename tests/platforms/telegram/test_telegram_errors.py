"""Each refusal of Telegram maps to an error: temporary, fixable by staff, or final."""

import pytest
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.platforms.telegram.errors import platform_error
from bot.usecases.ports import (
    Gone,
    InDoubt,
    MissingPermission,
    PlatformError,
    Rejected,
    RetryLater,
    TopicClosed,
    Unreachable,
)

# The words are those of tdlib/telegram-bot-api and of core.telegram.org/api/errors.
MEANINGS: list[tuple[TelegramError, type[PlatformError]]] = [
    (RetryAfter(5), RetryLater),
    (BadRequest("FROZEN_METHOD_INVALID"), RetryLater),
    (Forbidden("Forbidden: FROZEN_METHOD_INVALID"), RetryLater),
    (BadRequest("PEER_FLOOD"), RetryLater),
    (BadRequest("WORKER_BUSY_TOO_LONG_RETRY"), RetryLater),
    (InvalidToken("Unauthorized"), RetryLater),
    (BadRequest("Message to edit not found"), Gone),
    (BadRequest("MESSAGE_ID_INVALID"), Gone),
    (BadRequest("Message can't be edited"), Gone),
    (BadRequest("Not enough rights to send text messages to the chat"), MissingPermission),
    (BadRequest("Have no rights to send a message"), MissingPermission),
    (BadRequest("Need administrator rights in the channel chat"), MissingPermission),
    (BadRequest("CHAT_WRITE_FORBIDDEN"), MissingPermission),
    (BadRequest("CHAT_SEND_PHOTOS_FORBIDDEN"), MissingPermission),
    (BadRequest("TOPIC_CLOSED"), TopicClosed),
    (Forbidden("Forbidden: bot was blocked by the user"), Unreachable),
    (Forbidden("Forbidden: bot is not a member of the channel chat"), Unreachable),
    (BadRequest("Chat not found"), Unreachable),
    (BadRequest("Message is too long"), Rejected),
    (BadRequest("BUTTON_DATA_INVALID"), Rejected),
    (NetworkError("Bad Gateway"), InDoubt),
]


@pytest.mark.parametrize(("error", "meaning"), MEANINGS, ids=str)
def test_refusal_maps_to_platform_error(error: TelegramError, meaning: type[PlatformError]) -> None:
    assert type(platform_error(error)) is meaning


def test_frozen_account_halts_everything_for_an_hour() -> None:
    later = platform_error(BadRequest("FROZEN_METHOD_INVALID"))
    assert isinstance(later, RetryLater)
    assert (later.everything, later.after) == (True, 3600)
