"""Unexpected errors are reported in one way: one id in the log and in chat, and one notice an hour for each place."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.sentry import NoSentry, Tracker
from bot.store.core.tables import notice
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.core import failure_notices
from bot.usecases.failures import Failures
from bot.usecases.ports import RetryLater
from bot.usecases.staff.notices import KINDS
from payments.gateway_errors import GatewayUnavailable
from tests.conftest import MovingClock
from tests.logged import as_printed
from tests.usecase_setup import make_context, notices_of

NAME = "Zoé Tremblay"


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def reported(ctx: Context) -> list[dict[str, Any]]:
    query = select(notice.c.args).where(notice.c.kind == "failing").order_by(notice.c.id)
    async with ctx.db.read() as conn:
        return list((await conn.execute(query)).scalars())


async def test_error_gets_one_id_in_log_and_notice(ctx: Context) -> None:
    with as_printed() as printed:
        error_id = ctx.failures.report(KeyError(NAME), "web pages", "page 7")
    await failure_notices.tick(ctx)
    assert f"web pages failed at page 7; error {error_id}" in printed.getvalue()
    assert NAME not in printed.getvalue()
    (found,) = await notices_of(ctx, "failing")
    for locale in ("fr", "en"):
        text = "\n".join((await KINDS["failing"](ctx, found, locale)).lines)  # type: ignore[arg-type]
        assert f"error {error_id}" in text
        assert "web pages" in text


async def test_each_place_is_reported_once_an_hour(ctx: Context, clock: MovingClock) -> None:
    for _ in range(3):
        ctx.failures.report(KeyError("x"), "web pages")
    ctx.failures.report(KeyError("x"), "reminders")
    assert await failure_notices.tick(ctx) == 2
    ctx.failures.report(KeyError("x"), "web pages")
    clock.move(minutes=59)
    assert await failure_notices.tick(ctx) == 0
    ctx.failures.report(KeyError("x"), "web pages")
    clock.move(minutes=1)
    assert await failure_notices.tick(ctx) == 1
    assert [(args["where"], args["count"]) for args in await reported(ctx)] == [
        ("web pages", 3),
        ("reminders", 1),
        ("web pages", 2),
    ]


async def test_restart_does_not_repeat_a_notice_within_the_hour(ctx: Context, clock: MovingClock) -> None:
    for _ in range(2):
        ctx.failures.report(KeyError("x"), "web pages")
        await failure_notices.tick(ctx)
        ctx.failures.notified_at.clear()  # as a new process has it
        clock.move(minutes=10)
    assert len(await reported(ctx)) == 1


@pytest.mark.parametrize(
    "error",
    [GatewayUnavailable("away"), RetryLater(5), OperationalError("", {}, OSError()), ConnectionResetError()],
    ids=lambda error: type(error).__name__,
)
async def test_outage_is_logged_alone(ctx: Context, error: Exception) -> None:
    with as_printed() as printed:
        ctx.failures.report(error, "stripe events")
    assert await failure_notices.tick(ctx) == 0
    assert ("stripe events failed" in printed.getvalue()) is True


def test_errors_are_reported_in_no_other_way() -> None:
    """Modules that have a Context report through it; those below or before it log."""
    allowed = {"bot/platforms/telegram/intake.py", "bot/platforms/replies.py", "bot/web/app.py"}
    pattern = re.compile(r"\blog(?:ger)?\.exception\(")
    root = Path(__file__).parents[3]
    files = (path for path in (root / "bot").rglob("*.py") if path.parts[-2] != "demo" and "sandbox" not in path.parts)
    found = {str(path.relative_to(root)) for path in files if pattern.search(path.read_text(encoding="utf-8"))}
    assert found <= allowed


def test_tracker_gets_types_and_lines_but_no_values() -> None:
    from sentry_sdk.envelope import Envelope
    from sentry_sdk.transport import Transport

    sent: list[Envelope] = []

    class Recorded(Transport):
        def capture_envelope(self, envelope: Envelope) -> None:
            sent.append(envelope)

    tracker = Tracker("https://key@sentry.example/1", transport=Recorded)
    failures = Failures(track=tracker.track)
    name = NAME.upper()  # a local variable; not written in the code, which is sent
    try:
        try:
            raise KeyError(name)
        except KeyError as first:
            raise ValueError(f"odd: {name}") from first
    except ValueError as error:
        error_id = failures.report(error, "web pages")
    failures.report(GatewayUnavailable("away"), "stripe events")
    tracker.close()
    (envelope,) = sent
    body = envelope.serialize().decode()
    assert name not in body and "ZO\\u00c9" not in body
    assert error_id in body and "test_failures.py" in body
    assert "KeyError" in body and "ValueError" in body


@pytest.mark.parametrize("dsn", ["nonsense", "https://sentry.example/1"])
def test_unusable_tracker_address_is_refused(dsn: str) -> None:
    with pytest.raises(NoSentry, match="OBOLE_SENTRY_DSN"):
        Tracker(dsn)
