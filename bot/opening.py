"""Open the database (checked or migrated) and the Context that use cases need."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.domain.fees import CardFee
from bot.domain.ids import Ids
from bot.domain.time import Clock
from bot.platforms.proxy import proxy_for, proxy_problems_of
from bot.sentry import NoSentry, Tracker
from bot.settings import Settings
from bot.store.db import Database
from bot.store.erasure_file import ErasureFile
from bot.store.file_lock import serve_alone
from bot.store.migrate import CANNOT_OPEN, Migrated, check_schema, migrate
from bot.usecases.context import Context
from bot.usecases.failures import Failures
from bot.usecases.giving import links
from content.catalog import Catalog
from content.writer import Charity
from payments.reference import Keyring
from payments.stripe import StripeGateway

STRIPE, DISCORD = "https://api.stripe.com", "https://discord.com/api"
log = logging.getLogger(__name__)


class NotReady(Exception):
    """A setting or the database is missing or unusable. The message, for staff, says which."""


@asynccontextmanager
async def open_context(
    settings: Settings, *, clock: Clock, rng: random.Random, is_serving: bool = False
) -> AsyncIterator[Context]:
    """Yield a context with database, catalog, keyring and gateway, for a terminal command or (`is_serving`) for `run`.

    Only `run` migrates the database; other commands require the current schema. Raises NotReady.
    """
    if settings.stripe_api_key is None or not settings.secret_key:
        raise NotReady("missing: " + ", ".join(settings.missing()))
    if refused := proxy_problems(settings):
        raise NotReady("; ".join(refused))
    async with AsyncExitStack() as stack:
        db = Database(settings.database_url, checkpoints=is_serving)
        stack.push_async_callback(db.close)
        try:
            if is_serving:
                _serve_alone(db, stack)
                _log_migration(await migrate(db, now=clock(), zone=settings.charity_time_zone))
                await db.warm()
            else:
                await check_schema(db)
        except CANNOT_OPEN as error:
            raise not_ready(error) from None
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
            holidays=settings.charity_holidays,
            card_fee=CardFee(settings.card_fee_basis_points, settings.card_fee_fixed_minor),
            public_url=settings.public_url,
            quick_give=settings.quick_give,
            erasures=ErasureFile(settings.erasures_path),
            failures=_failures(settings, stack),
            link_domains=settings.link_domains,
            telegram_per_second=max(settings.telegram_per_second, settings.telegram_paid_per_second),
            discord_dms_per_minute=settings.discord_dms_per_minute,
        )
        await links.load(ctx)
        yield ctx


def monitoring_token(ctx: Context, settings: Settings) -> str:
    """Return the token for /status, by default derived from our key, so that `obole check` needs no setting."""
    if settings.monitoring_token is not None:
        return settings.monitoring_token.get_secret_value()
    return ctx.keyring.mac("monitoring", b"").hex()


def proxy_problems(settings: Settings) -> list[str]:
    """Return which proxies in the environment cannot be used for a configured service, each with the fix."""
    services = [settings.stripe_api_url or STRIPE]
    if settings.telegram_token is not None:
        services.append(settings.telegram_api_url)
    if settings.discord_token is not None:
        services.append(settings.discord_api_url or DISCORD)
    return proxy_problems_of(services)


async def migrate_database(settings: Settings, *, clock: Clock) -> Migrated:
    """Migrate the configured database to the current schema. SQLite files are copied first. Raises NotReady."""
    async with AsyncExitStack() as stack:
        db = Database(settings.database_url)
        stack.push_async_callback(db.close)
        try:
            _serve_alone(db, stack)
            return await migrate(db, now=clock(), zone=settings.charity_time_zone)
        except CANNOT_OPEN as error:
            raise not_ready(error) from None


def _serve_alone(db: Database, stack: AsyncExitStack) -> None:
    """Lock a SQLite file against other serving processes until `stack` closes. Raises InUse or OSError."""
    if db.file is not None:
        stack.enter_context(serve_alone(db.file))


def not_ready(error: Exception) -> NotReady:
    """Return the explanation of an error while opening the database."""
    return NotReady(f"the database cannot be opened: {getattr(error, 'orig', None) or error}")


def _failures(settings: Settings, stack: AsyncExitStack) -> Failures:
    """Return what errors are reported to. Raises NotReady if the error tracker's address cannot be used."""
    if settings.sentry_dsn is None:
        return Failures()
    try:
        tracker = Tracker(settings.sentry_dsn.get_secret_value())
    except NoSentry as why:
        raise NotReady(str(why)) from None
    stack.push_async_callback(asyncio.to_thread, tracker.close)
    return Failures(track=tracker.track)


def _log_migration(migrated: Migrated) -> None:
    if migrated.changed and migrated.before is not None:
        log.info(
            "migrated the database from revision %s to %s; copy: %s",
            migrated.before,
            migrated.after,
            migrated.copy or "none",
        )


def _charity(settings: Settings) -> Charity:
    return Charity(
        name=settings.charity_name,
        contact=settings.charity_contact,
        address=" ".join(settings.charity_address.split()),
        registration=settings.charity_registration_number or None,
        privacy_officer=settings.charity_privacy_officer,
    )
