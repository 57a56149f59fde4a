"""Alembic's entry: it is handed a connection that is in a transaction already (bot/store/migrate.py)."""

from alembic import context

from bot.store.migrate import declared

context.configure(connection=context.config.attributes["connection"], target_metadata=declared(), render_as_batch=True)
context.run_migrations()
