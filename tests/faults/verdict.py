"""The verdict of a run: one JSON object at its end, whatever happens before."""

import json
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from bot.store.db import database_url
from tests.bench.support import migrated_database, postgres

ENGINES = ("sqlite", "postgresql")


@contextmanager
def verdict(**known: Any) -> Iterator[dict[str, Any]]:
    """Yield the facts to fill in, including "ok", and print them at the end.

    A run that is aborted by an error or a signal is not ok and gives the reason.
    """
    facts: dict[str, Any] = {**known, "ok": False}
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    try:
        yield facts
    except (Exception, KeyboardInterrupt, SystemExit) as why:
        traceback.print_exc()
        facts |= {"ok": False, "broke_off": f"{type(why).__name__}: {why}"}
    finally:
        signal.signal(signal.SIGTERM, before)
        print(json.dumps(facts, indent=1), flush=True)


@contextmanager
def workspace(engine: str) -> Iterator[tuple[Path, Any]]:
    """Yield a folder, and a function that creates a migrated database on this engine and returns its address."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="obole-faults-")))
        server = stack.enter_context(postgres()) if engine == "postgresql" else None
        yield folder, lambda: migrated_database(engine, folder, server)


def query_rows(url: str, query: str) -> list[Any]:
    """Return the rows of a query, read while other processes are being killed."""
    engine = create_engine(_blocking(database_url(url)))
    try:
        with engine.connect() as conn:
            return list(conn.execute(text(query)))
    finally:
        engine.dispose()


def _blocking(url: URL) -> URL:
    if url.get_backend_name() != "sqlite":
        return url
    return URL.create("sqlite", database=f"file:{url.database}", query={"mode": "ro", "uri": "true"})
