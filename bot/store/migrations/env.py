"""Alembic's entry: it is handed a connection that is in a transaction already (bot/store/migrate.py)."""

from alembic import context

from bot.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
