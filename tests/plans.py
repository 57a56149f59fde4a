"""Query plans of the statements that run in tests: none may scan a growing table.

Every statement that `bot` runs in a test is recorded with its function and explained on an empty database of the same
schema, so that new statements are checked automatically. Without statistics, SQLite plans as if tables were large;
PostgreSQL's planner is set to avoid sequential scans, so that one in a plan means that no index fits.
"""

import atexit
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

import greenlet
import psycopg
from sqlalchemy import URL, Engine, Index, create_engine, event

from bot.store.schema import metadata

ROOT = Path(__file__).parents[1]

# Tables that stay small: staff's configuration, and rows pruned within days. All others grow with people and gifts.
SMALL = frozenset(
    {
        *("blocked", "broadcast", "broadcast_post", "broadcast_tap", "campaign", "campaign_other", "campaign_picture"),
        *("cursor", "draft", "gift_import", "invite_place", "lease", "link_code", "match_period", "milestone"),
        *("my_data_link", "name_hidden", "nudge_policy", "payment_link", "place", "posted_card", "private_answer"),
        *("progress_message", "relay"),
        *("secret", "staff", "staff_code", "staff_guess", "staff_role", "switch", "to_repath"),
    }
)

# Modules and functions of `bot` whose statements may scan a growing table, with the reason.
WHOLE: Mapping[str, str] = {
    "store.core.audit.latest": "the newest few, backwards by the primary key",
    "store.reports.exports": "`obole export`, in a snapshot",
    "store.reports.figures": "staff's figures over everybody, in a snapshot",
    "store.reports.totals": "the stored figures, which are far fewer rows than gifts, in a snapshot",
    "store.reports.recount": "`obole ledger verify`",
    "store.reports.first_gifts": "staff's figures over everybody, in a snapshot",
    "store.reports.documents.latest": "the newest few, backwards by their index",
    "store.money.events.last_received": "the newest one, backwards by its index",
    "store.gifts.journal.latest": "the newest few, backwards by the primary key",
    "store.money.offline.latest": "the newest few, backwards by the primary key",
    "store.reports.postings": "the monthly statement, in a snapshot",
    "store.reports.payouts.latest": "the newest few, backwards by their index",
    "store.reports.payouts.exported": "`obole export`, in a snapshot",
    "store.reports.payouts.exported_items": "`obole export`, in a snapshot",
    "store.money.payouts.moved": "`obole ledger verify`, and every six hours at most, in a snapshot",
    "store.money.payouts.stripe_in_books": "every six hours at most, in a snapshot",
    "store.money.payouts.booked_for_movements": "`obole ledger verify`",
    "store.gifts.gifts.first_paid": "once, by the primary key up to the first gift",
    "store.matching.matches.added": "`obole ledger verify`",
    "store.nudges.figures": "the report on reminders, in a snapshot",
    "store.core.outbox.hold_all": "`obole restored`",
    "store.nudges.impact_updates.last_donor": "`obole restored`",
    "store.core.outbox.counts": "`obole check` and `obole stats`",
    "store.core.outbox.counts_by_lane": "`/metrics`, once in five minutes at most, in a snapshot",
    "store.gifts.gifts.counts_by_state": "`/metrics`, once in five minutes at most, in a snapshot",
    "store.referrals.figures": "staff's figures over everybody, in a snapshot",
    "store.referrals.referrals.all_nodes": "`obole ledger verify`",
    "store.referrals.referrals.misplaced": "`obole ledger verify`",
    "store.referrals.referrals.stored_credit": "`obole ledger verify`",
    "store.broadcasts.segments": "the audience of a broadcast, counted for its preview in a snapshot",
    "store.supporters.supporters.gift_counts": "`obole ledger verify`",
}


