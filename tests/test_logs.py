"""No log contains personal data, whatever failed and wherever it was reported."""

import asyncio
import gc
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.logs import log_loop_failure, place_of
from bot.store.db import Database
from tests.logged import as_printed

NAME = "Zoé Tremblay"


def fail(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    "error",
    [
        KeyError(NAME),
        ValueError(f"not a number: {NAME}"),
        AssertionError(NAME),
        ExceptionGroup("both", [LookupError(NAME), ValueError(NAME)]),
        UnicodeEncodeError("utf-8", NAME, 0, 1, NAME),
    ],
    ids=lambda error: type(error).__name__,
)
def test_traceback_shows_frames_without_quoting(error: Exception) -> None:
    with as_printed() as printed:
        try:
            try:
                fail(error)
            except Exception as first:
                raise RuntimeError("the use case failed") from first
        except RuntimeError:
            logging.getLogger("obole.test").exception("something failed")
    assert NAME not in printed.getvalue()
    assert type(error).__name__ in printed.getvalue()
    assert "in fail" in printed.getvalue()
    assert "RuntimeError: the use case failed" in printed.getvalue()


async def test_refused_row_is_not_quoted(db: Database) -> None:
    with as_printed() as printed:
        try:
            async with db.write() as conn:
                await conn.execute(text("INSERT INTO audit (id, action) VALUES (1, :name)"), {"name": NAME})
        except DBAPIError:
            logging.getLogger("obole.test").exception("not stored")
    assert NAME not in printed.getvalue()
    assert "constraint" in printed.getvalue()


async def test_unawaited_task_is_not_quoted() -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log_loop_failure)

    async def broken() -> None:
        raise KeyError(NAME)

    with as_printed() as printed:
        task = asyncio.create_task(broken())
        await asyncio.wait([task])
        del task
        gc.collect()
    assert "Task exception was never retrieved" in printed.getvalue()
    assert NAME not in printed.getvalue()


def test_place_names_type_file_and_line() -> None:
    try:
        fail(KeyError(NAME))
    except KeyError as error:
        assert place_of(error).startswith("KeyError at tests/test_logs.py:")
    assert place_of(KeyError(NAME)) == "KeyError"
