"""Each refusal of Discord maps to an error: temporary, fixable by staff, or final."""

from typing import Any, cast

import discord
import pytest

from bot.platforms.discord.errors import platform_error
from bot.usecases.ports import (
    Gone,
    InDoubt,
    MissingPermission,
    PlatformError,
    Rejected,
    RetryLater,
    Unreachable,
)

# docs.discord.com/developers/topics/opcodes-and-status-codes, "JSON Error Codes"
MEANINGS: dict[tuple[int, int], type[PlatformError]] = {
    (429, 20016): RetryLater,
    (429, 20022): RetryLater,
    (403, 20026): RetryLater,
    (429, 20028): RetryLater,
    (429, 20029): RetryLater,
    (400, 30046): RetryLater,
    (403, 40003): RetryLater,
    (400, 40004): RetryLater,
    (403, 40006): RetryLater,
    (429, 40062): RetryLater,
    (503, 130000): RetryLater,
    (400, 400001): RetryLater,
    (403, 0): RetryLater,  # the whole address is kept out
    (401, 0): RetryLater,
    (404, 10003): Gone,
    (404, 10008): Gone,
    (403, 50001): MissingPermission,
    (403, 50013): MissingPermission,
    (400, 50083): MissingPermission,
    (403, 50007): Unreachable,
    (403, 50278): Unreachable,
    (404, 10013): Unreachable,
    (400, 50006): Rejected,
    (400, 50035): Rejected,
    (400, 200000): Rejected,
    (502, 0): InDoubt,
}


class Response:
    """As much of an HTTP answer as discord.py's errors look at."""

    reason = "refused"

    def __init__(self, status: int) -> None:
        self.status = status


@pytest.mark.parametrize(("status", "code"), MEANINGS, ids=str)
def test_refusal_maps_to_platform_error(status: int, code: int) -> None:
    error = discord.HTTPException(cast(Any, Response(status)), {"code": code, "message": "No."})
    assert type(platform_error(error)) is MEANINGS[status, code]


@pytest.mark.parametrize("code", [40004, 20016, 20022, 20028, 20029])
def test_temporary_refusal_delays_nobody_else(code: int) -> None:
    error = discord.HTTPException(cast(Any, Response(429)), {"code": code, "message": "No."})
    later = platform_error(error)
    assert isinstance(later, RetryLater)
    assert not later.everything
    assert later.after >= 60
