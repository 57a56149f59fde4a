"""Open what every command needs: the database, checked or migrated, and the context that use cases work with."""

import logging
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.domain.fees import CardFee
from bot.domain.ids import Ids
from bot.domain.time import Clock
from bot.platforms.proxy import proxy_for, refused_proxies
from bot.settings import Settings
from bot.store.db import Database
from bot.store.file_lock import serve_alone
from bot.store.migrate import CANNOT_OPEN, Migrated, check_schema, migrate
from bot.usecases.context import Context
from bot.usecases.giving import links
from content.catalog import Catalog
from content.writer import Charity
from payments.reference import Keyring
from payments.stripe import StripeGateway

STRIPE, DISCORD = "https://api.stripe.com", "https://discord.com/api"
log = logging.getLogger(__name__)


class NotReady(Exception):
    """Settings or a database that are missing or do not fit; the message names them, for staff."""


@asynccontextmanager
async def open_context(
    settings: Settings, *, clock: Clock, rng: random.Random, serves: bool = False
) -> AsyncIterator[Context]:
    """Yield a context with database, catalog, keyring and gateway, for terminal commands and for `run`, which `serves`.

    Only `run` migrates the database; for all others it must have this version's schema. Raises NotReady.
    """
    if settings.stripe_api_key is None or not settings.secret_key:
        raise NotReady("missing: " + ", ".join(settings.missing()))
    if refused := unusable_proxies(settings):
        raise NotReady("; ".join(refused))
    async with AsyncExitStack() as stack:
        db = Database(settings.database_url, checkpoints=serves)
        stack.push_async_callback(db.close)
        try:
            if serves:
                _serve_alone(db, stack)
                _log_migration(await migrate(db, now=clock()))
                await db.warm()
            else:
                await check_schema(db)
        except CANNOT_OPEN as why:
            raise _cannot_open(why) from None
        key, api_url = settings.stripe_api_key.get_secret_value(), settings.stripe_api_url
        gateway = StripeGateway(key, api_url, proxy=proxy_for(api_url or STRIPE))
        stack.push_async_callback(gateway.close)
        ctx = Context(
            db=db,
            clock=clock,
            ids=Ids(clock, rng),
            catalog=Catalog.load(),
            keyring=Keyring([key.get_secret_value() for key in settings.secret_key]),
            gateway=gateway,
            charity=_charity(settings),
            statement=settings.charity_statement,
            zone=settings.charity_time_zone,
            card_fee=CardFee(settings.card_fee_basis_points, settings.card_fee_fixed_minor),
            public_url=settings.public_url,
            link_domains=settings.link_domains,
            telegram_per_second=max(settings.telegram_per_second, settings.telegram_paid_per_second),
            discord_dms_per_minute=settings.discord_dms_per_minute,
        )
        await links.load(ctx)
        yield ctx


def unusable_proxies(settings: Settings) -> list[str]:
    """Return which proxies of the environment cannot lead to a service that is set up, each with how to mend it."""
    services = [settings.stripe_api_url or STRIPE]
    if settings.telegram_token is not None:
        services.append(settings.telegram_api_url)
    if settings.discord_token is not None:
        services.append(settings.discord_api_url or DISCORD)
    return refused_proxies(services)


async def migrate_database(settings: Settings, *, clock: Clock) -> Migrated:
    """Bring the configured database to this version's schema, after a copy on SQLite. Raises NotReady."""
    async with AsyncExitStack() as stack:
        db = Database(settings.database_url)
        stack.push_async_callback(db.close)
        try:
            _serve_alone(db, stack)
            return await migrate(db, now=clock())
        except CANNOT_OPEN as why:
            raise _cannot_open(why) from None


def _serve_alone(db: Database, stack: AsyncExitStack) -> None:
    """Keep every other serving process off a SQLite file until `stack` is left. Raises InUse or OSError."""
    if db.file is not None:
        stack.enter_context(serve_alone(db.file))


def _cannot_open(why: Exception) -> NotReady:
    return NotReady(f"the database cannot be opened: {getattr(why, 'orig', None) or why}")


def _log_migration(done: Migrated) -> None:
    if done.changed and done.before is not None:
        log.info("the database went from revision %s to %s; copy: %s", done.before, done.after, done.copy or "none")


def _charity(settings: Settings) -> Charity:
    return Charity(
        name=settings.charity_name,
        contact=settings.charity_contact,
        registration=settings.charity_registration_number or None,
        privacy_officer=settings.charity_privacy_officer,
    )
