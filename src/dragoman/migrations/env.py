"""Alembic's entry: run the numbered files on the connection that `migrations.upgrade` opened."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, render_as_batch=True, version_table="alembic_version")
with context.begin_transaction():
    context.run_migrations()
