"""Bring the database to the schema of this version. Run at every start; safe to run twice at once."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.store.db import Database

CANNOT_OPEN = (OSError, SQLAlchemyError, CommandError)
"""What opening a database may raise: unreachable, refused, or of a newer version than ours."""

_LOCK = 7_210_815_412  # any number that nobody else on this PostgreSQL uses


async def migrate(db: Database) -> None:
    """Apply what is missing, in one transaction. A newer schema than ours raises alembic's CommandError."""
    async with db.write() as conn:
        if not db.is_sqlite:  # SQLite's BEGIN IMMEDIATE keeps others out already
            await conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        await conn.run_sync(_upgrade)


def _upgrade(connection: SyncConnection) -> None:
    config = Config()
    config.set_main_option("script_location", str(resources.files("bot.store") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