# Runs its callers' statements: each caller answers for its own.
_FOR_CALLERS = "store.pages.pages"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as passed to the driver, and the function that ran it, as `module.function`."""

    url: URL
    sql: str
    parameters: Any
    function: str


_seen: set[tuple[str, str]] = set()
_new: list[Statement] = []


def start() -> None:
    """Record every statement of this process from now on."""
    event.listen(Engine, "before_cursor_execute", _note)


def judge() -> list[str]:
    """Explain the statements recorded since the last call. Return a line for each that scans a growing table."""
    found = []
    while _new:
        statement = _new.pop()
        read = sorted(scanned(statement))
        if read and not {statement.function, statement.function.rpartition(".")[0]} & WHOLE.keys():
            sql = re.sub(r"\s+", " ", statement.sql)
            found.append(
                f"{statement.function} reads all of {', '.join(read)} ({statement.url.get_backend_name()}): {sql}"
            )
    return found


def noted() -> list[Statement]:
    """Return the recorded statements that are not judged yet."""
    return list(_new)


def forget() -> None:
    """Record statements again that were recorded before."""
    _seen.clear()


def _note(conn: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, executemany: bool) -> None:
    engine = conn.dialect.name
    key = (engine, _shape(sql))
    if key in _seen or not re.match(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", sql):
        return
    if (
        conn.engine.url.host
    ):  # through a test's proxy, which is gone when plans are asked for; noted when it goes straight
        return
    function = _function()
    if function is None or function.startswith("store.migrat"):  # migrations may scan
        return
    _seen.add(key)
    _new.append(Statement(conn.engine.url, sql, parameters[0] if executemany else parameters, function))


@lru_cache(5000)
def _shape(sql: str) -> str:
    """Return a statement without its placeholders, of which there may be any number."""
    return re.sub(r"(\?|%\(\w+\)s(::\w+)?)(, (\?|%\(\w+\)s(::\w+)?))*", "?", sql)


def _function() -> str | None:
    """Return the function of `bot` that runs a statement, or None if a test does."""
    for frame in _frames():
        function = _function_of(frame.f_code.co_filename, frame.f_code.co_name)
        if function not in (None, _FOR_CALLERS):
            return function or None
    return None


@cache
def _function_of(file: str, name: str) -> str | None:
    """Return a function of `bot` as `module.function`, "" for one of a test, None for a library's."""
    path = Path(file)
    if path.is_relative_to(ROOT / "bot"):
        return f"{path.relative_to(ROOT / 'bot').with_suffix('').as_posix().replace('/', '.')}.{name}"
    return "" if path.is_relative_to(ROOT / "tests") and path != Path(__file__) else None


def _frames() -> Iterator[FrameType]:
    """Yield the callers' frames, innermost first. SQLAlchemy runs statements in a separate greenlet."""
    frame: FrameType | None = sys._getframe()
    here: Any = greenlet.getcurrent()
    while here is not None:
        while frame is not None:
            yield frame
            frame = frame.f_back
        here = here.parent
        frame = None if here is None else here.gr_frame


def scanned(statement: Statement) -> set[str]:
    """Return the growing tables that a statement scans."""
    is_sqlite = statement.url.get_backend_name() == "sqlite"
    return set(_scanned_by_sqlite(statement) if is_sqlite else _scanned_by_postgresql(statement)) - SMALL


_sqlite: list[Any] = []


def _scanned_by_sqlite(statement: Statement) -> Iterator[str]:
    if not _sqlite:
        engine = create_engine("sqlite://")
        metadata.create_all(engine)
        _sqlite.append(engine.raw_connection().driver_connection)
    names = _aliases(statement.sql)
    for *_, detail in _sqlite[0].execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters):
        scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", detail)
        if scan and scan[2] not in _PARTIAL:
            yield from (table for table in [names.get(scan[1], scan[1])] if table in metadata.tables)


def _aliases(sql: str) -> dict[str, str]:
    return {alias: table for table, alias in re.findall(r'"?(\w+)"? AS (\w+)', sql)}


_postgresql: dict[str, psycopg.Connection[Any]] = {}


def _scanned_by_postgresql(statement: Statement) -> Iterator[str]:
    server = statement.url.set(database="postgres").render_as_string(hide_password=False)
    if server not in _postgresql:
        _postgresql[server] = _open_postgresql(statement.url)
    row = _postgresql[server].execute(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.parameters).fetchone()
    assert row is not None
    yield from (table for table in _whole(row[0][0]["Plan"]) if table in metadata.tables)


def _open_postgresql(url: URL) -> psycopg.Connection[Any]:
    """Create an empty database with the declared schema on this run's server. Return a connection to it."""
    plain = url.set(drivername="postgresql")
    with psycopg.connect(
        plain.set(database="postgres").render_as_string(hide_password=False), autocommit=True
    ) as server:
        server.execute("CREATE DATABASE obole_plans")
    engine = create_engine(url.set(database="obole_plans"))
    metadata.create_all(engine)
    engine.dispose()
    connection = psycopg.connect(
        plain.set(database="obole_plans").render_as_string(hide_password=False), autocommit=True
    )
    atexit.register(connection.close)
    for kind in ("seqscan", "hashjoin", "mergejoin"):
        connection.execute(f"SET enable_{kind} = off")
    return connection


def _whole(node: dict[str, Any]) -> Iterator[str]:
    kind = node["Node Type"]
    unbounded = kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node
    if kind == "Seq Scan" or (unbounded and node["Index Name"] not in _PARTIAL):
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _whole(child)


def _is_partial(index: Index) -> bool:
    return index.dialect_options["sqlite"]["where"] is not None


_PARTIAL = {index.name for table in metadata.tables.values() for index in table.indexes if _is_partial(index)}
